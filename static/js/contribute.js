/**
 * The page /contribute: asks for a symbol, takes it, asks for the next. What each part does stands in its module.
 *
 * What the networks read is told only after a drawing is in: before, it would tell people what to draw.
 *
 * @import {Receipt} from "./donations.js"
 */

import { Board } from "./board.js";
import { isRemembered, remember } from "./consent.js";
import { Donations } from "./donations.js";
import { EMPTY, isEmpty } from "./drawing.js";
import { part } from "./elements.js";
import { ServerEngine } from "./predictor.js";
import { Prompts } from "./prompts.js";
import { Round } from "./round.js";
import { bindShortcuts } from "./shortcuts.js";
import { TakingBack } from "./taking-back.js";
import { explain, fill, readConfig } from "./texts.js";
import { WaitingNote } from "./waiting-note.js";

const PRESSED_BY_ENTER = "a, button, summary";

class ContributePage {
  /** @param {HTMLElement} page @param {any} config */
  constructor(page, { urls, texts, consentVersion, prompts, round, given }) {
    this.page = page;
    this.texts = texts;
    this.consentVersion = consentVersion;
    this.board = new Board(/** @type {HTMLCanvasElement} */ (part(page, "canvas")));
    this.donations = new Donations(urls.drawings, consentVersion);
    this.waitingNote = new WaitingNote(part(page, "waiting"), { donations: this.donations, texts });
    this.engine = new ServerEngine(urls.predict);
    this.prompts = new Prompts(prompts);
    this.round = new Round(part(page, "round"), { texts, round, given });
    this.form = /** @type {HTMLFormElement} */ (part(page, "form"));
    this.consent = /** @type {HTMLInputElement} */ (part(page, "consent"));
    this.button = /** @type {HTMLButtonElement} */ (part(page, "submit"));
    this.problem = part(page, "problem");
    this.last = part(page, "last");
    const takeBackButton = /** @type {HTMLButtonElement} */ (part(page, "take-back"));
    this.takingBack = new TakingBack(takeBackButton, { donations: this.donations, texts });
    /** @type {Set<string>} ids of what was given before on this page */
    this.given = new Set();
    this.sending = false;
    this.consent.checked = isRemembered(consentVersion);
    this.listen();
    this.askForNext();
    this.showConsent();
    this.changed();
    this.donations.start();
  }

  listen() {
    this.board.addEventListener("beginStroke", () => this.began());
    this.board.addEventListener("endStroke", () => this.changed());
    this.board.addEventListener("change", () => this.changed());
    this.board.addEventListener("full", () => this.tell(this.texts.full));
    part(this.page, "undo").addEventListener("click", () => this.board.undo());
    part(this.page, "clear").addEventListener("click", () => this.board.clear());
    part(this.page, "skip").addEventListener("click", () => this.skip());
    this.takingBack.addEventListener("deleted", (event) => this.deleted(/** @type {CustomEvent} */ (event).detail));
    this.takingBack.addEventListener("kept", (event) => this.tell(/** @type {CustomEvent} */ (event).detail.words, "error"));
    this.consent.addEventListener("change", () => this.consented());
    this.donations.addEventListener("delivered", (event) => {
      this.round.add(/** @type {CustomEvent} */ (event).detail.receipt.given);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    bindShortcuts({ undo: () => this.board.undo(), redo: () => this.board.redo(), clear: () => this.board.clear() });
    document.addEventListener("keydown", (event) => this.press(event));
  }

  /** Where Enter does something else, as on a link or a button, it does that. @param {KeyboardEvent} event */
  press(event) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (event.defaultPrevented || event.repeat || ctrlKey || metaKey || altKey) return;
    const isElsewhere = target instanceof HTMLElement && target.matches(PRESSED_BY_ENTER);
    if (key === "Enter" && !isElsewhere) this.submit();
    else if (key.toLowerCase() === "s") this.skip();
    else return;
    event.preventDefault();
  }

  /** Whoever has clicked on Skip or Undo means the drawing when he presses Enter after it, and not that button again. */
  began() {
    this.page.dataset.board = "drawing";
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && focused.matches(PRESSED_BY_ENTER)) focused.blur();
  }

  changed() {
    const empty = isEmpty(this.board.drawing);
    this.page.dataset.board = empty ? "empty" : "drawn";
    part(this.page, "undo").toggleAttribute("disabled", !this.board.canUndo);
    part(this.page, "clear").toggleAttribute("disabled", empty);
    this.tell("");
  }

  /** A new sheet, on which the last drawing cannot be undone back: it is in. */
  askForNext() {
    const prompt = this.prompts.next();
    part(this.page, "prompt").textContent = prompt.sentence;
    this.page.dataset.asked = prompt.name;
    this.page.dataset.label = prompt.label;
    this.board.restore(EMPTY);
  }

  skip() {
    if (this.sending || this.board.isDrawing) return;
    this.askForNext();
  }

  async submit() {
    const { drawing } = this.board;
    const prompt = this.prompts.current;
    if (this.sending || this.board.isDrawing || !prompt) return;
    const missing = this.missing();
    if (missing) return this.tell(missing);
    this.setSending(true);
    try {
      const receipt = await this.donations.give(drawing, prompt.label, { prompt: prompt.name });
      this.askForNext();
      if (receipt === null) this.waits();
      else if (this.given.has(receipt.id)) this.tell(this.texts.duplicate);
      else this.accepted(receipt, drawing);
    } catch (error) {
      this.tell(explain(this.texts.errors, error), "error");
    } finally {
      this.setSending(false);
    }
  }

  /** What has to be done before the drawing can be given, in words; and puts the visitor there. */
  missing() {
    if (isEmpty(this.board.drawing)) return this.texts.blank;
    if (this.consent.checked) return "";
    this.consent.focus();
    return this.texts.consentMissing;
  }

  /** It is kept in this browser, which the note says, and one may go on. */
  waits() {
    this.takingBack.offer(null);
    this.say("");
    this.waitingNote.focus();
  }

  /** @param {Receipt} receipt @param {import("./drawing.js").Drawing} drawing */
  async accepted(receipt, drawing) {
    this.given.add(receipt.id);
    const isFull = this.round.add(receipt.given);
    this.takingBack.offer(receipt);
    this.say(isFull ? fill(this.texts.roundDone, { all: this.round.all }) : this.texts.given);
    if (isFull) return;
    const answer = await this.engine.predict(drawing).catch(() => null); // it is in all the same
    if (!answer || this.takingBack.receipt !== receipt) return;
    this.say(answer.is_digit.accepted ? fill(this.texts.readAs, { digit: answer.digit }) : this.texts.readAsNoDigit);
  }

  deleted({ words, isLast }) {
    this.round.remove();
    if (isLast) this.say(words);
    else this.tell(words);
  }

  consented() {
    remember(this.consentVersion, this.consent.checked);
    this.tell("");
    this.showConsent();
  }

  /** Once it is given it steps back, and can be taken back below. */
  showConsent() {
    this.page.toggleAttribute("data-agreed", this.consent.checked);
  }

  setSending(sending) {
    this.sending = sending;
    this.page.toggleAttribute("data-sending", sending);
    this.button.textContent = sending ? this.texts.submitting : this.texts.submit;
    this.button.setAttribute("aria-disabled", String(sending));
  }

  /** About the last drawing. @param {string} message */
  say(message) {
    this.last.textContent = message;
  }

  /** About the drawing on the board. @param {string} message @param {"hint" | "error"} [kind] */
  tell(message, kind = "hint") {
    this.problem.dataset.kind = kind;
    this.problem.textContent = message;
    this.problem.hidden = message === "";
  }
}

new ContributePage(part(document, "page"), readConfig());
