/**
 * Connected pieces on a coarse grid. Pure; the twin of the latter half of datasets/preprocessing/symbols.py.
 *
 * @import {Box} from "./symbols.js"
 *
 * @typedef {{marked: Uint8Array, width: number, height: number}} Grid  1 where a cell is marked, row by row
 * @typedef {{labels: Int32Array, width: number, height: number, count: number}} Pieces  numbered from 1; 0 is none
 */

/**
 * Returns which cells hold a marked pixel.
 *
 * @param {Grid} pixels
 * @param {number} cell  the side of a cell in pixels
 * @returns {Grid}
 */
export function cellsWithInk({ marked, width, height }, cell) {
  const columns = Math.ceil(width / cell);
  const cells = new Uint8Array(columns * Math.ceil(height / cell));
  for (let y = 0, i = 0; y < height; y += 1) {
    const row = Math.floor(y / cell) * columns;
    for (let x = 0; x < width; x += 1, i += 1) if (marked[i] > 0) cells[row + Math.floor(x / cell)] = 1;
  }
  return { marked: cells, width: columns, height: cells.length / columns };
}

/**
 * Returns the value of its cell for each pixel.
 *
 * @param {{values: ArrayLike<number>, width: number}} cells
 * @param {number} cell  the side of a cell in pixels
 * @param {number} width  in pixels
 * @param {number} height
 */
export function pixelsOfCells({ values, width: columns }, cell, width, height) {
  const pixels = new Int32Array(width * height);
  const columnOf = Int32Array.from({ length: width }, (_, x) => Math.floor(x / cell));
  for (let y = 0, i = 0; y < height; y += 1) {
    const row = Math.floor(y / cell) * columns;
    for (let x = 0; x < width; x += 1, i += 1) pixels[i] = values[row + columnOf[x]];
  }
  return pixels;
}

/** Grows each marked cell right and down by `reach`, which closes gaps on all sides. @param {Grid} grid @param {number} reach @returns {Grid} */
export function stretched({ marked, width, height }, reach) {
  const grown = new Uint8Array(marked.length);
  marked.forEach((isMarked, index) => {
    if (!isMarked) return;
    const x = index % width;
    const y = Math.floor(index / width);
    for (let row = y; row <= Math.min(y + reach, height - 1); row += 1) {
      grown.fill(1, row * width + x, row * width + Math.min(x + reach, width - 1) + 1);
    }
  });
  return { marked: grown, width, height };
}

/** Numbers the pieces (8 neighbours) in reading order of their first cell. @param {Grid} grid @returns {Pieces} */
export function labelPieces({ marked, width, height }) {
  const labels = new Int32Array(marked.length);
  let count = 0;
  marked.forEach((isMarked, index) => {
    if (!isMarked || labels[index] > 0) return;
    count += 1;
    flood({ marked, labels, width, height }, index, count);
  });
  return { labels, width, height, count };
}

function flood({ marked, labels, width, height }, start, label) {
  const waiting = [start];
  labels[start] = label;
  while (waiting.length > 0) {
    const index = /** @type {number} */ (waiting.pop());
    const x = index % width;
    const y = Math.floor(index / width);
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1) {
        const other = row * width + column;
        if (!marked[other] || labels[other] > 0) continue;
        labels[other] = label;
        waiting.push(other);
      }
    }
  }
}

/** Returns the box, in cells, of each piece from 1 to `count`. @param {Pieces} pieces @returns {Box[]} */
export function pieceBoxes({ labels, width, height, count }) {
  const edges = Array.from({ length: count }, () => [width, height, 0, 0]);
  labels.forEach((label, index) => {
    if (label === 0) return;
    const edge = edges[label - 1];
    const x = index % width;
    const y = Math.floor(index / width);
    edge[0] = Math.min(edge[0], x);
    edge[1] = Math.min(edge[1], y);
    edge[2] = Math.max(edge[2], x + 1);
    edge[3] = Math.max(edge[3], y + 1);
  });
  return edges.map(([left, top, right, bottom]) => ({ x: left, y: top, width: right - left, height: bottom - top }));
}
