import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

/** As much of an element as the page makes use of. */
class FakeElement extends EventTarget {
  dataset = {};
  hidden = false;
  textContent = "";
  innerHTML = "";
  value = "";
  setAttribute() {}
  removeAttribute() {}
}

class FakeButton extends FakeElement {}

const given = Object.fromEntries(["document", "HTMLElement", "HTMLButtonElement", "fetch"].map((name) => [name, globalThis[name]]));
let clock;
let sent;
let visits = 0;

beforeEach((t) => {
  clock = 1000;
  sent = [];
  t.mock.method(performance, "now", () => clock);
  Object.assign(globalThis, { HTMLElement: FakeElement, HTMLButtonElement: FakeButton });
});

afterEach(() => Object.assign(globalThis, given));

const settled = async () => {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** The page with drawing 1 on the desk. Drawing 2 is ready, unless `early` is false; each answer brings the next one. */
async function open({ early = true } = {}) {
  const parts = Object.fromEntries(
    ["desk", "drawing", "note", "given", "tally", "empty", "announcement"].map((name) => [name, new FakeElement()]),
  );
  const { desk } = parts;
  const fields = { offer: Object.assign(new FakeElement(), { value: "1" }), csrfmiddlewaretoken: new FakeElement() };
  const buttons = { 7: Object.assign(new FakeButton(), { value: "7" }) };
  const find = (selector) => parts[selector.slice("[data-".length, -1)] ?? buttons[selector.match(/\d/)?.[0]] ?? null;
  Object.assign(desk, { action: "/review", elements: { namedItem: (name) => fields[name] }, querySelector: find });
  const page = Object.assign(new FakeElement(), { dataset: { next: "/review/next" }, querySelector: find });
  globalThis.document = Object.assign(new EventTarget(), {
    querySelector: () => page,
    getElementById: () => ({ textContent: JSON.stringify({ texts: { next: "", other: "" } }) }),
  });
  let last = 1;
  const another = () => ({ offer: String(++last), picture: "" });
  globalThis.fetch = async (url, { method, body }) => {
    if (method === "GET") return Response.json({ next: early ? another() : null });
    sent.push(`${body.get("offer")}: ${body.get("answer")}`);
    return Response.json({ given: sent.length, next: another() });
  };
  visits += 1;
  await import(`../../static/js/review.js?visit=${visits}`); // each visit loads the page anew
  await settled();
  return {
    click: () => desk.dispatchEvent(Object.assign(new Event("submit", { cancelable: true }), { submitter: buttons[7] })),
    press: (key) => globalThis.document.dispatchEvent(Object.assign(new Event("keydown"), { key })),
  };
}

/** Lets the site answer only when the test says so. */
function hold() {
  const answer = globalThis.fetch;
  let release;
  const held = new Promise((go) => (release = go));
  globalThis.fetch = async (...request) => {
    await held;
    return answer(...request);
  };
  return release;
}

test("the second click of two is no answer to the next drawing, which is there before the site has answered", async () => {
  const { click } = await open();
  const release = hold();
  click();
  await settled();
  clock += 150;
  click();
  release();
  await settled();
  assert.deepEqual(sent, ["1: 7"]);
  clock += 149;
  click();
  await settled();
  assert.deepEqual(sent, ["1: 7"]);
  clock += 1;
  click();
  await settled();
  assert.deepEqual(sent, ["1: 7", "2: 7"]);
});

test("a drawing that only the answer has brought is to be seen as well, whether one clicks or presses a key", async () => {
  const { press } = await open({ early: false });
  press("7");
  await settled();
  clock += 299;
  press("7");
  await settled();
  assert.deepEqual(sent, ["1: 7"]);
  clock += 1;
  press("3");
  await settled();
  assert.deepEqual(sent, ["1: 7", "2: 3"]);
});

test("who has seen the next drawing before the site has answered is heard once it has", async () => {
  const { press } = await open();
  const release = hold();
  press("7");
  await settled();
  clock += 300;
  press("3");
  await settled();
  assert.deepEqual(sent, []);
  release();
  await settled();
  assert.deepEqual(sent, ["1: 7", "2: 3"]);
});
