/**
 * Finds the programs that tests compare with. An absent one is a skip with a printed reason, never a silent pass.
 * HERMETIC_TEST_<NAME> names another executable, for example HERMETIC_TEST_PYTHON3; the value "none" hides a program.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type PeerName =
  | 'python3'
  | 'openssl'
  | 'curl'
  | 'nginx'
  | 'haproxy'
  | 'redis-server'
  | 'keytool'
  | 'strace'
  | 'nm'
  | 'readelf'
  | 'node26'
  | 'chromium'
  | 'wine64';

export interface Peer {
  readonly name: PeerName;
  readonly path: string;
  /** First line of what the program says about itself. */
  readonly version: string;
  /** The TLS library it reports, where it reports one. */
  readonly tls: string | null;
}

const PYTHON =
  'import platform, ssl; print("Python", platform.python_version()); print(ssl.OPENSSL_VERSION)';

const VERSION_ARGUMENTS: Readonly<Record<PeerName, readonly string[]>> = {
  python3: ['-c', PYTHON],
  openssl: ['version'],
  curl: ['--version'],
  nginx: ['-V'],
  haproxy: ['-v'],
  'redis-server': ['--version'],
  keytool: ['-help'],
  strace: ['--version'],
  nm: ['--version'],
  readelf: ['--version'],
  node26: ['--version'],
  chromium: ['--version'],
  wine64: ['--version'],
};

const found = new Map<PeerName, Peer | null>();

/** The program, or null when it is not there or does not run (a python3 without its ssl module is not there). */
export function describePeer(name: PeerName): Peer | null {
  const known = found.get(name);
  if (known !== undefined) return known;
  const peer = locate(name);
  found.set(name, peer);
  return peer;
}

/** The program's path; for use after skipUnless. */
export function peerPath(name: PeerName): string {
  const peer = describePeer(name);
  if (peer === null) throw new Error(`${missing(name)}; guard the test with skipUnless`);
  return peer.path;
}

export const hasPeer = (name: PeerName): boolean => describePeer(name) !== null;

const missing = (name: PeerName): string => `needs ${name}, which was not found or does not run`;

/** Skips the running test, with a reason that the reporter prints, unless every program named is there. */
export function skipUnless(
  test: { skip(reason?: string): void },
  ...names: readonly PeerName[]
): void {
  const absent = names.find((name) => !hasPeer(name));
  if (absent !== undefined) test.skip(missing(absent));
}

function locate(name: PeerName): Peer | null {
  const wish = process.env[`HERMETIC_TEST_${name.toUpperCase()}`];
  const path = wish === 'none' ? null : (wish ?? search(name));
  if (path === null) return null;
  const run = spawnSync(path, VERSION_ARGUMENTS[name], {
    encoding: 'utf8',
    env: cleanEnv(),
    timeout: 10_000,
  });
  if (run.status !== 0) return null;
  const text = run.stdout + run.stderr;
  return {
    name,
    path,
    version: text.split('\n', 1)[0] ?? '',
    tls: /(?:Open|Libre|Boring)SSL[ /][\w.]+/.exec(text)?.[0] ?? null,
  };
}

function search(name: string): string | null {
  const names = process.platform === 'win32' ? [`${name}.exe`] : [name];
  // Debian's wine64 alone puts nothing into PATH.
  const path = `${process.env['PATH'] ?? ''}${delimiter}/usr/lib/wine`;
  const folders = path.split(delimiter).filter(Boolean);
  return (
    folders.flatMap((folder) => names.map((file) => join(folder, file))).find(isExecutable) ?? null
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Settings that would quietly change whom a peer trusts, or write secrets, or change its OpenSSL. */
const TRUST_VARIABLES = [
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'SSLKEYLOGFILE',
  'OPENSSL_CONF',
  'OPENSSL_MODULES',
  'CURL_CA_BUNDLE',
  'CURL_HOME',
  'REQUESTS_CA_BUNDLE',
  'http_proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'PYTHONPATH',
  'PYTHONHOME',
];

/** This process's environment without them; messages in English, because they are parsed. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C.UTF-8' };
  for (const name of TRUST_VARIABLES) delete env[name];
  return { ...env, ...extra };
}
