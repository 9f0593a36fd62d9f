// Makes test/vectors/{hashes,hmac,pbkdf2}.json from two independent implementations, Python's hashlib and node:crypto,
// which must agree: `node scripts/generate-vectors.mjs [--check]`. The input is the same in every run.
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'test', 'vectors');
const oracle = path.join(root, 'test', 'differential', 'support', 'oracle.py');

const XOFS = ['shake_128', 'shake_256'];
const DIGESTS = [
  'md5',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha512_224',
  'sha512_256',
  'sha3_224',
  'sha3_256',
  'sha3_384',
  'sha3_512',
  'blake2b',
  'blake2s',
  'md5-sha1',
  'ripemd160',
  'sm3',
];
const NODE_NAMES = {
  shake_128: 'shake128',
  shake_256: 'shake256',
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
};
const XOF_LENGTH = 200;

// Lengths around one and two blocks of 64 and 128 bytes and the rates of SHA-3.
const MESSAGE_LENGTHS = [
  0, 1, 3, 55, 56, 63, 64, 65, 71, 72, 73, 103, 104, 105, 111, 112, 127, 128, 129, 135, 136, 137,
  143, 144, 145, 167, 168, 169, 255, 256, 257, 300, 1000,
];
const KEY_LENGTHS = [0, 1, 20, 63, 64, 65, 72, 104, 127, 128, 129, 136, 144, 145, 300];
const HMAC_MESSAGE_LENGTHS = [0, 1, 64, 200];
const MOST_DKLEN = 300;

/** Returns bytes that depend on the label alone. */
function bytes(label, length) {
  return crypto
    .createHash('shake256', { outputLength: Math.max(length, 1) })
    .update(`hermetic-ssl test vectors: ${label}`)
    .digest()
    .subarray(0, length);
}

const hex = (label, length) => bytes(label, length).toString('hex');
const below = (label, end) => bytes(label, 6).readUIntBE(0, 6) % end;

function askNode({ op, algorithm, ...asked }) {
  const name = NODE_NAMES[algorithm] ?? algorithm.replace('_', '-');
  const input = Object.fromEntries(
    Object.entries(asked).map(([key, value]) => [
      key,
      typeof value === 'string' ? Buffer.from(value, 'hex') : value,
    ]),
  );
  if (op === 'hmac') return crypto.createHmac(name, input.key).update(input.message).digest('hex');
  if (op === 'pbkdf2')
    return crypto
      .pbkdf2Sync(input.password, input.salt, input.iterations, input.dklen, name)
      .toString('hex');
  const options = input.length === undefined ? {} : { outputLength: input.length };
  return crypto.createHash(name, options).update(input.message).digest('hex');
}

function askPython(cases) {
  const run = spawnSync('python3', [oracle], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.error !== undefined) throw new Error(`python3 is needed: ${run.error.message}`);
  if (run.status !== 0) throw new Error(`python3 could not answer:\n${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** Returns the results, if both implementations agree. */
function answers(cases) {
  const python = askPython(cases);
  return cases.map((asked, index) => {
    const node = askNode(asked);
    if (node === python[index]) return node;
    throw new Error(
      `Python and node:crypto differ for ${JSON.stringify(asked)}: ${python[index]} and ${node}`,
    );
  });
}

function inPieces(values, size) {
  return Array.from({ length: values.length / size }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

function hashVectors() {
  const messages = MESSAGE_LENGTHS.map((length) => hex(`message ${length}`, length));
  const names = [...DIGESTS, ...XOFS];
  const cases = names.flatMap((algorithm) =>
    messages.map((message) => ({
      op: 'hash',
      algorithm,
      message,
      ...(XOFS.includes(algorithm) ? { length: XOF_LENGTH } : {}),
    })),
  );
  const digests = inPieces(answers(cases), messages.length);
  return {
    messages,
    digests: Object.fromEntries(names.map((name, index) => [name, digests[index]])),
  };
}

function hmacVectors() {
  const keys = KEY_LENGTHS.map((length) => hex(`key ${length}`, length));
  const messages = HMAC_MESSAGE_LENGTHS.map((length) => hex(`hmac message ${length}`, length));
  const pairs = keys.flatMap((key) => messages.map((message) => ({ key, message })));
  const cases = DIGESTS.flatMap((algorithm) =>
    pairs.map((pair) => ({ op: 'hmac', algorithm, ...pair })),
  );
  const codes = inPieces(answers(cases), pairs.length);
  return {
    keys,
    messages,
    codes: Object.fromEntries(DIGESTS.map((name, index) => [name, codes[index]])),
  };
}

/** Makes one case for each length of key; every fourth has a password or a salt longer than any block. */
function pbkdf2Cases() {
  return Array.from({ length: MOST_DKLEN }, (_, index) => {
    const label = `pbkdf2 ${index}`;
    const longest = index % 4 === 0 ? 300 : 40;
    return {
      op: 'pbkdf2',
      algorithm: DIGESTS[index % DIGESTS.length],
      password: hex(`${label} password`, below(`${label} password length`, longest + 1)),
      salt: hex(`${label} salt`, below(`${label} salt length`, longest + 1)),
      iterations:
        index % 10 === 0 ? 1000 + below(`${label} many`, 1000) : 1 + below(`${label} few`, 20),
      dklen: index + 1,
    };
  });
}

function pbkdf2Vectors() {
  const cases = pbkdf2Cases();
  return answers(cases).map((key, index) => {
    const { op: _op, ...rest } = cases[index];
    return { ...rest, key };
  });
}

const FILES = {
  'hashes.json': hashVectors,
  'hmac.json': hmacVectors,
  'pbkdf2.json': pbkdf2Vectors,
};

function main(isCheck) {
  for (const [name, make] of Object.entries(FILES)) {
    const file = path.join(folder, name);
    const text = `${JSON.stringify(make(), null, 1)}\n`;
    if (!isCheck) fs.writeFileSync(file, text);
    else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
      throw new Error(
        `test/vectors/${name} is not what this script makes; run npm run generate:vectors`,
      );
    }
    console.log(`${isCheck ? 'checked' : 'wrote'} test/vectors/${name}`);
  }
}

try {
  main(process.argv.includes('--check'));
} catch (error) {
  console.error(`generate-vectors: ${error.message}`);
  process.exitCode = 1;
}
