/**
 * From ink to what the networks see: the 28 x 28 image of one symbol. Pure.
 *
 * The twin of datasets/preprocessing/normalization.py: all of it is whole numbers below 2 ** 53, so the bytes are the same.
 *
 * @import {Box} from "./symbols.js"
 *
 * @typedef {{ink: Uint8Array, width: number, height: number}} Raster  row by row; ink is 255, paper 0
 */

import { BlankDrawing, cropBox } from "./symbols.js";

/** Stands in each published version, too: only those that were trained on such images are run here. */
export const PREPROCESSING_VERSION = 1;
export const SIDE = 28;
const FIT = 20; // the long side of the symbol within SIDE
const CENTRE = 14; // pixel index of the centre of mass

/**
 * Crops the ink, fits it into 20 x 20 and centres it on its mass.
 *
 * @param {Raster} raster
 * @returns {{pixels: Uint8Array, box: Box}}  784 bytes, row by row, and where the ink was that they show
 * @throws {BlankDrawing}
 */
export function normalize(raster) {
  const box = cropBox(raster);
  return { pixels: centred(fitted(raster, box)), box };
}

/** Returns the area average of the box, rounded half up, its long side 20. @param {Raster} raster @param {Box} box */
function fitted(raster, box) {
  const longest = Math.max(box.width, box.height);
  const sizeOf = (side) => Math.max(1, Math.floor((2 * FIT * side + longest) / (2 * longest)));
  const width = sizeOf(box.width);
  const height = sizeOf(box.height);
  const total = new Float64Array(width * height);
  const columns = overlaps(box.width, width);
  const row = new Float64Array(width);
  overlaps(box.height, height).forEach((shares, y) => {
    row.fill(0);
    const start = (box.y + y) * raster.width + box.x;
    columns.forEach((parts, x) => {
      const ink = raster.ink[start + x];
      if (ink > 0) for (const [column, part] of parts) row[column] += ink * part;
    });
    for (const [line, share] of shares) for (let x = 0; x < width; x += 1) total[line * width + x] += share * row[x];
  });
  const area = box.width * box.height;
  return { values: total.map((sum) => Math.floor((2 * sum + area) / (2 * area))), width, height };
}

/** Returns for each old pixel the new ones it lies in, and how much of it does, in units of 1/new. */
function overlaps(old, size) {
  return Array.from({ length: old }, (_, index) => {
    const [start, end] = [index * size, (index + 1) * size];
    const parts = [];
    for (let other = Math.floor(start / old); other * old < end; other += 1) {
      parts.push([other, Math.min(end, (other + 1) * old) - Math.max(start, other * old)]);
    }
    return parts;
  });
}

/** Puts an image where its centre of mass is as near to index 14 as whole pixels allow. */
function centred({ values, width, height }) {
  let [mass, right, down] = [0, 0, 0];
  values.forEach((value, index) => {
    mass += value;
    right += value * (index % width);
    down += value * Math.floor(index / width);
  });
  if (mass === 0) throw new BlankDrawing();
  const x = offset(mass, right, width);
  const y = offset(mass, down, height);
  const pixels = new Uint8Array(SIDE * SIDE);
  values.forEach((value, index) => {
    pixels[(y + Math.floor(index / width)) * SIDE + x + (index % width)] = value;
  });
  return pixels;
}

/** Returns where an image of `size` starts so that moment / mass comes to CENTRE, rounded half up. */
function offset(mass, moment, size) {
  return Math.min(Math.max(Math.floor((2 * (CENTRE * mass - moment) + mass) / (2 * mass)), 0), SIDE - size);
}
