/**
 * Sliders for the colours of pen and paper.
 *
 * @import {Board} from "../board.js"
 * @import {Colours} from "./colours.js"
 * @import {Settings} from "./settings.js"
 */

import { part } from "../elements.js";
import { VISIBLE, contrast, css, parsed } from "./colours.js";

export class Colouring {
  /** @param {HTMLElement} page @param {{board: Board, settings: Settings, texts: Record<string, any>}} options */
  constructor(page, { board, settings, texts }) {
    this.board = board;
    this.settings = settings;
    this.texts = texts;
    this.sliders = /** @type {HTMLInputElement[]} */ ([...page.querySelectorAll("[data-channel]")]);
    this.swatches = /** @type {HTMLElement[]} */ ([...page.querySelectorAll("[data-swatch]")]);
    this.note = part(page, "colour-note");
    this.words = part(page, "colour-words");
    this.reset = part(page, "reset");
    for (const slider of this.sliders) {
      slider.addEventListener("input", () => settings.set({ colours: this.chosen() }));
      slider.addEventListener("change", () => board.recolour(this.chosen())); // one step back for the whole slide
    }
    this.reset.addEventListener("click", () => board.recolour(null));
    part(page, "swap").addEventListener("click", () => this.swap());
    board.addEventListener("change", () => this.follow());
    settings.addEventListener("change", () => this.refresh());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.refresh());
    this.refresh();
  }

  /** What is shown, chosen or not. @returns {Colours} */
  get colours() {
    return this.settings.colours ?? { ink: parsed(this.board.usualInk()), paper: parsed(this.board.paper()) };
  }

  /** @returns {Colours} as the sliders have it */
  chosen() {
    const of = (name) => [0, 1, 2].map((channel) => Number(this.slider(name, channel).value));
    return /** @type {Colours} */ ({ ink: of("ink"), paper: of("paper") });
  }

  slider(name, channel) {
    return /** @type {HTMLInputElement} */ (this.sliders.find(({ dataset }) => dataset.channel === `${name} ${channel}`));
  }

  swap() {
    const { ink, paper } = this.colours;
    this.board.recolour({ ink: paper, paper: ink });
  }

  /** Undo and Redo may have brought other colours. */
  follow() {
    const { colours } = this.board.history.current;
    if (JSON.stringify(colours) !== JSON.stringify(this.settings.colours)) this.settings.set({ colours });
  }

  refresh() {
    this.board.colour(this.settings.colours);
    const { colours } = this;
    for (const [name, colour] of Object.entries(colours)) colour.forEach((value, channel) => this.write(name, channel, value));
    for (const swatch of this.swatches) swatch.style.backgroundColor = css(colours[swatch.dataset.swatch ?? ""]);
    const isHard = contrast(colours.ink, colours.paper) < VISIBLE;
    this.note.textContent = isHard ? this.texts.hardToSee : "";
    this.note.hidden = !isHard;
    this.words.textContent = this.settings.normalizes ? this.texts.coloursDoNotMatter : this.texts.coloursMatter;
    this.reset.toggleAttribute("disabled", this.settings.colours === null);
  }

  write(name, channel, value) {
    const slider = this.slider(name, channel);
    slider.value = String(value);
    /** @type {HTMLElement} */ (slider.nextElementSibling).textContent = String(value);
  }
}
