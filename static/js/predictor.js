/**
 * Answers to drawings: who gives them, and in which order they are believed.
 *
 * @import {Drawing} from "./strokes.js"
 *
 * @typedef {{digit: number, probability: number, box: [number, number, number, number]}} Reading
 * @typedef {object} Answer
 * @property {number} digit
 * @property {number[]} probabilities  ten, of the digits 0-9
 * @property {{accepted: boolean, probability: number}} is_digit
 * @property {number} symbols
 * @property {Reading[]} readings  of each symbol, from left to right
 * @property {Record<string, number>} models  number of the version that answered, by network
 *
 * An engine is whatever has `predict(drawing)` and returns a promise of an Answer: the server here.
 */

import { request } from "./api.js";
import { toPayload } from "./strokes.js";

export class ServerEngine {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /** @param {Drawing} drawing @returns {Promise<Answer>} */
  predict(drawing) {
    // Predicting is blind to cookies, so none are sent.
    return request("POST", this.url, { body: { strokes: toPayload(drawing) }, credentials: "omit" });
  }
}

/**
 * Asks an engine about the newest drawing: one question at a time, and of those that come meanwhile only the
 * last is asked. Each has a number, and an answer is dropped when it is about something that was forgotten.
 *
 * Events: `answer` and `failure`; `detail` has the `answer` or `error`, and `latest`: whether it is about the
 * newest drawing.
 */
export class Predictor extends EventTarget {
  /** @param {{predict(drawing: Drawing): Promise<Answer>}} engine */
  constructor(engine) {
    super();
    this.engine = engine;
    this.asked = 0;
    this.forgotten = 0;
    this.busy = false;
    /** @type {Drawing | null} */
    this.waiting = null;
  }

  /** @param {Drawing} drawing */
  ask(drawing) {
    this.asked += 1;
    this.waiting = drawing;
    if (!this.busy) this.work();
  }

  /** Drops what is asked and what is on its way: the board is empty. */
  forget() {
    this.waiting = null;
    this.forgotten = this.asked;
  }

  async work() {
    this.busy = true;
    while (this.waiting) {
      const drawing = this.waiting;
      const number = this.asked;
      this.waiting = null;
      await this.settle(drawing, number);
    }
    this.busy = false;
  }

  async settle(drawing, number) {
    try {
      const answer = await this.engine.predict(drawing);
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
