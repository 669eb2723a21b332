// Regularizers, as users see them: `regularizers.l2({ l2: 1e-4 })`.

export type { OrthogonalOptions } from "./orthogonal.js";
export { orthogonal } from "./orthogonal.js";
export type { L1L2Options, L1Options, L2Options } from "./penalties.js";
export { l1, l1l2, l2 } from "./penalties.js";
export type { Regularizer, RegularizerFunction } from "./regularizer.js";
export type { RegularizerInput, RegularizerShortcut } from "./resolve.js";
