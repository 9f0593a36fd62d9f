/** Runs scripts with the machine's Python: all of a suite in one child process. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { cleanEnv, peerPath } from '../../helpers/peers.js';
import type { Outcome } from './outcome.js';
import { fromPython } from './outcome.js';
import type { Step } from './script.js';

const PROGRAM = path.join(import.meta.dirname, 'script.py');

export interface Versions {
  /** Major and minor. */
  readonly python: readonly [number, number];
  readonly openssl: readonly [number, number];
}

interface Answers {
  readonly versions: Versions;
  readonly answers: Outcome[][];
}

/** The outcome of each step of each script, and what answered. */
export function askPython(scripts: readonly (readonly Step[])[], files: string): Answers {
  const run = spawnSync(peerPath('python3'), ['-B', '-X', 'utf8', '-W', 'ignore', PROGRAM], {
    input: JSON.stringify({ files, scripts }),
    encoding: 'utf8',
    env: cleanEnv(),
    maxBuffer: 1 << 30,
  });
  if (run.status !== 0) throw new Error(`python3 could not answer: ${run.stderr}`);
  const { versions, answers } = JSON.parse(run.stdout) as Answers;
  return { versions, answers: answers.map((outcomes) => outcomes.map(fromPython)) };
}
