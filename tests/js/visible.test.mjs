import assert from "node:assert/strict";
import { test } from "node:test";

import { onceVisible, whileVisible } from "../../static/js/engine/visible.js";

test("what fails once is done again all the same", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  globalThis.window = new EventTarget();
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection"); // of the test runner, for which it would be a failure
  const reported = new Promise((resolve) => process.once("unhandledRejection", resolve));
  let times = 0;
  whileVisible(async () => {
    times += 1;
    if (times === 1) throw new Error("cut off in the middle of the answer");
  }, 1000);
  assert.equal((await reported).message, "cut off in the middle of the answer");
  for (const listener of listeners) process.on("unhandledRejection", listener);
  t.mock.timers.tick(1000);
  assert.equal(times, 2);
});

test("a page that nobody sees waits until it is seen again", () => {
  const page = Object.assign(new EventTarget(), { visibilityState: "hidden" });
  globalThis.document = page;
  let times = 0;
  onceVisible(() => {
    times += 1;
  });
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(times, 0);
  page.visibilityState = "visible";
  page.dispatchEvent(new Event("visibilitychange"));
  page.dispatchEvent(new Event("visibilitychange"));
  assert.equal(times, 1);
});
