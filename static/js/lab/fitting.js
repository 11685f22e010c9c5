/**
 * Where Normalize puts a symbol: where the networks are used to see it. Pure.
 *
 * What preprocessing/normalization.js does to pixels, here for the board: the long side of the ink becomes 20 of 28
 * squares, and its centre of mass comes to the middle of the square with the index 14.
 *
 * @import {Matrix} from "../frame.js"
 * @import {Raster} from "../preprocessing/normalization.js"
 */

import { cropBox } from "../preprocessing/symbols.js";
import { SIDE } from "../strokes.js";

const SQUARE = SIDE / 28;
const FIT = 20 * SQUARE;
const CENTRE = 14.5 * SQUARE;

/** The box that the symbol is fitted into, when it is as wide as high. */
export const FRAME = Object.freeze({ x: CENTRE - FIT / 2, y: CENTRE - FIT / 2, width: FIT, height: FIT });

/**
 * @param {Raster} raster  ink of the whole board, at any resolution
 * @returns {Matrix} in canvas units
 * @throws {BlankDrawing}
 */
export function fittingOf(raster) {
  const unit = SIDE / raster.width;
  const box = cropBox(raster);
  const scale = FIT / (Math.max(box.width, box.height) * unit);
  const [right, down] = centreOfMass(raster, box);
  const place = (start, size, centre) =>
    Math.min(Math.max(CENTRE - scale * (centre - start) * unit, 0), SIDE - scale * size * unit) - scale * start * unit;
  return [scale, 0, 0, scale, place(box.x, box.width, right), place(box.y, box.height, down)];
}

function centreOfMass({ ink, width }, box) {
  let [mass, right, down] = [0, 0, 0];
  for (let y = box.y; y < box.y + box.height; y += 1) {
    for (let x = box.x; x < box.x + box.width; x += 1) {
      const value = ink[y * width + x];
      mass += value;
      right += value * (x + 0.5);
      down += value * (y + 0.5);
    }
  }
  return [right / mass, down / mass];
}

/** A matrix on the way from where something stands (0) to where it goes (1). @param {Matrix} matrix @param {number} share @returns {Matrix} */
export function onTheWay([a, , , , e, f], share) {
  const scale = 1 + (a - 1) * share;
  return [scale, 0, 0, scale, e * share, f * share];
}
