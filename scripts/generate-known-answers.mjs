// Makes native/kdf/generated/known_answers.inc, which every PBKDF2 kernel is tested against at its first use, from two
// independent implementations, Python's hashlib and node:crypto, which must agree:
//   node scripts/generate-known-answers.mjs [--check]
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILE = path.resolve(import.meta.dirname, '../native/kdf/generated/known_answers.inc');

// In the order of ShapeId in native/kdf/digest_shape.h, with the length of a word in bytes.
const SHAPES = [
  { name: 'sha1', wordLen: 4 },
  { name: 'sha224', wordLen: 4 },
  { name: 'sha256', wordLen: 4 },
  { name: 'sha384', wordLen: 8 },
  { name: 'sha512', wordLen: 8 },
  { name: 'sha512-224', wordLen: 8 },
  { name: 'sha512-256', wordLen: 8 },
];
const NUM_LANES = 17;
const ITERATIONS = 9;
const SALT = 'hermetic-ssl';
const MASK = (1n << 64n) - 1n;

const password = (lane) => `lane ${lane}`;

const PYTHON = `
import hashlib, json, sys
names, lanes, salt, iterations = json.load(sys.stdin)
print(json.dumps([[hashlib.pbkdf2_hmac(name, b'lane %d' % lane, salt.encode(), iterations).hex()
                   for lane in range(lanes)] for name in names]))`;

function byPython() {
  const input = JSON.stringify([SHAPES.map(({ name }) => name), NUM_LANES, SALT, ITERATIONS]);
  const { stdout, stderr, status } = spawnSync('python3', ['-c', PYTHON], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`);
  return JSON.parse(stdout);
}

function byNode() {
  const derive = (name, lane) =>
    crypto
      .pbkdf2Sync(password(lane), SALT, ITERATIONS, crypto.createHash(name).digest().length, name)
      .toString('hex');
  return SHAPES.map(({ name }) =>
    Array.from({ length: NUM_LANES }, (_, lane) => derive(name, lane)),
  );
}

/** Returns a number that depends on every bit of every word of a digest: see Fold in native/kdf/self_test.cc. */
function fold(hex, wordLen) {
  let folded = 0n;
  for (let i = 0; i < 8; i += 1) {
    const word = hex.slice(2 * wordLen * i, 2 * wordLen * (i + 1)).padEnd(2 * wordLen, '0');
    folded = (((folded << 7n) | (folded >> 57n)) & MASK) ^ BigInt(`0x${word}`);
  }
  return `0x${folded.toString(16).padStart(16, '0')}`;
}

function render(answers) {
  const rows = answers.map((digests, shape) => {
    const { name, wordLen } = SHAPES[shape];
    const folded = digests.map((hex) => fold(hex, wordLen));
    const lines = [];
    for (let i = 0; i < folded.length; i += 4)
      lines.push(`     ${folded.slice(i, i + 4).join(', ')}`);
    return `    // ${name}\n    {\n${lines.join(',\n')}},`;
  });
  return `// Made by scripts/generate-known-answers.mjs; do not edit.\n${rows.join('\n')}\n`;
}

const answers = byNode();
if (JSON.stringify(answers) !== JSON.stringify(byPython()))
  throw new Error("Python's hashlib and node:crypto do not agree");
const text = render(answers);
if (process.argv.includes('--check')) {
  if (readFileSync(FILE, 'utf8') !== text) {
    console.error(`${FILE} is out of date: run node scripts/generate-known-answers.mjs`);
    process.exitCode = 1;
  } else {
    console.log('checked native/kdf/generated/known_answers.inc');
  }
} else {
  writeFileSync(FILE, text);
}
