/**
 * Drawings on a canvas, for the eye only: what is read and kept is computed from the strokes.
 *
 * @import {Drawing} from "./drawing.js"
 * @import {Stroke} from "./strokes.js"
 */

import { SIDE } from "./strokes.js";

/** Canvas pixels per canvas unit on an ordinary screen: sharp up to 560 CSS pixels. */
const PIXELS_PER_UNIT = 2;

/** Fits the backing store to the screen; its size does not depend on how large the canvas is shown. */
export function fitToScreen(/** @type {CanvasRenderingContext2D} */ context) {
  const scale = PIXELS_PER_UNIT * Math.max(1, window.devicePixelRatio);
  context.canvas.width = context.canvas.height = Math.round(SIDE * scale);
  context.setTransform(context.canvas.width / SIDE, 0, 0, context.canvas.height / SIDE, 0, 0);
}

/** @param {CanvasRenderingContext2D} context @param {readonly Stroke[]} strokes @param {string} color */
export function paint(context, strokes, color) {
  context.clearRect(0, 0, SIDE, SIDE);
  for (const stroke of strokes) paintStroke(context, stroke, color);
}

/**
 * Draws a stroke, or its end: the segments from the point `from` on.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} stroke
 * @param {string} color
 * @param {number} [from]
 */
export function paintStroke(context, stroke, color, from = 0) {
  const points = stroke.points.slice(from);
  context.globalCompositeOperation = stroke.erase ? "destination-out" : "source-over";
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = stroke.pen;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  if (points.length === 1) {
    // A line of no length leaves nothing in some browsers, and a dot is a drawing too.
    context.arc(points[0][0], points[0][1], stroke.pen / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}
