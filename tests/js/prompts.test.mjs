/** What one is asked to draw next. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Prompts } from "../../static/js/prompts.js";

const PROMPTS = [
  { name: "4", label: "4", sentence: "Please draw a 4", weight: 0.6 },
  { name: "7", label: "7", sentence: "Please draw a 7", weight: 0.3 },
  { name: "star", label: "not-a-digit", sentence: "Please draw a star", weight: 0.1 },
];

/** Chance that is the same each time. */
function dice() {
  let state = 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

test("what has more weight is asked for more often, and nothing twice in a row", () => {
  const prompts = new Prompts(PROMPTS, dice());
  const counts = { 4: 0, 7: 0, star: 0 };
  let before = "";
  for (let i = 0; i < 2000; i += 1) {
    const { name } = prompts.next();
    assert.notEqual(name, before);
    counts[name] += 1;
    before = name;
  }
  assert.ok(counts[4] > counts[7] && counts[7] > counts.star && counts.star > 0, JSON.stringify(counts));
});

test("the first one follows the weights", () => {
  const first = (random) => new Prompts(PROMPTS, () => random).next().name;
  assert.deepEqual([0, 0.59, 0.61, 0.89, 0.91, 0.9999999999999999].map(first), ["4", "4", "7", "7", "star", "star"]);
});
