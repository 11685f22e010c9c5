/**
 * What the network sees: its 28 x 28 pixels, enlarged and as numbers, and the ten probabilities in full.
 *
 * @import {Reading} from "./asking.js"
 */

import { addingUp } from "../certainty.js";
import { part } from "../elements.js";

const SIDE = 28;
const DECIMALS = 4;

export class Sight {
  /** @param {HTMLElement} page @param {Record<string, any>} texts */
  constructor(page, texts) {
    this.texts = texts;
    this.canvas = /** @type {HTMLCanvasElement} */ (part(page, "sight"));
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d", { willReadFrequently: true }));
    this.note = part(page, "sight-note");
    this.matrix = part(page, "sight-matrix");
    this.toggle = /** @type {HTMLInputElement} */ (part(page, "sight-numbers"));
    this.values = [...page.querySelectorAll("[data-ten-value]")];
    this.sum = part(page, "ten-sum");
    this.number = new Intl.NumberFormat(document.documentElement.lang, {
      minimumFractionDigits: DECIMALS,
      maximumFractionDigits: DECIMALS,
    });
    this.shown = "";
    this.toggle.addEventListener("change", () => this.showNumbers());
    this.show(null);
  }

  /** @param {Reading | null} reading */
  show(reading) {
    this.showPicture(reading?.normalized ?? "");
    this.note.textContent = this.wordsFor(reading);
    const shares = reading && addingUp(reading.probabilities, DECIMALS);
    this.values.forEach((element, digit) => (element.textContent = shares ? this.number.format(shares[digit]) : "–"));
    this.sum.textContent = shares ? this.number.format(shares.reduce((sum, share) => sum + share, 0)) : "–";
  }

  wordsFor(reading) {
    if (!reading) return this.texts.sightWaits;
    if (reading.is_digit === null) return this.texts.sightShrunk;
    return reading.symbols > 1 ? this.texts.sightWhole : this.texts.sightNormalized;
  }

  /** @param {string} png  in base64, or nothing */
  async showPicture(png) {
    this.shown = png;
    const image = new Image();
    if (png) {
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      if (png !== this.shown) return; // another answer has come meanwhile
    }
    this.context.fillStyle = "#000";
    this.context.fillRect(0, 0, SIDE, SIDE);
    if (png) this.context.drawImage(image, 0, 0);
    this.showNumbers();
  }

  /** Light as the pixels are, so that the digit can be seen in the numbers. */
  showNumbers() {
    this.matrix.hidden = !this.toggle.checked;
    if (this.matrix.hidden) return;
    if (!this.matrix.firstChild) this.matrix.append(emptyTable());
    const { data } = this.context.getImageData(0, 0, SIDE, SIDE);
    this.matrix.querySelectorAll("td").forEach((cell, index) => {
      const value = data[4 * index];
      cell.textContent = String(value);
      cell.style.setProperty("--ink", String(value / 255));
      cell.classList.toggle("is-light", value > 127);
    });
  }
}

function emptyTable() {
  const table = document.createElement("table");
  table.className = "matrix";
  for (let y = 0; y < SIDE; y += 1) {
    const row = table.insertRow();
    for (let x = 0; x < SIDE; x += 1) row.insertCell();
  }
  return table;
}
