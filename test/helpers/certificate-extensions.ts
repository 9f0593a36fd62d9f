/**
 * Builds the extension list of a test certificate (RFC 5280, 4.2). The defaults are what OpenSSL's X509_STRICT and
 * Python's VERIFY_X509_STRICT ask for; each one can be left out or bent, which is what the strictness tests need.
 */
import './reflect-metadata.js';

import * as x509 from '@peculiar/x509';

import { context, oid, sequence } from './der.js';
import {
  encodeAlternativeNames,
  generalName,
  type AlternativeNames,
} from './distinguished-names.js';

export interface ExtensionOptions extends AlternativeNames {
  /** false leaves the extension out. */
  readonly basicConstraints?:
    | false
    | { readonly critical?: boolean; readonly pathLength?: number }
    | undefined;
  readonly keyUsage?:
    | false
    | { readonly critical?: boolean; readonly flags?: x509.KeyUsageFlags }
    | undefined;
  readonly subjectKeyIdentifier?: boolean | undefined;
  readonly authorityKeyIdentifier?: boolean | undefined;
  /** Names or dotted OIDs of extended key usages; an empty list leaves the extension out. */
  readonly eku?: readonly string[] | undefined;
  readonly subjectAltNameCritical?: boolean | undefined;
  readonly caIssuers?: readonly string[] | undefined;
  readonly ocsp?: readonly string[] | undefined;
  /** URIs; null writes a DistributionPoint without distributionPoint, the decoder crash of CVE-2019-5010. */
  readonly crlDistributionPoints?: readonly (string | null)[] | undefined;
  readonly extraExtensions?: readonly x509.Extension[] | undefined;
  /** No extension at all, as in old self-made certificates. */
  readonly noExtensions?: boolean | undefined;
}

export interface ExtensionSubject {
  readonly isAuthority: boolean;
  readonly keyId: string;
  readonly issuerKeyId: string;
}

const EKU: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
};
const AUTHORITY_USAGES = (x509.KeyUsageFlags.keyCertSign |
  x509.KeyUsageFlags.cRLSign) as x509.KeyUsageFlags;
const LEAF_USAGES = (x509.KeyUsageFlags.digitalSignature |
  x509.KeyUsageFlags.keyEncipherment) as x509.KeyUsageFlags;

export function buildExtensions(
  options: ExtensionOptions,
  subject: ExtensionSubject,
): x509.Extension[] {
  if (options.noExtensions) return [];
  return [
    basicConstraints(options, subject),
    keyUsage(options, subject),
    extendedKeyUsage(options),
    identifier('2.5.29.14', options.subjectKeyIdentifier, subject.keyId),
    identifier('2.5.29.35', options.authorityKeyIdentifier, subject.issuerKeyId),
    alternativeNames(options),
    authorityInfo(options),
    distributionPoints(options),
    ...(options.extraExtensions ?? []),
  ].filter((extension) => extension !== null);
}

function basicConstraints(
  options: ExtensionOptions,
  subject: ExtensionSubject,
): x509.Extension | null {
  const wish = options.basicConstraints ?? {};
  if (wish === false) return null;
  return new x509.BasicConstraintsExtension(
    subject.isAuthority,
    wish.pathLength,
    wish.critical ?? true,
  );
}

function keyUsage(options: ExtensionOptions, subject: ExtensionSubject): x509.Extension | null {
  const wish = options.keyUsage ?? {};
  if (wish === false) return null;
  const flags = wish.flags ?? (subject.isAuthority ? AUTHORITY_USAGES : LEAF_USAGES);
  return new x509.KeyUsagesExtension(flags, wish.critical ?? true);
}

function extendedKeyUsage({ eku }: ExtensionOptions): x509.Extension | null {
  if (!eku?.length) return null;
  return new x509.ExtendedKeyUsageExtension(eku.map((name) => EKU[name] ?? name));
}

function identifier(
  type: string,
  wanted: boolean | undefined,
  keyId: string,
): x509.Extension | null {
  if (wanted === false) return null;
  if (type === '2.5.29.14') return new x509.SubjectKeyIdentifierExtension(keyId);
  return new x509.AuthorityKeyIdentifierExtension(keyId);
}

function alternativeNames(options: ExtensionOptions): x509.Extension | null {
  const value = encodeAlternativeNames(options);
  return value && new x509.Extension('2.5.29.17', options.subjectAltNameCritical ?? false, value);
}

function authorityInfo({ caIssuers = [], ocsp = [] }: ExtensionOptions): x509.Extension | null {
  const entries = [
    ...ocsp.map((uri) => sequence(oid('1.3.6.1.5.5.7.48.1'), generalName.uri(uri))),
    ...caIssuers.map((uri) => sequence(oid('1.3.6.1.5.5.7.48.2'), generalName.uri(uri))),
  ];
  return entries.length === 0
    ? null
    : new x509.Extension('1.3.6.1.5.5.7.1.1', false, sequence(...entries));
}

function distributionPoints({
  crlDistributionPoints: points = [],
}: ExtensionOptions): x509.Extension | null {
  if (points.length === 0) return null;
  const encoded = points.map((uri) =>
    // Without a name the point holds cRLIssuer only, which RFC 5280 allows.
    uri === null
      ? sequence(context(2, true, generalName.dirName([['CN', 'CRL issuer']])))
      : sequence(context(0, true, context(0, true, generalName.uri(uri)))),
  );
  return new x509.Extension('2.5.29.31', false, sequence(...encoded));
}
