/**
 * How many symbols are on the canvas, and where. Pure.
 *
 * The twin of datasets/symbols.py, where the rules are explained: pieces of ink belong to one symbol when the gap
 * between them is small against their height, or when they stand above one another.
 *
 * @import {Raster} from "./normalization.js"
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Box  in pixels or in cells; x, y is the upper left
 * @typedef {Raster & {box: Box}} Symbol  its own ink, and where on the canvas that is
 */

import { cellsWithInk, labelPieces, pieceBoxes, stretched } from "./pieces.js";

export const INK_LEVEL = 32; // a pixel counts as ink above this
export const GRID = 96; // cells along the longer side of all ink: the resolution at which pieces are told apart
const NEAR = 8; // pieces belong together when the gap is at most 1/8 of the longest piece
const NOISE = 6; // what is shorter than 1/6 of the longest piece is no symbol of its own
const MOST_SYMBOLS = 64;
const NOBODY = -1; // the owner of a cell in which no pixel counts as ink

/** There is no ink, or too little to be seen. */
export class BlankDrawing extends Error {
  constructor() {
    super("The drawing is blank: expected ink, received none to be seen.");
    this.code = "blank_drawing";
  }
}

/** Returns the smallest box that holds all pixels above INK_LEVEL. @param {Raster} raster @returns {Box} */
export function cropBox({ ink, width, height }) {
  const whole = { x: 0, y: 0, width, height };
  return boxOfMarked(whole, (x, y) => ink[y * width + x] > INK_LEVEL);
}

/**
 * Returns each symbol with its own ink, from left to right. Where boxes overlap, as those of leaning digits do, the ink
 * of the neighbour is left out. So is noise.
 *
 * @param {Raster} raster
 * @returns {Symbol[]}
 * @throws {BlankDrawing}
 */
export function separateSymbols(raster) {
  const crop = cropBox(raster);
  const { owners, count } = grouped(raster, crop);
  const symbols = Array.from({ length: count }, (_, index) => ownInk(raster, crop, owners, index + 1));
  return symbols.sort(({ box: a }, { box: b }) => a.x - b.x || a.y - b.y || a.width - b.width);
}

/** Returns whose the ink at a place in the crop is: a number from 1 to `count`, 0 for noise; and the count. */
function grouped(raster, crop) {
  const cell = Math.ceil(Math.max(crop.width, crop.height) / GRID);
  const occupied = cellsWithInk(crop, cell, (x, y) => raster.ink[(crop.y + y) * raster.width + crop.x + x] > INK_LEVEL);
  const scale = Math.max(...pieceBoxes(labelPieces(occupied)).map(longest));
  const pieces = labelPieces(stretched(occupied, Math.floor(scale / NEAR)));
  occupied.marked.forEach((marked, index) => {
    if (!marked) pieces.labels[index] = 0;
  });
  const numbers = [NOBODY, ...merged(pieceBoxes(pieces), scale)];
  const owner = Int32Array.from(pieces.labels, (label) => numbers[label]);
  const owners = (x, y) => owner[Math.floor(y / cell) * pieces.width + Math.floor(x / cell)];
  return { owners, count: Math.max(...numbers) };
}

/** @returns {Symbol} */
function ownInk(raster, crop, owners, number) {
  const inkAt = (x, y) => raster.ink[(crop.y + y) * raster.width + crop.x + x];
  const inside = boxOfMarked(crop, (x, y) => inkAt(x, y) > INK_LEVEL && owners(x, y) === number);
  const { width, height } = inside;
  const ink = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      const owner = owners(inside.x + x, inside.y + y);
      if (owner === number || owner === NOBODY) ink[i] = inkAt(inside.x + x, inside.y + y);
    }
  }
  return { ink, width, height, box: { x: crop.x + inside.x, y: crop.y + inside.y, width, height } };
}

/** Returns the smallest box that holds all marked places of an area, seen from its corner. */
function boxOfMarked({ width, height }, isMarked) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!isMarked(x, y)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (bottom < 0) throw new BlankDrawing();
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Returns the number of the symbol, from 1, that each piece belongs to; 0 for noise.
 *
 * @param {Box[]} boxes
 * @param {number} scale
 */
function merged(boxes, scale) {
  const order = boxes.map((_, index) => index).sort((a, b) => longest(boxes[b]) - longest(boxes[a]) || a - b);
  let numbers = boxes.map(() => 0);
  let count = 0;
  for (const [place, index] of order.slice(0, MOST_SYMBOLS).entries()) {
    if (longest(boxes[index]) * NOISE < scale) break;
    const below = order.slice(0, place).filter((other) => stacked(boxes[index], boxes[other], scale));
    const joined = new Set(below.map((other) => numbers[other]));
    const number = joined.size > 0 ? Math.min(...joined) : (count += 1);
    numbers = numbers.map((old) => (joined.has(old) ? number : old));
    numbers[index] = number;
  }
  return renumbered(numbers);
}

/** Closes the gaps that merging left. @param {number[]} numbers */
function renumbered(numbers) {
  const ranks = [...new Set([0, ...numbers])].sort((a, b) => a - b);
  return numbers.map((number) => ranks.indexOf(number));
}

/** Whether two pieces stand above one another: they share half of the narrower one's width. */
function stacked(a, b, scale) {
  const shared = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const gap = Math.max(a.y, b.y) - Math.min(a.y + a.height, b.y + b.height);
  return 2 * shared >= Math.min(a.width, b.width) && 2 * gap <= scale;
}

function longest(box) {
  return Math.max(box.width, box.height);
}
