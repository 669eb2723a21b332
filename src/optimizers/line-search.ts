// The line search of L-BFGS: a step along a direction that satisfies the strong Wolfe conditions. It knows neither models nor
// vectors: it asks for the value and the slope at a step, and whoever drives it computes them, now or later.

/** Value and derivative along the direction at a step. */
export interface Trial {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

/** Asks for trials: yields a step, gets the trial at this step. */
export type LineSearch = Generator<number, LineSearchResult, Trial>;

export interface LineSearchResult {
  readonly trial: Trial;
  /** False when no step was found that is better than the start. */
  readonly found: boolean;
}

// Sufficient decrease and curvature as in MINPACK-2's and SciPy's L-BFGS-B.
const decrease = 1e-3;
const curvature = 0.9;
// The search ends when the interval is shorter than this part of its upper end.
const shortest = 0.1;
const longest = 1e10;
const mostTrials = 20;

/**
 * A step with `f(step) <= f(0) + 1e-3 step f'(0)` and `|f'(step)| <= 0.9 |f'(0)|`, by the method of J. J. Moré and D. J. Thuente,
 * "Line search algorithms with guaranteed sufficient decrease", ACM TOMS 20 (1994), which SciPy's L-BFGS-B uses, too. Its steps
 * come from cubic and quadratic interpolation as in Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6.
 *
 * Where the value is not finite the step is halved: a network may overflow where the quadratic model does not.
 */
export function* wolfeSearch(start: Trial, firstStep: number): LineSearch {
  const sufficient = decrease * start.slope;
  let best: Trial = start;
  let other: Trial = start;
  let bracketed = false;
  // As long as no step with enough decrease and a slope above zero was seen, f minus the line of sufficient decrease is searched.
  let firstStage = true;
  let limit = longest;
  let width = longest;
  let widthBefore = 2 * longest;
  let low = 0;
  let high = 5 * firstStep;
  let step = firstStep;
  for (let count = 1; count <= mostTrials; count++) {
    const trial = yield step;
    if (!Number.isFinite(trial.value) || !Number.isFinite(trial.slope)) {
      limit = step;
      high = Math.min(high, step);
      step = (best.step + step) / 2;
      continue;
    }
    const line = start.value + step * sufficient;
    if (trial.value <= line && Math.abs(trial.slope) <= -curvature * start.slope) return { trial, found: true };
    if (firstStage && trial.value <= line && trial.slope >= 0) firstStage = false;
    const exhausted = bracketed && (step <= low || step >= high || high - low <= shortest * high);
    if (exhausted || (step >= longest && trial.value <= line)) return { trial, found: trial.value < start.value };

    const tilt = firstStage && trial.value <= best.value && trial.value > line ? sufficient : 0;
    const next = improve({ best, other, trial, tilt, bracketed, low, high });
    ({ bracketed } = next);
    ({ step } = next);
    if (trial.value - tilt * trial.step > best.value - tilt * best.step) other = trial;
    else {
      if ((trial.slope - tilt) * (best.slope - tilt) < 0) other = best;
      best = trial;
    }
    if (bracketed) {
      // An interval that does not shrink to two thirds in two trials is halved.
      if (Math.abs(other.step - best.step) >= 0.66 * widthBefore) step = (best.step + other.step) / 2;
      widthBefore = width;
      width = Math.abs(other.step - best.step);
      low = Math.min(best.step, other.step);
      high = Math.max(best.step, other.step);
    } else {
      low = step + 1.1 * (step - best.step);
      high = step + 4 * (step - best.step);
    }
    // Rounding can leave the cubic without a minimum.
    if (Number.isNaN(step)) step = (best.step + other.step) / 2;
    step = Math.min(Math.max(step, 0), limit);
    if (bracketed && (step <= low || step >= high || high - low <= shortest * high)) step = best.step;
  }
  return { trial: best, found: false };
}

interface Interval {
  readonly best: Trial;
  readonly other: Trial;
  readonly trial: Trial;
  /** The slope that is subtracted from f. */
  readonly tilt: number;
  readonly bracketed: boolean;
  readonly low: number;
  readonly high: number;
}

/** The next step: of the minimizers of a cubic and of a quadratic, the one that the case makes safe (Moré and Thuente, section 4). */
function improve({ tilt, bracketed, low, high, ...interval }: Interval): { step: number; bracketed: boolean } {
  const best = tilted(interval.best, tilt);
  const other = tilted(interval.other, tilt);
  const trial = tilted(interval.trial, tilt);
  const length = best.step - trial.step;
  const secant = trial.step + (trial.slope / (trial.slope - best.slope)) * length;
  if (trial.value > best.value) {
    // A higher value: the minimum lies between.
    const cubic = best.step + cubicFraction(best, trial) * -length;
    const parabola = best.step + (best.slope / ((best.value - trial.value) / -length + best.slope) / 2) * -length;
    const nearer = Math.abs(cubic - best.step) < Math.abs(parabola - best.step);
    return { step: nearer ? cubic : cubic + (parabola - cubic) / 2, bracketed: true };
  }
  if (trial.slope * Math.sign(best.slope) < 0) {
    // A lower value behind the minimum.
    const cubic = trial.step + cubicFraction(trial, best) * length;
    const farther = Math.abs(cubic - trial.step) > Math.abs(secant - trial.step);
    return { step: farther ? cubic : secant, bracketed: true };
  }
  if (Math.abs(trial.slope) < Math.abs(best.slope)) {
    // A lower value and a flatter slope of the same sign: the cubic's minimizer counts only when it lies ahead.
    const fraction = cubicFraction(trial, best);
    const ahead = fraction < 0 ? trial.step + fraction * length : trial.step > best.step ? high : low;
    const nearer = Math.abs(ahead - trial.step) < Math.abs(secant - trial.step);
    if (!bracketed) return { step: Math.min(Math.max(nearer ? secant : ahead, low), high), bracketed };
    const step = nearer ? ahead : secant;
    const bound = trial.step + 0.66 * (other.step - trial.step);
    return { step: trial.step > best.step ? Math.min(bound, step) : Math.max(bound, step), bracketed };
  }
  if (!bracketed) return { step: trial.step > best.step ? high : low, bracketed };
  return { step: trial.step + cubicFraction(trial, other) * (other.step - trial.step), bracketed };
}

function tilted({ step, value, slope }: Trial, tilt: number): Trial {
  return { step, value: value - tilt * step, slope: slope - tilt };
}

/** Where the cubic through both values and slopes has its minimum, as a part of the way from a to b; NaN when it has none. */
function cubicFraction(a: Trial, b: Trial): number {
  const theta = (3 * (a.value - b.value)) / (b.step - a.step) + a.slope + b.slope;
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope));
  const root = scale * Math.sqrt((theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale));
  const gamma = b.step < a.step ? -root : root;
  return (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope);
}
