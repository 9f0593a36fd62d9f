/** Other programs that store passwords, each asked through Python (password_peer.py). */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Format } from 'hermetic-ssl/password';

import { cleanEnv, describePeer } from '../../helpers/peers.js';

const SCRIPT = fileURLToPath(new URL('password_peer.py', import.meta.url));

/** Debian's packages are for this one, and it need not be the first python3 of the PATH. */
const SYSTEM_PYTHON = '/usr/bin/python3';

export type Digest = 'sha1' | 'sha256' | 'sha512';

export interface PasswordPeer {
  readonly name: string;
  /** Its name in password_peer.py. */
  readonly id: string;
  /** The module that it needs, and Debian's package of it; null for what Python has itself. */
  readonly module: string | null;
  readonly debian: string;
  readonly format: Format;
  readonly digests: readonly Digest[];
}

export const PASSWORD_PEERS: readonly PasswordPeer[] = [
  {
    name: 'Django',
    id: 'django',
    module: 'django.contrib.auth.hashers',
    debian: 'python3-django',
    format: 'django',
    digests: ['sha1', 'sha256'],
  },
  {
    name: 'passlib',
    id: 'passlib',
    module: 'passlib.hash',
    debian: 'python3-passlib',
    format: 'passlib',
    digests: ['sha1', 'sha256', 'sha512'],
  },
  {
    name: 'Werkzeug',
    id: 'werkzeug',
    module: 'werkzeug.security',
    debian: 'python3-werkzeug',
    format: 'werkzeug',
    digests: ['sha1', 'sha256', 'sha512'],
  },
  {
    name: "ASP.NET's format, written again in Python",
    id: 'identity',
    module: null,
    debian: 'python3',
    format: 'aspnet',
    digests: ['sha1', 'sha256', 'sha512'],
  },
];

export type Question =
  | { readonly hash: string; readonly digest: Digest; readonly iterations: number }
  | { readonly verify: string; readonly stored: string };

function runs(python: string, module: string | null): boolean {
  const source = `import hashlib${module === null ? '' : `, ${module}`}`;
  return spawnSync(python, ['-c', source], { env: cleanEnv(), timeout: 30_000 }).status === 0;
}

/** A python3 with the module, or null: the system's, or that of the PATH. HERMETIC_TEST_PYTHON3 replaces both. */
function pythonWith(module: string | null): string | null {
  const first = describePeer('python3')?.path;
  const wish = process.env['HERMETIC_TEST_PYTHON3'];
  const candidates = wish === undefined ? [SYSTEM_PYTHON, first] : [first];
  const present = candidates.filter((path) => path !== undefined).filter(existsSync);
  return present.find((path) => runs(path, module)) ?? null;
}

const found = new Map<PasswordPeer, string | null>();
const introduced = new Set<PasswordPeer>();

function pythonOf(peer: PasswordPeer): string | null {
  const known = found.get(peer);
  if (known !== undefined) return known;
  const python = pythonWith(peer.module);
  found.set(peer, python);
  return python;
}

/** Skips the running test, with a reason that the reporter prints, unless the program is there. */
export function skipWithout(test: { skip(reason?: string): void }, peer: PasswordPeer): void {
  if (pythonOf(peer) !== null) return;
  const what = peer.module === null ? 'python3' : `python3 with the module ${peer.module}`;
  test.skip(`needs ${what} (Debian: ${peer.debian}), which was not found or does not run`);
}

/** The program's answers, in the order of the questions: a string for each hash, a boolean for each verification. */
export function ask(peer: PasswordPeer, questions: readonly Question[]): unknown[] {
  const python = pythonOf(peer);
  if (python === null)
    throw new Error(`${peer.name} is not there; guard the test with skipWithout`);
  const run = spawnSync(python, ['-B', '-X', 'utf8', SCRIPT, peer.id], {
    input: JSON.stringify(questions),
    encoding: 'utf8',
    env: cleanEnv(),
    timeout: 60_000,
  });
  if (run.status !== 0) throw new Error(`${peer.name} could not answer: ${run.stderr}`);
  const { version, answers } = JSON.parse(run.stdout) as { version: string; answers: unknown[] };
  if (!introduced.has(peer)) console.log(`${peer.name} ${version}, in ${python}`);
  introduced.add(peer);
  return answers;
}
