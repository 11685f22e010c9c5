/**
 * The draw page: wires the board, the predictor, the answer and the form. What each does stands in its module.
 *
 * @import {Answer} from "./predictor.js"
 */

import { AnswerView } from "./answer.js";
import { UNREACHABLE } from "./api.js";
import { Board } from "./board.js";
import { Donations } from "./donations.js";
import { part } from "./elements.js";
import { EngineNote } from "./engine-note.js";
import { enginesOf } from "./engine/engines.js";
import { GivingForm } from "./giving.js";
import { Predictor, ServerEngine } from "./predictor.js";
import { Rest } from "./rest.js";
import { bindShortcuts } from "./shortcuts.js";
import { isEmpty } from "./drawing.js";
import { explain, readConfig } from "./texts.js";
import { Thanks } from "./thanks.js";
import { VerdictView } from "./verdict.js";
import { WaitingNote } from "./waiting-note.js";

/** How soon (ms) a question is asked again that found nobody to answer it. */
const ASK_AGAIN = 4000;

class DrawPage {
  /** @param {HTMLElement} page @param {any} config */
  constructor(page, { urls, texts, consentVersion }) {
    this.page = page;
    this.texts = texts;
    this.board = new Board(/** @type {HTMLCanvasElement} */ (part(page, "canvas")));
    this.engines = enginesOf(new ServerEngine(urls.predict), urls);
    this.predictor = new Predictor(this.engines);
    this.answerView = new AnswerView(part(page, "answer"), texts);
    this.verdictView = new VerdictView(part(page, "verdict"), texts);
    this.engineNote = new EngineNote(part(page, "versions"), texts);
    this.announcement = part(page, "announcement");
    this.note = part(page, "board-note");
    const donations = new Donations(urls.drawings);
    const form = /** @type {HTMLFormElement} */ (part(page, "give"));
    this.giving = new GivingForm(form, { donations, texts, consentVersion });
    this.thanks = new Thanks(part(page, "thanks"), { donations, texts });
    this.waitingNote = new WaitingNote(part(page, "waiting"), { donations, texts });
    this.rest = new Rest(() => this.showAnswer());
    /** @type {Answer | null} what was read of the drawing as it is */
    this.answer = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.again = undefined;
    this.listen();
    this.changed();
    donations.start();
  }

  listen() {
    this.board.addEventListener("beginStroke", () => this.began());
    this.board.addEventListener("endStroke", () => this.ended());
    this.board.addEventListener("change", () => this.changed());
    this.board.addEventListener("full", () => this.tell(this.texts.full));
    this.engines.addEventListener("ready", () => this.askAnew());
    this.predictor.addEventListener("answer", (event) => this.answered(/** @type {CustomEvent} */ (event).detail));
    this.predictor.addEventListener("failure", (event) => this.failed(/** @type {CustomEvent} */ (event).detail));
    this.giving.addEventListener("given", (event) => this.given(/** @type {CustomEvent} */ (event).detail));
    part(this.page, "undo").addEventListener("click", () => this.board.undo());
    part(this.page, "clear").addEventListener("click", () => this.board.clear());
    bindShortcuts({ undo: () => this.board.undo(), clear: () => this.board.clear() });
    window.addEventListener("online", () => this.ask());
  }

  began() {
    this.rest.stop();
    this.page.dataset.board = "drawing";
    this.verdictView.showNothing();
  }

  /** Also of a stroke that is taken back: then the sheet is as it was. */
  ended() {
    this.page.dataset.board = isEmpty(this.board.drawing) ? "empty" : "drawn";
    this.rest.start();
  }

  changed() {
    const { drawing } = this.board;
    this.answer = null;
    this.tell("");
    this.page.dataset.board = isEmpty(drawing) ? "empty" : "drawn";
    part(this.page, "undo").toggleAttribute("disabled", !this.board.canUndo);
    part(this.page, "clear").toggleAttribute("disabled", isEmpty(drawing));
    this.giving.setDrawing(drawing);
    this.verdictView.showNothing();
    if (isEmpty(drawing)) this.emptied();
    else this.ask();
  }

  emptied() {
    this.rest.stop();
    this.predictor.forget();
    this.answerView.showEmpty();
  }

  ask() {
    clearTimeout(this.again);
    if (isEmpty(this.board.drawing)) return;
    this.rest.start();
    this.predictor.ask(this.board.drawing);
  }

  /** There is a new reader: what is on the board is read by it, unless the pen is about to change it. */
  askAnew() {
    if (!this.board.isDrawing && !isEmpty(this.board.drawing)) this.predictor.ask(this.board.drawing);
  }

  /** @param {{answer: Answer, latest: boolean}} detail */
  answered({ answer, latest }) {
    if (latest) this.answer = answer;
    this.showVersions(answer);
    if (latest && this.rest.reached) this.showAnswer();
    else this.answerView.show(answer, false);
  }

  /** The pen has rested: now the verdict, the label and, for those who listen, the words. */
  showAnswer() {
    if (!this.answer) return;
    this.answerView.show(this.answer, true);
    this.verdictView.show(this.answer);
    this.giving.propose(this.answer);
    this.announcement.textContent = this.answerView.sentence;
  }

  failed({ error, latest }) {
    if (!latest) return;
    const problem = explain(this.texts.problems, error);
    this.answerView.showProblem(problem);
    this.announcement.textContent = this.answerView.sentence;
    if (error.status >= 500 || error.code === UNREACHABLE) this.again = setTimeout(() => this.ask(), ASK_AGAIN);
  }

  given({ receipt, label, drawing }) {
    if (receipt) this.thanks.show(receipt, label);
    else this.waitingNote.focus();
    // Whoever has drawn on while it was sent keeps what he has drawn.
    if (this.board.drawing === drawing) this.board.clear();
  }

  /** @param {Answer} answer */
  showVersions(answer) {
    this.page.dataset.digitsVersion = String(answer.models.digits);
    this.page.dataset.digitOrNotVersion = String(answer.models["digit-or-not"]);
    this.engineNote.show(answer);
  }

  tell(message) {
    this.note.textContent = message;
    this.note.hidden = message === "";
  }
}

new DrawPage(part(document, "page"), readConfig());
