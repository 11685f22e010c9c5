/**
 * Answers to drawings: who gives them, and in which order they are believed.
 *
 * @import {Stroke} from "./strokes.js"
 *
 * A question is an object with one of `strokes`, `pixels` and `rgba`; others of its fields are ignored, so that a
 * Drawing is one as it is.
 *
 * @typedef {{strokes: readonly Stroke[]}} StrokesQuestion  on a canvas of SIDE x SIDE
 * @typedef {{pixels: ArrayLike<number>}} PixelsQuestion
 *   784 integers, 0-255, ink high, row by row: taken as they are, normalized or not. What was not normalized is unlike
 *   anything that digit-or-not has learnt, so no verdict should be shown then; the answer has one all the same.
 * @typedef {{rgba: Uint8ClampedArray, width: number, height: number}} PictureQuestion
 *   `data`, `width` and `height` of an ImageData: any colours on any paper, each side 8 px to 1,024 px
 * @typedef {StrokesQuestion | PixelsQuestion | PictureQuestion} Question
 *
 * @typedef {{digit: number, probability: number, box: [number, number, number, number]}} Reading
 *   `box`: x, y, width, height in canvas units, or in pixels of the picture
 * @typedef {object} Answer
 * @property {number} digit
 * @property {number[]} probabilities  ten, of the digits 0-9
 * @property {{accepted: boolean, probability: number}} is_digit
 * @property {number} symbols
 * @property {Reading[]} readings  of each symbol, from left to right
 * @property {string} normalized  base64 of a PNG, 28 x 28: what the networks saw
 * @property {Record<string, number>} models  number of the version that answered, by network
 * @property {"browser" | "server"} engine  who answered
 * @property {number} ms  from the question to the answer, the way to the server and back included
 *
 * @typedef {{predict(question: Question): Promise<Answer>}} Engine
 *   Rejects with an ApiError: what the server says, and in the browser `blank_drawing` where there is no ink.
 */

import { request } from "./api.js";
import { toPayload } from "./strokes.js";

/** @implements {Engine} */
export class ServerEngine {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /** @param {Question} question @returns {Promise<Answer>} */
  async predict(question) {
    const began = performance.now();
    // Predicting is blind to cookies, so none are sent.
    const answer = await request("POST", this.url, { body: toBody(question), credentials: "omit" });
    return { ...answer, engine: "server", ms: performance.now() - began };
  }
}

/** @param {any} question */
function toBody(question) {
  if (question.pixels) return { pixels: Array.from(question.pixels) };
  if (question.rgba) return { image: toDataUrl(question) };
  return { strokes: toPayload(question) };
}

/** @param {PictureQuestion} picture @returns {string} a PNG */
function toDataUrl({ rgba, width, height }) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas.toDataURL("image/png");
}

/**
 * Asks an engine the newest question: one at a time, and of those that come meanwhile only the
 * last is asked. Each has a number, and an answer is dropped when it is about something that was forgotten: a large
 * picture may be on its way for minutes, so the next question does not wait for that either.
 *
 * Events: `answer` and `failure`; `detail` has the `answer` or `error`, and `latest`: whether it is about the
 * newest drawing.
 */
export class Predictor extends EventTarget {
  /** @param {Engine} engine */
  constructor(engine) {
    super();
    this.engine = engine;
    this.asked = 0;
    this.forgotten = 0;
    this.busy = false;
    /** @type {Question | null} */
    this.waiting = null;
  }

  /** @param {Question} question */
  ask(question) {
    this.asked += 1;
    this.waiting = question;
    if (!this.busy) this.work();
  }

  /** Drops what is asked and what is on its way: the board is empty. */
  forget() {
    this.waiting = null;
    this.forgotten = this.asked;
    this.busy = false;
  }

  async work() {
    this.busy = true;
    while (this.waiting) {
      const question = this.waiting;
      const number = this.asked;
      this.waiting = null;
      await this.settle(question, number);
      if (number <= this.forgotten) return; // what came after is not ours
    }
    this.busy = false;
  }

  async settle(question, number) {
    try {
      const answer = await this.engine.predict(question);
      this.tell("answer", { answer }, number);
    } catch (error) {
      this.tell("failure", { error }, number);
    }
  }

  tell(type, detail, number) {
    if (number <= this.forgotten) return;
    this.dispatchEvent(new CustomEvent(type, { detail: { ...detail, latest: number === this.asked } }));
  }
}
