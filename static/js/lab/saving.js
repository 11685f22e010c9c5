/**
 * Saves the drawing as a file of one's own.
 *
 * @import {Board} from "../board.js"
 */

import { isEmpty } from "../drawing.js";
import { pngOf } from "../engine/png.js";
import { inkFromRGBA } from "../preprocessing/ink.js";
import { normalize } from "../preprocessing/normalization.js";
import { rasterize } from "../preprocessing/rasterizing.js";
import { toPayload } from "../strokes.js";
import { photographed, pixelsOf, rendered } from "./rendering.js";

const LARGE = 1120; // pixels: four to a canvas unit
const SMALL = 28;
const INK = "#000";

export class Saving {
  /** @param {HTMLElement} page @param {{board: Board, texts: Record<string, any>, tell: (message: string) => void}} options */
  constructor(page, { board, texts, tell }) {
    this.board = board;
    this.texts = texts;
    this.tell = tell;
    this.buttons = /** @type {HTMLButtonElement[]} */ ([...page.querySelectorAll("[data-save]")]);
    for (const button of this.buttons) button.addEventListener("click", () => this.save(button.dataset.save ?? ""));
    board.addEventListener("change", () => this.refresh());
    this.refresh();
  }

  refresh() {
    for (const button of this.buttons) button.disabled = isEmpty(this.board.drawing);
  }

  /** @param {string} what */
  async save(what) {
    const { drawing } = this.board;
    if (what === "strokes") {
      if (drawing.strokes.length === 0) return this.tell(this.texts.noStrokes);
      return download("drawing.json", new Blob([JSON.stringify(toPayload(drawing))], { type: "application/json" }));
    }
    try {
      const png = what === "small" ? smallPng(drawing) : await largePng(this.board);
      download(what === "small" ? "drawing-28x28.png" : "drawing.png", png);
    } catch (error) {
      if (error.code !== "blank_drawing") throw error;
      this.tell(this.texts.nothingToFit);
    }
  }
}

/** @param {import("../drawing.js").Drawing} drawing @throws {BlankDrawing} */
function smallPng(drawing) {
  const raster = drawing.laid ? inkFromRGBA(asRead(drawing)) : rasterize(drawing);
  return new Blob([pngOf(normalize(raster).pixels, SMALL, SMALL)], { type: "image/png" });
}

function asRead(drawing) {
  const { data, width, height } = pixelsOf(photographed(drawing, INK).canvas);
  return { rgba: data, width, height };
}

/** As it stands on the board, in the colours that are shown. @param {Board} board @returns {Promise<Blob>} */
async function largePng(board) {
  const canvas = rendered(board.drawing, { longest: LARGE, ink: board.ink(), paper: board.paper() });
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(/** @type {Blob} */ (blob)), "image/png"));
}

/** @param {string} name @param {Blob} content */
function download(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
