/**
 * Several versions on one drawing: wires the board, the choice of versions and their answers.
 *
 * @import {VersionAnswer} from "./answer-card.js"
 *
 * @typedef {{symbols: number, normalized: string, answers: VersionAnswer[]}} Trial
 */

import { ApiError, UNREACHABLE, request } from "../api.js";
import { Board } from "../board.js";
import { isEmpty } from "../drawing.js";
import { part } from "../elements.js";
import { toPayload } from "../strokes.js";
import { fill, readConfig } from "../texts.js";
import { answerCard } from "./answer-card.js";

class TryPage {
  /** @param {HTMLElement} page @param {{url: string, most: number, texts: any}} config */
  constructor(page, { url, most, texts }) {
    this.page = page;
    this.url = url;
    this.most = most;
    this.texts = texts;
    this.form = /** @type {HTMLFormElement} */ (part(page, "versions"));
    this.board = new Board(/** @type {HTMLCanvasElement} */ (part(page, "canvas")));
    this.asked = 0;
    this.listen();
    this.changed();
  }

  listen() {
    this.board.addEventListener("change", () => this.changed());
    this.form.addEventListener("change", (event) => this.choose(/** @type {HTMLInputElement} */ (event.target)));
    part(this.page, "undo").addEventListener("click", () => this.board.undo());
    part(this.page, "clear").addEventListener("click", () => this.board.clear());
  }

  /** @returns {string[]} */
  get versions() {
    return new FormData(this.form).getAll("version").map(String);
  }

  /** @param {HTMLInputElement} box */
  choose(box) {
    const tooMany = this.versions.length > this.most;
    if (tooMany) box.checked = false;
    part(this.page, "note").textContent = tooMany ? fill(this.texts.tooMany, { most: this.most }) : "";
    if (!tooMany) this.ask();
  }

  changed() {
    part(this.page, "undo").toggleAttribute("disabled", !this.board.canUndo);
    part(this.page, "clear").toggleAttribute("disabled", isEmpty(this.board.drawing));
    this.ask();
  }

  /** Asks about the drawing as it is; an answer that comes after a newer question is dropped. */
  async ask() {
    const number = ++this.asked;
    const { versions } = this;
    if (isEmpty(this.board.drawing) || versions.length === 0) return this.showNothing(versions.length === 0);
    const body = { versions, strokes: toPayload(this.board.drawing) };
    try {
      const trial = await request("POST", this.url, { body, credentials: "omit" });
      if (number === this.asked) this.show(trial);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (number === this.asked) this.fail(error);
    }
  }

  /** @param {boolean} noVersions */
  showNothing(noVersions) {
    part(this.page, "answers").replaceChildren();
    part(this.page, "seen").hidden = true;
    part(this.page, "summary").textContent = noVersions ? this.texts.none : this.texts.empty;
  }

  /** @param {Trial} trial */
  show({ symbols, normalized, answers }) {
    const template = /** @type {HTMLTemplateElement} */ (document.querySelector("template[data-card]"));
    part(this.page, "answers").replaceChildren(...answers.map((one) => answerCard(template, one, this.texts)));
    const seen = part(this.page, "seen");
    const image = /** @type {HTMLImageElement} */ (seen.querySelector("img"));
    image.src = `data:image/png;base64,${normalized}`;
    seen.hidden = false;
    part(this.page, "summary").textContent = [
      symbols > 1 ? fill(this.texts.several, { count: symbols }) : "",
      this.verdict(answers),
    ].join(" ");
  }

  /** Whether the versions of the digits network agree, and are sure of it. @param {VersionAnswer[]} answers */
  verdict(answers) {
    const asked = answers.filter((one) => one.network === "digits" && one.answer);
    if (asked.length < 2) return "";
    if (new Set(asked.map((one) => one.answer)).size > 1) return this.texts.differ;
    const isSure = asked.every((one) => Math.max(...(one.probabilities ?? [])) >= 0.5);
    return isSure ? this.texts.agree : this.texts.agreeUnsure;
  }

  /** @param {ApiError} error */
  fail(error) {
    const { problems } = this.texts;
    part(this.page, "summary").textContent = error.code === UNREACHABLE ? problems.unreachable : problems.other;
  }
}

new TryPage(part(document, "try"), readConfig());
