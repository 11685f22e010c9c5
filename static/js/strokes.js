/**
 * Strokes, and what the server takes of them. Pure: no page, no canvas.
 *
 * @typedef {[number, number, number]} Point  x and y in canvas units (to a tenth), ms since the first point
 * @typedef {{points: Point[], pen: number, erase: boolean}} Stroke  `pen` is a diameter in canvas units
 */

/** Side of the square canvas, in canvas units. */
export const SIDE = 280;
export const DEFAULT_PEN = 18;
export const DEFAULT_ERASER = 30;

/**
 * What one drawing can hold. The server takes 10,000 points in 128 kB of JSON; a point with its time has up to 25
 * bytes, so the bytes are the tighter limit. A stroke weighs as much as two points more.
 */
export const MOST_POINTS = 5000;
const WEIGHT_OF_STROKE = 2;

/** Points closer than this to the one before (in canvas units) add bytes and no ink. */
const SMALLEST_STEP = 1;
/** The server takes thinner ones, but nothing is left of them in 28 pixels. */
const THINNEST_PEN = 0.5;

/** Rounds half up to a tenth, as the server does. @param {number} length */
export function toTenth(length) {
  return Math.floor(length * 10 + 0.5) / 10;
}

/**
 * Maps a place on the screen to canvas units, whatever size the canvas is shown at. A captured pointer may be
 * anywhere; more than one canvas beyond the edge is refused by the server, so it ends there.
 *
 * @param {number} clientX
 * @param {number} clientY
 * @param {{left: number, top: number, width: number, height: number}} box  the canvas on the screen
 * @returns {[number, number]}
 */
export function toUnits(clientX, clientY, box) {
  const place = (offset, size) => Math.min(2 * SIDE, Math.max(-SIDE, toTenth((offset / size) * SIDE)));
  return [place(clientX - box.left, box.width), place(clientY - box.top, box.height)];
}

/** @param {readonly Point[]} points @param {number} x @param {number} y */
export function isFarEnough(points, x, y) {
  const last = points.at(-1);
  if (last === undefined) return true;
  return (x - last[0]) ** 2 + (y - last[1]) ** 2 >= SMALLEST_STEP ** 2;
}

/** Lengths to a tenth. @param {Stroke} stroke @returns {Stroke} */
export function rounded({ points, pen, erase }) {
  return { points: points.map(([x, y, time]) => [toTenth(x), toTenth(y), time]), pen: toTenth(pen), erase };
}

/** Left, top, right and bottom of all ink; the first two are infinite without any. @param {readonly Stroke[]} strokes */
export function extentOf(strokes) {
  const extent = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { points, pen, erase } of strokes) {
    if (erase) continue;
    for (const [x, y] of points) {
      extent[0] = Math.min(extent[0], x - pen / 2);
      extent[1] = Math.min(extent[1], y - pen / 2);
      extent[2] = Math.max(extent[2], x + pen / 2);
      extent[3] = Math.max(extent[3], y + pen / 2);
    }
  }
  return extent;
}

/**
 * Whether the server takes a stroke where it stands: it may reach one canvas beyond the edge.
 *
 * @param {Stroke} stroke
 */
export function isTakeable({ points, pen }) {
  const isNear = (length) => length >= -SIDE && length <= 2 * SIDE;
  return pen >= THINNEST_PEN && pen <= SIDE && points.every(([x, y]) => isNear(x) && isNear(y));
}

/** How many points the next stroke may have. @param {{strokes: readonly Stroke[]}} drawing */
export function roomLeft(drawing) {
  const used = drawing.strokes.reduce((total, stroke) => total + stroke.points.length + WEIGHT_OF_STROKE, 0);
  return MOST_POINTS - WEIGHT_OF_STROKE - used;
}

/** What the server calls `strokes`. @param {{strokes: readonly Stroke[]}} drawing */
export function toPayload(drawing) {
  return { width: SIDE, height: SIDE, strokes: drawing.strokes };
}
