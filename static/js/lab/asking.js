/**
 * What the engines are asked about the board, and what their answers say about it.
 *
 * @import {Drawing} from "../drawing.js"
 * @import {Answer, Engine, Question} from "../predictor.js"
 * @import {Box} from "../preprocessing/symbols.js"
 * @import {Colours} from "./colours.js"
 *
 * @typedef {object} Look  at the board: what the answer is about
 * @property {Drawing} drawing
 * @property {boolean} normalizes  or the canvas is asked about as it stands
 * @property {Colours | null} colours  null: nobody has chosen any
 *
 * @typedef {Omit<Answer, "is_digit"> & {is_digit: Answer["is_digit"] | null}} Reading
 *   of the board: boxes in canvas units, and no verdict about a canvas that was not normalized
 */

import { SIDE } from "../strokes.js";
import { css, inkOf } from "./colours.js";
import { photographed, pixelsOf, rendered } from "./rendering.js";
import { shrunkPicture, shrunkStrokes } from "./shrinking.js";

const WHOLE = Object.freeze({ x: 0, y: 0, width: SIDE, height: SIDE });
const INK = "#000";
const PAPER = "#fff";

/** Asks an engine about looks at the board; it may stand where an engine may. */
export class BoardReader {
  /** @param {Engine} engine */
  constructor(engine) {
    this.engine = engine;
  }

  /** @param {Look} look @returns {Promise<Reading>} */
  async predict(look) {
    if (!look.normalizes) {
      const answer = await this.engine.predict({ pixels: shrunkOf(look) });
      return { ...answer, is_digit: null };
    }
    const { question, view, scale } = questionOf(look);
    const answer = await this.engine.predict(question);
    return { ...answer, readings: answer.readings.map((reading) => ({ ...reading, box: onBoard(reading.box, view, scale) })) };
  }
}

/** @param {Look} look @returns {{question: Question, view: Box, scale: number}} `scale`: canvas units a pixel */
function questionOf({ drawing }) {
  if (!drawing.laid) return { question: { strokes: drawing.strokes }, view: WHOLE, scale: 1 };
  const { view, canvas } = photographed(drawing, inkOf(drawing, null, INK)); // chosen colours change no answer
  const { data, width, height } = pixelsOf(canvas);
  return { question: { rgba: data, width, height }, view, scale: view.width / width };
}

/** @param {[number, number, number, number]} box @param {Box} view @param {number} scale @returns {Answer["readings"][0]["box"]} */
function onBoard([x, y, width, height], view, scale) {
  return [view.x + x * scale, view.y + y * scale, width * scale, height * scale];
}

/** @param {Look} look @returns {Uint8Array} 784, ink high */
function shrunkOf({ drawing, colours }) {
  if (!drawing.laid) return shrunkStrokes(drawing.strokes, colours);
  const paper = colours ? css(colours.paper) : PAPER;
  return shrunkPicture(pixelsOf(rendered(drawing, { longest: SIDE, ink: inkOf(drawing, colours, INK), paper })).data);
}
