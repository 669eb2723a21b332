// What few trainings need: loaded with the first of them (late.ts), so that no page carries it for nothing.

export { BatchReader } from "./batch-reader.js";
export { LbfgsTraining } from "./lbfgs.js";
export { measureLayers } from "./measure-layers.js";
export { notFiniteError } from "./not-finite.js";
export { StreamFeed } from "./stream-feed.js";
export { evaluateBatches, predictBatches } from "./stream-pass.js";
