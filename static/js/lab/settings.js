/**
 * How the visitor wants things on the draw page.
 *
 * Colours are kept for the next visit; how drawings are read, for this tab and its reloads only: whoever comes back
 * should find the page answering.
 *
 * Event: `change`.
 *
 * @import {Colours} from "./colours.js"
 */

import { Stored } from "../stored.js";

export class Settings extends EventTarget {
  constructor() {
    super();
    this.reading = new Stored("sessionStorage", "reading");
    this.painting = new Stored("localStorage", "colours");
    const { live = true, normalizes = true } = this.reading.get() ?? {};
    /** Whether each stroke is read at once. */
    this.live = live;
    /** Whether the symbol is cropped and centred first, or the canvas read as it stands. */
    this.normalizes = normalizes;
    /** @type {Colours | null} null: as the page has them */
    this.colours = this.painting.get();
  }

  /** @param {Partial<{live: boolean, normalizes: boolean, colours: Colours | null}>} changes */
  set(changes) {
    Object.assign(this, changes);
    this.reading.set({ live: this.live, normalizes: this.normalizes });
    this.painting.set(this.colours);
    this.dispatchEvent(new Event("change"));
  }
}
