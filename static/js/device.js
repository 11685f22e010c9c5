/**
 * What the visitor draws with, for the dataset: the pointer that drew last on this page.
 *
 * @import {Drawing} from "./drawing.js"
 */

const DEVICES = ["mouse", "touch", "pen"]; // as the server knows them, and as browsers call them

let last = "";

/** @param {string} pointerType */
export function noteDevice(pointerType) {
  last = DEVICES.includes(pointerType) ? pointerType : "";
}

/**
 * Says it in the form of a request; nothing where nothing was drawn, or over a picture, or nobody knows.
 *
 * @param {Drawing} drawing
 * @returns {{device?: string}}
 */
export function deviceFor(drawing) {
  return last && drawing.strokes.length > 0 && !drawing.laid ? { device: last } : {};
}
