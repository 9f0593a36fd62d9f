// The measured peers: the command of each, and the number of contexts for its memory.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const root = here('../..');
const FEW = 60;
const MANY = 1000;

/** Node with tls.getCACertificates: HERMETIC_BENCH_NODE, or the one that bench/pbkdf2.mjs --install installs. */
function newNode() {
  const installed = path.join(homedir(), '.cache/hermetic-ssl-bench/node_modules/node26/bin/node');
  const file = process.env.HERMETIC_BENCH_NODE ?? installed;
  return existsSync(file) ? file : null;
}

function versionOf(command, args) {
  const { status, stdout } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

const NODE_VERSION = ['-p', '`Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`'];
const PYTHON_VERSION = [
  '-c',
  'import platform, ssl; print("Python", platform.python_version() + ",", ssl.OPENSSL_VERSION)',
];

/** Compiles bare.c with the addon's own static OpenSSL. */
function buildBare(folder) {
  const openssl = execFileSync(process.execPath, ['scripts/openssl/link.mjs', '--field', 'root'], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  const prefix = path.join(root, openssl);
  const program = path.join(folder, 'bare');
  const libraries = ['ssl', 'crypto'].map((name) => path.join(prefix, `lib/lib${name}.a`));
  const flags = ['-O2', '-isystem', path.join(prefix, 'include'), here('bare.c')];
  const { status } = spawnSync('cc', [...flags, ...libraries, '-ldl', '-lpthread', '-o', program]);
  return status === 0 ? program : null;
}

const node = (program, kind, label, count, version) => ({
  label,
  version,
  count,
  command: (mode) => [program, '--expose-gc', here('measure.mjs'), kind, mode],
});

const OURS_VERSION = [
  '--input-type=module',
  '-e',
  "import { OPENSSL_VERSION } from 'hermetic-ssl/ssl'; console.log(`Node ${process.versions.node}, ${OPENSSL_VERSION} of its own`);",
];

/** @param {string} folder for the compiled program */
export function findPeers(folder) {
  const current = process.execPath;
  const version = versionOf(current, NODE_VERSION);
  const ours = versionOf(current, OURS_VERSION);
  const peers = [
    node(current, 'hermetic-ssl', 'hermetic-ssl', MANY, ours),
    node(current, 'preloaded', 'hermetic-ssl, preloaded', MANY, ours),
    node(current, 'own-ca', 'hermetic-ssl, and a CA of its own', MANY, ours),
  ];
  const bare = buildBare(folder);
  if (bare !== null) {
    const measure = (mode) => [bare, mode];
    const load = (mode) => [bare, mode === 'times' ? 'load' : mode];
    const library = 'the OpenSSL of hermetic-ssl, in C';
    peers.push(
      { label: 'bare OpenSSL: X509_STORE_load_file', version: library, count: 0, command: load },
      { label: 'bare OpenSSL: SSL_CTX and bundle', version: library, count: FEW, command: measure },
    );
  }
  const next = newNode();
  const nextVersion = next === null ? null : versionOf(next, NODE_VERSION);
  if (nextVersion !== null)
    peers.push(node(next, 'system', 'node:tls, ca: the system', FEW, nextVersion));
  peers.push(node(current, 'bundled', 'node:tls, its own roots', MANY, version));
  peers.push(node(current, 'ca', 'node:tls, ca: the bundle', FEW, version));
  const python = versionOf('python3', PYTHON_VERSION);
  if (python !== null) {
    const command = (mode) => ['python3', here('measure.py'), mode];
    peers.push({ label: 'Python ssl', version: python, count: FEW, command });
  }
  return peers;
}
