/**
 * The drawer: everything that is not needed to draw, read and give. What each part does stands in its module.
 *
 * @import {Board} from "../board.js"
 * @import {Overlay} from "../overlay.js"
 * @import {BoardReader, Reading} from "./asking.js"
 * @import {Settings} from "./settings.js"
 */

import { part } from "../elements.js";
import { Colouring } from "./colouring.js";
import { Drawer } from "./drawer.js";
import { Opening } from "./opening.js";
import { Placing } from "./placing.js";
import { Saving } from "./saving.js";
import { Sight } from "./sight.js";
import { Tools } from "./tools.js";
import { Turning } from "./turning.js";

export class Lab {
  /**
   * @param {HTMLElement} page
   * @param {{board: Board, overlay: Overlay, reader: BoardReader, settings: Settings, texts: Record<string, any>,
   *   tell: (message: string) => void}} options  `tell` says it beside the board, `texts` are those of the drawer
   */
  constructor(page, options) {
    const { board, settings, texts } = options;
    this.settings = settings;
    this.texts = texts;
    this.note = part(page, "reading-note");
    this.switches = ["live", "normalizes"].map((name) => ({ name, input: /** @type {HTMLInputElement} */ (part(page, name)) }));
    this.drawer = new Drawer(page);
    this.sight = new Sight(page, texts);
    this.tools = new Tools(page, board, texts);
    new Placing(page, options);
    new Turning(page, options);
    new Opening(page, options);
    new Saving(page, options);
    new Colouring(page, options);
    this.listen();
    this.refresh();
  }

  get isOpen() {
    return this.drawer.isOpen;
  }

  listen() {
    for (const { name, input } of this.switches) {
      input.addEventListener("change", () => this.settings.set({ [name]: input.checked }));
    }
    this.settings.addEventListener("change", () => this.refresh());
    // The eraser is in the drawer, and so is hidden with it.
    this.drawer.addEventListener("toggle", () => this.isOpen || this.tools.choose("pen"));
  }

  refresh() {
    for (const { name, input } of this.switches) input.checked = this.settings[name];
    this.note.textContent = this.settings.normalizes ? this.texts.normalizes : this.texts.asItStands;
  }

  /** @param {Reading | null} reading */
  show(reading) {
    this.sight.show(reading);
  }
}
