/**
 * The draw page: wires the board, the predictor, the answer, the form and the drawer. What each does stands in its module.
 *
 * @import {Reading} from "./lab/asking.js"
 */

import { AnswerView } from "./answer.js";
import { Board } from "./board.js";
import { Donations } from "./donations.js";
import { EMPTY, isEmpty } from "./drawing.js";
import { part } from "./elements.js";
import { EngineNote } from "./engine-note.js";
import { enginesOf } from "./engine/engines.js";
import { onceVisible } from "./engine/visible.js";
import { GivingForm } from "./giving.js";
import { keep, keptDrawing } from "./keeping.js";
import { BoardReader } from "./lab/asking.js";
import { Lab } from "./lab/lab.js";
import { Settings } from "./lab/settings.js";
import { Overlay } from "./overlay.js";
import { ServerEngine } from "./predictor.js";
import { Questions } from "./questions.js";
import { Rest } from "./rest.js";
import { bindShortcuts } from "./shortcuts.js";
import { explain, readConfig } from "./texts.js";
import { Thanks } from "./thanks.js";
import { VerdictView } from "./verdict.js";
import { WaitingNote } from "./waiting-note.js";

class DrawPage {
  /** @param {HTMLElement} page @param {any} config */
  constructor(page, { urls, texts, consentVersion }) {
    this.page = page;
    this.texts = texts;
    this.settings = new Settings();
    this.board = new Board(/** @type {HTMLCanvasElement} */ (part(page, "canvas")), this.settings.colours);
    this.overlay = new Overlay(/** @type {Element} */ (page.querySelector("[data-overlay]")));
    this.engines = enginesOf(new ServerEngine(urls.predict), urls);
    this.reader = new BoardReader(this.engines);
    this.questions = new Questions(this.reader);
    this.answerView = new AnswerView(part(page, "answer"), { texts, glance: part(page, "glance") });
    this.verdictView = new VerdictView(part(page, "verdict"), texts);
    this.engineNote = new EngineNote(part(page, "versions"), texts);
    this.announcement = part(page, "announcement");
    this.note = part(page, "board-note");
    this.predict = part(page, "predict");
    const donations = new Donations(urls.drawings, consentVersion);
    const form = /** @type {HTMLFormElement} */ (part(page, "give"));
    this.giving = new GivingForm(form, { donations, texts, consentVersion });
    this.thanks = new Thanks(part(page, "thanks"), { donations, texts, deletion: urls.deletion });
    this.waitingNote = new WaitingNote(part(page, "waiting"), { donations, texts });
    this.rest = new Rest(() => this.showAnswer());
    const { board, overlay, reader, settings } = this;
    this.lab = new Lab(page, { board, overlay, reader, settings, texts: texts.lab, tell: (words) => this.tell(words) });
    /** @type {Reading | null} what was read of the drawing as it is */
    this.answer = null;
    this.listen();
    this.settled();
    this.changed(false);
    this.resume();
    donations.start();
  }

  listen() {
    const { board } = this;
    board.addEventListener("beginStroke", () => this.began());
    board.addEventListener("endStroke", () => this.ended());
    board.addEventListener("change", () => this.changed());
    board.addEventListener("full", () => this.tell(this.texts.full));
    this.engines.addEventListener("ready", () => this.askAnew());
    this.questions.addEventListener("answer", (event) => this.answered(/** @type {CustomEvent} */ (event).detail));
    this.questions.addEventListener("failure", (event) => this.failed(/** @type {CustomEvent} */ (event).detail));
    this.questions.addEventListener("late", () => this.answerView.showWaiting());
    this.questions.addEventListener("again", () => (board.isFree ? this.ask() : this.questions.askAgain()));
    this.giving.addEventListener("given", (event) => this.given(/** @type {CustomEvent} */ (event).detail));
    this.settings.addEventListener("change", () => this.settled());
    this.lab.drawer.addEventListener("toggle", () => this.showPredict());
    this.predict.addEventListener("click", () => this.ask());
    const actions = { undo: () => board.undo(), redo: () => board.redo(), clear: () => board.clear() };
    for (const [hook, action] of Object.entries(actions)) part(this.page, hook).addEventListener("click", action);
    bindShortcuts(actions);
    window.addEventListener("online", () => onceVisible(() => this.askAnew()));
  }

  /** Goes on with the drawing that was on the board before the page was loaded anew. */
  async resume() {
    const drawing = await keptDrawing();
    if (!isEmpty(drawing) && isEmpty(this.board.drawing) && this.board.isFree) this.board.restore(drawing);
  }

  began() {
    this.rest.stop();
    this.page.dataset.board = "drawing";
    this.overlay.clear();
    this.thanks.hide();
    this.verdictView.showNothing();
  }

  /** Also of a stroke that is taken back: then the sheet is as it was. */
  ended() {
    this.page.dataset.board = isEmpty(this.board.drawing) ? "empty" : "drawn";
    this.rest.start();
  }

  changed(keeps = true) {
    const { board } = this;
    const { drawing } = board;
    if (keeps) keep(drawing);
    this.answer = null;
    this.tell("");
    this.page.dataset.board = isEmpty(drawing) ? "empty" : "drawn";
    const states = { undo: board.canUndo, redo: board.canRedo, clear: !isEmpty(drawing), predict: !isEmpty(drawing) };
    for (const [hook, isPossible] of Object.entries(states)) part(this.page, hook).toggleAttribute("disabled", !isPossible);
    this.giving.setDrawing(drawing);
    this.lookAgain();
  }

  /** What was read counts no more: it is asked anew, or waits until somebody asks. */
  lookAgain() {
    this.overlay.clear();
    this.verdictView.showNothing();
    if (!isEmpty(this.board.drawing) && this.settings.live) return this.ask();
    this.rest.stop();
    this.questions.forget();
    this.lab.show(null);
    this.announcement.textContent = "";
    this.engineNote.clear();
    if (isEmpty(this.board.drawing)) this.answerView.showEmpty(this.settings.live);
    else this.answerView.showUnread();
  }

  ask() {
    if (isEmpty(this.board.drawing)) return;
    this.rest.start();
    this.questions.ask(this.look);
  }

  /** @returns {import("./lab/asking.js").Look} */
  get look() {
    const { normalizes, colours } = this.settings;
    return { drawing: this.board.drawing, normalizes, colours };
  }

  /** There is a new reader, or the network is back: what is on the board is read, soon after the pen is up. */
  askAnew() {
    if (isEmpty(this.board.drawing) || !this.settings.live) return;
    if (this.board.isFree) this.questions.ask(this.look);
    else this.questions.askAgain();
  }

  /** @param {{answer: Reading, latest: boolean}} detail */
  answered({ answer, latest }) {
    if (latest) this.answer = answer;
    this.showVersions(answer);
    this.lab.show(answer);
    if (latest && this.rest.reached) this.showAnswer();
    else this.answerView.show(answer, false);
  }

  /** The pen has rested: now the verdict, the boxes, the label and, for those who listen, the words. */
  showAnswer() {
    const { answer } = this;
    if (!answer) return;
    this.answerView.show(answer, true);
    this.verdictView.show(answer);
    this.giving.propose(answer);
    if (answer.symbols > 1 && this.board.isFree) this.overlay.showReadings(answer.readings);
    this.announcement.textContent = this.answerView.sentence;
  }

  failed(error) {
    this.answer = null;
    this.answerView.showProblem(explain(this.texts.problems, error));
    if (error.code === "blank_drawing") this.giving.setDrawing(EMPTY); // such as a picture of nothing
    this.verdictView.showNothing("");
    this.lab.show(null);
    this.announcement.textContent = this.answerView.sentence;
  }

  given({ receipt, label, drawing }) {
    if (receipt) this.thanks.show(receipt, label);
    else this.waitingNote.focus();
    // Whoever has drawn on while it was sent keeps what he has drawn.
    if (this.board.drawing !== drawing) return;
    this.board.clear();
    window.scrollTo(0, 0); // the next one is drawn up there
  }

  /** How the visitor wants to have drawings read. */
  settled() {
    const { live, normalizes, colours } = this.settings;
    this.predict.dataset.normalizes = String(normalizes);
    this.showPredict();
    const reading = JSON.stringify([live, normalizes, normalizes || colours]);
    if (this.readingSettings !== undefined && this.readingSettings !== reading) this.lookAgain();
    this.readingSettings = reading;
  }

  /** In the drawer, and wherever nothing is read without it. */
  showPredict() {
    part(this.page, "predict-row").hidden = this.settings.live && !this.lab.isOpen;
  }

  /** @param {Reading} answer */
  showVersions(answer) {
    this.page.dataset.digitsVersion = String(answer.models.digits);
    this.page.dataset.digitOrNotVersion = String(answer.models["digit-or-not"]);
    this.engineNote.show(/** @type {any} */ (answer));
  }

  tell(message) {
    this.note.textContent = message;
    this.note.hidden = message === "";
  }
}

new DrawPage(part(document, "page"), readConfig());
