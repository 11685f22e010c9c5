/**
 * Brings pictures onto the board: from a file, the camera, the clipboard, or dropped anywhere on the page.
 *
 * @import {Board} from "../board.js"
 */

import { withPicture } from "../drawing.js";
import { part } from "../elements.js";
import { explain } from "../texts.js";
import { laidOut, openPicture } from "./pictures.js";

export class Opening {
  /** @param {HTMLElement} page @param {{board: Board, texts: Record<string, any>, tell: (message: string) => void}} options */
  constructor(page, { board, texts, tell }) {
    this.page = page;
    this.board = board;
    this.texts = texts;
    this.tell = tell;
    for (const input of page.querySelectorAll("[data-open]")) input.addEventListener("change", (event) => this.choose(event));
    const paste = part(page, "paste");
    paste.hidden = !navigator.clipboard?.read; // only under HTTPS and on localhost
    paste.addEventListener("click", () => this.paste());
    this.listen();
  }

  listen() {
    document.addEventListener("paste", (event) => this.take(event.clipboardData, event));
    document.addEventListener("dragover", (event) => this.hover(event, true));
    document.addEventListener("dragleave", (event) => event.relatedTarget || this.hover(event, false));
    document.addEventListener("drop", (event) => {
      this.hover(event, false);
      this.take(event.dataTransfer, event);
    });
  }

  /** @param {Event} event */
  choose(event) {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    const file = input.files?.[0];
    input.value = ""; // so that the same file can be opened again
    if (file) this.open(file);
  }

  /** Without this the browser would leave the page for the file. @param {DragEvent} event @param {boolean} isOver */
  hover(event, isOver) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.page.classList.toggle("is-dropping", isOver);
  }

  /** @param {DataTransfer | null} transfer @param {Event} event */
  take(transfer, event) {
    const file = transfer?.files[0];
    if (!file) return;
    event.preventDefault();
    this.open(file);
  }

  async paste() {
    try {
      const items = await navigator.clipboard.read();
      const found = items.flatMap((item) => item.types.filter((type) => type.startsWith("image/")).map((type) => ({ item, type })));
      if (found.length === 0) return this.tell(this.texts.imageErrors.nothing_to_paste);
      this.open(await found[0].item.getType(found[0].type));
    } catch {
      this.tell(this.texts.imageErrors.nothing_to_paste);
    }
  }

  /** A new sheet with the picture on it; Undo brings the old one back. @param {Blob} file */
  async open(file) {
    this.tell(this.texts.opening);
    try {
      this.board.put(withPicture(laidOut(await openPicture(file))));
      this.tell("");
    } catch (error) {
      this.tell(explain(this.texts.imageErrors, error));
    }
  }
}
