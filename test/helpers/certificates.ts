/**
 * Makes certificate authorities, certificates and CRLs while tests run, so that no fixture can expire. By default they
 * pass OpenSSL's X509_STRICT; the options of certificate-extensions.ts break single rules on purpose.
 */
import './reflect-metadata.js';

import { randomBytes } from 'node:crypto';

import * as x509 from '@peculiar/x509';

import { buildExtensions, type ExtensionOptions } from './certificate-extensions.js';
import type { Der } from './der.js';
import { encodeName, type DistinguishedName } from './distinguished-names.js';
import { createKey, type KeyKind, type KeyPair } from './keys.js';

export { createKey, type KeyKind, type KeyPair } from './keys.js';
export type { DistinguishedName } from './distinguished-names.js';
export type { ExtensionOptions } from './certificate-extensions.js';

const DAY = 24 * 60 * 60 * 1000;

/** `days` from now; negative for the past. */
export const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY);

export interface CertificateOptions extends ExtensionOptions {
  readonly commonName?: string | undefined;
  /** The whole subject; replaces commonName. An empty list makes an empty subject. */
  readonly subject?: DistinguishedName | undefined;
  readonly key?: KeyKind | KeyPair | undefined;
  /** Shares the key with every certificate of this process that has the same kind and label. */
  readonly keyLabel?: string | undefined;
  readonly notBefore?: Date | undefined;
  readonly notAfter?: Date | undefined;
  /** Hexadecimal, positive and not zero; random when absent. */
  readonly serialNumber?: string | undefined;
}

export interface AuthorityOptions extends Omit<CertificateOptions, 'commonName'> {
  readonly name: string;
  readonly parent?: Authority | undefined;
}

export interface IssuedCertificate {
  readonly certPem: string;
  readonly certDer: Buffer;
  /** The certificate and the intermediate authorities, without the root: what a server sends. */
  readonly chainPem: string;
  readonly key: KeyPair;
  readonly keyPem: string;
  readonly traditionalKeyPem: string | null;
  encryptedKeyPem(password: string): string;
  /** Upper case hexadecimal, an even number of digits. */
  readonly serialNumber: string;
}

export interface RevokedEntry {
  readonly serialNumber: string;
  readonly revocationDate?: Date;
  readonly reason?: x509.X509CrlReason;
}

export interface CrlOptions {
  readonly revoked?: readonly (RevokedEntry | IssuedCertificate)[];
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date;
}

interface Issuer {
  readonly subject: Der;
  readonly key: KeyPair;
  readonly keyId: string;
  /** PEM of the certificates between a leaf and the root; empty for a root. */
  readonly intermediatesPem: string;
}

/** A certificate authority: a root, or an intermediate when it has a parent. */
export class Authority {
  private constructor(
    private readonly issuer: Issuer,
    /** This authority's own certificate, with its key. */
    readonly certificate: IssuedCertificate,
    /** The certificate at the top, to be given to a verifier. */
    readonly rootPem: string,
  ) {}

  static async create({ name, parent, ...options }: AuthorityOptions): Promise<Authority> {
    const subject = encodeName(
      options.subject ?? [
        ['O', 'hermetic-ssl tests'],
        ['CN', name],
      ],
    );
    const key = await resolveKey(options);
    const keyId = await computeKeyId(key);
    const signer = parent?.issuer ?? { subject, key, keyId, intermediatesPem: '' };
    const certificate = await sign({ subject, key, isAuthority: true, options, signer });
    const intermediatesPem = parent ? certificate.certPem + parent.issuer.intermediatesPem : '';
    const own: Issuer = { subject, key, keyId, intermediatesPem };
    return new Authority(own, certificate, parent?.rootPem ?? certificate.certPem);
  }

  get certPem(): string {
    return this.certificate.certPem;
  }

  get certDer(): Buffer {
    return this.certificate.certDer;
  }

  get keyPem(): string {
    return this.certificate.keyPem;
  }

  /** A leaf certificate; for a server unless `eku` says otherwise. */
  async issue(options: CertificateOptions = {}): Promise<IssuedCertificate> {
    const key = await resolveKey(options);
    return sign({
      subject: subjectOf(options),
      key,
      isAuthority: false,
      options: leafDefaults(options),
      signer: this.issuer,
    });
  }

  /** A CRL in PEM, valid from yesterday for 30 days. */
  async crl({ revoked = [], thisUpdate, nextUpdate }: CrlOptions = {}): Promise<string> {
    const crl = await x509.X509CrlGenerator.create({
      issuer: new x509.Name(this.issuer.subject),
      thisUpdate: thisUpdate ?? daysFromNow(-1),
      nextUpdate: nextUpdate ?? daysFromNow(30),
      entries: revoked.map(crlEntry),
      extensions: crlExtensions(this.issuer.keyId),
      signingAlgorithm: this.issuer.key.signingAlgorithm,
      signingKey: this.issuer.key.privateKey,
    });
    return pem('X509 CRL', crl.rawData);
  }
}

export const createAuthority = (options: AuthorityOptions): Promise<Authority> =>
  Authority.create(options);

/** A leaf that signs itself, as `openssl req -x509` makes it. */
export async function createSelfSigned(options: CertificateOptions): Promise<IssuedCertificate> {
  const [subject, key] = [subjectOf(options), await resolveKey(options)];
  const signer: Issuer = { subject, key, keyId: await computeKeyId(key), intermediatesPem: '' };
  return sign({ subject, key, isAuthority: false, options: leafDefaults(options), signer });
}

const leafDefaults = (options: CertificateOptions): CertificateOptions => ({
  eku: ['serverAuth'],
  ...options,
});

function subjectOf({ subject, commonName }: CertificateOptions): Der {
  return encodeName(subject ?? (commonName === undefined ? [] : [['CN', commonName]]));
}

function resolveKey({ key = 'ecdsa-p256', keyLabel }: CertificateOptions): Promise<KeyPair> {
  return typeof key === 'string' ? createKey(key, keyLabel) : Promise.resolve(key);
}

/** RFC 5280, 4.2.1.2, method 1: SHA-1 of the public key's bits. */
async function computeKeyId(key: KeyPair): Promise<string> {
  const extension = await x509.SubjectKeyIdentifierExtension.create(key.publicKey);
  return extension.keyId;
}

interface SignRequest {
  readonly subject: Der;
  readonly key: KeyPair;
  readonly isAuthority: boolean;
  readonly options: CertificateOptions;
  readonly signer: Issuer;
}

async function sign({
  subject,
  key,
  isAuthority,
  options,
  signer,
}: SignRequest): Promise<IssuedCertificate> {
  const keyId = await computeKeyId(key);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: options.serialNumber ?? randomSerial(),
    subject: new x509.Name(subject),
    issuer: new x509.Name(signer.subject),
    notBefore: options.notBefore ?? daysFromNow(-1),
    notAfter: options.notAfter ?? daysFromNow(365),
    extensions: buildExtensions(options, { isAuthority, keyId, issuerKeyId: signer.keyId }),
    publicKey: key.publicKey,
    signingKey: signer.key.privateKey,
    signingAlgorithm: signer.key.signingAlgorithm,
  });
  return present(certificate, key, signer.intermediatesPem);
}

function present(
  certificate: x509.X509Certificate,
  key: KeyPair,
  intermediatesPem: string,
): IssuedCertificate {
  const certPem = pem('CERTIFICATE', certificate.rawData);
  return {
    certPem,
    certDer: Buffer.from(certificate.rawData),
    chainPem: certPem + intermediatesPem,
    key,
    keyPem: key.keyPem,
    traditionalKeyPem: key.traditionalKeyPem,
    encryptedKeyPem: (password) => key.encryptedKeyPem(password),
    serialNumber: certificate.serialNumber.toUpperCase(),
  };
}

/** RFC 7468. The library's own labels a CRL "CRL", which OpenSSL does not read. */
export function pem(label: string, der: ArrayBuffer | Uint8Array): string {
  const lines =
    Buffer.from(new Uint8Array(der))
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** 16 bytes; the first is kept between 1 and 0x7f, so that the number is positive and keeps its length. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) % 0x7f) + 1;
  return bytes.toString('hex');
}

function crlEntry(entry: RevokedEntry | IssuedCertificate): x509.X509CrlEntryParams {
  const { revocationDate = daysFromNow(-1), reason = x509.X509CrlReason.keyCompromise } =
    entry as RevokedEntry;
  return { serialNumber: entry.serialNumber, revocationDate, reason };
}

function crlExtensions(keyId: string): x509.Extension[] {
  const crlNumber = new x509.Extension('2.5.29.20', false, Buffer.from([2, 1, 1]));
  return [new x509.AuthorityKeyIdentifierExtension(keyId), crlNumber];
}
