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
   * @param {{training: string, validation: string, epoch: string, loss: string, accuracy: string}} texts
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
      const plot = this.plots.get(kind) ?? this.make(kind);
      plot.setData(this.columns(kind));
      this.fillTable(kind);
    }
  }

  /** @param {"loss" | "accuracy"} kind */
  make(kind) {
    const place = this.place(kind);
    const host = place.querySelector("[data-plot]") ?? hostIn(place);
    const plot = new this.Plot(this.options(kind, host), this.columns(kind), host);
    this.plots.set(kind, plot);
    return plot;
  }

  /** Where a curve goes: what the server has drawn, or, before the first epoch, an empty figure. */
  place(kind) {
    const found = this.element.querySelector(`[data-curve="${kind}"]`);
    if (found instanceof HTMLElement) return found;
    const place = document.createElement("div");
    place.dataset.curve = kind;
    const figure = document.createElement("figure");
    figure.className = "figure line-plot";
    const caption = document.createElement("figcaption");
    caption.append(span("chart-title", this.texts[kind]));
    figure.append(caption);
    place.append(figure);
    this.element.append(place);
    return place;
  }

  options(kind, host) {
    const colour = (name) => getComputedStyle(this.element).getPropertyValue(name).trim();
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const value = (plot, number) => (number == null ? "" : this.format(kind, number));
    return {
      width: Math.max(240, host.clientWidth),
      height: HEIGHT,
      scales: { x: { time: false, range: (plot, low, high) => (low === high ? [low - 1, high + 1] : [low, high]) } },
      axes: [
        { ...axis, size: 28, incrs: [1, 2, 5, 10, 20, 50, 100] },
        { ...axis, size: 60, values: (plot, ticks) => ticks.map((tick) => this.format(kind, tick)) },
      ],
      series: [
        { label: this.texts.epoch },
        { label: this.texts.training, stroke: colour("--muted"), dash: [6, 4], width: 2, value, points: { size: 7 } },
        { label: this.texts.validation, stroke: colour("--accent"), width: 2, value, points: { size: 7 } },
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

  fillTable(kind) {
    const body = this.place(kind).querySelector(".chart-table tbody");
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
  for (const key of figure.querySelectorAll(".chart-key")) key.setAttribute("hidden", ""); // uPlot's legend says it
  const host = document.createElement("div");
  host.dataset.plot = "";
  host.setAttribute("aria-hidden", "true"); // the table beside it says the same
  figure.prepend(host);
  return host;
}

function span(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}
