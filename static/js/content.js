/**
 * What is given of a drawing: its strokes, or, where a picture lies under them, an image of both.
 *
 * @import {Drawing} from "./drawing.js"
 */

import { encoded, photographed } from "./lab/rendering.js";
import { inkOf } from "./lab/colours.js";
import { toPayload } from "./strokes.js";

/** Whatever colours are shown, what is kept is dark on light or light on dark. */
const INK = "#000";

/** @param {Drawing} drawing @returns {{strokes: object} | {image: string}} `image`: a data URL without metadata */
export function contentOf(drawing) {
  if (!drawing.laid) return { strokes: toPayload(drawing) };
  return { image: encoded(photographed(drawing, inkOf(drawing, null, INK)).canvas) };
}
