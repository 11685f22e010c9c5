/**
 * The canvas as it stands, shrunk to what a network takes: no cropping, no centring, no look for the ink. Pure.
 *
 * It is how the canvas was read before there was a normalization, and it shows what that one is for.
 *
 * @import {Stroke} from "../strokes.js"
 * @import {Colours} from "./colours.js"
 */

import { rasterize } from "../preprocessing/rasterizing.js";
import { SIDE } from "../strokes.js";
import { greyOf } from "./colours.js";

const SMALL = 28;
const BLOCK = SIDE / SMALL;

/**
 * @param {readonly Stroke[]} strokes
 * @param {Colours | null} colours  null is ink on paper; coloured, the canvas is turned to grey and dark counts as ink
 * @returns {Uint8Array} 784, ink high
 */
export function shrunkStrokes(strokes, colours) {
  const { ink } = rasterize({ strokes });
  if (colours === null) return shrunk(ink);
  const [pen, paper] = [255 - greyOf(colours.ink), 255 - greyOf(colours.paper)];
  return shrunk(ink.map((value) => paper + Math.round(((pen - paper) * value) / 255)));
}

/** @param {ArrayLike<number>} rgba  of an opaque picture of the whole board, SIDE x SIDE @returns {Uint8Array} as above */
export function shrunkPicture(rgba) {
  return shrunk(Uint8Array.from({ length: SIDE * SIDE }, (_, i) => 255 - greyOf([rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]])));
}

/** Returns the averages of blocks of ten by ten, rounded half up. @param {Uint8Array} values */
function shrunk(values) {
  const sums = new Uint32Array(SMALL * SMALL);
  values.forEach((value, index) => {
    const [x, y] = [index % SIDE, Math.floor(index / SIDE)];
    sums[Math.floor(y / BLOCK) * SMALL + Math.floor(x / BLOCK)] += value;
  });
  return Uint8Array.from(sums, (sum) => Math.floor(sum / BLOCK ** 2 + 0.5));
}
