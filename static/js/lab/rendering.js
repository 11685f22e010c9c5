/**
 * What is on the board as an image: to be read where a picture lies under the strokes, and to be saved.
 *
 * @import {Drawing, Laid} from "../drawing.js"
 * @import {Box} from "../preprocessing/symbols.js"
 */

import { mapped, scaleOf } from "../frame.js";
import { paint } from "../painting.js";
import { SIDE, extentOf } from "../strokes.js";

/** So large a PNG is given as it is; what is larger, as photographs are, as JPEG. */
const MOST_CHARACTERS = 500_000;
const QUALITY = 0.92;
/** A picture that was drawn over or turned gets so many pixels along its longer side: each change of it is read. */
const ENOUGH = 640;
const HAIR = 0.01; // canvas units
const WHOLE = Object.freeze({ x: 0, y: 0, width: SIDE, height: SIDE });

/**
 * A drawing over a picture: the part of the board that it takes, and its pixels. One that is as it came keeps its own.
 *
 * @param {Drawing} drawing
 * @param {string} ink
 * @returns {{view: Box, canvas: HTMLCanvasElement}}
 */
export function photographed(drawing, ink) {
  const { picture, matrix } = /** @type {Laid} */ (drawing.laid);
  const view = viewOf(drawing);
  const scale = scaleOf(matrix);
  const isTurned = matrix[1] !== 0;
  const isCut = view.width < scale * picture.width - HAIR || view.height < scale * picture.height - HAIR;
  if (drawing.strokes.length === 0 && !isTurned && !isCut) return { view, canvas: picture.canvas };
  return { view, canvas: rendered(drawing, { view, longest: ENOUGH, ink }) };
}

/** The box around picture and strokes, as far as it is on the board. @param {Drawing} drawing @returns {Box} */
function viewOf({ strokes, laid }) {
  const { picture, matrix } = /** @type {Laid} */ (laid);
  const corners = [0, picture.width].flatMap((x) => [0, picture.height].map((y) => mapped(matrix, [x, y])));
  const [left, top, right, bottom] = extentOf(strokes);
  const onBoard = (length) => Math.min(Math.max(length, 0), SIDE);
  const x = onBoard(Math.min(left, ...corners.map((corner) => corner[0])));
  const y = onBoard(Math.min(top, ...corners.map((corner) => corner[1])));
  const width = onBoard(Math.max(right, ...corners.map((corner) => corner[0]))) - x;
  const height = onBoard(Math.max(bottom, ...corners.map((corner) => corner[1]))) - y;
  return { x, y, width, height };
}

/**
 * @param {Drawing} drawing
 * @param {{view?: Box, longest: number, ink: string, paper?: string}} options  `longest`: side in pixels; without `paper`
 *   what is not covered stays transparent
 * @returns {HTMLCanvasElement}
 */
export function rendered(drawing, { view = WHOLE, longest, ink, paper }) {
  const scale = longest / Math.max(view.width, view.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(view.width * scale));
  canvas.height = Math.max(1, Math.round(view.height * scale));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.setTransform(canvas.width / view.width, 0, 0, canvas.height / view.height, 0, 0);
  context.translate(-view.x, -view.y);
  paint(context, drawing, ink);
  if (paper) {
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = paper;
    context.fillRect(0, 0, SIDE, SIDE);
  }
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @returns {ImageData} */
export function pixelsOf(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** A data URL: PNG, or JPEG where that would be too large. @param {HTMLCanvasElement} canvas */
export function encoded(canvas) {
  const png = canvas.toDataURL("image/png");
  return png.length <= MOST_CHARACTERS ? png : canvas.toDataURL("image/jpeg", QUALITY);
}
