/**
 * The plot of a turn around: probability over the angle, and what was read. Pure but for the elements that it makes.
 *
 * @typedef {object} Step
 * @property {number} angle  degrees
 * @property {number} digit  that was read
 * @property {number} probability  of the digit that was read before the turn
 * @property {number | null} isDigit  probability that it is a digit at all; null without a verdict
 */

import { shape } from "../elements.js";

const [WIDTH, HEIGHT] = [360, 168];
const [LEFT, RIGHT, TOP, BOTTOM] = [28, 346, 8, 118];
const RIBBON = 130; // where it begins: one field for each digit that was read
const RIBBON_HEIGHT = 18;
const LAST = 360; // degrees
const QUARTERS = [0, 90, 180, 270, 360];

/** @param {readonly Step[]} steps @param {string} name  of the plot, for those who cannot see it */
export function plotOf(steps, name) {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": name });
  const isDigit = steps.filter((step) => step.isDigit !== null);
  svg.append(
    ...grid(),
    shape("polyline", { class: "plot-soft", points: line(isDigit, (step) => step.isDigit ?? 0) }),
    shape("polyline", { class: "plot-line", points: line(steps, (step) => step.probability) }),
    ...steps.slice(-1).map((step) => shape("circle", { class: "plot-dot", cx: across(step.angle), cy: down(step.probability), r: 3 })),
    ...runsOf(steps).flatMap(ribbonOf),
  );
  return svg;
}

function across(angle) {
  return LEFT + ((RIGHT - LEFT) * angle) / LAST;
}

function down(probability) {
  return BOTTOM - (BOTTOM - TOP) * probability;
}

function line(steps, value) {
  return steps.map((step) => `${across(step.angle).toFixed(1)},${down(value(step)).toFixed(1)}`).join(" ");
}

function grid() {
  return [
    ...[0, 0.5, 1].flatMap((share) => [
      shape("line", { class: "plot-grid", x1: LEFT, x2: RIGHT, y1: down(share), y2: down(share) }),
      shape("text", { class: "plot-y", x: LEFT - 6, y: down(share) + 3.5 }, String(share)),
    ]),
    ...QUARTERS.map((angle) => shape("text", { class: "plot-x", x: across(angle), y: HEIGHT - 4 }, `${angle}°`)),
  ];
}

/** Returns the stretches in which the same digit was read. @param {readonly Step[]} steps */
export function runsOf(steps) {
  /** @type {{digit: number, from: number, to: number}[]} */
  const runs = [];
  for (const { angle, digit } of steps) {
    const last = runs.at(-1);
    if (last?.digit === digit) last.to = angle;
    else runs.push({ digit, from: angle, to: angle });
  }
  return runs;
}

function ribbonOf({ digit, from, to }, index) {
  const half = 5; // degrees to both sides of a reading
  const left = across(Math.max(0, from - half));
  const right = across(Math.min(LAST, to + half));
  return [
    shape("rect", { class: index % 2 ? "plot-run is-even" : "plot-run", x: left, y: RIBBON, width: Math.max(1, right - left - 1), height: RIBBON_HEIGHT, rx: 2 }),
    shape("text", { class: "plot-digit", x: (left + right) / 2, y: RIBBON + RIBBON_HEIGHT - 5 }, right - left > 8 ? String(digit) : ""),
  ];
}
