// Interleaved rounds: in each, every peer has one window of a scenario; the order changes from round to round. Each
// window records the peer's spin and the machine's other load.
import { readFileSync } from 'node:fs';

import { median } from '../lib/statistics.mjs';

const WARM_COUNT = 2;
const SHORTEST = 3; // derivations in a window

/** Returns the busy and stolen processor time of the whole machine so far, in seconds; null without /proc/stat. */
function machineTime() {
  try {
    const [line] = readFileSync('/proc/stat', 'utf8').split('\n');
    const [user, nice, system, , , irq, softirq, steal] = line
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return { busy: (user + nice + system + irq + softirq) / 100, stolen: steal / 100 };
  } catch {
    return null;
  }
}

/** Sums, over a section, the load of other processes. */
export class Contention {
  #other = 0;
  #stolen = 0;
  #seconds = 0;
  #spins = new Map();

  async watch(peer, run) {
    const before = machineTime();
    const started = performance.now();
    const result = await run();
    const after = machineTime();
    this.#seconds += (performance.now() - started) / 1000;
    if (before !== null && after !== null) {
      this.#other += after.busy - before.busy - ((result.cpu ?? 0) + 2 * result.spin) / 1000;
      this.#stolen += after.stolen - before.stolen;
    }
    const key = `${peer.name}`;
    this.#spins.set(key, [...(this.#spins.get(key) ?? []), result.spin]);
    return result;
  }

  /** `spin`: the median ratio of the time of a fixed piece of work to its minimum; the rest is in processors. */
  summary() {
    const slowdowns = [...this.#spins.values()].map((spins) => median(spins) / Math.min(...spins));
    return {
      spin: slowdowns.length > 0 ? median(slowdowns) : Number.NaN,
      worstSpin: Math.max(...slowdowns),
      other: this.#other / this.#seconds,
      stolen: this.#stolen / this.#seconds,
    };
  }
}

async function calibrate(peer, wish, milliseconds) {
  const count = Math.max(WARM_COUNT, wish.concurrency);
  const { wall } = await peer.ask({ name: 'window', ...wish, count });
  const fitting = Math.round((milliseconds * count) / wall);
  return Math.max(SHORTEST, wish.concurrency, fitting);
}

/** Returns nanoseconds for each iteration of each derivation in a window. */
function perIteration({ wall, cpu }, { iterations, count }) {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += iterations[index % iterations.length];
  return { wall: (wall * 1e6) / sum, cpu: ((cpu ?? Number.NaN) * 1e6) / sum };
}

/**
 * @param {WorkerProcess[]} peers
 * @param {object} wish a window without its count, see worker/window.mjs
 * @param {{ rounds: number, milliseconds: number, contention: Contention }} how
 * @returns {Promise<Map<string, { wall: number, cpu: number }[]>>} by peer's name, nanoseconds per iteration in each round
 */
export async function interleave(peers, wish, { rounds, milliseconds, contention }) {
  const counts = new Map();
  for (const peer of peers) counts.set(peer, await calibrate(peer, wish, milliseconds));
  const results = new Map(peers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const turn = round % peers.length;
    for (const peer of [...peers.slice(turn), ...peers.slice(0, turn)]) {
      const full = { ...wish, count: counts.get(peer) };
      const run = () => peer.ask({ name: 'window', ...full });
      results.get(peer.name).push(perIteration(await contention.watch(peer, run), full));
    }
  }
  return results;
}

/** Returns the median and minimum of a figure over the rounds. */
export function describeRounds(rounds, field = 'wall') {
  const values = rounds.map((round) => round[field]);
  return { median: median(values), minimum: Math.min(...values) };
}

/**
 * Returns the median over the rounds of the ratio of the other's time; the two windows of a round are close in time.
 */
export function ratioOf(others, ours, field = 'wall') {
  if (others === undefined || ours === undefined) return Number.NaN;
  return median(others.map((other, round) => other[field] / ours[round][field]));
}
