/** Keeps the panel of a run up to date while it is active; what stands around it changes twice, and is loaded again. */

import { whileVisible } from "../engine/visible.js";

const PERIOD = 2000; // ms

/** @param {HTMLElement} panel  its `data-run-panel` says where it is fetched from */
function watch(panel) {
  let ended = false;
  const wasPrepared = panel.querySelector("[data-run-prepared]") !== null;
  whileVisible(async () => {
    if (ended || !panel.querySelector("[data-run-active]")) return;
    const response = await fetch(panel.dataset.runPanel ?? "").catch(() => null);
    if (!response?.ok) return;
    const log = panel.querySelector("[data-run-log]");
    const follows = !log || log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    panel.innerHTML = await response.text();
    if (follows) showLastLine(panel);
    ended = !panel.querySelector("[data-run-active]"); // other buttons apply then
    const prepared = panel.querySelector("[data-run-prepared]") !== null; // its drawings are named then
    if (ended || prepared !== wasPrepared) window.location.reload();
  }, PERIOD);
}

/** @param {ParentNode} panel */
function showLastLine(panel) {
  const log = panel.querySelector("[data-run-log]");
  if (log) log.scrollTop = log.scrollHeight;
}

for (const panel of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-run-panel]"))) {
  showLastLine(panel);
  watch(panel);
}
