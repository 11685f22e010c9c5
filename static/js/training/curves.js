/**
 * Loss and accuracy by epoch, drawn with uPlot over what the server has drawn, and kept up to date.
 *
 * @typedef {{epoch: number, loss: number, accuracy: number, validation_loss: number, validation_accuracy: number}} Epoch
 */

const HEIGHT = 220; // px
const KINDS = /** @type {const} */ (["loss", "accuracy"]);

export class Curves {
  /**
   * @param {HTMLElement} element  holds `[data-curve="loss"]` and `[data-curve="accuracy"]`
   * @param {any} Plot  uPlot
   * @param {{epoch: string}} texts
   */
  constructor(element, Plot, texts) {
    this.element = element;
    this.Plot = Plot;
    this.texts = texts;
    /** @type {Epoch[]} */
    this.history = [];
    /** @type {Map<string, any>} */
    this.plots = new Map();
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  /** @param {Epoch[]} history */
  show(history) {
    this.history = history;
    if (history.length === 0) return;
    for (const kind of KINDS) {
      const place = this.place(kind);
      if (!place) continue;
      const plot = this.plots.get(kind) ?? this.make(kind, place);
      plot.setData(this.columns(kind));
      this.fillTable(kind, place);
    }
  }

  /** @param {"loss" | "accuracy"} kind @param {HTMLElement} place */
  make(kind, place) {
    const host = place.querySelector("[data-plot]") ?? hostIn(place);
    const plot = new this.Plot(this.options(kind, host), this.columns(kind), host);
    this.plots.set(kind, plot);
    return plot;
  }

  /** @returns {HTMLElement | null} what the server has drawn; nothing before the first epoch */
  place(kind) {
    return this.element.querySelector(`[data-curve="${kind}"]`);
  }

  options(kind, host) {
    const colour = (name) => getComputedStyle(this.element).getPropertyValue(name).trim();
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    return {
      width: Math.max(240, host.clientWidth),
      height: HEIGHT,
      legend: { show: false }, // the caption names the lines
      cursor: { show: false },
      scales: { x: { time: false, range: (plot, low, high) => (low === high ? [low - 1, high + 1] : [low, high]) } },
      axes: [
        { ...axis, size: 28, labelSize: 20, label: this.texts.epoch, incrs: [1, 2, 5, 10, 20, 50, 100] },
        { ...axis, size: 60, values: (plot, ticks) => ticks.map((tick) => this.format(kind, tick)) },
      ],
      series: [
        {},
        { stroke: colour("--muted"), dash: [6, 4], width: 2, points: { size: 7 } },
        { stroke: colour("--accent"), width: 2, points: { size: 7 } },
      ],
    };
  }

  /** @param {"loss" | "accuracy"} kind @param {number} value */
  format(kind, value) {
    const language = document.documentElement.lang;
    if (kind === "loss") return value.toLocaleString(language, { maximumFractionDigits: 3 });
    return value.toLocaleString(language, { style: "percent", maximumFractionDigits: 2 });
  }

  columns(kind) {
    return [
      this.history.map((epoch) => epoch.epoch),
      this.history.map((epoch) => epoch[kind]),
      this.history.map((epoch) => epoch[`validation_${kind}`]),
    ];
  }

  fillTable(kind, place) {
    const body = place.querySelector(".chart-table tbody");
    if (!body) return;
    body.replaceChildren(
      ...this.history.map((epoch) => {
        const row = document.createElement("tr");
        const head = document.createElement("th");
        head.scope = "row";
        head.className = "number";
        head.textContent = String(epoch.epoch);
        const cells = [epoch[kind], epoch[`validation_${kind}`]].map((value) => {
          const cell = document.createElement("td");
          cell.className = "number";
          cell.textContent = this.format(kind, value);
          return cell;
        });
        row.append(head, ...cells);
        return row;
      }),
    );
  }

  resize() {
    for (const plot of this.plots.values()) {
      plot.setSize({ width: Math.max(240, plot.root.parentElement.clientWidth), height: HEIGHT });
    }
  }

  redraw() {
    for (const plot of this.plots.values()) plot.destroy();
    this.plots.clear();
    this.show(this.history);
  }

  destroy() {
    this.sizes.disconnect();
    for (const plot of this.plots.values()) plot.destroy();
  }
}

/** @param {HTMLElement} place */
function hostIn(place) {
  const figure = place.querySelector("figure") ?? place;
  figure.querySelector(".chart-picture")?.setAttribute("hidden", "");
  const host = document.createElement("div");
  host.dataset.plot = "";
  host.setAttribute("aria-hidden", "true"); // the table beside it says the same
  figure.prepend(host);
  return host;
}
