// Runs a fleet on this machine (test/fleet): eight server processes on four hosts, which are network namespaces and two of which
// have wrong clocks, behind HAProxy, with Redis and nginx. Clients resume sessions of all ages over three changes of keys; in
// between the store hangs and is gone. Counts what the rules allow and was refused:
//   node scripts/fleet.mjs                        100,000 connections that have to resume, eight minutes; needs root
//   node scripts/fleet.mjs --connections 4000 --rotate 12 --skew 6 --pause 6      a short run
//   node scripts/fleet.mjs --save                 writes bench/results/<date>-fleet.md; --out FILE another file
// --rotate: seconds of a key's period; --skew: seconds between the two clocks that differ most; --pause: seconds without the
// store. Exit code 1 if a handshake failed, or a session was treated against the rules.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../bench/lib/machine.mjs';
import { markdownTable } from '../bench/lib/markdown.mjs';
import { capture } from './lib/process.mjs';
import { repoRoot } from './lib/paths.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const OPTIONS = {
  connections: { type: 'string', default: '100000' },
  rotate: { type: 'string', default: '150' },
  skew: { type: 'string', default: '130' },
  pause: { type: 'string', default: '60' },
  save: { type: 'boolean' },
  out: { type: 'string' },
};
const KEEP = 3;

function settingsOf(values) {
  const numbers = Object.fromEntries(
    ['connections', 'rotate', 'skew', 'pause'].map((name) => {
      const number = Number(values[name]);
      const least = name === 'connections' || name === 'rotate' ? 1 : 0;
      if (!Number.isInteger(number) || number < least)
        throw new UserError(`--${name} takes a whole number, not '${values[name]}'`);
      return [name, number];
    }),
  );
  if (numbers.skew >= numbers.rotate)
    throw new UserError('--skew must be less than --rotate: the rules promise nothing else');
  return { ...numbers, keep: KEEP };
}

const versionOf = (program, option, pattern) => {
  const { stdout, stderr } = capture(program, [option]);
  return pattern.exec(stdout + stderr)?.[1] ?? 'unknown';
};

const sum = (lanes, name) => lanes.reduce((total, lane) => total + lane[name], 0);

const resultTable = ({ lanes }) =>
  markdownTable(
    ['sharing, version', 'must resume', 'refused', 'may', 'must not', 'resumed', 'no session', 'failed'], // prettier-ignore
    [
      ...lanes,
      {
        ...Object.fromEntries(Object.keys(lanes[0]).map((key) => [key, sum(lanes, key)])),
        name: 'all',
      },
    ].map(
      // prettier-ignore
      ({ name, must, refused, may, mustNot, wronglyResumed, fresh, failed }) =>
        [name, must, refused, may, mustNot, wronglyResumed, fresh, failed].map((cell) =>
          typeof cell === 'number' ? cell.toLocaleString('en') : cell,
        ),
    ),
  );

const timeTable = ({ lanes }) =>
  markdownTable(
    ['sharing, version', 'p50', 'p99', 'most', 'store stopped: p50', 'p99', 'most'],
    lanes.map(({ name, times: { usual, stopped } }) => [
      name,
      ...[usual, stopped].flatMap(({ p50, p99, most }) =>
        [p50, p99, most].map((value) => value.toFixed(1)),
      ),
    ]),
  );

/** The page of a run, with the machine as it was before. */
function report(result, { rotate, skew, pause, keep }, machine, openssl) {
  const { lanes, steps, stops, seconds, warnings } = result;
  const programs = [
    `Node ${process.versions.node}, ${openssl}`,
    `Redis ${versionOf('redis-server', '--version', /v=(\S+)/)}`,
    `nginx ${versionOf('nginx', '-v', /nginx\/(\S+)/)}`,
    `HAProxy ${versionOf('haproxy', '-v', /version (\S+)/)}`,
  ].join('; ');
  return [
    ...[...machine, programs].map((fact) => `- ${fact}`),
    `- 8 server processes and 4 of nginx on 4 hosts (network namespaces) behind HAProxy (TCP, round robin); the clocks of two hosts are ${skew / 2} s ahead and ${skew / 2} s behind (libfaketime)`,
    `- rotate ${rotate} s, keep ${keep}; ${Math.round(seconds)} s with ${steps} changes of keys; Redis was stopped for ${stops.map((stop) => `${stop.toFixed(0)} s`).join(', ') || '0 s'}, of ${pause} s half hanging and half gone, and came back empty`,
    `- ${warnings.reduce((a, b) => a + b, 0)} warnings of the servers in all`,
    '',
    `**${sum(lanes, 'must').toLocaleString('en')} connections offered a session that the rules allow: ${sum(lanes, 'refused')} were refused. ${sum(lanes, 'failed')} handshakes failed. ${sum(lanes, 'mustNot').toLocaleString('en')} offered one that the rules forbid: ${sum(lanes, 'wronglyResumed')} were resumed.**`,
    '',
    'A checker that knows only clocks, key files and the stops of the store (`test/fleet/rules.mjs`) says of each offer whether it must be resumed, must',
    'not be, or may be: at the edge of a period, while sessions of the store are lost, and on a server whose store was late by its own measurement.',
    '',
    resultTable(result),
    '',
    "Handshakes as the client sees them through HAProxy, 24 at a time, in milliseconds; clients, servers, HAProxy and Redis share the machine's processors:",
    '',
    timeTable(result),
    ...(result.problems.length > 0 ? ['', '```', ...result.problems, '```'] : []),
  ].join('\n');
}

await runMain(async () => {
  const { values } = parseArgs({ options: OPTIONS });
  const settings = settingsOf(values);
  const { missingParts, runFleet } = await import('../test/fleet/start.mjs');
  const missing = missingParts();
  if (missing !== null) throw new UserError(missing);
  const { OPENSSL_VERSION } = await import('hermetic-ssl/ssl');
  const machine = describeMachine();
  const seconds = 600 + settings.rotate * 4 + settings.connections / 20;
  const onProgress = (text) => process.stderr.write(text);
  const result = await runFleet(settings, { onProgress, seconds });
  const text = report(result, settings, machine, OPENSSL_VERSION);
  console.log(text);
  for (const error of new Set(result.handshakeErrors)) console.error(error);
  const date = new Date().toISOString().slice(0, 10);
  const saved = path.join(repoRoot, 'bench', 'results', `${date}-fleet.md`);
  const file = values.out ?? (values.save ? saved : null);
  if (file !== null) fs.writeFileSync(file, `# A fleet, ${date}\n\n${text}\n`);
  const faults = ['refused', 'wronglyResumed', 'failed'].map((name) => sum(result.lanes, name));
  return faults.some((count) => count > 0) ? 1 : 0;
});
