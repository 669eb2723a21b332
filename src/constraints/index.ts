// Constraints, as users see them: `constraints.maxNorm({ maxValue: 3 })`.

export type { Constraint, ConstraintFunction } from "./constraint.js";
export type { MaxNormOptions, MinMaxNormOptions, UnitNormOptions } from "./norms.js";
export { maxNorm, minMaxNorm, nonNeg, unitNorm } from "./norms.js";
export type { ConstraintInput, ConstraintShortcut } from "./resolve.js";
