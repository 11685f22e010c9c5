import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { ApiError } from "../../static/js/api.js";
import { Donations, randomId } from "../../static/js/donations.js";

const drawing = () => ({ strokes: [{ points: [[1, 2, 0]], pen: 18, erase: false }], startedAt: 0 });
const realFetch = globalThis.fetch;
let sent;
let replies;

beforeEach(() => {
  sent = [];
  replies = [];
  globalThis.fetch = async (url, options) => {
    sent.push({ url, method: options.method, headers: options.headers, body: options.body && JSON.parse(options.body) });
    return replies.shift()();
  };
});

afterEach(() => {
  globalThis.fetch = realFetch;
});

const json = (status, content) => () => new Response(JSON.stringify(content), { status });
const cutOff = () => {
  throw new TypeError("Failed to fetch");
};

test("a drawing that is sent again after a failure keeps its id, another one has its own", async () => {
  const donations = new Donations("/api/v1/drawings");
  const first = drawing();
  replies = [cutOff, json(201, { id: "1" }), json(201, { id: "2" })];
  await assert.rejects(donations.give(first, "7"), (error) => error instanceof ApiError && error.code === "unreachable");
  await donations.give(first, "1");
  await donations.give(drawing(), "7");
  const ids = sent.map(({ body }) => body.client_id);
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[1], ids[2]);
  assert.deepEqual(sent[1].body, {
    strokes: { width: 280, height: 280, strokes: first.strokes },
    label: "1",
    consent: true,
    client_id: ids[1],
  });
});

test("an error of the server keeps its code, a page that is no JSON has one too", async () => {
  const donations = new Donations("/api/v1/drawings");
  replies = [json(409, { error: { code: "already_decided", message: "too late" } }), () => new Response("<h1>", { status: 502 })];
  await assert.rejects(donations.give(drawing(), "7"), { code: "already_decided", message: "too late", status: 409 });
  await assert.rejects(donations.give(drawing(), "7"), { code: "unreadable", status: 502 });
});

test("a drawing is taken back with the token that came with it, which stays out of the address", async () => {
  replies = [() => new Response(null, { status: 204 })];
  await new Donations("/api/v1/drawings").takeBack({ id: "42", status: "pending", deletion_token: "secret" });
  assert.equal(sent[0].method, "DELETE");
  assert.equal(sent[0].url, "/api/v1/drawings/42");
  assert.equal(sent[0].headers["Deletion-Token"], "secret");
});

test("ids are random UUIDs of version 4", () => {
  const ids = new Set(Array.from({ length: 200 }, randomId));
  assert.equal(ids.size, 200);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
