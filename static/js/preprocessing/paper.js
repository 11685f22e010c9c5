/**
 * The colour of the paper everywhere in a picture, under the ink as well. Pure.
 *
 * The twin of datasets/preprocessing/paper.py, which explains it: a smooth surface through the cells that hold paper, and on what
 * remains a closing (or an opening, where ink is lighter than paper). Only `+ - * /` are used, in the order written
 * there; a quantile is an element of the sorted values, never an average of two.
 *
 * @typedef {{rgb: Uint8Array, width: number, height: number}} Picture  three bytes a pixel, row by row
 * @typedef {{values: Int32Array[], columns: number, rows: number}} Cells  for each colour, row by row
 */

import { solve } from "./leastsquares.js";

const CELLS = 64; // along the longer side of the picture
const STEPS = 12; // of choosing cells and fitting them; it settles in 3 to 8
const KEPT_TENTHS = 6; // of the cells are fitted: ink may touch the other four
const BRIDGED = 6; // the closing reaches 1/6 of the shorter side to all sides
const SAME = 4; // levels from the colour of flat paper
const NEARLY = 48;
const COLOURS = [0, 1, 2];

/**
 * Returns whether the paper is one colour, and for each of red, green and blue (0, 1, 2) the paper of all pixels.
 *
 * @param {Picture} picture
 * @returns {{isFlat: boolean, colour: (channel: number) => Float64Array}}
 */
export function paperUnder(picture) {
  const cell = Math.ceil(Math.max(picture.width, picture.height) / CELLS);
  const cells = cellMeans(picture, cell);
  const start = cornerColour(cells);
  if (isFlat(picture, start)) {
    const size = picture.width * picture.height;
    return { isFlat: true, colour: (channel) => new Float64Array(size).fill(start[channel]) };
  }
  const { columns, rows } = cells;
  const x = Float64Array.from({ length: columns }, (_, column) => 2 * column - (columns - 1));
  const y = Float64Array.from({ length: rows }, (_, row) => 2 * row - (rows - 1));
  const surfaces = fit(cells, x, y, start);
  const reach = Math.ceil(Math.min(rows, columns) / BRIDGED);
  const rests = COLOURS.map((channel) => {
    const values = cells.values[channel];
    const rest = evaluate(surfaces[channel], x, y).map((height, index) => values[index] - height);
    return bridged(rest, sideOfInk(values, cells, reach), cells, reach);
  });
  const grid = { columns, rows, cell };
  return { isFlat: false, colour: (channel) => colourOf(picture, grid, surfaces[channel], rests[channel]) };
}

/** @param {Picture} picture */
function colourOf({ width, height }, { columns, rows, cell }, surface, rest) {
  // The pixels' centres, in half cells from the middle, as the cells' own are.
  const x = Float64Array.from({ length: width }, (_, column) => (2 * column + 1) / cell - columns);
  const y = Float64Array.from({ length: height }, (_, row) => (2 * row + 1) / cell - rows);
  const paper = evaluate(surface, x, y);
  const tall = enlargedDown(rest, columns, rows, cell, height);
  const more = enlargedAcross(tall, columns, cell, width, height);
  for (let i = 0; i < paper.length; i += 1) paper[i] = Math.min(Math.max(paper[i] + more[i], 0), 255);
  return paper;
}

/** Returns the mean colour, rounded down, of each cell. @param {Picture} picture @param {number} cell @returns {Cells} */
function cellMeans({ rgb, width, height }, cell) {
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const values = COLOURS.map(() => new Int32Array(columns * rows));
  const [red, green, blue] = values;
  const counts = new Int32Array(columns * rows);
  for (let y = 0, i = 0; y < height; y += 1) {
    const row = Math.floor(y / cell) * columns;
    for (let x = 0; x < width; x += 1, i += 3) {
      const at = row + Math.floor(x / cell);
      counts[at] += 1;
      red[at] += rgb[i];
      green[at] += rgb[i + 1];
      blue[at] += rgb[i + 2];
    }
  }
  for (const sums of values) sums.forEach((sum, at) => (sums[at] = Math.floor(sum / counts[at])));
  return { values, columns, rows };
}

/** Returns for each colour the median over the four corners, an eighth of each side wide. @param {Cells} cells */
function cornerColour({ values, columns, rows }) {
  const ends = (size) => {
    const most = Math.max(1, Math.floor(size / 8));
    const first = Array.from({ length: most }, (_, index) => index);
    return [...first, ...first.map((index) => size - most + index)];
  };
  const places = ends(rows).flatMap((row) => ends(columns).map((column) => row * columns + column));
  return values.map((all) => {
    const found = places.map((place) => all[place]).sort((a, b) => a - b);
    return found[Math.floor(found.length / 2)];
  });
}

/** Whether much is of that colour, and little nearly so. @param {Picture} picture @param {number[]} colour */
function isFlat({ rgb, width, height }, [red, green, blue]) {
  let same = 0;
  let nearly = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const off = Math.max(Math.abs(rgb[i] - red), Math.abs(rgb[i + 1] - green), Math.abs(rgb[i + 2] - blue));
    if (off <= SAME) same += 1;
    else if (off <= NEARLY) nearly += 1;
  }
  return same * 10 >= width * height && same >= 2 * nearly;
}

/** Returns for each colour the six coefficients of the surface through the cells that hold paper. */
function fit({ values, columns, rows }, x, y, start) {
  const size = columns * rows;
  const terms = [() => 1, (a) => a, (a, b) => b, (a) => a * a, (a, b) => a * b, (a, b) => b * b].map((term) =>
    Float64Array.from({ length: size }, (_, index) => term(x[index % columns], y[Math.floor(index / columns)])),
  );
  const most = Math.max(1, Math.floor((size * KEPT_TENTHS) / 10));
  let surfaces = start.map((colour) => [colour, 0, 0, 0, 0, 0]);
  let before = new Uint32Array(0);
  for (let step = 0; step < STEPS; step += 1) {
    const kept = nearestCells(values, surfaces, x, y).slice(0, most).sort();
    if (kept.length === before.length && kept.every((cell, index) => cell === before[index])) break;
    before = kept;
    const chosen = terms.map((term) => Float64Array.from(kept, (cell) => term[cell]));
    surfaces = values.map((all) => solve(chosen, Float64Array.from(kept, (cell) => all[cell])));
  }
  return surfaces;
}

/** Returns the cells, those first whose colour is nearest to the surfaces. */
function nearestCells(values, surfaces, x, y) {
  const square = new Float64Array(x.length * y.length);
  values.forEach((all, channel) => {
    const surface = evaluate(surfaces[channel], x, y);
    for (let i = 0; i < square.length; i += 1) square[i] += (all[i] - surface[i]) * (all[i] - surface[i]);
  });
  return Uint32Array.from(square, (_, index) => index).sort((a, b) => square[a] - square[b] || a - b);
}

/** Returns the heights of the surface at all x, y, both in half cells from the middle, row by row. */
function evaluate([a, b, c, d, e, f], x, y) {
  const heights = new Float64Array(x.length * y.length);
  for (let row = 0, i = 0; row < y.length; row += 1) {
    const v = y[row];
    for (let column = 0; column < x.length; column += 1, i += 1) {
      const u = x[column];
      heights[i] = a + b * u + c * v + d * (u * u) + e * (u * v) + f * (v * v);
    }
  }
  return heights;
}

/** Returns `rest` without what lies on ink's `side` and is narrower than the reach. */
function bridged(rest, side, cells, reach) {
  const grown = highest(rest.map((value) => -side * value), cells, reach);
  return highest(grown.map((value) => -value), cells, reach).map((value) => side * value);
}

/** Returns 1 where ink is lighter than the paper around it, -1 where it is darker. */
function sideOfInk(values, { columns, rows }, reach) {
  let sum = 0;
  for (let y = 0, i = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1, i += 1) {
      const [around, count] = sumAround(values, columns, rows, x, y, reach);
      const difference = Math.floor((values[i] * count - around) / count);
      sum += difference * difference * difference;
    }
  }
  return sum > 0 ? 1 : -1;
}

/** Returns the sum over the square that reaches `reach` cells to all sides, cut off at the border, and its cells. */
function sumAround(values, columns, rows, x, y, reach) {
  const [left, right] = [Math.max(x - reach, 0), Math.min(x + reach + 1, columns)];
  const [top, bottom] = [Math.max(y - reach, 0), Math.min(y + reach + 1, rows)];
  let sum = 0;
  for (let row = top; row < bottom; row += 1) {
    for (let column = left; column < right; column += 1) sum += values[row * columns + column];
  }
  return [sum, (right - left) * (bottom - top)];
}

/** Returns the maximum over the square that reaches `reach` cells to all sides, cut off at the border. */
function highest(values, { columns, rows }, reach) {
  const down = values.map((_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    let most = -Infinity;
    for (let row = Math.max(y - reach, 0); row <= Math.min(y + reach, rows - 1); row += 1) {
      most = Math.max(most, values[row * columns + x]);
    }
    return most;
  });
  return down.map((_, i) => {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    let most = -Infinity;
    for (let column = Math.max(x - reach, 0); column <= Math.min(x + reach, columns - 1); column += 1) {
      most = Math.max(most, down[y * columns + column]);
    }
    return most;
  });
}

/** Interpolates between the centres of cells, down. */
function enlargedDown(values, columns, rows, cell, height) {
  const tall = new Float64Array(columns * height);
  for (let y = 0, i = 0; y < height; y += 1) {
    const [before, after, part] = between(y, rows, cell);
    for (let x = 0; x < columns; x += 1, i += 1) {
      const value = values[before * columns + x];
      tall[i] = value + (values[after * columns + x] - value) * part;
    }
  }
  return tall;
}

/** Interpolates between the centres of cells, across. */
function enlargedAcross(values, columns, cell, width, height) {
  const wide = new Float64Array(width * height);
  for (let x = 0; x < width; x += 1) {
    const [before, after, part] = between(x, columns, cell);
    for (let y = 0; y < height; y += 1) {
      const value = values[y * columns + before];
      wide[y * width + x] = value + (values[y * columns + after] - value) * part;
    }
  }
  return wide;
}

/** Returns the cells before and after a pixel, and how far it is from the first to the second. */
function between(pixel, size, cell) {
  const place = Math.min(Math.max((2 * pixel + 1 - cell) / (2 * cell), 0), size - 1);
  const before = Math.floor(place);
  return [before, Math.min(before + 1, size - 1), place - before];
}
