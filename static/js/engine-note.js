/**
 * Who has answered: the versions, the engine and its milliseconds. It owns the element `data-versions`.
 *
 * @import {Answer} from "./predictor.js"
 */

import { fill } from "./texts.js";

export class EngineNote {
  /** @param {HTMLElement} element @param {Record<string, string>} texts */
  constructor(element, texts) {
    this.element = element;
    this.texts = texts;
  }

  /** Nobody has read what is on the board. */
  clear() {
    this.element.textContent = "";
  }

  /** @param {Answer} answer */
  show({ models, engine, ms }) {
    const { versions, readInBrowser, readByServer } = this.texts;
    const who = fill(engine === "browser" ? readInBrowser : readByServer, { ms: Math.max(1, Math.round(ms)) });
    this.element.dataset.engine = engine;
    this.element.dataset.ms = ms.toFixed(1);
    this.element.textContent = `${fill(versions, { digits: models.digits, digitOrNot: models["digit-or-not"] })} · ${who}`;
  }
}
