// Interleaved rounds: in each, every peer has one window of a scenario; who goes first changes from round to round.
// Beside each window stand the peer's spin and what else the machine did.
import { readFileSync } from 'node:fs';

import { median } from '../lib/statistics.mjs';

const WARM_COUNT = 2;
const SHORTEST = 3; // derivations in a window

/** Busy and stolen processor time of the whole machine so far, in seconds; null where /proc/stat is not. */
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

/** Sums, over a section, what the machine did that was not ours. */
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

  /** `spin`: how much longer than its minimum a fixed piece of work took, in the median; the rest in processors. */
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

/** Nanoseconds for each iteration of each derivation in a window. */
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

/** Median and minimum of a figure over the rounds. */
export function describeRounds(rounds, field = 'wall') {
  const values = rounds.map((round) => round[field]);
  return { median: median(values), minimum: Math.min(...values) };
}

/** How many times as much the other took, in the median of the rounds; a round's two windows lie near each other. */
export function ratioOf(others, ours, field = 'wall') {
  if (others === undefined || ours === undefined) return Number.NaN;
  return median(others.map((other, round) => other[field] / ours[round][field]));
}
