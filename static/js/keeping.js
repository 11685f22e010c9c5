/**
 * Keeps the drawing while the page is left for a moment: to choose another language, or by a reload.
 *
 * @import {Drawing, Laid} from "./drawing.js"
 */

import { EMPTY, drawingOf, isEmpty } from "./drawing.js";
import { openPicture } from "./lab/pictures.js";
import { encoded } from "./lab/rendering.js";
import { Stored } from "./stored.js";

const kept = new Stored("sessionStorage", "drawing");
/** Between the last point drawn before and the first one after: the clock has started anew. */
const PAUSE = 1000;

/** @type {WeakMap<object, string>} pictures are written once */
const files = new WeakMap();

/** @param {Drawing} drawing */
export function keep(drawing) {
  const { strokes, laid } = drawing;
  if (isEmpty(drawing)) kept.set(null);
  else kept.set({ strokes, ...(laid && { picture: fileOf(laid), matrix: laid.matrix }) });
}

/** @param {Laid} laid @returns {string} a data URL */
function fileOf({ picture }) {
  const file = files.get(picture) ?? encoded(picture.canvas);
  files.set(picture, file);
  return file;
}

/** @returns {Promise<Drawing>} the one that was kept, if it can be brought back */
export async function keptDrawing() {
  const { strokes = [], picture = null, matrix = null } = kept.get() ?? {};
  try {
    const laid = picture && { picture: await openPicture(picture), matrix };
    return drawingOf({ strokes, laid }, performance.now() - lastTime(strokes) - PAUSE);
  } catch {
    return EMPTY;
  }
}

/** @param {readonly import("./strokes.js").Stroke[]} strokes */
function lastTime(strokes) {
  return Math.max(0, ...strokes.map(({ points }) => points.at(-1)?.[2] ?? 0));
}
