import assert from "node:assert/strict";
import { test } from "node:test";

import { addingUp } from "../../static/js/certainty.js";
import { drawingOf, withMatrix } from "../../static/js/drawing.js";
import { contrast, css, greyOf, inkOf, parsed } from "../../static/js/lab/colours.js";
import { fittingOf, onTheWay } from "../../static/js/lab/fitting.js";
import { runsOf } from "../../static/js/lab/plot.js";
import { shrunkPicture, shrunkStrokes } from "../../static/js/lab/shrinking.js";
import { normalize } from "../../static/js/preprocessing/normalization.js";
import { rasterize } from "../../static/js/preprocessing/rasterizing.js";
import { BlankDrawing } from "../../static/js/preprocessing/symbols.js";
import { SIDE } from "../../static/js/strokes.js";

const line = (points, pen = 18) => ({ points: points.map(([x, y], time) => [x, y, time]), pen, erase: false });
const SEVENS = [
  [line([[80, 60], [200, 60], [130, 220]])],
  [line([[10, 200], [40, 200], [25, 260]], 6)],
  [line([[140, 20], [250, 30], [190, 130]], 30), line([[160, 80], [220, 80]], 8)],
];

test("what Normalize has fitted looks to the networks as it did, and is fitted where it stands", () => {
  for (const strokes of SEVENS) {
    const drawing = drawingOf({ strokes, laid: null });
    const fitted = withMatrix(drawing, fittingOf(rasterize(drawing)));
    const [before, after] = [drawing, fitted].map((one) => normalize(rasterize(one)));
    assert.ok(Math.abs(Math.max(after.box.width, after.box.height) - 200) <= 1);
    const changes = before.pixels.map((value, index) => Math.abs(value - after.pixels[index]));
    assert.ok(changes.reduce((sum, change) => sum + change, 0) / changes.length < 6, "it looks otherwise");
    const again = fittingOf(rasterize(fitted));
    assert.ok(Math.abs(again[0] - 1) < 0.01 && Math.abs(again[4]) < 2 && Math.abs(again[5]) < 2, String(again));
  }
  assert.throws(() => fittingOf(rasterize({ strokes: [] })), BlankDrawing);
});

test("the way into the box begins where the symbol stands and ends in the box", () => {
  const matrix = [1.6, 0, 0, 1.6, -40, 12];
  assert.deepEqual(onTheWay(matrix, 0).map((value) => value + 0), [1, 0, 0, 1, 0, 0]); // + 0: no negative zeros
  assert.deepEqual(onTheWay(matrix, 1), matrix);
});

test("a canvas is shrunk by averages of ten by ten, and its colours count", () => {
  const strokes = [line([[35, 0], [35, 279]], 10)]; // from 30 to 40: the fourth column
  const plain = shrunkStrokes(strokes, null);
  assert.deepEqual([...plain.slice(28, 35)], [0, 0, 0, 255, 0, 0, 0]);
  const chalk = { ink: [255, 255, 255], paper: [0, 51, 0] };
  const misled = shrunkStrokes(strokes, chalk);
  assert.deepEqual([...misled.slice(28, 33)], [225, 225, 225, 0, 225]);
  const rgba = new Uint8ClampedArray(SIDE * SIDE * 4).fill(255);
  rgba.fill(0, 0, SIDE * 4 * 5); // the upper half of the first row of squares
  assert.deepEqual([...shrunkPicture(rgba).slice(26, 30)], [128, 128, 0, 0]);
});

test("colours are read, written and compared", () => {
  assert.deepEqual(parsed("rgb(26, 27, 34)"), [26, 27, 34]);
  assert.deepEqual(parsed(css([1, 2, 255])), [1, 2, 255]);
  assert.equal(greyOf([255, 0, 0]), 76);
  assert.equal(contrast([0, 0, 0], [255, 255, 255]), 21);
  assert.equal(contrast([9, 9, 9], [9, 9, 9]), 1);
  const laid = (isDark) => ({ laid: { picture: { isDark } } });
  assert.equal(inkOf({ laid: null }, null, "usual"), "usual");
  assert.equal(inkOf(laid(true), { ink: [1, 2, 3] }, "usual"), "rgb(1 2 3)");
  assert.ok(parsed("rgb(241 239 233)")[0] > 200 && inkOf(laid(true), null, "") !== inkOf(laid(false), null, ""));
});

test("shares are rounded so that they add up", () => {
  for (const shares of [[1 / 3, 1 / 3, 1 / 3], [0.99996, 0.00004], Array(10).fill(0.1), [0.123456, 0.876544]]) {
    const units = addingUp(shares, 4).map((share) => Math.round(share * 10_000));
    assert.equal(units.reduce((sum, unit) => sum + unit, 0), 10_000);
    units.forEach((unit, index) => assert.ok(Math.abs(unit / 10_000 - shares[index]) < 0.0001));
  }
});

test("readings on the way around are told in stretches", () => {
  const steps = [7, 7, 1, 7].map((digit, index) => ({ angle: 10 * index, digit, probability: 1, isDigit: null }));
  assert.deepEqual(runsOf(steps), [
    { digit: 7, from: 0, to: 10 },
    { digit: 1, from: 20, to: 20 },
    { digit: 7, from: 30, to: 30 },
  ]);
});
