// The functions of native/feedforward.h as a WebAssembly module exports them, and access to its memory.
// Growing the memory detaches every view of it: views are made for one statement and never kept.

import { BackendError } from "../../errors.js";

/** FFStatus of native/feedforward.h. */
export const status = { ok: 0, cancelled: 6, notFinite: 7 } as const;

export interface CoreExports {
  readonly memory: WebAssembly.Memory;
  ff_describe(text: number, capacity: number): number;
  ff_last_error(): number;
  ff_set_isa(name: number): number;
  ff_set_threads(threads: number): number;
  ff_arena_size(words: number, count: number, arenaFloats: number): number;
  ff_create(words: number, count: number, arena: number, arenaFloats: number, program: number): number;
  ff_run(program: number, first: number, last: number, batchRows: number, step: number): number;
  ff_train(program: number, train: number, stepsDone: number): number;
  ff_cancel(program: number): void;
  ff_destroy(program: number): number;
  ff_alloc(bytes: number): number;
  ff_free(memory: number): void;
  /** Of modules with threads. */
  ff_set_waiting?(spins: number, callerMaySleep: number): void;
}

/** An instance of the module. Addresses are byte offsets into its memory. */
export class Core {
  constructor(
    readonly exports: CoreExports,
    /** What the instance was made from: further threads make their own. */
    readonly module: WebAssembly.Module,
  ) {}

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, address >>> 0, length);
  }

  ints(address: number, length: number): Int32Array {
    return new Int32Array(this.exports.memory.buffer, address >>> 0, length);
  }

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, address >>> 0, length);
  }

  /** Memory of the module; throws when there is no more. */
  allocate(bytes: number): number {
    const address = bytes > 0xffff0000 ? 0 : this.exports.ff_alloc(bytes) >>> 0;
    if (address !== 0) return address;
    throw new BackendError(
      `wasm backend: ${bytes} bytes of memory are not available; a module has 4 GiB at most. Use a smaller model or batch.`,
    );
  }

  free(address: number): void {
    this.exports.ff_free(address);
  }

  /** Calls `use` with memory that is freed afterwards. */
  withMemory<T>(bytes: number, use: (address: number) => T): T {
    const address = this.allocate(bytes);
    try {
      return use(address);
    } finally {
      this.free(address);
    }
  }

  /** The manifest as JSON. */
  describe(): string {
    const length = this.exports.ff_describe(0, 0);
    return this.withMemory(length + 1, (text) => {
      this.exports.ff_describe(text, length + 1);
      // A copy: browsers decode no memory that threads share.
      return new TextDecoder().decode(this.bytes(text, length).slice());
    });
  }

  setIsa(name: string): void {
    const text = new TextEncoder().encode(`${name}\0`);
    this.withMemory(text.length, (address) => {
      this.bytes(address, text.length).set(text);
      this.check(this.exports.ff_set_isa(address));
    });
  }

  /** Throws the core's own sentence for a failure. */
  check(result: number): void {
    if (result === status.ok) return;
    const address = this.exports.ff_last_error() >>> 0;
    const rest = new Uint8Array(this.exports.memory.buffer, address);
    const end = rest.indexOf(0);
    throw new BackendError(`wasm backend: ${new TextDecoder().decode(rest.slice(0, Math.max(0, end)))}`);
  }
}
