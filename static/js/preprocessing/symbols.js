/**
 * How many symbols are on the canvas, and where. Pure.
 *
 * The twin of datasets/preprocessing/symbols.py, where the rules are explained: pieces of ink belong to one symbol when the gap
 * between them is small against their height, or when they stand above one another.
 *
 * @import {Raster} from "./normalization.js"
 *
 * @typedef {{x: number, y: number, width: number, height: number}} Box  in pixels or in cells; x, y is the upper left
 * @typedef {Raster & {box: Box}} Symbol  its own ink, and where on the canvas that is
 */

import { cellsWithInk, labelPieces, pieceBoxes, pixelsOfCells, stretched } from "./pieces.js";

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
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      if (ink[i] <= INK_LEVEL) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top > y) top = y;
      bottom = y;
    }
  }
  if (bottom < 0) throw new BlankDrawing();
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** @param {Raster} raster @param {Box} box @returns {Raster} */
function cropped({ ink, width }, box) {
  const part = new Uint8Array(box.width * box.height);
  for (let y = 0; y < box.height; y += 1) {
    const start = (box.y + y) * width + box.x;
    part.set(ink.subarray(start, start + box.width), y * box.width);
  }
  return { ink: part, width: box.width, height: box.height };
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
  const all = cropped(raster, crop);
  const { owners, count } = ownersOf(all);
  const symbols = Array.from({ length: count }, (_, index) => ownInk(all, owners, index + 1));
  for (const { box } of symbols) {
    box.x += crop.x;
    box.y += crop.y;
  }
  return symbols.sort(({ box: a }, { box: b }) => a.x - b.x || a.y - b.y || a.width - b.width);
}

/** Returns whose each pixel is: a number from 1 to `count`, 0 for noise, or NOBODY's; and the count. @param {Raster} all */
function ownersOf({ ink, width, height }) {
  const cell = Math.ceil(Math.max(width, height) / GRID);
  const marked = new Uint8Array(ink.length);
  for (let i = 0; i < marked.length; i += 1) marked[i] = ink[i] > INK_LEVEL ? 1 : 0;
  const occupied = cellsWithInk({ marked, width, height }, cell);
  const scale = Math.max(...pieceBoxes(labelPieces(occupied)).map(longest));
  const pieces = labelPieces(stretched(occupied, Math.floor(scale / NEAR)));
  occupied.marked.forEach((isMarked, index) => {
    if (!isMarked) pieces.labels[index] = 0;
  });
  const numbers = [NOBODY, ...merged(pieceBoxes(pieces), scale)];
  const values = pieces.labels.map((label) => numbers[label]);
  return { owners: pixelsOfCells({ ...pieces, values }, cell, width, height), count: Math.max(...numbers) };
}

/** @param {Raster} all @param {Int32Array} owners @param {number} number @returns {Symbol} */
function ownInk(all, owners, number) {
  const strict = new Uint8Array(all.ink.length);
  const loose = new Uint8Array(all.ink.length);
  for (let i = 0; i < strict.length; i += 1) {
    if (owners[i] === number) strict[i] = loose[i] = all.ink[i];
    else if (owners[i] === NOBODY) loose[i] = all.ink[i];
  }
  const box = cropBox({ ...all, ink: strict });
  return { ...cropped({ ...all, ink: loose }, box), box };
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
