/**
 * Whether a drawing is a single dot. Pure.
 *
 * The twin of datasets/preprocessing/dots.py, where the numbers are explained.
 *
 * @import {Stroke} from "../strokes.js"
 * @import {Raster} from "./normalization.js"
 * @import {Box} from "./symbols.js"
 */

import { toTenth } from "../strokes.js";

const LARGEST_IN_PENS = 1.5;
const SMOOTH = 1;
const FULL_OF_TAP = 0.5;
const LONGEST_OF_DISK = 1.4;
const FULL_OF_DISK = 0.68;

/** @param {Raster} raster @param {Box} box @param {number | null} pen  in pixels; null where nobody knows */
export function isDot(raster, box, pen) {
  const longest = Math.max(box.width, box.height);
  const shortest = Math.min(box.width, box.height);
  const full = inkInside(raster, box) / (255 * box.width * box.height);
  if (pen === null) return longest <= LONGEST_OF_DISK * shortest && full >= FULL_OF_DISK;
  return longest <= LARGEST_IN_PENS * pen + SMOOTH && full >= FULL_OF_TAP;
}

/** Returns the diameter of the widest pen that has drawn; 0 where none has. @param {readonly Stroke[]} strokes */
export function widestPen(strokes) {
  return Math.max(0, ...strokes.filter(({ erase }) => !erase).map(({ pen }) => toTenth(pen)));
}

function inkInside({ ink, width }, box) {
  let sum = 0;
  for (let y = box.y; y < box.y + box.height; y += 1) {
    const start = y * width + box.x;
    for (const value of ink.subarray(start, start + box.width)) sum += value;
  }
  return sum;
}
