/**
 * Turns the drawing once around and reads it every 10 degrees. It owns the elements `data-turn-around` and
 * `data-turning`.
 *
 * @import {Board} from "../board.js"
 * @import {Drawing} from "../drawing.js"
 * @import {Overlay} from "../overlay.js"
 * @import {BoardReader} from "./asking.js"
 * @import {Step} from "./plot.js"
 * @import {Settings} from "./settings.js"
 */

import { percent } from "../certainty.js";
import { isEmpty, withSteps } from "../drawing.js";
import { part } from "../elements.js";
import { TURNS } from "../frame.js";
import { fill, percentText } from "../texts.js";
import { plotOf, runsOf } from "./plot.js";

const SHORTEST_STEP = 60; // ms, so that one can see it turn
const DEGREES = 360 / TURNS;

export class Turning {
  /**
   * @param {HTMLElement} page
   * @param {{board: Board, overlay: Overlay, reader: BoardReader, settings: Settings, texts: Record<string, any>}} options
   */
  constructor(page, { board, overlay, reader, settings, texts }) {
    this.board = board;
    this.overlay = overlay;
    this.reader = reader;
    this.settings = settings;
    this.texts = texts;
    this.button = part(page, "turn-around");
    this.name = part(page, "turn-name");
    this.figure = part(page, "turning");
    this.title = part(page, "turning-title");
    this.plot = part(page, "turning-plot");
    /** Where the digit is named that the curve is about. */
    this.names = [part(page, "turning-column"), part(page, "turning-legend")];
    this.rows = part(page, "turning-rows");
    this.isTurning = false;
    /** @type {Step[]} */
    this.steps = [];
    this.first = 0;
    this.button.addEventListener("click", () => (this.isTurning ? this.stop() : this.start()));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.stop());
    board.addEventListener("change", () => (this.figure.hidden = true));
  }

  stop() {
    this.isTurning = false;
  }

  async start() {
    const { board } = this;
    const { drawing } = board;
    if (!board.isFree || isEmpty(drawing)) return;
    this.begin();
    let angle = 0;
    try {
      for (let turns = 0; turns <= TURNS && this.isTurning; turns += 1) {
        angle = turns * DEGREES;
        await this.turnTo(angle, turned(drawing, turns));
      }
      this.end(angle, this.isTurning ? this.texts.turned : this.texts.turningStopped);
    } catch {
      this.end(angle, this.texts.turningFailed);
    }
    // A whole turn ends where it began; where it was stopped the symbol stays, and Undo turns it back.
    if (angle % 360 !== 0) {
      board.put(turned(drawing, angle / DEGREES));
      this.figure.hidden = false; // which a change hides, but this one it is about
    }
  }

  begin() {
    this.isTurning = true;
    this.steps = [];
    this.name.textContent = this.texts.stop;
    this.figure.hidden = false;
    this.rows.replaceChildren();
    this.overlay.clear(); // its boxes would stand still
    this.board.show(this.board.drawing);
  }

  /** @param {number} angle @param {string} words */
  end(angle, words) {
    this.isTurning = false;
    this.name.textContent = this.texts.turnAround;
    this.board.show(null);
    const digits = [...new Set(runsOf(this.steps).map(({ digit }) => digit))].join(", ");
    this.title.textContent = fill(words, { angle, digits });
    // On most screens the plot begins below what can be seen.
    this.figure.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} angle @param {Drawing} drawing */
  async turnTo(angle, drawing) {
    const { normalizes, colours } = this.settings;
    const paused = pause(SHORTEST_STEP);
    this.board.show(drawing);
    const { digit, probabilities, is_digit } = await this.reader.predict({ drawing, normalizes, colours });
    if (angle === 0) this.first = digit;
    this.add({ angle, digit, probability: probabilities[this.first], isDigit: is_digit && is_digit.probability });
    this.title.textContent = fill(this.texts.turning, { angle });
    await paused;
  }

  /** @param {Step} step */
  add(step) {
    this.steps.push(step);
    const values = this.steps.map(({ probability }) => probability);
    const named = { digit: this.first, low: shown(Math.min(...values)), high: shown(Math.max(...values)) };
    for (const element of this.names) element.textContent = fill(this.texts.probabilityOf, named);
    this.plot.replaceChildren(plotOf(this.steps, fill(this.texts.plotOf, named)));
    const row = document.createElement("tr");
    const isDigit = step.isDigit === null ? "–" : shown(step.isDigit);
    for (const text of [`${step.angle}°`, String(step.digit), shown(step.probability), isDigit]) {
      row.insertCell().textContent = text;
    }
    this.rows.append(row);
  }
}

/** @param {Drawing} drawing @param {number} turns @returns {Drawing} turned as far as it goes on this board */
function turned(drawing, turns) {
  return withSteps(drawing, { turns }) ?? drawing;
}

/** @param {number} probability */
function shown(probability) {
  return percentText(percent(probability));
}

/** @param {number} time  ms */
function pause(time) {
  return new Promise((resolve) => setTimeout(resolve, time));
}
