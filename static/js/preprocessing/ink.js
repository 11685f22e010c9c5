/**
 * From a picture of a drawing to its ink, whatever the colours of pen and paper. Pure.
 *
 * The twin of datasets/preprocessing/ink.py, to the bit from the same RGBA array on: ink is the distance from the paper, in all
 * colours at once, and what is much fainter than the ink, like the lines of ruled paper, is left out.
 *
 * @import {Raster} from "./normalization.js"
 * @import {Picture} from "./paper.js"
 */

import { solve } from "./leastsquares.js";
import { paperUnder } from "./paper.js";
import { cellsWithInk, labelPieces, pieceBoxes, pixelsOfCells } from "./pieces.js";
import { BlankDrawing, GRID } from "./symbols.js";

const FAINTEST = 24; // less contrast than this is no ink (0 to 441, the diagonal of the RGB cube)
const ABOVE_GRAIN = 12; // nor is less than so many times the deviation that two fifths of the picture stay below
const LEVELS = [0.45, 0.6, 0.75]; // of full ink: what is fainter counts only beside ink that is not
const SAFE = 0.8; // a line that varies about a level is in pieces there, and whole somewhat below
const ENOUGH = 50; // pixels inside strokes, to tell whether the ink is even
const SPECK = 10; // a piece shorter than 1/10 of the longest is dust, unless it is a dot of a dotted line

/**
 * Returns the ink of a picture, of which transparency shows white; where that leaves nothing to see, black.
 *
 * @param {{rgba: ArrayLike<number>, width: number, height: number}} picture  four bytes a pixel, row by row
 * @returns {Raster}
 * @throws {BlankDrawing}
 */
export function inkFromRGBA({ rgba, width, height }) {
  for (const backdrop of [255, 0]) {
    const { rgb, isOpaque } = flattened(rgba, backdrop);
    const ink = inkOf({ rgb, width, height });
    if (ink) return { ink, width, height };
    if (isOpaque) break;
  }
  throw new BlankDrawing();
}

/** Returns the picture over a white (255) or black (0) backdrop. */
function flattened(rgba, backdrop) {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  let isOpaque = true;
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    const alpha = rgba[from + 3];
    const behind = backdrop * (255 - alpha) + 127;
    if (alpha !== 255) isOpaque = false;
    for (let channel = 0; channel < 3; channel += 1, to += 1) {
      rgb[to] = Math.floor((rgba[from + channel] * alpha + behind) / 255);
    }
  }
  return { rgb, isOpaque };
}

/** Returns the ink, or null when there is nothing but paper. @param {Picture} picture */
function inkOf(picture) {
  const paper = paperUnder(picture);
  const coverage = distanceFrom(paper, picture.rgb);
  const ordered = coverage.slice().sort();
  const top = ordered[ordered.length - Math.max(4, Math.floor(ordered.length / 8000))];
  const grain = paper.isFlat ? 0 : ordered[Math.floor((ordered.length * 2) / 5)];
  if (top < Math.max(FAINTEST, ABOVE_GRAIN * grain)) return null;
  const strongest = ordered.subarray(countUpTo(ordered, top / 2));
  const full = strongest[Math.floor((strongest.length * 3) / 4)];
  for (let i = 0; i < coverage.length; i += 1) coverage[i] /= full;
  makeEven(coverage, picture);
  const beside = grown(strong(coverage, picture), picture);
  const ink = new Uint8Array(coverage.length);
  for (let i = 0; i < ink.length; i += 1) if (beside[i]) ink[i] = Math.floor(255 * Math.min(coverage[i], 1) + 0.5);
  return ink;
}

/** Returns how many of the sorted values are not above a limit. */
function countUpTo(ordered, limit) {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ordered[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns how far each pixel is from the paper, 0 to 441; dark ink in poor light is counted higher. */
function distanceFrom(paper, rgb) {
  const size = rgb.length / 3;
  const square = new Float64Array(size);
  const lighter = new Float64Array(size);
  const light = new Float64Array(size);
  for (let channel = 0; channel < 3; channel += 1) {
    const colour = paper.colour(channel);
    for (let i = 0; i < size; i += 1) {
      const difference = rgb[3 * i + channel] - colour[i];
      light[i] += colour[i];
      lighter[i] += difference;
      square[i] += difference * difference;
    }
  }
  let brightest = 0;
  for (let i = 0; i < size; i += 1) if (light[i] > brightest) brightest = light[i];
  for (let i = 0; i < size; i += 1) {
    const distance = Math.sqrt(square[i]);
    square[i] = lighter[i] < 0 ? distance * (brightest / Math.max(light[i], brightest / 4 + 1)) : distance;
  }
  return square;
}

/** Divides by how strong the ink is here, against that of the whole picture: by a plane through the inside of strokes. */
function makeEven(coverage, { width, height }) {
  const [columns, rows, values] = insideOfStrokes(coverage, width, height);
  if (values.length < ENOUGH) return;
  const [a, b, c] = solve([new Float64Array(values.length).fill(1), columns, rows], values);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let row = 0, i = 0; row < height; row += 1) {
    const y = 2 * row - (height - 1);
    for (let column = 0; column < width; column += 1, i += 1) {
      const x = 2 * column - (width - 1);
      coverage[i] /= Math.min(Math.max((a + b * x + c * y) / mean, 0.5), 1.5);
    }
  }
}

/** Returns x, y (in half pixels from the middle) and the level of each pixel that has nothing but ink around it. */
function insideOfStrokes(coverage, width, height) {
  const outside = above(coverage, LEVELS[0]);
  for (let i = 0; i < outside.length; i += 1) outside[i] = 1 - outside[i];
  const around = grown(outside, { width, height });
  const size = around.length - around.reduce((sum, isOutside) => sum + isOutside, 0);
  const [columns, rows, values] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let i = 0, at = 0; i < around.length; i += 1) {
    if (around[i]) continue;
    columns[at] = 2 * (i % width) - (width - 1);
    rows[at] = 2 * Math.floor(i / width) - (height - 1);
    values[at] = Math.floor(255 * coverage[i] + 0.5);
    at += 1;
  }
  return [columns, rows, values];
}

/** Marks what is above a level. @param {Float64Array} coverage @param {number} level @returns {Uint8Array} */
function above(coverage, level) {
  const marked = new Uint8Array(coverage.length);
  for (let i = 0; i < marked.length; i += 1) if (coverage[i] > level) marked[i] = 1;
  return marked;
}

/**
 * Returns the pixels that are ink for sure, without specks. Where something nearly as strong as the ink crosses the
 * whole picture (the lines of ruled paper), only what is stronger counts, unless that crosses it too.
 */
function strong(coverage, picture) {
  for (const margin of [SAFE, 1]) {
    for (const level of LEVELS) {
      if (!crosses(above(coverage, margin * level), picture)) return withoutSpecks(above(coverage, level), picture);
    }
  }
  return withoutSpecks(above(coverage, LEVELS[0]), picture);
}

/** Whether a piece reaches from one side of the picture to the opposite one. */
function crosses(marked, picture) {
  const { pieces, boxes } = piecesOf(marked, picture);
  return boxes.some((box) => box.width === pieces.width || box.height === pieces.height);
}

/** Unmarks pieces far smaller than the largest, unless neighbours lead from them to a larger one. */
function withoutSpecks(marked, picture) {
  const { pieces, boxes, cell } = piecesOf(marked, picture);
  const lengths = boxes.map((box) => Math.max(box.width, box.height));
  const longest = Math.max(0, ...lengths);
  const keep = [0, ...lengths.map((length) => +(length * SPECK >= longest))];
  let waiting = lengths
    .map((length, i) => ({ label: i + 1, neighbours: keep[i + 1] ? [] : neighboursOf(pieces, boxes[i], length) }))
    .filter(({ label }) => !keep[label]);
  for (let before = Infinity; waiting.length < before; ) {
    before = waiting.length;
    const reached = waiting.filter(({ neighbours }) => neighbours.some((label) => keep[label]));
    for (const { label } of reached) keep[label] = 1;
    waiting = waiting.filter(({ label }) => !keep[label]);
  }
  const values = pieces.labels.map((label) => keep[label]);
  const kept = pixelsOfCells({ ...pieces, values }, cell, picture.width, picture.height);
  for (let i = 0; i < marked.length; i += 1) marked[i] &= kept[i];
  return marked;
}

/** Returns the labels of the pieces within `reach` cells of a box; 0 is what is none. */
function neighboursOf({ labels, width, height }, box, reach) {
  /** @type {Set<number>} */
  const found = new Set();
  for (let y = Math.max(0, box.y - reach); y < Math.min(height, box.y + box.height + reach); y += 1) {
    for (let x = Math.max(0, box.x - reach); x < Math.min(width, box.x + box.width + reach); x += 1) {
      found.add(labels[y * width + x]);
    }
  }
  return [...found];
}

function piecesOf(marked, { width, height }) {
  const cell = Math.ceil(Math.max(width, height) / GRID);
  const pieces = labelPieces(cellsWithInk({ marked, width, height }, cell));
  return { pieces, boxes: pieceBoxes(pieces), cell };
}

/** Grows each marked pixel by one to all sides: as far as antialiasing reaches. */
function grown(marked, { width, height }) {
  const wide = new Uint8Array(marked.length);
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      if (!marked[i]) continue;
      wide[i] = 1;
      if (x > 0) wide[i - 1] = 1;
      if (x < width - 1) wide[i + 1] = 1;
    }
  }
  const tall = wide.slice();
  for (let i = 0; i < wide.length; i += 1) {
    if (!wide[i]) continue;
    if (i >= width) tall[i - width] = 1;
    if (i + width < tall.length) tall[i + width] = 1;
  }
  return tall;
}
