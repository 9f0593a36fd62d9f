/** Runs a program in a process of its own, for what could end or change the process of the tests. */
import { spawn } from 'node:child_process';
import path from 'node:path';

import { TIME_LIMIT } from '../../helpers/time-limit.js';

export const repoRoot: string = path.resolve(import.meta.dirname, '..', '..', '..');

/** The addon that the tests run on. */
export const addonPath: string =
  process.env['HERMETIC_SSL_BINARY'] ??
  path.join(repoRoot, 'build', 'Release', 'hermetic_ssl.node');

export interface ChildResult {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** Milliseconds from start to exit. */
  took: number;
}

export interface ChildOptions {
  /** A command that runs node, as `['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh']`. */
  readonly prefix?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  readonly timeout?: number;
}

/** Runs an ES module, given as text, that may import the package by its name. */
export function runModule(source: string, options: ChildOptions = {}): Promise<ChildResult> {
  const { prefix = [], env = {}, nodeOptions = [], timeout = TIME_LIMIT } = options;
  const command = [
    ...prefix,
    process.execPath,
    ...nodeOptions,
    '--input-type=module',
    '--eval',
    source,
  ];
  const started = Date.now();
  const child = spawn(command[0] ?? process.execPath, command.slice(1), {
    cwd: repoRoot,
    env: { ...process.env, ...env },
    timeout,
  });
  const result = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ ...result, code, signal, took: Date.now() - started }),
    );
  });
}
