// A study: its trials, the best of them, and pictures of them.

import { checkInteger, checkOptions, explain, unknownName } from "../errors.js";
import { report } from "../plots/report.js";
import { type Drawing, svgDocument } from "../plots/svg.js";
import type { ParameterValue } from "./distributions.js";
import { importances } from "./importance.js";
import type { Ledger } from "./ledger.js";
import { historyPlot } from "./plots/history.js";
import { importancePlot } from "./plots/importance-bars.js";
import { parallelPlot } from "./plots/parallel.js";
import { slicesPlot } from "./plots/slices.js";
import { type Direction, loss, resultOf, type TrialResult } from "./records.js";
import { tableText, trialTable } from "./table.js";

/** The best trial. */
export interface BestTrial {
  readonly params: Readonly<Record<string, ParameterValue>>;
  readonly value: number;
  readonly number: number;
}

/** What a picture shows: values by trial, parallel coordinates, values by each parameter, importances. */
export type StudyPlot = "history" | "parallel" | "slices" | "importance";

export interface StudyPlotOptions {
  /** Default "history". */
  plot?: StudyPlot;
  title?: string;
  /** The axis of values; "log" for losses of very different size. Default "linear". */
  scale?: "linear" | "log";
}

export interface StudyTableOptions {
  /** How many trials; default all. */
  most?: number;
}

/** What `tune` found. Follows optuna.study.Study. */
export class Study {
  readonly name: string;
  readonly direction: Direction;
  readonly #ledger: Ledger;

  /** For `tune`, which makes the studies. */
  constructor(name: string, direction: Direction, ledger: Ledger) {
    this.name = name;
    this.direction = direction;
    this.#ledger = ledger;
  }

  /** All trials by number, those that failed or were pruned too. */
  get trials(): TrialResult[] {
    return this.#ledger.records.map(resultOf);
  }

  /**
   * The complete trial with the best value.
   *
   * @throws RangeError when no trial is complete; it tells why the first one failed.
   */
  get best(): BestTrial {
    let best: BestTrial | undefined;
    for (const { state, number, params, value } of this.trials) {
      if (state !== "complete" || value === null) continue;
      if (best === undefined || loss(this.direction, value) < loss(this.direction, best.value))
        best = { params, value, number };
    }
    if (best !== undefined) return best;
    const { trials } = this;
    const reason = trials.find((trial) => trial.reason !== null);
    const received = `${trials.length} trials, none of them complete`;
    const remedy = reason === undefined ? "" : `Trial ${reason.number} failed: ${reason.reason}`;
    throw new RangeError(explain(`study "${this.name}"`, "expected a complete trial", received, remedy));
  }

  /**
   * How much each parameter matters: its share of the value's variance over the space, as a random forest has learnt it (fANOVA), the
   * largest first. Follows optuna.importance.get_param_importances. Parameters that only some trials have are left out.
   */
  importance(): Record<string, number> {
    return Object.fromEntries(importances(this.#complete()));
  }

  /**
   * The trials side by side as text, the best first.
   *
   * @example
   * const study = await tune(objective, { first: [{ units: 8 }, { units: 64 }], trials: 2 });   // a search by hand
   * console.log(study.toTable());
   */
  toTable(options: StudyTableOptions = {}): string {
    const where = "study.toTable";
    checkOptions(where, options, ["most"]);
    const most = checkInteger(where, "most", options.most ?? Number.MAX_SAFE_INTEGER, 1);
    return tableText(trialTable(this.#ledger.records, this.direction).slice(0, most + 1));
  }

  /**
   * A picture of the study as SVG.
   *
   * @example
   * const svg = study.toSvg({ plot: "parallel" });
   */
  toSvg(options: StudyPlotOptions = {}): string {
    const where = "study.toSvg";
    checkOptions(where, options, ["plot", "title", "scale"]);
    const { plot = "history", scale = "linear" } = options;
    checkScale(where, scale);
    if (!Object.hasOwn(plotTitles, plot)) throw unknownName(`${where}: plot`, plot, Object.keys(plotTitles));
    const title = options.title ?? plotTitles[plot];
    return svgDocument(title, this.#draw(plot, title, scale === "log"));
  }

  /** All pictures and the table of the trials as one HTML document. */
  toHtml(options: Omit<StudyPlotOptions, "plot"> = {}): string {
    const where = "study.toHtml";
    checkOptions(where, options, ["title", "scale"]);
    const { title = `Study ${this.name}`, scale = "linear" } = options;
    checkScale(where, scale);
    const complete = this.#complete();
    const best = complete.length === 0 ? [] : [bestText(this.best)];
    const plots: StudyPlot[] = complete.length === 0 ? ["history"] : ["history", "importance", "parallel", "slices"];
    return report({
      title,
      sections: [
        { heading: "Result", text: [`${this.trials.length} trials, to ${this.direction} the value.`, ...best] },
        ...plots.map((plot) => ({ heading: plotTitles[plot], svg: [this.toSvg({ plot, title: "", scale })] })),
        { heading: "Trials", table: trialTable(this.#ledger.records, this.direction) },
      ],
    });
  }

  #complete() {
    return this.#ledger.records.filter(({ state }) => state === "complete");
  }

  #draw(plot: StudyPlot, title: string, logarithmic: boolean): Drawing {
    const complete = this.#complete();
    if (plot === "parallel") return parallelPlot(title, complete, this.direction);
    if (plot === "slices") return slicesPlot(title, complete, logarithmic);
    if (plot === "importance") return importancePlot(title, importances(complete));
    return historyPlot(title, this.#ledger.records, this.direction, logarithmic);
  }

  /** What JSON.stringify writes. */
  toJSON(): { name: string; direction: Direction; trials: TrialResult[] } {
    return { name: this.name, direction: this.direction, trials: this.trials };
  }
}

const plotTitles: Readonly<Record<StudyPlot, string>> = {
  history: "Values of the trials",
  importance: "Importance of the parameters",
  parallel: "Parameters of the trials",
  slices: "Value by parameter",
};

function checkScale(where: string, scale: unknown): void {
  const scales = ["linear", "log"];
  if (!scales.includes(scale as string)) throw unknownName(`${where}: scale`, scale, scales);
}

function bestText({ number, value, params }: BestTrial): string {
  const list = Object.entries(params).map(([name, one]) => `${name} = ${one}`);
  return `The best is trial ${number}: ${value}, with ${list.join(", ") || "no parameters"}.`;
}
