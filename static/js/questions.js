/**
 * Questions about the board, with the patience that they take.
 *
 * Events: `answer` (as the Predictor has it), `failure` (about the newest drawing; `detail` is the error), `late` (the
 * answer takes so long that somebody should say so), `again` (there was nobody to answer: it is time to ask again).
 *
 * @import {BoardReader, Look} from "./lab/asking.js"
 */

import { UNREACHABLE } from "./api.js";
import { onceVisible } from "./engine/visible.js";
import { Predictor } from "./predictor.js";

/** How soon (ms) a question is asked again that found nobody to answer it. */
const ASK_AGAIN = 4000;
/** An answer that takes longer (ms) than this is waited for in words. */
const SOON = 700;

export class Questions extends EventTarget {
  /** @param {BoardReader} reader */
  constructor(reader) {
    super();
    this.predictor = new Predictor(/** @type {any} */ (reader)); // which stands where an engine may
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.late = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined;
    this.predictor.addEventListener("answer", (event) => this.answered(/** @type {CustomEvent} */ (event).detail));
    this.predictor.addEventListener("failure", (event) => this.failed(/** @type {CustomEvent} */ (event).detail));
  }

  /** @param {Look} look */
  ask(look) {
    this.rest();
    this.late = setTimeout(() => this.emit("late"), SOON);
    this.predictor.ask(/** @type {any} */ (look));
  }

  /** Drops what is asked: it counts no more. */
  forget() {
    this.rest();
    this.predictor.forget();
  }

  rest() {
    clearTimeout(this.late);
    clearTimeout(this.again);
    this.again = undefined;
  }

  answered(detail) {
    if (detail.latest) this.rest();
    this.emit("answer", detail);
  }

  failed({ error, latest }) {
    if (!latest) return;
    this.rest();
    if (error.status >= 500 || error.code === UNREACHABLE) this.askAgain();
    this.emit("failure", error);
  }

  /** Says `again` in a while, unless somebody asks before. A page that nobody sees leaves a server in peace. */
  askAgain() {
    const timer = setTimeout(() => onceVisible(() => this.again === timer && this.emit("again")), ASK_AGAIN);
    this.again = timer;
  }

  /** @param {string} type @param {any} [detail] */
  emit(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
