// What layers let users choose for a weight: how it begins, its penalty and its constraint. For a weight "kernel" these are the
// options `kernelInitializer`, `kernelRegularizer` and `kernelConstraint`.

import { type ConstraintInput, resolveConstraint } from "../constraints/resolve.js";
import { type InitializerInput, resolveInitializer, savedInitializer } from "../initializers/resolve.js";
import { savedForm } from "../naming.js";
import { type RegularizerInput, resolveRegularizer } from "../regularizers/resolve.js";
import type { WeightOptions } from "./layer.js";

type OptionsOf<Name extends string> = { readonly [K in `${Name}Initializer`]?: InitializerInput } & {
  readonly [K in `${Name}Regularizer`]?: RegularizerInput | null;
} & { readonly [K in `${Name}Constraint`]?: ConstraintInput | null };

/** The names of a weight's options, for the check of options. */
export function weightOptionNames(name: string): string[] {
  return [`${name}Initializer`, `${name}Regularizer`, `${name}Constraint`];
}

/** The options of the weight called `name`, for `ctx.variable`, and as they would be saved. */
export function weightOptions<Name extends string>(
  where: string,
  name: Name,
  options: OptionsOf<Name>,
  standard: InitializerInput,
): { readonly options: WeightOptions; readonly config: Readonly<Record<string, unknown>> } {
  const all = options as Readonly<Record<string, unknown>>;
  const initializerName = `${name}Initializer`;
  const initializer = resolveInitializer(
    `${where}, ${initializerName}`,
    (all[initializerName] as InitializerInput | undefined) ?? standard,
  );
  const regularizer = optional(`${name}Regularizer`, resolveRegularizer);
  const constraint = optional(`${name}Constraint`, resolveConstraint);
  return {
    options: {
      initializer,
      ...(regularizer !== null && { regularizer }),
      ...(constraint !== null && { constraint }),
    },
    config: {
      [initializerName]: savedInitializer(initializer),
      [`${name}Regularizer`]: regularizer === null ? null : savedForm("regularizer", regularizer),
      [`${name}Constraint`]: constraint === null ? null : savedForm("constraint", constraint),
    },
  };

  function optional<Input, Result>(option: string, resolve: (place: string, value: Input) => Result): Result | null {
    const value = all[option];
    return value === undefined || value === null ? null : resolve(`${where}, ${option}`, value as Input);
  }
}
