/**
 * Where a drawing stands on the board: turned, zoomed and moved. Pure.
 *
 * A frame is four whole numbers, and each step changes one of them, so nothing is ever rounded twice: 36 turns, or ten
 * steps to the right and ten back, end in the frame where they began.
 *
 * @typedef {object} Frame
 * @property {number} turns  of 10 degrees, clockwise, 0 to 35
 * @property {number} zooms  each makes it 10% larger; negative ones smaller
 * @property {number} right  steps of STEP canvas units
 * @property {number} down
 *
 * @typedef {readonly [number, number, number, number, number, number]} Matrix
 *   a, b, c, d, e, f as a canvas context takes them: x' = a x + c y + e, y' = b x + d y + f
 * @typedef {readonly [number, number]} Place
 */

export const TURNS = 36;
export const STEP = 7; // canvas units: a fortieth of the board
const ZOOM = 1.1;
const QUARTER = TURNS / 4;

/** @type {Frame} */
export const AS_DRAWN = Object.freeze({ turns: 0, zooms: 0, right: 0, down: 0 });

/** @param {Frame} frame @param {Partial<Frame>} steps @returns {Frame} */
export function stepped(frame, { turns = 0, zooms = 0, right = 0, down = 0 }) {
  return {
    turns: (((frame.turns + turns) % TURNS) + TURNS) % TURNS,
    zooms: frame.zooms + zooms,
    right: frame.right + right,
    down: frame.down + down,
  };
}

/** Turns and zooms happen about the pivot, which moves along. @param {Frame} frame @param {Place} pivot @returns {Matrix} */
export function matrixOf({ turns, zooms, right, down }, [x, y]) {
  if (turns === 0 && zooms === 0) return [1, 0, 0, 1, right * STEP, down * STEP];
  const scale = ZOOM ** zooms;
  const [cosine, sine] = direction(turns);
  const [a, b] = [scale * cosine, scale * sine];
  return [a, b, -b, a, x - a * x + b * y + right * STEP, y - b * x - a * y + down * STEP];
}

/** Quarter turns are exact: then neither a sine nor a cosine is a little beside 0 or 1. */
function direction(turns) {
  const angle = ((turns % QUARTER) * 2 * Math.PI) / TURNS;
  let [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  for (let quarter = 0; quarter < Math.floor(turns / QUARTER); quarter += 1) [cosine, sine] = [-sine, cosine];
  return [cosine, sine];
}

/** First `inner`, then `outer`. @param {Matrix} outer @param {Matrix} inner @returns {Matrix} */
export function product([a, b, c, d, e, f], [g, h, i, j, k, l]) {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** @param {Matrix} matrix @param {Place} place @returns {[number, number]} */
export function mapped([a, b, c, d, e, f], [x, y]) {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** How much a matrix enlarges lengths; it is taken to keep shapes. @param {Matrix} matrix */
export function scaleOf([a, b]) {
  return b === 0 ? Math.abs(a) : Math.sqrt(a * a + b * b);
}
