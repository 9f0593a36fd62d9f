// The authorities that are trusted without `ca`: those that setDefaultCACertificates has set, else the platform's and those
// of NODE_EXTRA_CA_CERTS; the runtime's list where the platform does not have a store.
import { readFileSync } from 'node:fs';

import { isRecord } from '../errors.js';
import { binding } from '../internal/native/binding.js';
import { derCertToPemCert } from '../ssl/certificates/pem.js';
import { Purpose } from '../ssl/purpose.js';
import type { SSLContext } from '../ssl/context.js';
import { systemCertificates } from '../ssl/trust/system-certificates.js';
import { requireString } from './check.js';
import { invalidType, invalidValue, operationFailed, opensslError } from './errors.js';
import { hasFlag } from './flags.js';
import { runtimeRoots } from './runtime.js';

const BLOCK =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** Returns the certificates in a text, each in PEM with a line break at its end. */
const blocksOf = (text: string): string[] =>
  (text.match(BLOCK) ?? []).map((block) => `${block.trim()}\n`);

interface Wishes {
  readonly onlyBundled: boolean;
  readonly onlyOpenssl: boolean;
  /** The runtime's list and the platform's store, as Node understands `--use-system-ca`. */
  readonly both: boolean;
}

/** Returns the wishes of the command line about the default trust. */
function wishes(): Wishes {
  const isInEnvironment = process.env['NODE_USE_SYSTEM_CA'] === '1' && !hasFlag('no-use-system-ca');
  const both = hasFlag('use-system-ca') || isInEnvironment;
  const onlyOpenssl = hasFlag('use-openssl-ca');
  const isBundled = ['use-bundled-ca', 'no-use-system-ca', 'no-use-openssl-ca'].some((name) =>
    hasFlag(name),
  );
  return {
    onlyBundled: isBundled && !both && !onlyOpenssl,
    onlyOpenssl,
    both: both && !onlyOpenssl,
  };
}

const caches = new Map<string, readonly string[]>();
let chosen: readonly string[] | null = null;
let hasWarned = false;

function cached(type: string, read: () => string[]): readonly string[] {
  const known = caches.get(type);
  if (known !== undefined) return known;
  const list = Object.freeze(read());
  caches.set(type, list);
  return list;
}

function readExtra(): string[] {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  if (file === undefined || file === '') return [];
  try {
    return blocksOf(readFileSync(file, 'latin1'));
  } catch (error) {
    const text = `Ignoring extra certs from \`${file}\`, load failed: ${(error as Error).message}`;
    process.emitWarning(text);
    return [];
  }
}

const extra = (): readonly string[] => cached('extra', readExtra);
const bundled = (): readonly string[] => runtimeRoots();
const system = (): readonly string[] =>
  cached('system', () =>
    systemCertificates({ purpose: Purpose.SERVER_AUTH }).map(({ der }) => derCertToPemCert(der)),
  );

function warnOfMissingStore(): void {
  if (hasWarned) return;
  hasWarned = true;
  process.emitWarning(
    "the platform has no trusted certificates: the runtime's own list is used. Install the package ca-certificates",
    { type: 'HermeticSslWarning', code: 'HERMETIC_TRUST_BUNDLED' },
  );
}

/** Whether the platform's store is what a context without `ca` trusts. */
function usesPlatform(): boolean {
  if (chosen !== null || wishes().onlyBundled) return false;
  return true;
}

function defaults(): string[] {
  if (chosen !== null) return [...chosen];
  if (wishes().onlyBundled) return [...bundled(), ...extra()];
  const platform = system();
  if (wishes().both) return [...bundled(), ...platform, ...extra()];
  const base = platform.length > 0 || wishes().onlyOpenssl ? platform : bundled();
  return [...base, ...extra()];
}

/** Returns certificates in PEM: what a context without `ca` trusts, or the part of it that `type` names. */
export function getCACertificates(type: unknown = 'default'): readonly string[] {
  requireString(type, 'type');
  if (type === 'default') return cached('default', defaults);
  if (type === 'system') return system();
  if (type === 'bundled') return bundled();
  if (type === 'extra') return extra();
  throw invalidValue('type', type);
}

function pemOf(value: unknown, name: string): string[] {
  if (typeof value === 'string') return blocksOf(value);
  if (!ArrayBuffer.isView(value)) throw invalidType(name, ['string', 'ArrayBufferView'], value);
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return bytes[0] === 0x30 ? [derCertToPemCert(bytes)] : blocksOf(bytes.toString('latin1'));
}

/** OpenSSL's number of the failure of a PEM block. */
const PEM_ASN1_LIB = 0x0488_000d;

function requireCertificate(block: string): void {
  const der = Buffer.from(block.replaceAll(/-----.*-----/g, ''), 'base64');
  const certificate = binding.decodeCertificate(der);
  if (isRecord(certificate)) throw opensslError({ text: 'ASN1 lib', packed: PEM_ASN1_LIB }, null);
}

/** Sets the authorities that later contexts without `ca` trust, in place of all others. */
export function setDefaultCACertificates(certs: unknown): void {
  if (!Array.isArray(certs)) throw invalidType('certs', ['Array'], certs);
  const blocks = certs.flatMap((value: unknown, i) => pemOf(value, `certs[${i}]`));
  if (certs.length > 0 && blocks.length === 0)
    throw operationFailed('No valid certificates found in the provided array');
  for (const block of blocks) requireCertificate(block);
  chosen = [...new Set(blocks)];
  caches.delete('default');
}

/** Makes a context trust the default authorities. */
export function trustDefaults(context: SSLContext): void {
  if (usesPlatform()) {
    context.loadDefaultCerts();
    const { x509Ca, x509 } = context.certStoreStats();
    const isEmpty = x509 === 0 && x509Ca === 0 && system().length === 0;
    const { onlyOpenssl, both } = wishes();
    const list = both || (isEmpty && !onlyOpenssl) ? bundled() : [];
    if (list.length > 0 && !both) warnOfMissingStore();
    return addAll(context, [...list, ...extra()]);
  }
  addAll(context, getCACertificates());
}

function addAll(context: SSLContext, blocks: readonly string[]): void {
  if (blocks.length > 0) context.loadVerifyLocations({ cadata: blocks });
}
