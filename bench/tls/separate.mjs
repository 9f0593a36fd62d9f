// The figures that programs of their own measure, in each version of Node: an established connection while others shake hands, and
// what a connection weighs that waits.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { defaultCache, findRuntimes } from '../lib/runtimes.mjs';

const PARTS = [
  { title: 'a neighbour of a storm of handshakes (RSA)', script: 'storm.mjs', args: [] },
  {
    title: 'memory of a connection after its handshake, the second thousand',
    script: 'idle.mjs',
    args: ['--first', '1000', '--connections', '1000', '--only', 'handshake'],
  },
];

/** Runs a program and returns its table. */
function tableOf(program, { script, args }) {
  const file = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const stdio = ['ignore', 'pipe', 'ignore'];
  const { status, stdout } = spawnSync(program, [file, ...args], { encoding: 'utf8', stdio });
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
  return stdout.split('\n').filter((line) => line.startsWith('|'));
}

/** Returns the lines of all tables, with headings. */
export function measureSeparately() {
  const { node20, node26 } = findRuntimes({}, defaultCache);
  const versions = Object.entries({ 'Node 20': node20, 'Node 26': node26 });
  const text = [];
  for (const part of PARTS) {
    for (const [name, program] of versions) {
      if (program === undefined) continue;
      text.push('', `## ${part.title}, ${name}`, '', ...tableOf(program, part));
    }
    process.stderr.write(`${part.title}\n`);
  }
  return text;
}
