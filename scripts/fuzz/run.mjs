// Runs one fuzz target for a while, keeps its findings, and minimises them.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { cacheDir, repoRoot } from '../lib/paths.mjs';
import { TARGETS } from './targets.mjs';

const MINIMISING_SECONDS = 60;
const SLOWEST_SECONDS = 60;
const MEMORY_MB = 3072;

/**
 * @typedef {{ folder: string, corpus: string, seeds: string, findings: string, log: string }} Places
 * @typedef {{ name: string, executions: number, coverage: number, features: number, corpus: number, seconds: number,
 *   finding: string | null, log: string }} Outcome
 */

/** Returns the folders that keep a target's inputs between runs. */
export function placesOf(name, base = path.join(cacheDir(), 'fuzz')) {
  const folder = path.join(base, name);
  const at = (entry) => path.join(folder, entry);
  const places = {
    folder,
    corpus: at('corpus'),
    seeds: at('seeds'),
    findings: at('findings'),
    log: at('log'),
  };
  for (const directory of [places.corpus, places.seeds, places.findings])
    fs.mkdirSync(directory, { recursive: true });
  return places;
}

/** Returns how to start a target: a libFuzzer program, or our loop that takes the same options. */
export function commandOf(name, programs) {
  if (!TARGETS[name].isScript) return [path.join(programs, name)];
  return [process.execPath, path.join(repoRoot, 'test', 'fuzz', `${name}.mjs`)];
}

/** Runs to the end with all output in a file; returns the exit code. */
export function runInto(log, [program, ...args], env = process.env) {
  return new Promise((resolve, reject) => {
    const file = fs.openSync(log, 'w');
    const child = spawn(program, args, { stdio: ['ignore', file, file], env });
    child.on('error', reject);
    child.on('close', (code) => {
      fs.closeSync(file);
      resolve(code ?? 1);
    });
  });
}

function optionsOf(name, places, seconds) {
  const { maxLength, dictionary } = TARGETS[name];
  const options = {
    max_total_time: seconds,
    timeout: SLOWEST_SECONDS,
    rss_limit_mb: MEMORY_MB,
    print_final_stats: 1,
    len_control: 0, // the seeds have the right lengths already
    artifact_prefix: `${places.findings}${path.sep}`,
    ...(maxLength ? { max_len: maxLength } : {}),
    ...(dictionary
      ? { dict: path.join(repoRoot, 'test', 'fuzz', 'dictionaries', `${dictionary}.dict`) }
      : {}),
  };
  return Object.entries(options).map(([key, value]) => `-${key}=${value}`);
}

/** Reads libFuzzer's counts, each from its last occurrence. */
export function readCounts(text) {
  const last = (pattern) => Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0);
  return {
    executions: Math.max(last(/^stat::number_of_executed_units: (\d+)/gm), last(/^#(\d+)\t/gm)),
    coverage: last(/ cov: (\d+)/g),
    features: last(/ ft: (\d+)/g),
    corpus: last(/ corp: (\d+)/g),
  };
}

/**
 * Fuzzes for some seconds.
 * @returns {Promise<Outcome>}
 */
export async function fuzz(name, programs, seconds, places = placesOf(name)) {
  const command = commandOf(name, programs);
  const started = Date.now();
  const options = optionsOf(name, places, seconds);
  const code = await runInto(places.log, [...command, ...options, places.corpus, places.seeds]);
  const elapsed = Math.round((Date.now() - started) / 1000);
  const text = fs.readFileSync(places.log, 'utf8');
  const counts = readCounts(text);
  const written = /Test unit written to (.+)$/m.exec(text)?.[1];
  const finding = code === 0 ? null : (written ?? places.log);
  return { name, ...counts, seconds: elapsed, finding, log: places.log };
}

/** Returns a smaller failing input, or the given one. */
export async function minimise(name, programs, input, places = placesOf(name)) {
  if (TARGETS[name].isScript || !path.basename(input).startsWith('crash-')) return input;
  const output = path.join(places.findings, `minimised-${path.basename(input)}`);
  await runInto(path.join(places.folder, 'minimising-log'), [
    ...commandOf(name, programs),
    '-minimize_crash=1',
    `-max_total_time=${MINIMISING_SECONDS}`,
    `-exact_artifact_path=${output}`,
    input,
  ]);
  return fs.existsSync(output) ? output : input;
}
