// The measured peers. A peer is an implementation of PBKDF2 in a runtime; each of its processes runs worker/main.mjs
// (or main.py).
import { fileURLToPath } from 'node:url';

import { WorkerProcess } from './worker-process.mjs';

const MAIN = fileURLToPath(new URL('worker/main.mjs', import.meta.url));
const PYTHON_MAIN = fileURLToPath(new URL('worker/main.py', import.meta.url));

/** The names in tables and in --peers. The figures and ratios are those of the first three. */
export const PEERS = [
  { name: 'hermetic-ssl', title: 'hermetic-ssl in Node 20', runtime: 'node20', kind: 'hermetic' },
  { name: 'node20', title: 'node:crypto, Node 20', runtime: 'node20', kind: 'crypto' },
  { name: 'node26', title: 'node:crypto, Node 26', runtime: 'node26', kind: 'crypto' },
  { name: 'ours26', title: 'hermetic-ssl in Node 26', runtime: 'node26', kind: 'hermetic' },
  { name: 'ours-bun', title: 'hermetic-ssl in Bun', runtime: 'bun', kind: 'hermetic' },
  { name: 'ours-deno', title: 'hermetic-ssl in Deno', runtime: 'deno', kind: 'hermetic' },
  { name: 'web26', title: 'WebCrypto, Node 26', runtime: 'node26', kind: 'webcrypto' },
  { name: 'bun', title: 'node:crypto, Bun', runtime: 'bun', kind: 'crypto' },
  { name: 'web-bun', title: 'WebCrypto, Bun', runtime: 'bun', kind: 'webcrypto' },
  { name: 'deno', title: 'node:crypto, Deno', runtime: 'deno', kind: 'crypto' },
  { name: 'web-deno', title: 'WebCrypto, Deno', runtime: 'deno', kind: 'webcrypto' },
  { name: 'python', title: "Python's hashlib", runtime: 'python', kind: 'hashlib' },
  { name: 'noble', title: '@noble/hashes', runtime: 'node26', kind: 'noble', needs: 'noble' },
];

export const titleOf = (name) => PEERS.find((peer) => peer.name === name).title;

function commandOf({ runtime, kind }, runtimes) {
  const program = runtimes[runtime];
  if (runtime === 'python') return [program, PYTHON_MAIN];
  if (runtime === 'deno') return [program, 'run', '-A', '--no-lock', MAIN, kind];
  return [program, MAIN, kind];
}

/**
 * Starts the available peers among these names.
 * @param {string[]} names
 * @param {{ runtimes: Record<string, string>, pin?: string, env?: Record<string, string>, missing: Map<string, string>,
 *   only?: string[] }} how `pin`: the processors they may use, as taskset writes them; `missing` receives the reason why one is not measured; `only`: the names that --peers selects
 * @returns {Promise<WorkerProcess[]>}
 */
export async function startPeers(names, { runtimes, pin, env, missing, only }) {
  const peers = PEERS.filter(({ name }) => names.includes(name) && (only?.includes(name) ?? true));
  const started = [];
  for (const peer of peers) {
    const absent = [peer.runtime, peer.needs].find((need) => need && !runtimes[need]);
    if (absent !== undefined) {
      missing.set(peer.title, `${absent} was not found (--install, or --${absent} PATH)`);
      continue;
    }
    const pinned = pin === undefined ? [] : [runtimes.taskset, '-c', pin];
    const command = [...pinned, ...commandOf(peer, runtimes)];
    try {
      const settings = { ...env, BENCH_NOBLE: runtimes.noble ?? '' };
      started.push(await WorkerProcess.start(peer, command, settings));
    } catch (error) {
      missing.set(peer.title, error.message);
    }
  }
  return started;
}

export const stopPeers = async (peers) => Promise.all(peers.map((peer) => peer.stop()));
