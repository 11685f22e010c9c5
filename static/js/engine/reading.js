/**
 * From a question and the live pair to the answer: the twin of recognizer/inputs.py and recognizer/prediction.py.
 *
 * @import {Answer, Question, Reading} from "../predictor.js"
 * @import {Raster} from "../preprocessing/normalization.js"
 * @import {Box} from "../preprocessing/symbols.js"
 * @import {Pair} from "./pair.js"
 *
 * @typedef {{pixels: Uint8Array, symbols: {box: Box, pixels: Uint8Array}[], dot?: boolean}} Picture
 *   all of it as the networks see it, and each symbol, from left to right; whether it is no more than a tap
 */

import { isDot, widestPen } from "../preprocessing/dots.js";
import { inkFromRGBA } from "../preprocessing/ink.js";
import { SIDE, normalize } from "../preprocessing/normalization.js";
import { rasterize } from "../preprocessing/rasterizing.js";
import { BlankDrawing, separateSymbols } from "../preprocessing/symbols.js";
import { pngOf } from "./png.js";

const IS_DIGIT = 1; // the output of digit-or-not that stands for a digit
const ACCEPTED_FROM = 0.5;
const DECIMALS = 1e6;

/** @param {any} question @param {Pair} pair @returns {Promise<Omit<Answer, "engine" | "ms">>} */
export async function read(question, pair) {
  const { pixels, symbols, dot } = pictureOf(question);
  const probabilities = await pair.digits.run(pixels);
  const isDigit = dot ? 0 : (await pair.digitOrNot.run(pixels))[IS_DIGIT];
  const readings = [];
  for (const symbol of symbols) {
    const alone = symbols.length === 1;
    readings.push(readingOf(symbol.box, alone ? probabilities : await pair.digits.run(symbol.pixels)));
  }
  return {
    digit: likeliest(probabilities),
    probabilities: probabilities.map(rounded),
    is_digit: { accepted: isDigit >= ACCEPTED_FROM, probability: rounded(isDigit) },
    symbols: symbols.length,
    readings,
    normalized: btoa(String.fromCharCode(...pngOf(pixels, SIDE, SIDE))),
    models: pair.models,
  };
}

/** @param {any} question @returns {Picture} */
function pictureOf(question) {
  if (question.pixels) return fromPixels(Uint8Array.from(question.pixels));
  if (question.rgba) return fromInk(inkFromRGBA(question), null);
  return fromInk(rasterize(question), widestPen(question.strokes));
}

/** @param {Uint8Array} pixels @returns {Picture} */
function fromPixels(pixels) {
  if (pixels.length !== SIDE * SIDE) throw new Error(`Expected ${SIDE * SIDE} pixels, received ${pixels.length}.`);
  if (pixels.every((value) => value === 0)) throw new BlankDrawing();
  return { pixels, symbols: [{ box: { x: 0, y: 0, width: SIDE, height: SIDE }, pixels }] };
}

/**
 * A single symbol is read with all ink, specks included.
 *
 * @param {Raster} raster
 * @param {number | null} pen  its diameter in pixels, where it is known
 * @returns {Picture}
 */
function fromInk(raster, pen) {
  const { pixels } = normalize(raster);
  const symbols = separateSymbols(raster);
  if (symbols.length === 1) {
    const [{ box }] = symbols;
    return { pixels, symbols: [{ box, pixels }], dot: isDot(raster, box, pen) };
  }
  return { pixels, symbols: symbols.map((symbol) => ({ box: symbol.box, pixels: normalize(symbol).pixels })) };
}

/** @param {Box} box @param {number[]} probabilities @returns {Reading} */
function readingOf({ x, y, width, height }, probabilities) {
  const digit = likeliest(probabilities);
  return { digit, probability: rounded(probabilities[digit]), box: [x, y, width, height] };
}

function likeliest(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

function rounded(probability) {
  return Math.round(probability * DECIMALS) / DECIMALS;
}
