/**
 * Colours of pen and paper. Pure.
 *
 * @import {Drawing} from "../drawing.js"
 *
 * @typedef {[number, number, number]} Colour  red, green and blue, 0 to 255
 * @typedef {{ink: Colour, paper: Colour}} Colours
 */

/** Below this, a pen is hard to see on its paper (WCAG's measure, from 1 to 21). */
export const VISIBLE = 1.5;

/** @param {Colour} colour */
export function css([red, green, blue]) {
  return `rgb(${red} ${green} ${blue})`;
}

/** Reads what a browser says of a colour: `rgb(1, 2, 3)`. @param {string} text @returns {Colour} */
export function parsed(text) {
  const numbers = text.match(/[\d.]+/g) ?? [];
  return /** @type {Colour} */ ([0, 1, 2].map((index) => Math.round(Number(numbers[index] ?? 0))));
}

/** How light a colour looks, 0 to 255: as television had it for those who saw no colours. @param {Colour} colour */
export function greyOf([red, green, blue]) {
  return Math.round((299 * red + 587 * green + 114 * blue) / 1000);
}

/** @param {Colour} one @param {Colour} other */
export function contrast(one, other) {
  const [dark, light] = [lightness(one), lightness(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function lightness(colour) {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * What a drawing's pen writes with: the chosen colour, else the usual one, but on a dark picture a light one.
 *
 * @param {Drawing} drawing
 * @param {Colours | null} colours
 * @param {string} usual
 */
export function inkOf({ laid }, colours, usual) {
  if (colours) return css(colours.ink);
  if (!laid) return usual;
  return laid.picture.isDark ? "#f1efe9" : "#1a1b22";
}
