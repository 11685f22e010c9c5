import assert from "node:assert/strict";
import { test } from "node:test";

import { drawingOf, withMatrix, withSteps, withStroke } from "../../static/js/drawing.js";
import { TURNS, matrixOf } from "../../static/js/frame.js";
import { rasterize } from "../../static/js/preprocessing/rasterizing.js";
import { SIDE } from "../../static/js/strokes.js";

/** Numbers from 0 to 1 that are the same in every run. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A drawing of one to three strokes in the middle of the board, an erasing one among them now and then. */
function drawing(next) {
  const place = () => 90 + Math.floor(next() * 1000) / 10;
  const stroke = (index) => ({
    points: Array.from({ length: 2 + Math.floor(next() * 12) }, (_, time) => [place(), place(), time]),
    pen: 4 + Math.floor(next() * 200) / 10,
    erase: index > 0 && next() < 0.3,
  });
  return drawingOf({ strokes: Array.from({ length: 1 + Math.floor(next() * 3) }, (_, index) => stroke(index)), laid: null });
}

const ink = (of) => Buffer.from(rasterize(of).ink);

test("36 turns of 10 degrees give back the same ink to the bit, whatever was drawn", () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const next = numbers(seed);
    const start = drawing(next);
    let turned = start;
    const step = next() < 0.5 ? 1 : -1;
    for (let turn = 0; turn < TURNS; turn += 1) {
      turned = withSteps(turned, { turns: step });
      if (turn === 8) assert.ok(!ink(turned).equals(ink(start)), "a quarter turn changed nothing");
    }
    assert.deepEqual(turned.strokes, start.strokes);
    assert.ok(ink(turned).equals(ink(start)));
  }
});

test("steps of every kind, taken back in any order, give back the same ink to the bit", () => {
  for (let seed = 100; seed < 140; seed += 1) {
    const next = numbers(seed);
    const start = drawing(next);
    const steps = Array.from({ length: 12 }, () => {
      const kind = ["turns", "zooms", "right", "down"][Math.floor(next() * 4)];
      const amount = next() < 0.5 ? 1 : -1;
      return { kind, amount };
    });
    const back = steps.map(({ kind, amount }) => ({ kind, amount: -amount })).sort(() => next() - 0.5);
    let stepped = start;
    for (const { kind, amount } of [...steps, ...back]) stepped = withSteps(stepped, { [kind]: amount });
    assert.ok(ink(stepped).equals(ink(start)));
  }
});

test("a stroke drawn after a step stands where it was drawn, and what was there stays", () => {
  const start = drawing(numbers(7));
  const turned = withSteps(start, { turns: 3, right: 2 });
  const dot = { points: [[20, 20, 0]], pen: 10, erase: false };
  const more = withStroke(turned, dot, 0);
  assert.deepEqual(more.strokes, [...turned.strokes, dot]);
  let around = more;
  for (let turn = 0; turn < TURNS; turn += 1) around = withSteps(around, { turns: 1 });
  assert.deepEqual(around.strokes, more.strokes);
});

test("what would leave the board, or become too large, is refused", () => {
  const start = drawing(numbers(3));
  let moved = start;
  let steps = 0;
  for (let next = moved; next; next = withSteps(moved, { right: 1 })) [moved, steps] = [next, steps + 1];
  assert.ok(steps > 5 && steps < SIDE);
  assert.equal(withMatrix(start, [50, 0, 0, 50, 0, 0]), null);
  assert.equal(withMatrix(start, [0.001, 0, 0, 0.001, 140, 140]), null);
});

test("a zoom widens the pen as well, and keeps the times", () => {
  const start = drawing(numbers(5));
  const larger = withSteps(start, { zooms: 1 });
  larger.strokes.forEach((stroke, index) => {
    assert.ok(Math.abs(stroke.pen - 1.1 * start.strokes[index].pen) <= 0.05 + 1e-9);
    assert.deepEqual(stroke.points.map(([, , time]) => time), start.strokes[index].points.map(([, , time]) => time));
  });
});

test("quarter turns are exact", () => {
  const quarter = matrixOf({ turns: 9, zooms: 0, right: 0, down: 0 }, [0, 0]);
  assert.deepEqual(quarter.map((value) => value + 0), [0, 1, -1, 0, 0, 0]); // + 0: no negative zeros
});
