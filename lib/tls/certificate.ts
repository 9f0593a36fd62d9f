// Certificates as the objects of node:tls: `getPeerCertificate` and its kin.
import type { X509Certificate } from 'node:crypto';

import { unwrap } from '../errors.js';
import {
  binding,
  type LegacyCertificate as NativeCertificate,
} from '../internal/native/binding.js';

/** A certificate object. Its fields are those of node:tls's PeerCertificate. */
export interface LegacyCertificate extends Omit<NativeCertificate, 'infoAccess'> {
  infoAccess?: unknown;
  issuerCertificate?: LegacyCertificate;
  raw: Buffer;
}

const x509 = (): typeof X509Certificate => process.getBuiltinModule('node:crypto').X509Certificate;

/** Returns the runtime's X509Certificate of the bytes. */
export const x509Of = (der: Buffer): X509Certificate => new (x509())(der);

const INFO_ACCESS = /([^\n:]*):([^\n]*)(?:\n|$)/g;

/** Turns the lines "OCSP - URI:http://..." into lists by method. A quoted value is a JSON string. */
function translateInfoAccess(text: string): object {
  const lists = Object.create(null) as Record<string, string[]>;
  for (const [, key = '', value = ''] of text.matchAll(INFO_ACCESS)) {
    const plain = value.startsWith('"') ? (JSON.parse(value) as string) : value;
    (lists[key] ??= []).push(plain);
  }
  return lists;
}

/** Returns one certificate as an object, without its issuer. */
function legacyOf(der: Buffer): LegacyCertificate {
  const { infoAccess, ...facts } = unwrap(binding.certificateLegacy(der));
  const lists = infoAccess === undefined ? {} : { infoAccess: translateInfoAccess(infoAccess) };
  return { ...facts, ...lists, raw: der };
}

/**
 * Returns the first certificate as an object. With `isDetailed` each has its issuer as `issuerCertificate`; a self-signed
 * one at the end has itself.
 */
export function legacyChain(
  chain: readonly Buffer[],
  isDetailed: boolean,
): LegacyCertificate | null {
  const [leaf] = chain;
  if (leaf === undefined) return null;
  if (!isDetailed) return legacyOf(leaf);
  const objects = chain.map((der) => legacyOf(der));
  for (const [i, object] of objects.entries()) {
    const issuer = objects[i + 1];
    const certificate = x509Of(chain[i]!);
    if (issuer !== undefined) object.issuerCertificate = issuer;
    else if (certificate.checkIssued(certificate)) object.issuerCertificate = object;
  }
  return objects[0]!;
}

/** Returns the certificates in the order of issuing, from the leaf on; others are left out. */
export function ordered(chain: readonly Buffer[]): Buffer[] {
  const rest = chain.map((der) => ({ der, certificate: x509Of(der) }));
  const path = rest.splice(0, 1);
  for (let last = path[0]; last !== undefined && !last.certificate.checkIssued(last.certificate);) {
    const at = rest.findIndex(({ certificate }) => last!.certificate.checkIssued(certificate));
    if (at < 0) break;
    const [issuer] = rest.splice(at, 1);
    path.push(issuer!);
    last = issuer;
  }
  return path.map(({ der }) => der);
}
