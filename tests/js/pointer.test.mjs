import assert from "node:assert/strict";
import { test } from "node:test";

import { DrawingPointer } from "../../static/js/pointer.js";

const event = (pointerId, pointerType, timeStamp, button = 0) => ({ pointerId, pointerType, timeStamp, button });

test("only one finger draws at a time", () => {
  const pointer = new DrawingPointer();
  assert.equal(pointer.press(event(1, "touch", 0)), "draw");
  assert.equal(pointer.press(event(2, "touch", 10)), "ignore");
  assert.ok(pointer.draws(event(1, "touch", 20)));
  assert.ok(!pointer.draws(event(2, "touch", 20)));
});

test("the next finger draws when the first is up", () => {
  const pointer = new DrawingPointer();
  pointer.press(event(1, "touch", 0));
  pointer.release();
  assert.equal(pointer.press(event(2, "touch", 10)), "draw");
});

test("a palm beside a pen does not draw", () => {
  const pointer = new DrawingPointer();
  pointer.press(event(1, "pen", 1000));
  pointer.release();
  assert.equal(pointer.press(event(2, "touch", 1500)), "ignore");
});

test("a pen that only hovers keeps the palm away", () => {
  const pointer = new DrawingPointer();
  pointer.see(event(1, "pen", 5000));
  assert.equal(pointer.press(event(2, "touch", 5100)), "ignore");
});

test("a finger draws again when the pen has been away", () => {
  const pointer = new DrawingPointer();
  pointer.see(event(1, "pen", 1000));
  assert.equal(pointer.press(event(2, "touch", 10_000)), "draw");
});

test("a pen takes over from the palm that came before it", () => {
  const pointer = new DrawingPointer();
  pointer.press(event(1, "touch", 0));
  assert.equal(pointer.press(event(2, "pen", 30)), "take over");
  assert.ok(pointer.draws(event(2, "pen", 40)));
});

test("a pen does not interrupt a mouse, nor a second pen the first", () => {
  for (const type of ["mouse", "pen"]) {
    const pointer = new DrawingPointer();
    pointer.press(event(1, type, 0));
    assert.equal(pointer.press(event(2, "pen", 10)), "ignore");
  }
});

test("the right mouse button does not draw", () => {
  assert.equal(new DrawingPointer().press(event(1, "mouse", 0, 2)), "ignore");
});
