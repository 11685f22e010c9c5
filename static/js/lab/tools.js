/**
 * Pen and eraser, and how wide they are. Where nothing is left to erase, the pen is chosen: the board would be dead.
 *
 * @import {Board} from "../board.js"
 */

import { isEmpty } from "../drawing.js";
import { part } from "../elements.js";
import { DEFAULT_ERASER, DEFAULT_PEN, SIDE } from "../strokes.js";

export class Tools {
  /** @param {HTMLElement} page @param {Board} board @param {Record<string, any>} texts */
  constructor(page, board, texts) {
    this.board = board;
    this.texts = texts;
    this.buttons = { pen: part(page, "pen"), eraser: part(page, "eraser") };
    this.slider = /** @type {HTMLInputElement} */ (part(page, "width"));
    this.name = part(page, "width-name");
    this.value = part(page, "width-value");
    this.nib = part(page, "nib");
    this.widths = { pen: DEFAULT_PEN, eraser: DEFAULT_ERASER };
    /** @type {"pen" | "eraser"} */
    this.chosen = "pen";
    this.buttons.pen.addEventListener("click", () => this.choose("pen"));
    this.buttons.eraser.addEventListener("click", () => this.choose("eraser"));
    this.slider.addEventListener("input", () => this.widen());
    board.addEventListener("change", () => isEmpty(board.drawing) && this.choose("pen"));
    this.choose("pen");
  }

  /** @param {"pen" | "eraser"} tool */
  choose(tool) {
    this.chosen = tool;
    this.slider.value = String(this.widths[tool]);
    this.name.textContent = tool === "pen" ? this.texts.widthOfPen : this.texts.widthOfEraser;
    for (const [name, button] of Object.entries(this.buttons)) button.setAttribute("aria-pressed", String(name === tool));
    this.widen();
  }

  widen() {
    const width = Number(this.slider.value);
    this.widths[this.chosen] = width;
    this.board.tool = { pen: width, erase: this.chosen === "eraser" };
    this.value.textContent = String(width);
    this.nib.dataset.tool = this.chosen;
    // As wide as on the board, whatever size that is shown at.
    this.nib.style.setProperty("--nib", String(width / SIDE));
  }
}
