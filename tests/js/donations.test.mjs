import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

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

const json = (status, content, headers = {}) => () => new Response(JSON.stringify(content), { status, headers });
const settled = async () => {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
};
const cutOff = () => {
  throw new TypeError("Failed to fetch");
};

test("a drawing that could not be sent waits and is sent again under the same id, another one has its own", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const donations = new Donations("/api/v1/drawings", "2026-12");
  const heard = [];
  for (const type of ["change", "delivered", "refused"]) donations.addEventListener(type, ({ detail }) => heard.push([type, detail]));
  const first = drawing();
  replies = [cutOff, json(503, {}), json(201, { id: "1" }), json(201, { id: "2" })];
  assert.equal(await donations.give(first, "7"), null);
  assert.equal(donations.waiting, 1);
  t.mock.timers.tick(4000);
  await settled();
  assert.equal(sent.length, 2);
  t.mock.timers.tick(7000); // twice as long after a second failure
  assert.equal(sent.length, 2);
  t.mock.timers.tick(1000);
  await settled();
  assert.equal(donations.waiting, 0);
  assert.deepEqual(heard, [["change", {}], ["delivered", { receipt: { id: "1" }, label: "7" }], ["change", {}]]);
  assert.deepEqual(await donations.give(drawing(), "7"), { id: "2" });
  const ids = sent.map(({ body }) => body.client_id);
  assert.deepEqual(ids, [ids[0], ids[0], ids[0], ids[3]]);
  assert.notEqual(ids[0], ids[3]);
  assert.deepEqual(sent[0].body, {
    strokes: { width: 280, height: 280, strokes: first.strokes },
    label: "7",
    consent: true,
    consent_version: "2026-12",
    client_id: ids[0],
  });
});

test("a drawing that waited until a page with a new text was open says which text it was given under", async () => {
  const before = new Donations("/api/v1/drawings", "2026-11");
  replies = [cutOff, json(201, { id: "1" })];
  assert.equal(await before.give(drawing(), "7"), null);
  clearTimeout(before.timer);
  await new Donations("/api/v1/drawings", "2026-12", before.outbox).deliverWaiting();
  assert.deepEqual(sent.map(({ body }) => body.consent_version), ["2026-11", "2026-11"]);
});

test("a busy server is left alone for as long as it asks", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const donations = new Donations("/api/v1/drawings", "2026-12");
  replies = [json(429, {}, { "Retry-After": "60" }), json(201, { id: "1" }), json(201, { id: "2" })];
  assert.equal(await donations.give(drawing(), "7"), null);
  assert.equal(await donations.give(drawing(), "1"), null);
  t.mock.timers.tick(59_000);
  await donations.deliverWaiting();
  assert.equal(sent.length, 1);
  t.mock.timers.tick(1000);
  await settled();
  assert.equal(sent.length, 3);
  assert.equal(donations.waiting, 0);
});

test("what the server refuses does not wait, and a page that is no JSON is nobody's answer", async () => {
  const donations = new Donations("/api/v1/drawings", "2026-12");
  replies = [json(409, { error: { code: "already_decided", message: "too late" } }), () => new Response("<h1>", { status: 200 })];
  await assert.rejects(donations.give(drawing(), "7"), { code: "already_decided", message: "too late", status: 409 });
  assert.equal(donations.waiting, 0);
  assert.equal(await donations.give(drawing(), "7"), null);
  assert.equal(donations.waiting, 1);
  clearTimeout(donations.timer);
});

test("a refusal that is not from our server loses no drawing, unless nothing of that size gets through", async () => {
  const page = (status) => () => new Response("<h1>", { status });
  const foreign = [page(400), page(403), page(408), json(403, { message: "Forbidden" }), json(403, { error: "no" }), json(403, null)];
  for (const reply of foreign) {
    const donations = new Donations("/api/v1/drawings", "2026-12");
    replies = [reply];
    assert.equal(await donations.give(drawing(), "7"), null);
    assert.equal(donations.waiting, 1);
    clearTimeout(donations.timer);
  }
  replies = [page(413)];
  await assert.rejects(new Donations("/api/v1/drawings", "2026-12").give(drawing(), "7"), { status: 413 });
});

test("a drawing that has waited in vain is told of, and the next one is sent", async () => {
  const donations = new Donations("/api/v1/drawings", "2026-12");
  const heard = [];
  for (const type of ["delivered", "refused"]) donations.addEventListener(type, ({ detail }) => heard.push([type, detail.label]));
  replies = [cutOff, cutOff, json(403, { error: { code: "contributor_blocked" } }), json(201, { id: "2" })];
  await donations.give(drawing(), "7");
  await donations.give(drawing(), "1");
  await Promise.all([donations.deliverWaiting(), donations.deliverWaiting()]);
  assert.equal(sent.length, 4);
  assert.deepEqual(heard, [["refused", "7"], ["delivered", "1"]]);
  clearTimeout(donations.timer);
});

/** Donations with one drawing that waits, and what they say from then on. */
async function withOneWaiting() {
  const donations = new Donations("/api/v1/drawings", "2026-12");
  replies = [cutOff];
  await donations.give(drawing(), "7");
  clearTimeout(donations.timer);
  const heard = [];
  for (const type of ["change", "delivered", "refused"]) donations.addEventListener(type, () => heard.push(type));
  return { donations, heard };
}

/** A reply that comes when the test says so. */
function held(reply) {
  let release;
  const opened = new Promise((go) => (release = go));
  return { release, reply: () => opened.then(reply) };
}

test("what waits can be discarded, and is not sent any more", async () => {
  const { donations, heard } = await withOneWaiting();
  await donations.discardWaiting();
  assert.equal(donations.waiting, 0);
  await donations.deliverWaiting();
  assert.equal(sent.length, 1);
  assert.deepEqual(heard, ["change"]);
});

test("what is discarded on its way is taken back when it has got there, and nobody is thanked for it", async () => {
  const outcomes = [
    [json(201, { id: "1", deletion_token: "secret" }), ["POST", "POST", "DELETE"]],
    [cutOff, ["POST", "POST"]],
    [json(400, { error: { code: "several_symbols" } }), ["POST", "POST"]],
  ];
  for (const [outcome, requests] of outcomes) {
    sent = [];
    const { donations, heard } = await withOneWaiting();
    const { release, reply } = held(outcome);
    replies = [reply, () => new Response(null, { status: 204 })];
    const delivery = donations.deliverWaiting();
    await settled();
    await donations.discardWaiting();
    release();
    await delivery;
    clearTimeout(donations.timer);
    assert.deepEqual(sent.map(({ method }) => method), requests);
    assert.deepEqual(heard, ["change"]);
    assert.equal(donations.waiting, 0);
  }
});

test("what is being given while others are discarded does not wait yet, and is kept", async () => {
  const { donations } = await withOneWaiting();
  const { release, reply } = held(cutOff);
  replies = [reply, json(201, { id: "2" })];
  const giving = donations.give(drawing(), "1");
  await settled();
  await donations.discardWaiting();
  release();
  assert.equal(await giving, null);
  clearTimeout(donations.timer);
  await donations.deliverWaiting();
  assert.deepEqual(sent.map(({ body }) => body.label), ["7", "1", "1"]);
});

test("a drawing that was discarded on its way and is given again is kept", async () => {
  const donations = new Donations("/api/v1/drawings", "2026-12");
  const again = drawing();
  const { release, reply } = held(cutOff);
  replies = [cutOff, reply, cutOff, json(201, { id: "1" })];
  await donations.give(again, "7");
  const delivery = donations.deliverWaiting();
  await settled();
  await donations.discardWaiting();
  release();
  await delivery;
  assert.equal(await donations.give(again, "7"), null);
  clearTimeout(donations.timer);
  await donations.deliverWaiting();
  assert.deepEqual(sent.map(({ method }) => method), ["POST", "POST", "POST", "POST"]);
});

test("a drawing is taken back with the token that came with it, which stays out of the address", async () => {
  replies = [() => new Response(null, { status: 204 })];
  await new Donations("/api/v1/drawings", "2026-12").takeBack({ id: "42", status: "pending", deletion_token: "secret" });
  assert.equal(sent[0].method, "DELETE");
  assert.equal(sent[0].url, "/api/v1/drawings/42");
  assert.equal(sent[0].headers["Deletion-Token"], "secret");
});

test("ids are random UUIDs of version 4", () => {
  const ids = new Set(Array.from({ length: 200 }, randomId));
  assert.equal(ids.size, 200);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
