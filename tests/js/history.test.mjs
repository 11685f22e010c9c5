import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../static/js/history.js";

test("undo goes back through every state and stops at the first", () => {
  const history = new History("a");
  history.push("b");
  history.push("c");
  history.undo();
  assert.equal(history.current, "b");
  history.undo();
  assert.equal(history.current, "a");
  assert.ok(!history.canUndo);
  history.undo();
  assert.equal(history.current, "a");
});
