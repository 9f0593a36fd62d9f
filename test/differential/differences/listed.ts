/**
 * The differences from the machine's Python, step by step, each with its reason. The tests fail for a difference that
 * is not listed, and for a listed difference that no longer exists.
 */
import type { Versions } from '../support/python.js';
import { connections } from './connections.js';
import { context } from './context.js';
import { functions } from './functions.js';
import { hashing } from './hashing.js';
import { concerns, type Cause, type Peers } from './peers.js';
import { trust } from './trust.js';

export interface Listed {
  readonly cause: Cause;
  readonly reason: string;
  /** The peers that it concerns; all when absent. */
  readonly when?: Peers;
  /** Our behaviour, by script and step. */
  readonly steps: Readonly<Record<string, string>>;
}

export const LISTED: readonly Listed[] = [
  ...context,
  ...trust,
  ...functions,
  ...connections,
  ...hashing,
];

/** Returns our behaviour for each step in which these peers differ. */
export function expectedDifferences(versions: Versions): Map<string, string> {
  const concerning = LISTED.filter(({ when = {} }) => concerns(when, versions));
  return new Map(concerning.flatMap(({ steps }) => Object.entries(steps)));
}
