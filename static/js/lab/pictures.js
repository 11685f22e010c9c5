/**
 * Pictures that somebody opens, takes, pastes or drops: whatever the browser decodes, as pixels that can be drawn over.
 *
 * A picture is drawn anew into a canvas, at most 1,024 pixels long, so nothing of its file goes any further: no place, no
 * camera, no date.
 *
 * @import {Laid} from "../drawing.js"
 *
 * @typedef {object} Picture
 * @property {HTMLCanvasElement} canvas  opaque
 * @property {number} width
 * @property {number} height
 * @property {HTMLCanvasElement} paper  the paper under its ink, smaller: what an eraser leaves, and what is around it
 * @property {boolean} isDark  the paper is: then the ink is light
 */

import { paperUnder } from "../preprocessing/paper.js";
import { SIDE } from "../strokes.js";
import { greyOf } from "./colours.js";

export const LONGEST = 1024; // pixels, as on the server
const SHORTEST = 8;
const LONGEST_OF_PAPER = 128;
const FAINTEST = 24; // levels from white: less is nothing to be seen

/** Why a picture cannot be used: `unreadable` or `too_narrow`. */
export class PictureError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(`The picture cannot be used: ${code}.`);
    this.code = code;
  }
}

/** @param {Blob | string} file  or a data URL @returns {Promise<Picture>} @throws {PictureError} */
export async function openPicture(file) {
  const source = typeof file === "string" ? await decodedByElement(file) : await decoded(file);
  const longest = Math.max(source.width, source.height);
  const shortest = Math.min(source.width, source.height);
  if (!shortest) throw new PictureError("unreadable");
  // Small ones are enlarged as far as need be, never squeezed.
  const scale = Math.min(LONGEST / longest, Math.max(1, SHORTEST / shortest));
  const [width, height] = [Math.round(source.width * scale), Math.round(source.height * scale)];
  if (Math.min(width, height) < SHORTEST) throw new PictureError("too_narrow");
  return pictureOf(opaque(reduced(source, width, height)));
}

/** @param {HTMLCanvasElement} canvas  opaque @returns {Picture} */
function pictureOf(canvas) {
  const { width, height } = canvas;
  const scale = Math.min(1, LONGEST_OF_PAPER / Math.max(width, height));
  const small = reduced(canvas, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const paper = paperOf(small);
  return { canvas, width, height, paper, isDark: meanGrey(paper) < 128 };
}

/** In the middle of the board, as large as it fits. @param {Picture} picture @returns {Laid} */
export function laidOut(picture) {
  const scale = SIDE / Math.max(picture.width, picture.height);
  const [right, down] = [picture.width, picture.height].map((size) => (SIDE - scale * size) / 2);
  return { picture, matrix: [scale, 0, 0, scale, right, down] };
}

/** `createImageBitmap` turns photographs upright; what it does not know, like SVG, an <img> may. @param {Blob} file */
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    const url = URL.createObjectURL(file);
    return decodedByElement(url).finally(() => URL.revokeObjectURL(url));
  }
}

/** @param {string} url */
async function decodedByElement(url) {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return image;
  } catch {
    throw new PictureError("unreadable");
  }
}

/** @param {CanvasImageSource} source @param {number} width @param {number} height */
function reduced(source, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, width, height);
  return canvas;
}

/** Transparency shows white; where that leaves nothing to see, black: as the server has it. @param {HTMLCanvasElement} canvas */
function opaque(canvas) {
  const context = contextOf(canvas);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = showsOnWhite(data) ? "#fff" : "#000";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = "source-over";
  return canvas;
}

function showsOnWhite(data) {
  for (let i = 0; i < data.length; i += 4) {
    const darkest = Math.min(data[i], data[i + 1], data[i + 2]);
    if ((255 - darkest) * data[i + 3] > FAINTEST * 255) return true;
  }
  return false;
}

/** @param {HTMLCanvasElement} canvas @returns {HTMLCanvasElement} of the same size, without the ink */
function paperOf(canvas) {
  const { width, height } = canvas;
  const context = contextOf(canvas);
  const image = context.getImageData(0, 0, width, height);
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rgb.set(image.data.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
  }
  const { colour } = paperUnder({ rgb, width, height });
  for (const channel of [0, 1, 2]) colour(channel).forEach((value, pixel) => (image.data[4 * pixel + channel] = value));
  context.putImageData(image, 0, 0);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas */
function meanGrey(canvas) {
  const { data } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += greyOf([data[i], data[i + 1], data[i + 2]]);
  return sum / (data.length / 4);
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
}
