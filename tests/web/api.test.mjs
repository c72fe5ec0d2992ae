import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { AccessKey } from "../../web/assets/net/access_key.js";
import { Api, exportPath } from "../../web/assets/net/api.js";
import { Refused } from "../../web/assets/net/refused.js";
import { LocalValue } from "../../web/assets/storage/local_value.js";
import { DENIED_STORAGE, ID, memoryStorage, noKey, ScriptedApp } from "./scripted_app.mjs";

/** @type {ScriptedApp} */
let app;
beforeEach(async () => {
  app = await new ScriptedApp().start();
});
afterEach(() => app.stop());

const stored = (key, storage = memoryStorage({ key })) => new LocalValue(storage, "key");

/** A user who enters these keys, one after the other. */
function user(...keys) {
  const asked = [];
  return { asked, ask: async (problem) => (asked.push(problem), keys.shift() ?? null) };
}

test("an app without a key gets no key", async () => {
  const { asked, ask } = user("secret");
  await app.client(new AccessKey(stored(), ask)).generation(ID);

  assert.deepEqual(asked, []);
});

test("the user is asked for a key once, and it is stored and sent with every request", async () => {
  app.accessKey = "secret";
  const storage = memoryStorage();
  const { asked, ask } = user(" secret ");
  const api = app.client(new AccessKey(stored(null, storage), ask));
  await Promise.all([api.generation(ID), api.generation(ID), api.image(`/api/generations/${ID}/images/panels/0/1`)]);

  assert.deepEqual(asked, ["missing"]);
  assert.equal(storage.getItem("key"), "secret");
});

test("the user is asked again when the key is no longer accepted", async () => {
  app.accessKey = "new";
  const { asked, ask } = user("wrong", "new");
  await app.client(new AccessKey(stored("old"), ask)).generation(ID);

  assert.deepEqual(asked, ["wrong", "wrong"]);
});

test("a valid key of a lower level is distinguished from a wrong one", async () => {
  app.answers = [{ status: 403, body: "" }];
  const { asked, ask } = user("master");
  const storage = memoryStorage({ key: "function" });
  await app.client(new AccessKey(stored(null, storage), ask)).generation(ID);

  assert.deepEqual(asked, ["too low"]);
  assert.equal(storage.getItem("key"), "master");
});

test("a key of a lower level is refused with the level that is needed", async () => {
  app.answers = [{ status: 403, body: "" }];
  const api = app.client(new AccessKey(stored("function"), user().ask));

  await assert.rejects(api.generation(ID), (error) => error instanceof Refused && /master key/.test(error.message));
});

test("without a key the request is refused", async () => {
  app.accessKey = "secret";
  const api = app.client(new AccessKey(stored(), user().ask));

  await assert.rejects(api.generation(ID), (error) => error instanceof Refused && error.status === 401 && /key/.test(error.message));
});

test("without storage the key lasts as long as the page", async () => {
  app.accessKey = "secret";
  const { asked, ask } = user("secret");
  const api = app.client(new AccessKey(stored(null, DENIED_STORAGE), ask));
  await api.generation(ID);
  await api.generation(ID);

  assert.deepEqual(asked, ["missing"]);
});

test("a refusal has the app's message, fields and Retry-After", async () => {
  const body = { error: "Too often.", code: "rate-limited", details: [{ field: "story", message: "No." }, "junk"] };
  app.answers = [{ status: 429, body, headers: { "Retry-After": "12" } }];

  await assert.rejects(app.client().generation(ID), (error) => {
    assert(error instanceof Refused);
    assert.deepEqual([error.status, error.code, error.message, error.retryAfterS], [429, "rate-limited", "Too often.", 12]);
    assert.deepEqual(error.details, [{ field: "story", message: "No." }]);
    return true;
  });
});

test("the error page of a proxy becomes a readable message", async () => {
  app.answers = [{ status: 502, body: "<html>Bad Gateway</html>" }];

  await assert.rejects(app.client().generation(ID), (error) => error instanceof Refused && /try again/i.test(error.message));
});

test("instructions are sent only if there are any", async () => {
  const bodies = [];
  const client = new Api(noKey(), async (_path, init) => {
    bodies.push(init.body);
    return Response.json({});
  });
  await client.regenerate(ID, "panel", 2, "");
  await client.regenerate(ID, "character", 0, "A hat.");
  await client.regenerate(ID, "character", 0, "A hat.", "current");

  assert.deepEqual(bodies, ["{}", '{"instructions":"A hat."}', '{"instructions":"A hat.","from":"current"}']);
});

test("an export path has generation, format and direction", () => {
  assert.equal(exportPath(ID, "pdf", "rtl"), `/api/generations/${ID}/export?format=pdf&direction=rtl`);
});
