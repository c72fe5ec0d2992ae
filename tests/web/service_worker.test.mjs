/** The service worker: what it stores, what it answers, and what it leaves alone. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const ORIGIN = "http://app";
const SOURCE = readFileSync(new URL("../../web/worker/service_worker.js", import.meta.url), "utf8");
const FILES = { "/": "the page", "/assets/1/main.js": "the module" };

/** A browser with its caches and an app, in which versions of the service worker run. */
class FakeBrowser {
  caches = new Map();
  /** What the app answers, by path. */
  app = { ...FILES };
  isDown = false;
  isFull = false;
  told = [];
  takeovers = 0;

  /** Start the service worker of a version of the page, with these files. */
  start(version = "1", files = FILES) {
    const listeners = {};
    const digests = Object.entries(files).map(([path, text]) => [path, digestOf(text)]);
    vm.runInNewContext(SOURCE, {
      SHELL: { version, files: Object.fromEntries(digests) },
      self: {
        location: { origin: ORIGIN },
        addEventListener: (type, listener) => void (listeners[type] = listener),
        skipWaiting: async () => void (this.takeovers += 1),
        clients: { matchAll: async () => [{ postMessage: (message) => void this.told.push(message.version) }] },
      },
      caches: this.#storage(),
      fetch: async (request) => this.#fetch(typeof request === "string" ? request : request.url),
      crypto,
      URL,
      Uint8Array,
      setTimeout,
      Date: { now: () => 1000 + this.caches.size },
    });
    const wait = async (type) => {
      let waited;
      listeners[type]({ waitUntil: (promise) => void (waited = promise) });
      await waited;
    };
    return {
      install: () => wait("install"),
      activate: () => wait("activate"),
      /** Return the answer to a request, or null if the browser is to ask the app itself. */
      ask: async (url, { method = "GET", mode = "cors" } = {}) => {
        let answer = null;
        const request = { url: new URL(url, ORIGIN).href, method, mode };
        listeners.fetch({ request, respondWith: (response) => void (answer = response) });
        return answer === null ? null : (await answer).text();
      },
    };
  }

  #fetch(url) {
    if (this.isDown) throw new TypeError("there is no network");
    const { pathname } = new URL(url, ORIGIN);
    const text = this.app[pathname];
    return text === undefined ? new Response("away", { status: 503 }) : new Response(text);
  }

  #storage() {
    const addressOf = (request) => new URL(typeof request === "string" ? request : request.url, ORIGIN).href;
    return {
      keys: async () => [...this.caches.keys()],
      delete: async (name) => this.caches.delete(name),
      match: async (request) => [...this.caches.values()].map((cache) => cache.get(addressOf(request))).find(Boolean)?.clone(),
      open: async (name) => {
        const cache = new Map();
        this.caches.set(name, cache);
        const put = async (request, response) => {
          if (this.isFull && cache.size > 0) throw new DOMException("full", "QuotaExceededError");
          cache.set(addressOf(request), response);
        };
        return { put };
      },
    };
  }
}

function digestOf(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

test("the page and its files are answered without a network", async () => {
  const browser = new FakeBrowser();
  const worker = browser.start();
  await worker.install();
  browser.isDown = true;

  assert.equal(await worker.ask("/", { mode: "navigate" }), "the page");
  assert.equal(await worker.ask("/assets/1/main.js"), "the module");
});

const OTHERS = [
  ["the API", "/api/generations/0"],
  ["a stream", "/api/generate-manga-stream/0"],
  ["a start", "/api/generate-manga-stream", { method: "POST" }],
  ["the page of a shared comic", "/c/0", { mode: "navigate" }],
  ["an image of a shared comic", "/c/0/panels/0/1"],
  ["another address of the page", "/r/manga/comments/0", { mode: "navigate" }],
  ["another site", "http://other/assets/1/main.js"],
];
for (const [name, url, options] of OTHERS) {
  test(`${name} is left to the browser`, async () => {
    const worker = new FakeBrowser().start();
    await worker.install();

    assert.equal(await worker.ask(url, options), null);
  });
}

for (const path of Object.keys(FILES)) {
  test(`nothing is stored if the app answers with another version of ${path}`, async () => {
    const browser = new FakeBrowser();
    browser.app[path] = "of another version";

    await assert.rejects(browser.start().install(), /is not of version 1/);

    assert.equal(browser.caches.size, 0);
    assert.equal(browser.takeovers, 0);
  });
}

test("nothing is stored if a file is missing, or if there is no room for all of them", async () => {
  for (const fault of [{ app: { "/": FILES["/"] } }, { isFull: true }]) {
    const browser = Object.assign(new FakeBrowser(), fault);

    await assert.rejects(browser.start().install());

    assert.equal(browser.caches.size, 0);
    assert.equal(browser.takeovers, 0);
  }
});

test("the app's page comes first, and the stored one if the app has an error", async () => {
  const browser = new FakeBrowser();
  const worker = browser.start();
  await worker.install();
  browser.app["/"] = "a newer page";
  assert.equal(await worker.ask("/", { mode: "navigate" }), "a newer page");

  delete browser.app["/"];
  assert.equal(await worker.ask("/", { mode: "navigate" }), "the page");
});

test("a new version is told to open tabs, which can still load files of the one before", async () => {
  const browser = new FakeBrowser();
  for (const version of ["1", "2", "3"]) {
    const module = `/assets/${version}/main.js`;
    browser.app = { "/": `page ${version}`, [module]: `module ${version}` };
    const worker = browser.start(version, browser.app);
    await worker.install();
    await worker.activate();
  }
  browser.isDown = true;

  const worker = browser.start("3", browser.app);
  assert.deepEqual(browser.told, ["1", "2", "3"]);
  assert.equal(browser.takeovers, 3);
  assert.equal(await worker.ask("/", { mode: "navigate" }), "page 3");
  assert.equal(await worker.ask("/assets/3/main.js"), "module 3");
  assert.equal(await worker.ask("/assets/2/main.js"), "module 2");
  await assert.rejects(worker.ask("/assets/1/main.js"), /no network/);
});
