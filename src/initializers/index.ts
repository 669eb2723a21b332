// Initializers, as users see them: `initializers.heNormal({ seed: 1 })`.

export type { ConstantOptions, IdentityOptions } from "./constant.js";
export { constant, identity, ones, zeros } from "./constant.js";
export type {
  Initializer,
  InitializerContext,
  InitializerFunction,
  InitializerObject,
  SeedOptions,
} from "./initializer.js";
export type { OrthogonalOptions } from "./orthogonal.js";
export { orthogonal } from "./orthogonal.js";
export type { RandomNormalOptions, RandomUniformOptions } from "./random.js";
export { randomNormal, randomUniform, truncatedNormal } from "./random.js";
export type { InitializerInput, InitializerShortcut } from "./resolve.js";
export type { SparseOptions, TorchLinearOptions } from "./torch.js";
export { sparse, torchLinear } from "./torch.js";
export type { VarianceScalingOptions } from "./variance-scaling.js";
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  varianceScaling,
  xavierNormal,
  xavierUniform,
} from "./variance-scaling.js";
