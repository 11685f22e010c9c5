import assert from "node:assert/strict";
import { test } from "node:test";

import { certainty, percent } from "../../static/js/certainty.js";

/** Ten probabilities: those given by digit, the rest shared among the others. */
function spread(given) {
  const others = 10 - Object.keys(given).length;
  const rest = (1 - Object.values(given).reduce((sum, value) => sum + value, 0)) / others;
  return Array.from({ length: 10 }, (_, digit) => given[digit] ?? rest);
}

test("each kind of certainty names the likeliest digits", () => {
  assert.deepEqual(certainty(spread({ 7: 0.97 })).kind, "sure");
  assert.deepEqual(certainty(spread({ 7: 0.85, 1: 0.1 })), { kind: "fairly", first: 7, second: 1 });
  assert.deepEqual(certainty(spread({ 1: 0.5, 7: 0.44 })), { kind: "either", first: 1, second: 7 });
  assert.deepEqual(certainty(spread({ 3: 0.4, 8: 0.12 })), { kind: "unsure", first: 3, second: 8 });
});

test("percent never say certain of what is not", () => {
  assert.equal(percent(0.9999), 99);
  assert.equal(percent(1), 100);
  assert.equal(percent(0.004), 0);
  assert.equal(percent(0.525), 53);
});
