// Measures a process while derivations are in flight: the duration of fs.stat and dns.lookup, the delay of the event
// loop, the duration of a derivation.
import * as dns from 'node:dns/promises';
import * as fs from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { callOf, cpuMicroseconds, spin } from './window.mjs';

const SCRIPT = fileURLToPath(import.meta.url);
const PROBE_INTERVAL = 5;
const WARM_UP = 400;
const BUSY = 'for (;;) Math.random();';

function quantiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1), count: sorted.length };
}

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Keeps `concurrency` derivations in flight until `stop`; returns the duration of each that began after `measure`. */
function keepDeriving(engine, wish) {
  const latencies = [];
  const state = { isOn: true, isMeasured: false, next: 0 };
  const worker = async () => {
    while (state.isOn) {
      const { isMeasured } = state;
      const call = callOf(wish, (state.next += 1));
      const latency = await timed(() => engine.derive(...call));
      if (isMeasured) latencies.push(latency);
    }
  };
  const done = Promise.all(Array.from({ length: wish.concurrency }, worker));
  return {
    measure: () => (state.isMeasured = true),
    stop: async () => {
      state.isOn = false;
      await done;
      return latencies;
    },
  };
}

/** Calls a probe every PROBE_INTERVAL, whether or not the earlier calls have answered. */
async function probeSteadily(probe, milliseconds) {
  const latencies = [];
  const started = performance.now();
  while (performance.now() - started < milliseconds) {
    latencies.push(timed(probe));
    await sleep(PROBE_INTERVAL);
  }
  return Promise.all(latencies);
}

/** Calls a probe PROBE_INTERVAL after its last answer. */
async function probeInTurn(probe, milliseconds) {
  const latencies = [];
  const started = performance.now();
  while (performance.now() - started < milliseconds) {
    latencies.push(await timed(probe));
    await sleep(PROBE_INTERVAL);
  }
  return latencies;
}

/** Node's measure of its event loop; Bun and Deno measure something else under that name. */
function watchLoop() {
  if (process.versions.bun !== undefined || globalThis.Deno !== undefined) return null;
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  return histogram;
}

function describeLoop(histogram) {
  if (histogram === null) return null;
  histogram.disable();
  const at = (percentile) => histogram.percentile(percentile) / 1e6;
  return { p50: at(50), p99: at(99), max: histogram.max / 1e6, count: Number(histogram.count) };
}

async function watch(load, milliseconds) {
  await sleep(WARM_UP);
  load.measure();
  const started = performance.now();
  const histogram = watchLoop();
  // libuv admits one lookup after the other to its queue, so steady ones would wait for themselves.
  const lookups = probeInTurn(() => dns.lookup('localhost'), milliseconds);
  const stats = probeSteadily(() => fs.stat(SCRIPT), milliseconds);
  await sleep(milliseconds);
  const loop = describeLoop(histogram);
  const latencies = await load.stop();
  return {
    stat: quantiles(await stats),
    lookup: quantiles(await lookups),
    loop,
    derivation: latencies.length > 0 ? quantiles(latencies) : null,
    rate: (latencies.length / (performance.now() - started)) * 1000,
  };
}

/**
 * @param {{ derive: Function }} engine
 * @param {{ hash: string, iterations: number[], concurrency: number, busy: number, milliseconds: number }} wish
 *   `concurrency` derivations in flight, and `busy` threads that only consume processor time
 */
export async function runLoad(engine, wish) {
  const before = spin();
  const cpu = cpuMicroseconds();
  const threads = Array.from({ length: wish.busy }, () => new Worker(BUSY, { eval: true }));
  const result = await watch(keepDeriving(engine, wish), wish.milliseconds);
  await Promise.all(threads.map((thread) => thread.terminate()));
  const used = cpuMicroseconds() - cpu;
  return { ...result, cpu: used / 1000, spin: (before + spin()) / 2 };
}
