/**
 * The differences from the machine's Python, step by step, each with its reason. One that is not listed fails the tests,
 * and one that is listed and is none any more fails them too.
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
  /** What is done here, by script and step. */
  readonly steps: Readonly<Record<string, string>>;
}

export const LISTED: readonly Listed[] = [
  ...context,
  ...trust,
  ...functions,
  ...connections,
  ...hashing,
];

/** What is done here where these peers do otherwise: by step. */
export function expectedDifferences(versions: Versions): Map<string, string> {
  const concerning = LISTED.filter(({ when = {} }) => concerns(when, versions));
  return new Map(concerning.flatMap(({ steps }) => Object.entries(steps)));
}
