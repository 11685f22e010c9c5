/**
 * From strokes to ink, by the distance of each pixel from the pen's path. Pure.
 *
 * The twin of datasets/preprocessing/rasterizing.py, to the bit: the order of the operations there is part of the contract, and only
 * `+ - * /` and `sqrt` are used, which are rounded correctly in both languages.
 *
 * @import {Point, Stroke} from "../strokes.js"
 * @import {Raster} from "./normalization.js"
 */

import { SIDE, toTenth } from "../strokes.js";

/**
 * Returns the ink of a drawing: 255 where the pen was, 0 on paper; one canvas unit is one pixel.
 *
 * Lengths count to a tenth of a unit, as on the server, which rounds what it receives.
 *
 * @param {{strokes: readonly Stroke[], width?: number, height?: number}} drawing
 * @returns {Raster}
 */
export function rasterize({ strokes, width = SIDE, height = SIDE }) {
  const raster = { ink: new Uint8Array(width * height), width, height };
  for (const stroke of strokes) draw(raster, stroke);
  return raster;
}

/** Adds one stroke, or takes away what it erases. @param {Raster} raster @param {Stroke} stroke */
function draw(raster, stroke) {
  const pen = toTenth(stroke.pen);
  const segments = segmentsOf(stroke.points);
  const boxes = segments.map((segment) => boxOf(segment, pen, raster));
  const [left, top, right, bottom] = unionOf(boxes);
  if (right <= left || bottom <= top) return;
  const nearest = new Float64Array((right - left) * (bottom - top)).fill(Infinity);
  segments.forEach((segment, index) => measure(nearest, segment, boxes[index], [left, top, right - left]));
  for (let y = top, i = 0; y < bottom; y += 1) {
    for (let x = left, at = y * raster.width + left; x < right; x += 1, at += 1, i += 1) {
      const coverage = Math.min(Math.max(pen / 2 + 0.5 - Math.sqrt(nearest[i]), 0), 1);
      const ink = Math.floor(255 * coverage + 0.5);
      raster.ink[at] = stroke.erase ? Math.min(raster.ink[at], 255 - ink) : Math.max(raster.ink[at], ink);
    }
  }
}

/** Returns ax, ay, bx, by of each segment; a single point is one segment of length 0. @param {readonly Point[]} points */
function segmentsOf(points) {
  const path = points.map(([x, y]) => [toTenth(x), toTenth(y)]);
  if (path.length === 1) path.push(path[0]);
  return path.slice(1).map((end, index) => [...path[index], ...end]);
}

/** Returns left, top, right, bottom (exclusive) of the pixels that a segment can reach, clipped to the canvas. */
function boxOf([ax, ay, bx, by], pen, { width, height }) {
  const reach = pen / 2 + 0.5;
  const low = (a, b, size) => clip(Math.floor(Math.min(a, b) - reach), size);
  const high = (a, b, size) => clip(Math.floor(Math.max(a, b) + reach) + 1, size);
  return [low(ax, bx, width), low(ay, by, height), high(ax, bx, width), high(ay, by, height)];
}

function unionOf(boxes) {
  const union = [Infinity, Infinity, 0, 0];
  for (const [left, top, right, bottom] of boxes) {
    union[0] = Math.min(union[0], left);
    union[1] = Math.min(union[1], top);
    union[2] = Math.max(union[2], right);
    union[3] = Math.max(union[3], bottom);
  }
  return union;
}

/** Lowers `nearest`, row by row in an area at `left`, `top`, to the squared distance from a segment. */
function measure(nearest, [ax, ay, bx, by], [x0, y0, x1, y1], [left, top, width]) {
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy;
  for (let y = y0; y < y1; y += 1) {
    const py = y + 0.5 - ay;
    for (let x = x0, i = (y - top) * width + x0 - left; x < x1; x += 1, i += 1) {
      const px = x + 0.5 - ax;
      const t = square > 0 ? Math.min(Math.max((px * dx + py * dy) / square, 0), 1) : 0;
      const ex = px - t * dx;
      const ey = py - t * dy;
      const distance = ex * ex + ey * ey;
      if (distance < nearest[i]) nearest[i] = distance;
    }
  }
}

function clip(value, size) {
  return Math.min(Math.max(value, 0), size);
}
