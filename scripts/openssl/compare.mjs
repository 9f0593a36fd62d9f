// Compares two static OpenSSLs: algorithms (from the libraries), constants (macros of the headers) and public functions
// (symbols of the archives that a header declares).
import fs from 'node:fs';
import path from 'node:path';
import { buildEnvironment, cCompiler } from './compiler.mjs';
import { compileProbe, runProbe } from './probe.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';
import { makeWorkDir, removeTree } from '../lib/work-dir.mjs';

/** Macro names that are API rather than machinery of the headers. */
const API_MACRO =
  /^(SSL|SSL2|SSL3|TLS1|TLSEXT|TLS|X509|EVP|OPENSSL|OSSL|OCSP|PKCS12|PKCS7|BIO|ERR|PEM|RSA|EC|DH|DSA|CRYPTO|OBJ|NID|SN|LN|V_ASN1|V_OCSP|B_ASN1)_/;
const LISTED = 60;

/** @typedef {{ algorithms: Map<string, string>, constants: Map<string, string>, functions: Map<string, string> }} Inventory */

/**
 * Lists the contents of an OpenSSL.
 * @param {{ includeDir: string, libDir: string }} openssl
 * @returns {Inventory}
 */
export function inventory(openssl) {
  const folder = makeWorkDir('compare');
  try {
    return {
      algorithms: listAlgorithms(openssl, folder),
      constants: listConstants(openssl, folder),
      functions: listFunctions(openssl),
    };
  } finally {
    removeTree(folder);
  }
}

function listAlgorithms(openssl, folder) {
  const source = path.join(repoRoot, 'scripts', 'openssl', 'list-algorithms.c');
  const lines = runProbe(compileProbe(source, folder, openssl))
    .trim()
    .split('\n');
  return new Map(lines.map((line) => [line.replace('\t', ' '), '']));
}

/** Returns object-like macros with their values, except the version itself and names derived from it. */
function listConstants({ includeDir }, folder) {
  const names = fs
    .readdirSync(path.join(includeDir, 'openssl'))
    .filter((name) => !/^(asn1_mac|engine)\.h$/.test(name));
  const source = path.join(folder, 'macros.c');
  fs.writeFileSync(source, names.map((name) => `#include <openssl/${name}>\n`).join(''));
  const [compiler, ...rest] = cCompiler().command.split(/\s+/);
  const { ok, stdout, stderr } = capture(
    compiler,
    [...rest, '-dM', '-E', `-I${includeDir}`, source],
    { env: buildEnvironment() },
  );
  if (!ok)
    throw new UserError(
      `the headers in ${includeDir} cannot be read: ${stderr.trim().split('\n')[0]}`,
    );
  const macros = stdout.matchAll(/^#define (\w+) (.+)$/gm);
  const isApi = ([, name]) =>
    API_MACRO.test(name) && !/^OPENSSL_(VERSION|FULL_VERSION|SHLIB)|_H$/.test(name);
  return new Map([...macros].filter(isApi).map(([, name, value]) => [name, value]));
}

function listFunctions({ includeDir, libDir }) {
  const headers = fs
    .readdirSync(path.join(includeDir, 'openssl'))
    .map((name) => fs.readFileSync(path.join(includeDir, 'openssl', name), 'utf8'));
  const declared = new Set(headers.flatMap((text) => text.match(/\b[A-Za-z_]\w+\b/g) ?? []));
  const archives = ['libssl.a', 'libcrypto.a'].map((name) => path.join(libDir, name));
  const { stdout } = capture('nm', ['-g', '--defined-only', ...archives]);
  const symbols = [...stdout.matchAll(/ T _?(\w+)$/gm)].map(([, name]) => name);
  return new Map(symbols.filter((name) => declared.has(name)).map((name) => [name, '']));
}

/**
 * Returns the differences of two maps.
 * @param {Map<string, string>} before
 * @param {Map<string, string>} after
 */
export function difference(before, after) {
  const added = [...after.keys()].filter((name) => !before.has(name)).toSorted();
  const removed = [...before.keys()].filter((name) => !after.has(name)).toSorted();
  const both = [...after.keys()]
    .filter((name) => before.has(name) && before.get(name) !== after.get(name))
    .toSorted();
  return {
    added,
    removed,
    changed: both.map((name) => `${name}: ${before.get(name)} -> ${after.get(name)}`),
  };
}

/**
 * Returns advice for new digests, since the tests need vectors for every digest.
 * @returns {string[]} lines; empty without a new digest
 */
export function vectorAdvice(/** @type {Inventory} */ before, /** @type {Inventory} */ after) {
  const names = difference(before.algorithms, after.algorithms).added.filter(
    (name) => name.startsWith('digest ') && !name.endsWith(' (legacy)'),
  );
  if (names.length === 0) return [];
  return [
    `new: ${names.join(', ')}. The tests need vectors of every digest, and fail until they exist:`,
    '  update with --no-test, name the digest in scripts/generate-vectors.mjs, run `npm run generate:vectors`',
    '  (it needs a python3 whose hashlib has the digest; Python and Node have to agree), then run `npm test`',
  ];
}

/** Returns a readable report of the changes from one inventory to the other. */
export function describeChanges(/** @type {Inventory} */ before, /** @type {Inventory} */ after) {
  return ['algorithms', 'constants', 'functions'].flatMap((kind) => {
    const { added, removed, changed } = difference(before[kind], after[kind]);
    const counts = `${kind}: ${added.length} added, ${removed.length} removed, ${changed.length} changed (now ${after[kind].size})`;
    return [counts, ...listed('+', added), ...listed('-', removed), ...listed('~', changed)];
  });
}

function listed(mark, names) {
  const lines = names.slice(0, LISTED).map((name) => `  ${mark} ${name}`);
  return names.length > LISTED
    ? [...lines, `  ${mark} ... and ${names.length - LISTED} more`]
    : lines;
}
