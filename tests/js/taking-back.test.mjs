import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, UNREACHABLE } from "../../static/js/api.js";
import { TakingBack } from "../../static/js/taking-back.js";

const TEXTS = {
  deleted: "deleted",
  deleteErrors: { unreachable: "back online?", other: "our fault" },
  earlierDeleted: "the earlier one is deleted",
  earlierKept: "the earlier one is kept",
};
const settled = () => new Promise((resolve) => setImmediate(resolve));
const offline = new ApiError(UNREACHABLE, "away");

/** The button on a page, and a network so slow that each answer is for the test to give. */
function page() {
  const button = Object.assign(new EventTarget(), { hidden: true, disabled: false });
  const asked = [];
  const donations = { takeBack: ({ id }) => new Promise((resolve, reject) => asked.push({ id, resolve, reject })) };
  const takingBack = new TakingBack(button, { donations, texts: TEXTS });
  const heard = [];
  for (const type of ["deleted", "kept"]) {
    takingBack.addEventListener(type, ({ detail: { words, isLast } }) => heard.push([type, words, isLast]));
  }
  return { button, asked, takingBack, heard, press: () => button.dispatchEvent(new Event("click")) };
}

test("the last drawing is deleted once, and where that fails it can be tried again", async () => {
  const { button, asked, takingBack, heard, press } = page();
  takingBack.offer({ id: "a" });
  assert.deepEqual([button.hidden, button.disabled], [false, false]);
  press();
  assert.ok(button.disabled);
  asked[0].reject(offline);
  await settled();
  assert.deepEqual([button.hidden, button.disabled], [false, false]);
  press();
  asked[1].resolve();
  await settled();
  assert.ok(button.hidden);
  press();
  assert.deepEqual(asked.map(({ id }) => id), ["a", "a"]);
  assert.deepEqual(heard, [["kept", "back online?", true], ["deleted", "deleted", true]]);
});

for (const [answer, type, words] of [["resolve", "deleted", TEXTS.earlierDeleted], ["reject", "kept", TEXTS.earlierKept]]) {
  test(`a late answer is about the drawing that was to be deleted, not about the one given since: ${type}`, async () => {
    const { button, asked, takingBack, heard, press } = page();
    const next = { id: "b" };
    takingBack.offer({ id: "a" });
    press();
    takingBack.offer(next);
    assert.deepEqual([button.hidden, button.disabled], [false, false]);
    press();
    asked[0][answer](offline);
    await settled();
    assert.equal(takingBack.receipt, next);
    assert.ok(button.disabled, "its own answer is still to come");
    asked[1].resolve();
    await settled();
    assert.ok(button.hidden);
    assert.deepEqual(asked.map(({ id }) => id), ["a", "b"]);
    assert.deepEqual(heard, [[type, words, false], ["deleted", "deleted", true]]);
  });
}
