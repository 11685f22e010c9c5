import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, isEmpty, withStroke } from "../../static/js/drawing.js";
import { SIDE, isFarEnough, roomLeft, toPayload, toTenth, toUnits } from "../../static/js/strokes.js";

const stroke = (...points) => ({ points, pen: 18, erase: false });

test("lengths are rounded half up to a tenth, as on the server", () => {
  assert.equal(toTenth(1.25), 1.3);
  assert.equal(toTenth(-1.25), -1.2);
  assert.equal(toTenth(139.96), 140);
});

test("a place on the screen has the same canvas units at every size of the board", () => {
  for (const size of [140, 280, 358, 561.5, 1120]) {
    for (let share = 0; share <= 1; share += 0.05) {
      const [x, y] = toUnits(40 + share * size, 7 + (1 - share) * size, { left: 40, top: 7, width: size, height: size });
      assert.ok(Math.abs(x - share * SIDE) <= 0.05 + 1e-9, `${x} at ${share} of ${size}`);
      assert.ok(Math.abs(y - (1 - share) * SIDE) <= 0.05 + 1e-9, `${y} at ${share} of ${size}`);
    }
  }
});

test("a pointer far outside ends one canvas beyond the edge, where the server still takes it", () => {
  const box = { left: 0, top: 0, width: 280, height: 280 };
  assert.deepEqual(toUnits(-5000, 5000, box), [-SIDE, 2 * SIDE]);
});

test("points that add no ink are left out, the first never", () => {
  assert.ok(isFarEnough([], 10, 10));
  assert.ok(!isFarEnough([[10, 10, 0]], 10.5, 10.5));
  assert.ok(isFarEnough([[10, 10, 0]], 11, 10));
});

test("a drawing with another stroke leaves the drawing before it alone", () => {
  const one = withStroke(EMPTY, stroke([1, 2, 0]), 1000);
  const two = withStroke(one, stroke([3, 4, 50], [5, 6, 60]), 1000);
  assert.ok(isEmpty(EMPTY));
  assert.equal(one.strokes.length, 1);
  assert.equal(two.strokes.length, 2);
  assert.equal(two.startedAt, 1000);
});

test("the fullest drawings stay below the 128 kB that the server takes", () => {
  const widest = [-279.9, -279.9, 99_999_999];
  for (const length of [1, 2, 50, roomLeft(EMPTY)]) {
    let drawing = EMPTY;
    while (roomLeft(drawing) >= length) drawing = withStroke(drawing, stroke(...Array(length).fill(widest)), 0);
    assert.ok(JSON.stringify(toPayload(drawing)).length <= 128 * 1024, `strokes of ${length}`);
  }
});
