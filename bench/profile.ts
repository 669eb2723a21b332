// `npm run bench -- --profile`: where the time of a training step goes. Each instruction of the step is executed by itself, over and
// over, and compared with the machine's peak: products with its multiply-adds, everything else with its memory. What follows each
// other in a step finds its operands in cache, and elementwise instructions are executed together there: the whole step, measured by
// itself, may take less than the sum.

import { decodeProgram } from "../src/program/decode.js";
import { printProgram } from "../src/program/print.js";
import type { BackendSetting } from "./contestants.js";
import { costOf } from "./cost.js";
import { type Network, networks } from "./networks.js";
import { type Peak, peakOf } from "./peak.js";
import { openSession } from "./program.js";
import { digits, percent, printTable } from "./report.js";
import { type Effort, measureInTurns, median } from "./timing.js";

export interface ProfiledInstruction {
  readonly text: string;
  readonly milliseconds: number;
  readonly flops: number;
  readonly bytes: number;
}

export interface Profile {
  readonly network: string;
  readonly batch: number;
  readonly label: string;
  readonly threads: number;
  /** Of a step as `fit` takes it: with the gathering of the rows, everything in one call. */
  readonly stepMilliseconds: number;
  readonly instructions: readonly ProfiledInstruction[];
}

const state = { learningRate: 1e-3, step: 0, seed: [1, 0] } as const;

export async function profileNetworks(
  settings: readonly BackendSetting[],
  effort: Effort,
  only: RegExp,
): Promise<Profile[]> {
  const profiles: Profile[] = [];
  for (const network of networks.filter(({ name }) => only.test(`profile ${name}`))) {
    for (const setting of settings) profiles.push(await profile(network, setting, effort));
  }
  return profiles;
}

async function profile(network: Network, setting: BackendSetting, effort: Effort): Promise<Profile> {
  const { batch, sizes } = network;
  setting.activate();
  const session = openSession(setting.backend, network);
  const { executable, program, train } = session;
  if (train === null) throw new Error(`${network.name} has nothing to train`);
  const decoded = decodeProgram(program.words);
  const lines = printProgram(program.printable).split("\n");
  const x = Float32Array.from({ length: batch * (sizes[0] ?? 1) }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Float32Array.from({ length: batch }, (_, i) => (i * 31) % (sizes.at(-1) ?? 1));
  const columns = [
    { tensor: train.inputs[0]?.index ?? -1, data: x, width: sizes[0] ?? 1 },
    { tensor: train.targets[0]?.index ?? -1, data: y, width: 1 },
  ];
  const order = Int32Array.from({ length: batch * 64 }, (_, i) => i % batch);
  const steps = (count: number) =>
    executable.train({
      first: train.first,
      updateFirst: train.updateFirst,
      last: train.last,
      batchRows: batch,
      order: order.subarray(0, count * batch),
      learningRates: new Float32Array(count).fill(1e-3),
      step: 0,
      seed: [1, 0],
      columns,
      reports: train.reported,
    });
  // Real activations and gradients in the arena: zeros would be an easier life.
  steps(3);
  const timed = (label: string, call: (count: number) => void) => ({
    label,
    measure: (repetitions: number) => {
      const began = performance.now();
      call(repetitions);
      return (performance.now() - began) / 1000;
    },
  });
  const whole = timed("step", (count) => {
    for (let left = count; left > 0; left -= 64) steps(Math.min(64, left));
  });
  const numbers = Array.from({ length: train.last - train.first }, (_, i) => train.first + i);
  const single = (first: number, last: number) => (count: number) => {
    for (let i = 0; i < count; i++) executable.run(first, last, batch, state);
  };
  const contestants = numbers.map((i) => timed(String(i), single(i, i + 1)));
  // The call from JavaScript costs as much as a small instruction.
  const samples = await measureInTurns(
    [whole, timed("call", single(train.first, train.first)), ...contestants],
    effort,
  );
  const [step, call, ...each] = samples.map(({ seconds }) => median(seconds) * 1000);
  session.dispose();
  return {
    network: network.name,
    batch,
    label: setting.label,
    threads: setting.threads,
    stepMilliseconds: step ?? Number.NaN,
    instructions: numbers.map((i, place) => ({
      ...costOf(decoded.instructions[i] as (typeof decoded.instructions)[number], decoded),
      text: textOf(lines, i),
      milliseconds: Math.max(0, (each[place] ?? Number.NaN) - (call ?? 0)),
    })),
  };
}

/** The line of an instruction in the printed program, without its number and the places in the arena. */
export function textOf(lines: readonly string[], index: number): string {
  const line = lines.find((text) => new RegExp(`^ *${index}  `).test(text)) ?? "";
  return line
    .replace(/^ *\d+ +/, "")
    .replaceAll(/ @\d+/g, "")
    .replaceAll(/ +/g, " ");
}

/** GFLOP/s of a step over those of the peak: all products of the step, and the time of everything. */
export function stepEfficiency({ instructions, stepMilliseconds }: Profile, peak: Peak): number {
  const flops = instructions.reduce((sum, instruction) => sum + instruction.flops, 0);
  return flops / (stepMilliseconds * 1e6) / peak.gflops;
}

export function printProfiles(profiles: readonly Profile[], peaks: readonly Peak[]): void {
  for (const entry of profiles) {
    const peak = peakOf(peaks, entry.threads);
    const sum = entry.instructions.reduce((total, { milliseconds }) => total + milliseconds, 0);
    const rows = entry.instructions.map(({ text, milliseconds, flops, bytes }) => {
      const speed = (flops || bytes) / (milliseconds * 1e6);
      const unit = flops > 0 ? "GFLOP/s" : "GB/s";
      return [
        text.length > 100 ? `${text.slice(0, 99)}…` : text,
        milliseconds.toPrecision(3),
        percent(milliseconds / sum),
        `${digits(speed)} ${unit}`,
        percent(speed / (flops > 0 ? peak.gflops : peak.bandwidth)),
      ];
    });
    const efficiency = percent(stepEfficiency(entry, peak));
    const title = `${entry.network}, batch ${entry.batch}, ${entry.label}: a step takes ${entry.stepMilliseconds.toPrecision(3)} ms (${efficiency} of the peak), its instructions one by one ${sum.toPrecision(3)} ms`;
    printTable(title, ["instruction", "ms", "share", "speed", "of peak"], rows);
  }
}
