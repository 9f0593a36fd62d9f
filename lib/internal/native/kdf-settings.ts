// The contract of native/napi/kdf_settings.cc: types only.
import type { Native } from './types.js';

/** A way to compute PBKDF2 with a digest on this processor. */
export interface NativeKernel {
  readonly name: string;
  /** The number of derivations computed in parallel. */
  readonly lanes: number;
  /** Whether it passed its self-test; an engine that failed is never used. */
  readonly passed: boolean;
  /** The rate of all lanes together, measured when the digest was first used. */
  readonly nsPerIteration: number;
  /** Whether it is the engine for a single derivation. */
  readonly single: boolean;
}

/** The thread settings of the process, and the pending work. */
export interface NativePoolState {
  readonly threads: number;
  /** The processors that this process may use. */
  readonly processors: number;
  readonly maxPending: number;
  readonly pending: number;
  /** Threads that run a derivation, or are about to. */
  readonly workers: number;
}

/** Threads, limits and engines of key derivation. */
export interface NativeKdfSettings {
  poolState(): NativePoolState;
  /** 0 threads means one for each processor. */
  configurePool(threads: number | undefined, maxPending: number | undefined): void;
  pbkdf2Engines(): string[];
  pbkdf2Kernels(hashName: string): Native<NativeKernel[]>;
  /** Forces the use of one engine, and the failure of another's self-test; an empty name for neither. */
  pbkdf2Rules(forced: string, failing: string): Native<undefined>;
  /** Warnings for the user; each is returned once. */
  pbkdf2Notices(): string[];
  /** Returns the number of processors that a control group allows, 0 for no limit. */
  quotaOfGroup(mount: string, group: string): number;
}
