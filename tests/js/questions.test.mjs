import assert from "node:assert/strict";
import { test } from "node:test";

import { TOO_SLOW, UNREACHABLE } from "../../static/js/api.js";
import { Questions } from "../../static/js/questions.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Questions that found nobody to answer, with all that they say from then on. */
async function unanswered(t, code = UNREACHABLE) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const asked = [];
  const reader = {
    predict: (look) => {
      asked.push(look);
      return Promise.reject(Object.assign(new Error("away"), { code }));
    },
  };
  const questions = new Questions(reader);
  const heard = [];
  questions.addEventListener("again", () => heard.push("again"));
  questions.ask("a 7");
  await settled();
  return { questions, asked, heard, wait: () => t.mock.timers.tick(4000) };
}

test("what found nobody to answer is to be asked again, once", async (t) => {
  const { asked, heard, wait } = await unanswered(t);
  wait();
  wait();
  assert.deepEqual([heard, asked], [["again"], ["a 7"]]);
});

test("what is too large for the connection is not sent again by itself", async (t) => {
  const { asked, heard, wait } = await unanswered(t, TOO_SLOW);
  wait();
  assert.deepEqual([heard, asked], [[], ["a 7"]]);
});

test("who cannot ask just then hears of it once more", async (t) => {
  const { questions, heard, wait } = await unanswered(t);
  wait();
  questions.askAgain(); // as the page does while a stroke is being drawn, which may be taken back without a change
  questions.askAgain();
  wait();
  assert.deepEqual(heard, ["again", "again"]);
});

test("another question, or none any more, ends the waiting", async (t) => {
  const { questions, heard, wait } = await unanswered(t);
  questions.ask("a 1");
  wait();
  assert.deepEqual(heard, []);
  await settled();
  questions.forget();
  wait();
  assert.deepEqual(heard, []);
});

test("a page that nobody sees hears of it when it is seen again", async (t) => {
  const { heard, wait } = await unanswered(t);
  globalThis.document.visibilityState = "hidden";
  wait();
  assert.deepEqual(heard, []);
  globalThis.document.visibilityState = "visible";
  globalThis.document.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual(heard, ["again"]);
});
