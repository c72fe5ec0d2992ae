/** New versions of the page. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Updates } from "../../web/assets/updates.js";

const MODULE = "http://app/assets/0123456789abcdef/main.js";
const MINUTE_MS = 60_000;

/** A page with its service worker; returns what a test may do and see. */
function openPage({ isIdle = true, now = 2 * MINUTE_MS } = {}) {
  const page = { isIdle, now, reloads: 0, offers: 0, checks: 0, registered: [] };
  const container = new EventTarget();
  container.register = async (...all) => void page.registered.push(all);
  container.getRegistration = async () => ({ update: async () => void (page.checks += 1) });
  const updates = new Updates(container, MODULE, {
    isIdle: () => page.isIdle,
    offer: () => (page.offers += 1),
    reload: () => (page.reloads += 1),
    now: () => page.now,
  });
  const announce = (data) => container.dispatchEvent(new MessageEvent("message", { data }));
  return { page, updates, announce };
}

test("an idle page takes up a new version by itself", () => {
  const { page, announce } = openPage();
  announce({ version: "fedcba9876543210" });

  assert.equal(page.reloads, 1);
});

test("a busy page offers the new version, and reloads when the user loses nothing", () => {
  const { page, updates, announce } = openPage({ isIdle: false });
  announce({ version: "fedcba9876543210" });
  updates.reloadIfIdle();
  assert.deepEqual([page.offers, page.reloads], [1, 0]);

  page.isIdle = true;
  updates.reloadIfIdle();
  assert.equal(page.reloads, 1);
});

test("the page's own version, and other messages, change nothing", () => {
  const { page, updates, announce } = openPage();
  for (const data of [{ version: "0123456789abcdef" }, { version: 1 }, null, "text"]) announce(data);
  updates.reloadIfIdle();

  assert.deepEqual([page.offers, page.reloads], [0, 0]);
});

test("a page that was just loaded does not reload itself again", () => {
  const { page, announce } = openPage({ now: 100 });
  announce({ version: "fedcba9876543210" });

  assert.deepEqual([page.offers, page.reloads], [1, 0]);
});

test("new versions are looked for from time to time", async () => {
  const { page, updates } = openPage({ now: 20 * MINUTE_MS });
  await updates.check();
  await updates.check();
  assert.equal(page.checks, 1);
  page.now += 20 * MINUTE_MS;
  await updates.check();

  assert.equal(page.checks, 2);
});

test("the page works without a service worker, and if the browser denies it", async () => {
  const none = new Updates(undefined, MODULE, { isIdle: () => true, offer() {}, reload() {} });
  await none.install();
  await none.check();
  const container = new EventTarget();
  container.register = async () => Promise.reject(new DOMException("denied", "SecurityError"));
  await new Updates(container, MODULE, { isIdle: () => true, offer() {}, reload() {} }).install();
});

test("the address of the service worker goes through the policy that the page may create", async () => {
  const made = [];
  globalThis.trustedTypes = {
    createPolicy: (name, rules) => (made.push(name), { createScriptURL: (url) => `trusted ${rules.createScriptURL(url)}` }),
  };
  try {
    const { page, updates } = openPage();
    await updates.install();

    assert.deepEqual(made, ["service-worker"]);
    assert.deepEqual(page.registered, [["trusted /service-worker.js", { updateViaCache: "none" }]]);
  } finally {
    delete globalThis.trustedTypes;
  }
});
