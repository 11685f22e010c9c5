/**
 * Training as it goes on: progress, time left and curves. Works on any page with `[data-training]`; without it, or
 * without uPlot, the page shows what the server has drawn when it was loaded.
 *
 * When runs come, go, change their state or have done their first epoch, the page is fetched again and its
 * `[data-fragment]` parts are replaced: the server alone knows what they look like.
 *
 * @import {Epoch} from "./curves.js"
 *
 * @typedef {{id: number, state: string, is_active: boolean, step: string, progress: number, seconds_left: number | null,
 *   history: Epoch[]}} Run
 */

import { fill } from "../texts.js";
import { Curves } from "./curves.js";
import { poll } from "./polling.js";

class TrainingPage {
  /** @param {HTMLElement} root @param {Record<string, string>} texts @param {any} Plot  uPlot, or null */
  constructor(root, texts, Plot) {
    this.root = root;
    this.texts = texts;
    this.Plot = Plot;
    /** @type {Curves | null} */
    this.curves = null;
    this.states = "";
    this.epochs = 0;
    poll(root.dataset.url ?? "", ({ runs }) => this.show(runs));
  }

  /** @param {Run[]} runs */
  async show(runs) {
    const states = runs.map((run) => `${run.id} ${run.state}`).join();
    const changed = this.states !== "" && states !== this.states;
    if (!(changed || runs.some((run) => this.lacksCurves(run))) || (await this.refresh())) this.states = states;
    for (const run of runs) this.showRun(run);
  }

  /** @param {Run} run @returns {boolean} whether its place is here, and was empty when the page was fetched */
  lacksCurves(run) {
    const place = this.root.querySelector(`[data-curves="${run.id}"]`);
    return run.history.length > 0 && place !== null && !place.querySelector("figure");
  }

  /** @param {Run} run */
  showRun(run) {
    const card = this.root.querySelector(`[data-run="${run.id}"]`);
    const set = (hook, text) => {
      const element = card?.querySelector(`[data-${hook}]`);
      if (element) element.textContent = text;
    };
    card?.querySelector("progress")?.setAttribute("value", String(run.progress));
    set("step", run.step);
    set("left", this.timeLeft(run.seconds_left));
    const place = this.root.querySelector(`[data-curves="${run.id}"]`);
    if (place instanceof HTMLElement) this.showCurves(place, run);
  }

  /** @param {HTMLElement} place @param {Run} run */
  showCurves(place, run) {
    if (this.Plot) {
      if (this.curves?.element !== place) {
        this.curves?.destroy();
        this.curves = new Curves(place, this.Plot, /** @type {any} */ (this.texts));
      }
      this.curves.show(run.history);
    }
    if (run.is_active && run.history.length > this.epochs) this.announce(run.history[run.history.length - 1]);
    this.epochs = run.history.length;
  }

  /** @param {Epoch} last */
  announce(last) {
    const place = this.root.querySelector("[data-announcement]");
    const share = last.validation_accuracy.toLocaleString(document.documentElement.lang, {
      style: "percent",
      maximumFractionDigits: 2,
    });
    if (place) place.textContent = fill(this.texts.announcement, { epoch: last.epoch, accuracy: share });
  }

  /** @param {number | null} seconds */
  timeLeft(seconds) {
    if (seconds === null) return "";
    const [unit, count] = seconds < 90 ? ["secondsLeft", seconds] : ["minutesLeft", Math.round(seconds / 60)];
    return fill(this.texts[unit], { count });
  }

  /** @returns {Promise<boolean>} whether it could be fetched */
  async refresh() {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok) return false;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const fresh of page.querySelectorAll("[data-fragment]")) {
      const old = this.root.querySelector(`[data-fragment="${fresh.getAttribute("data-fragment")}"]`);
      old?.replaceWith(document.adoptNode(fresh));
    }
    return true;
  }
}

/** @param {DOMStringMap} files @returns {Promise<any>} uPlot with its style, or null where it is not served */
async function loadPlot({ plotScript, plotStyle }) {
  if (!plotScript || !plotStyle) return null;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = plotStyle;
  document.head.append(link);
  try {
    return (await import(plotScript)).default;
  } catch {
    return null;
  }
}

const root = document.querySelector("[data-training]");
const texts = document.getElementById("training-texts");
if (root instanceof HTMLElement && texts) {
  new TrainingPage(root, JSON.parse(texts.textContent ?? "{}"), await loadPlot(root.dataset));
}
