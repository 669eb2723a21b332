// Choosing a backend: the order of the attempts, the explicit choice, and what has been tried and why it failed.
// How a backend is loaded is the business of the candidates; the Node entry adds those that need Node.

import {
  BackendError,
  checkBoolean,
  checkInteger,
  checkOptions,
  describeValue,
  explain,
  unknownName,
} from "../errors.js";
import type { Backend, BackendName } from "./backend.js";

export interface BackendOptions {
  /** Threads, the calling one included, 1 to 256; by default what the machine offers. */
  readonly threads?: number;
  /** Instruction set: "scalar", "sse2", "avx2", "avx512", "neon", "simd128", "relaxed" ...; by default, or with "auto", the fastest. */
  readonly isa?: string;
  /**
   * Train in a worker, so that the thread of the page is free even of the slices of 8 ms that it gives to the training otherwise;
   * WebAssembly with one thread, in browsers. The bits are the same. Default false.
   */
  readonly worker?: boolean;
}

export interface BackendAttempt {
  /** The backend and, for addons, the file. */
  readonly name: string;
  readonly error: string;
}

export interface BackendInfo {
  readonly name: BackendName;
  readonly isa: string;
  readonly threads: number;
  /** Version of the package. */
  readonly version: string;
  /** The attempts that failed before this backend was taken. */
  readonly tried: readonly BackendAttempt[];
}

/** One way to a backend. Several may lead to the same one: a prebuilt addon, then one that was built here. */
export interface BackendCandidate {
  readonly name: BackendName;
  /** For `tried`; the name by default. */
  readonly label?: string;
  /** Taken only when it is asked for by name. */
  readonly onlyExplicit?: boolean;
  /** The instruction sets that it has, where they are known before it is loaded: it is not loaded for another one. */
  readonly isas?: readonly string[];
  /** Worth its threads: it is not loaded for a single one. */
  readonly threaded?: boolean;
  /** Trains in a worker: taken only when that is asked for. */
  readonly inWorker?: boolean;
  load(): Promise<Backend>;
}

export interface BackendDefaults extends Omit<BackendOptions, "worker"> {
  readonly backend?: string;
}

const names: readonly BackendName[] = ["native", "wasm", "reference"];

/** Chooses among candidates and remembers the choice. The package has one, in registry.ts; tests make their own. */
export class BackendRegistry {
  private candidates: readonly BackendCandidate[];
  private defaults: () => BackendDefaults = () => ({});
  private readonly loaded = new Map<BackendCandidate, Promise<Backend>>();
  private active: { readonly backend: Backend; readonly tried: readonly BackendAttempt[] } | undefined;
  private loading: Promise<void> | undefined;

  constructor(
    private readonly version: string,
    candidates: readonly BackendCandidate[],
  ) {
    this.candidates = candidates;
  }

  /**
   * Puts candidates before the present ones. `defaults` tells what is chosen when nobody chooses; it is called when a backend
   * is loaded, so that what it throws is thrown there. For the entries of the package.
   */
  install(candidates: readonly BackendCandidate[], defaults: () => BackendDefaults): void {
    this.candidates = [...candidates, ...this.candidates];
    this.defaults = defaults;
  }

  /** Loads a backend unless there is one. */
  async ready(): Promise<void> {
    if (this.active !== undefined) return;
    this.loading ??= this.chooseDefault().finally(() => {
      this.loading = undefined;
    });
    await this.loading;
  }

  /** Changes the backend for programs that are created from now on. After a failure the present one stays. */
  async set(name: BackendName, options: BackendOptions = {}): Promise<void> {
    checkOptions("setBackend", options, ["threads", "isa", "worker"]);
    const worker = checkBoolean("setBackend", "worker", options.worker ?? false);
    if (worker && name !== "wasm") {
      throw new RangeError(explain("setBackend", 'worker belongs to the backend "wasm"', describeValue(name)));
    }
    if (options.threads !== undefined) checkThreads("setBackend", options.threads);
    await this.loading?.catch(() => {});
    const defaults = this.defaults();
    const threads = options.threads ?? defaults.threads ?? 0;
    // The default was meant for a backend that has it.
    const known = this.candidates.flatMap((candidate) => (candidate.name === name ? (candidate.isas ?? []) : []));
    const wanted = options.isa ?? known.find((isa) => isa === defaults.isa);
    await this.choose(
      checkName("setBackend", name),
      { isa: wanted, threads: worker ? (options.threads ?? 1) : threads, worker },
      (backend) => wanted ?? backend.isas.find((isa) => isa === defaults.isa) ?? "auto",
    );
  }

  /** The backend in use; throws before `ready()`. */
  current(): Backend {
    if (this.active !== undefined) return this.active.backend;
    throw new BackendError(
      explain("backend", "expected a loaded backend", "none", "Call `await ready()` before the Sync functions."),
    );
  }

  info(): BackendInfo {
    const { name, isa, threads } = this.current();
    return { name, isa, threads, version: this.version, tried: this.active?.tried ?? [] };
  }

  private async chooseDefault(): Promise<void> {
    const { backend, threads = 0, isa = "auto" } = this.defaults();
    const name = backend === undefined ? undefined : checkName("FEEDFORWARD_BACKEND", backend);
    await this.choose(name, { isa, threads, worker: false }, () => isa);
  }

  private async choose(
    name: BackendName | undefined,
    wanted: { readonly isa: string | undefined; readonly threads: number; readonly worker: boolean },
    isaOf: (backend: Backend) => string,
  ): Promise<void> {
    const tried: BackendAttempt[] = [];
    const candidates = this.candidates.filter(({ inWorker = false, onlyExplicit, name: own }) => {
      return inWorker === wanted.worker && (name === undefined ? onlyExplicit !== true : own === name);
    });
    for (const candidate of candidates) {
      try {
        checkIsa(candidate, wanted.isa);
        if (candidate.threaded === true && wanted.threads === 1) throw new BackendError("one thread needs no others");
        const backend = await this.load(candidate);
        // The one that may be refused comes first: nothing is half-applied.
        backend.setIsa(isaOf(backend));
        await backend.setThreads(wanted.threads);
        this.active = { backend, tried };
        return;
      } catch (error) {
        tried.push({
          name: candidate.label ?? candidate.name,
          error: error instanceof Error ? error.message : String(error),
        });
      }
    }
    throw new BackendError(failure(name, tried));
  }

  /** Each candidate is loaded once; a failed one is tried again the next time. */
  private async load(candidate: BackendCandidate): Promise<Backend> {
    let backend = this.loaded.get(candidate);
    if (backend === undefined) {
      backend = candidate.load();
      this.loaded.set(candidate, backend);
      backend.catch(() => this.loaded.delete(candidate));
    }
    return await backend;
  }
}

function checkName(where: string, name: string): BackendName {
  const known = names.find((candidate) => candidate === name);
  if (known === undefined) throw unknownName(where, name, names);
  return known;
}

function checkIsa({ name, isas }: BackendCandidate, wanted = "auto"): void {
  if (isas === undefined || wanted === "auto" || isas.includes(wanted)) return;
  throw new BackendError(explain(`${name} backend`, `the instruction set must be ${isas.join(" or ")}`, wanted));
}

export function checkThreads(where: string, threads: number): void {
  checkInteger(where, "threads", threads, 1);
  if (threads > 256) throw new RangeError(explain(where, "threads must be at most 256", threads));
}

function failure(name: BackendName | undefined, tried: readonly BackendAttempt[]): string {
  const what = name === undefined ? "no backend can be loaded" : `the ${name} backend cannot be loaded`;
  if (tried.length === 0) return `backend: ${what}: this entry of the package does not have it.`;
  const list = tried.map((attempt) => `\n  ${attempt.name}: ${attempt.error}`).join("");
  const remedy =
    'npm run build:native builds the addon, npm run build:wasm the WebAssembly module; setBackend("reference") computes without either.';
  return `backend: ${what}. Tried:${list}\n${remedy}`;
}
