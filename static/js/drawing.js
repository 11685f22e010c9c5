/**
 * Drawings: strokes, perhaps over a picture, and where both stand. Pure.
 *
 * A drawing is never changed in place, so that the history may keep every state of it. It keeps its strokes as they were
 * drawn and the frame in which they stand since; where they are now is computed from both, so rounding never adds up.
 *
 * @import {Frame, Matrix, Place} from "./frame.js"
 * @import {Picture} from "./lab/pictures.js"
 * @import {Point, Stroke} from "./strokes.js"
 *
 * @typedef {{picture: Picture, matrix: Matrix}} Laid  a picture under the strokes; `matrix`: from its pixels to the board
 * @typedef {{strokes: readonly Stroke[], laid: Laid | null}} Content
 * @typedef {object} Drawing
 * @property {readonly Stroke[]} strokes  as they stand on the board, lengths to a tenth
 * @property {Laid | null} laid  as it lies on the board
 * @property {number} startedAt  clock of the first point, ms
 * @property {Content & {pivot: Place}} origin  what the frame applies to, not rounded
 * @property {Frame} frame
 */

import { AS_DRAWN, mapped, matrixOf, product, scaleOf, stepped } from "./frame.js";
import { SIDE, extentOf, isTakeable, rounded } from "./strokes.js";

/** A picture is at most so many times larger than the board, and at least one such part of it. */
const MOST_ZOOM = 8;

/** @type {Drawing} */
export const EMPTY = drawingOf({ strokes: [], laid: null });

/**
 * @param {Content} content  where it stands now
 * @param {number} [startedAt]
 * @returns {Drawing}
 */
export function drawingOf(content, startedAt = 0) {
  return placed({ ...content, pivot: pivotOf(content) }, AS_DRAWN, startedAt);
}

/** @param {Drawing["origin"]} origin @param {Frame} frame @param {number} startedAt @returns {Drawing} */
function placed(origin, frame, startedAt) {
  const { strokes, laid } = through(matrixOf(frame, origin.pivot), origin);
  return Object.freeze({ strokes: strokes.map(rounded), laid, startedAt, origin, frame });
}

/** @param {Matrix} matrix @param {Content} content @returns {Content} */
function through(matrix, { strokes, laid }) {
  const scale = scaleOf(matrix);
  return {
    strokes: strokes.map(({ points, pen, erase }) => ({
      points: points.map(([x, y, time]) => /** @type {Point} */ ([...mapped(matrix, [x, y]), time])),
      pen: pen * scale,
      erase,
    })),
    laid: laid && { picture: laid.picture, matrix: product(matrix, laid.matrix) },
  };
}

/** The middle of what can be seen, on the board. @param {Content} content @returns {Place} */
function pivotOf({ strokes, laid }) {
  const onBoard = (length) => Math.min(Math.max(length, 0), SIDE);
  const middle = laid ? middleOfPicture(laid) : middleOfStrokes(strokes);
  return [onBoard(middle[0]), onBoard(middle[1])];
}

/** @param {Laid} laid @returns {Place} */
function middleOfPicture({ picture, matrix }) {
  return mapped(matrix, [picture.width / 2, picture.height / 2]);
}

/** @param {readonly Stroke[]} strokes @returns {Place} */
function middleOfStrokes(strokes) {
  const [left, top, right, bottom] = extentOf(strokes);
  return left > right ? [SIDE / 2, SIDE / 2] : [(left + right) / 2, (top + bottom) / 2];
}

/** @param {Drawing} drawing @param {Stroke} stroke @param {number} startedAt @returns {Drawing} */
export function withStroke(drawing, stroke, startedAt) {
  const { strokes, laid } = settled(drawing);
  return drawingOf({ strokes: [...strokes, stroke], laid }, startedAt);
}

/** Lays a picture under nothing but itself: a new sheet. @param {Laid} laid @returns {Drawing} */
export function withPicture(laid) {
  return drawingOf({ strokes: [], laid });
}

/** Where the drawing stands, not rounded. @param {Drawing} drawing @returns {Content} */
function settled({ origin, frame }) {
  return through(matrixOf(frame, origin.pivot), origin);
}

/**
 * Moves, zooms or turns a drawing by whole steps.
 *
 * @param {Drawing} drawing
 * @param {Partial<Frame>} steps
 * @returns {Drawing | null} null where it would leave the board, or become too large or too small
 */
export function withSteps(drawing, steps) {
  return ifItStands(placed(drawing.origin, stepped(drawing.frame, steps), drawing.startedAt));
}

/**
 * Puts a drawing elsewhere in one go, as Normalize does; steps count from there.
 *
 * @param {Drawing} drawing
 * @param {Matrix} matrix
 * @returns {Drawing | null} null as above
 */
export function withMatrix(drawing, matrix) {
  return ifItStands(drawingOf(through(matrix, settled(drawing)), drawing.startedAt));
}

/** @param {Drawing} drawing */
function ifItStands(drawing) {
  const { strokes, laid, origin, frame } = drawing;
  const isOnBoard = mapped(matrixOf(frame, origin.pivot), origin.pivot).every((at) => at >= 0 && at <= SIDE);
  const stands = isOnBoard && strokes.every(isTakeable) && (laid === null || hasSensibleSize(laid));
  return stands ? drawing : null;
}

/** @param {Laid} laid */
function hasSensibleSize({ picture, matrix }) {
  const longest = scaleOf(matrix) * Math.max(picture.width, picture.height);
  return longest >= SIDE / MOST_ZOOM && longest <= SIDE * MOST_ZOOM;
}

/** @param {Drawing} drawing */
export function isEmpty(drawing) {
  return drawing.strokes.length === 0 && drawing.laid === null;
}
