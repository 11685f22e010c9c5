/**
 * The drawer with its tabs. It owns the element `data-lab` and the button that opens it, and remembers both.
 *
 * Event: `toggle`.
 */

import { part } from "../elements.js";
import { Stored } from "../stored.js";

const stored = new Stored("localStorage", "lab");

export class Drawer extends EventTarget {
  /** @param {HTMLElement} page */
  constructor(page) {
    super();
    this.element = part(page, "lab");
    this.button = part(page, "lab-button");
    this.others = /** @type {HTMLElement[]} */ ([...page.querySelectorAll("[data-lab-only]")]);
    this.tabs = /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll("[role=tab]")]);
    const { open = false, tab = "" } = stored.get() ?? {};
    this.select(this.tabs.find(({ id }) => id === tab) ?? this.tabs[0]);
    this.toggle(open);
    this.listen();
  }

  get isOpen() {
    return !this.element.hidden;
  }

  listen() {
    this.button.addEventListener("click", () => this.toggle(!this.isOpen));
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.select(tab));
      tab.addEventListener("keydown", (event) => this.walk(event));
    }
  }

  /** @param {boolean} open */
  toggle(open) {
    this.element.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    for (const element of this.others) element.hidden = !open;
    this.remember();
    this.dispatchEvent(new Event("toggle"));
  }

  /** @param {HTMLElement} chosen */
  select(chosen) {
    for (const tab of this.tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      this.panelOf(tab).hidden = !isChosen;
    }
    this.remember();
  }

  /** Arrow keys go from tab to tab. @param {KeyboardEvent} event */
  walk(event) {
    const here = this.tabs.indexOf(/** @type {HTMLElement} */ (event.currentTarget));
    const last = this.tabs.length - 1;
    const next = { ArrowRight: here < last ? here + 1 : 0, ArrowLeft: here > 0 ? here - 1 : last, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.select(this.tabs[next]);
    this.tabs[next].focus();
  }

  /** @param {HTMLElement} tab */
  panelOf(tab) {
    return /** @type {HTMLElement} */ (document.getElementById(tab.getAttribute("aria-controls") ?? ""));
  }

  remember() {
    stored.set({ open: this.isOpen, tab: this.tabs.find((tab) => tab.tabIndex === 0)?.id });
  }
}
