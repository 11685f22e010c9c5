import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../static/js/history.js";

function walked() {
  const history = new History("a");
  history.push("b");
  history.push("c");
  return history;
}

test("undo goes back through every state and stops at the first", () => {
  const history = walked();
  history.undo();
  assert.equal(history.current, "b");
  history.undo();
  assert.equal(history.current, "a");
  assert.ok(!history.canUndo);
  history.undo();
  assert.equal(history.current, "a");
});

test("redo brings back what was undone, until something else is done", () => {
  const history = walked();
  history.undo();
  history.undo();
  history.redo();
  assert.equal(history.current, "b");
  history.redo();
  assert.equal(history.current, "c");
  assert.ok(!history.canRedo);
  history.redo();
  assert.equal(history.current, "c");
  history.undo();
  history.push("d");
  assert.ok(!history.canRedo);
});
