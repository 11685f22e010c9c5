/**
 * Drawings on a canvas: on the board for the eye only, where strokes are read from the strokes themselves; and where a
 * picture lies under them, for the networks as well.
 *
 * Contexts are in canvas units.
 *
 * @import {Drawing, Laid} from "./drawing.js"
 * @import {Stroke} from "./strokes.js"
 */

import { SIDE } from "./strokes.js";

/** Canvas pixels per canvas unit on an ordinary screen: sharp up to 560 CSS pixels. */
const PIXELS_PER_UNIT = 2;
/** The paper of a picture goes on for so many of its lengths around it. */
const AROUND = 20;

/** Fits the backing store to the screen; its size does not depend on how large the canvas is shown. */
export function fitToScreen(/** @type {CanvasRenderingContext2D} */ context) {
  const scale = PIXELS_PER_UNIT * Math.max(1, window.devicePixelRatio);
  context.canvas.width = context.canvas.height = Math.round(SIDE * scale);
  context.setTransform(context.canvas.width / SIDE, 0, 0, context.canvas.height / SIDE, 0, 0);
}

/** @param {CanvasRenderingContext2D} context @param {Pick<Drawing, "strokes" | "laid">} drawing @param {string} color */
export function paint(context, { strokes, laid }, color) {
  context.globalCompositeOperation = "source-over";
  context.clearRect(0, 0, SIDE, SIDE);
  if (laid) paintPicture(context, laid);
  for (const stroke of strokes) paintStroke(context, stroke, color);
  if (laid) paintPaper(context, laid);
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

/** @param {CanvasRenderingContext2D} context @param {Laid} laid */
function paintPicture(context, { picture, matrix }) {
  context.save();
  context.transform(...matrix);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture.canvas, 0, 0);
  context.restore();
}

/**
 * Puts the paper of a picture under everything, where the eraser was and around the picture: its edges go on, so that
 * there is no step in the light that could be taken for ink.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Laid} laid
 */
export function paintPaper(context, { picture: { paper, width, height }, matrix }) {
  context.globalCompositeOperation = "destination-over";
  context.save();
  context.transform(...matrix);
  for (const [x, wide, left, across] of stretches(paper.width, width)) {
    for (const [y, high, top, down] of stretches(paper.height, height)) {
      context.drawImage(paper, x, y, wide, high, left, top, across, down);
    }
  }
  context.restore();
  // Where two stretches meet at an angle, a hair may be left between them.
  context.drawImage(paper, 0, 0, SIDE, SIDE);
  context.globalCompositeOperation = "source-over";
}

/** Of one direction: start and length in the paper, start and length in the picture, for before it, itself, and after it. */
function stretches(small, full) {
  const far = AROUND * full;
  return [[0, small, 0, full], [0, 1, -far, far], [small - 1, 1, full, far]];
}
