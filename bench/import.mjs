// Measures the import of the package: time and memory, compared with node:crypto and other packages with an addon.
//   node bench/import.mjs [--quick] [--save]
// Each import runs in a separate process; the processes take turns, and the figures are medians. The published form is
// measured: it is laid out and installed first, with the binary of scripts/prebuild.mjs. --save writes
// bench/results/<date>-import.md.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { EMPTY, install } from './import/installation.mjs';
import { otherPackages } from './import/packages.mjs';
import { readOptions } from './lib/command-line.mjs';
import { describeMachine } from './lib/machine.mjs';
import { markdownTable, threeDigits } from './lib/markdown.mjs';
import { median } from './lib/statistics.mjs';

const HELP = `node bench/import.mjs [options]: what importing the package costs, beside others
  --quick   few processes
  --save    write bench/results/<date>-import.md
`;

const options = readOptions({ quick: { type: 'boolean' }, save: { type: 'boolean' } }, HELP);
const ROUNDS = options.quick ? 5 : 31;
const RESULTS = new URL('results/', import.meta.url);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PREBUILDS = path.join(ROOT, 'prebuilds');

const OURS = [
  { label: 'node:crypto', specifier: 'node:crypto' },
  { label: 'node:tls', specifier: 'node:tls' },
  { label: 'an empty package', specifier: EMPTY },
  { label: 'hermetic-ssl', specifier: 'hermetic-ssl', use: 'hashlib' },
  { label: 'hermetic-ssl/hashlib', specifier: 'hermetic-ssl/hashlib' },
  { label: 'hermetic-ssl/ssl', specifier: 'hermetic-ssl/ssl' },
];

function runChild(child, { specifier, use = '', first = '' }) {
  const { HERMETIC_SSL_BINARY: _, ...env } = process.env;
  const args = [child, specifier, use, first];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`importing ${specifier} failed:\n${stderr}`);
  return JSON.parse(stdout);
}

function measure(child, subjects) {
  const rounds = subjects.map(() => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const measured = runChild(child, subject);
      if (round > 0) rounds[index].push(measured); // the first only fills the system's file cache
    }
  }
  return rounds.map((list) => ({
    wall: median(list.map(({ wall }) => wall)),
    least: Math.min(...list.map(({ wall }) => wall)),
    cpu: median(list.map(({ cpu }) => cpu)),
    memory: median(list.map(({ memory }) => memory)) / 1e6,
    own: list[0].own === null ? null : median(list.map(({ own }) => own)) / 1e6,
  }));
}

function importTable(child, subjects) {
  const measurable = subjects.filter(({ why }) => why === undefined);
  const results = measure(child, measurable);
  const [crypto] = results;
  const row = ({ wall, least, cpu, memory, own }, { label }) => [
    label,
    ...[wall, least, cpu].map(threeDigits),
    (cpu - crypto.cpu).toFixed(1),
    memory.toFixed(1),
    own === null ? 'not told' : own.toFixed(1),
  ];
  const header = [
    'import of',
    'ms, median',
    'ms, least',
    'ms of processor time, median',
    'of it beyond node:crypto',
    'MB of memory',
    "of it the process's own",
  ];
  const rows = results.map((result, index) => row(result, measurable[index]));
  return markdownTable(header, rows);
}

/** Returns the binaries of scripts/prebuild.mjs. */
function sizeTable() {
  const names = existsSync(PREBUILDS) ? readdirSync(PREBUILDS).toSorted() : [];
  const files = names.map((name) => [name, path.join(PREBUILDS, name, 'hermetic_ssl.node')]);
  const sizes = files
    .filter(([, file]) => existsSync(file))
    .map(([name, file]) => [name, statSync(file).size.toLocaleString('en')]);
  return markdownTable(['binary for', 'bytes'], sizes);
}

function report({ child, binary }, subjects) {
  const skipped = subjects.filter(({ why }) => why !== undefined);
  const facts = [
    ...describeMachine(),
    `installed as published, with ${binary}`,
    `${ROUNDS} processes each, in turns; memory: what the resident set grows by, and of it what no other process shares, medians`,
    ...skipped.map(({ label, why }) => `not measured: ${label}: ${why}`),
  ].map((fact) => `- ${fact}`);
  return [...facts, '', importTable(child, subjects), '', sizeTable()].join('\n');
}

const folder = mkdtempSync(path.join(tmpdir(), 'hermetic-ssl-bench-'));
try {
  const others = otherPackages(folder); // npm removes packages that it has not installed
  const text = report(await install(folder), [...OURS, ...others]);
  console.log(text);
  if (options.save) {
    mkdirSync(RESULTS, { recursive: true });
    const date = new Date().toISOString().slice(0, 10);
    const file = new URL(`${date}-import.md`, RESULTS);
    writeFileSync(file, `# What importing the package costs, ${date}\n\n${text}\n`);
    console.log(`\nwritten: ${fileURLToPath(file)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
