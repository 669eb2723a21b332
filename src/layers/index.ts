// Layers, as users see them: `layers.dense({ units: 10 })`.

export type { ActivationOptions, DropoutOptions } from "./basic.js";
export { activation, dropout, flatten } from "./basic.js";
export type { CustomOptions } from "./custom.js";
export { custom } from "./custom.js";
export type { DenseOptions } from "./dense.js";
export { dense } from "./dense.js";
export type { InputOptions } from "./input.js";
export { inputLayer as input } from "./input.js";
export type { BuildContext, CallContext, Layer, LayerOptions, WeightOptions } from "./layer.js";
