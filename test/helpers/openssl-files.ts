/** Files as the openssl program makes them: encrypted keys, PKCS#12, PKCS#7, certificates of rare kinds of keys. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';

import { cleanEnv, peerPath } from './peers.js';
import type { Identity } from './peer-types.js';
import type { TempDirectory } from './temp.js';

/** Runs the program and gives what it writes; throws with its complaint when it fails. */
export function openssl(args: readonly string[], input: string | Uint8Array = ''): Buffer {
  const { status, stdout, stderr } = spawnSync(peerPath('openssl'), args, {
    input,
    env: cleanEnv(),
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr.toString()}`);
  return stdout;
}

/** Has the program use what is obsolete too. */
export const WITH_LEGACY = ['-provider', 'legacy', '-provider', 'default'] as const;

/** The key as PKCS#8, encrypted as the arguments say; see openssl-pkcs8. */
export const encryptKey = (
  keyPem: string,
  password: string,
  args: readonly string[],
  form: 'PEM' | 'DER' = 'PEM',
): Buffer =>
  openssl(['pkcs8', '-topk8', '-outform', form, '-passout', `pass:${password}`, ...args], keyPem);

export interface PfxOptions {
  /** Empty unless given. */
  readonly password?: string | undefined;
  /** More arguments of openssl-pkcs12, as -legacy or -nomac. */
  readonly args?: readonly string[] | undefined;
}

/** A PKCS#12 of these certificates and keys, PEM in any order. */
export async function makePfx(
  folder: TempDirectory,
  pem: string,
  { password = '', args = [] }: PfxOptions = {},
): Promise<Buffer> {
  const file = await folder.write(randomUUID(), pem);
  return openssl(['pkcs12', '-export', '-in', file, '-passout', `pass:${password}`, ...args]);
}

/** A certificate for localhost that signs itself, with a key that `openssl req -newkey` knows. */
export async function selfSigned(
  folder: TempDirectory,
  newkey: readonly string[],
): Promise<Identity> {
  const keyfile = folder.join(randomUUID());
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const chainPem = openssl([
    ...['req', '-x509', '-nodes', '-days', '30', '-keyout', keyfile, ...name],
    ...['-newkey', ...newkey],
  ]).toString();
  return { chainPem, keyPem: openssl(['pkey', '-in', keyfile]).toString() };
}

/** The certificates as PKCS#7. */
export async function makePkcs7(
  folder: TempDirectory,
  pem: string,
  form: 'PEM' | 'DER',
): Promise<Buffer> {
  const file = await folder.write(randomUUID(), pem);
  return openssl(['crl2pkcs7', '-nocrl', '-certfile', file, '-outform', form]);
}
