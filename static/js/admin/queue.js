/**
 * The queue: tick drawings, a row of them with Shift, the page, or all that the filter selects. Without this script the
 * boxes and buttons work as well, but for the whole filter.
 */

import { part } from "../elements.js";
import { fill } from "../texts.js";

const form = document.querySelector("[data-decide]");
if (form instanceof HTMLElement) bind(part(document, "tiles"), form);

/** @param {HTMLElement} tiles @param {HTMLElement} bar */
function bind(tiles, bar) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...tiles.querySelectorAll("input[type=checkbox]")]);
  const page = /** @type {HTMLInputElement} */ (part(bar, "page"));
  const across = /** @type {HTMLInputElement} */ (part(bar, "across"));
  const count = part(bar, "count");
  const whole = bar.querySelector("[data-whole]");
  const wholeOffer = whole?.textContent ?? "";
  /** @type {HTMLInputElement | null} */
  let last = null;

  function show() {
    const ticked = boxes.filter((box) => box.checked).length;
    const { text = "", none = "" } = count.dataset;
    count.textContent = ticked ? fill(text, { count: ticked }) : none;
    page.checked = ticked === boxes.length;
    page.indeterminate = ticked > 0 && !page.checked;
    if (!page.checked) across.value = "0";
    if (whole instanceof HTMLButtonElement) {
      const all = across.value === "1";
      whole.hidden = !page.checked;
      whole.setAttribute("aria-pressed", String(all));
      whole.textContent = all ? (whole.dataset.text ?? "") : wholeOffer;
    }
    for (const button of bar.querySelectorAll("button[name=action]")) {
      /** @type {HTMLButtonElement} */ (button).disabled = ticked === 0;
    }
  }

  tiles.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    if (event.shiftKey && last && last !== box) tickBetween(last, box);
    last = box;
  });

  /** @param {HTMLInputElement} from @param {HTMLInputElement} to */
  function tickBetween(from, to) {
    const [first, end] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
    for (const box of boxes.slice(first, end + 1)) box.checked = to.checked;
  }

  tiles.addEventListener("change", show);
  page.addEventListener("change", () => {
    for (const box of boxes) box.checked = page.checked;
    show();
  });
  whole?.addEventListener("click", () => {
    across.value = across.value === "1" ? "0" : "1";
    show();
  });
  window.addEventListener("pageshow", show); // the browser may have kept the ticks
  if (page.checked) for (const box of boxes) box.checked = true; // by who was faster than this script
  show();
}
