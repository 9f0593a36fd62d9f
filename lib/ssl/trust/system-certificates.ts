// What the platform trusts, to look at, and ahead of its first use.
import { unwrap } from '../../errors.js';
import {
  binding,
  type DistinguishedName,
  type ListedCertificate,
} from '../../internal/native/binding.js';
import { ownOptions } from '../../internal/validate.js';
import { requirePurpose, type Purpose } from '../purpose.js';
import { trustEnvironment } from './environment.js';
import { warnOfTroubles } from './warnings.js';

/** The object identifier that stands for every purpose (RFC 5280, 4.2.1.12). */
const ANY_PURPOSE = '2.5.29.37.0';

/**
 * Purposes by object identifier, such as `ssl.Purpose.SERVER_AUTH.oid`, or all of them. `'all'` is also what a
 * certificate has of which the platform says nothing.
 */
export type TrustPurposes = 'all' | readonly string[];

/** A certificate that the platform trusts, or distrusts, and what it says of it. */
export interface SystemCertificate {
  /** The certificate itself (RFC 5280). */
  readonly der: Buffer;
  /** As in `getpeercert`. */
  readonly subject: DistinguishedName;
  /** As in `getpeercert`. */
  readonly issuer: DistinguishedName;
  /** Hexadecimal, upper case. */
  readonly serialNumber: string;
  /** As in `getpeercert`; `certTimeToSeconds` reads it. */
  readonly notBefore: string;
  /** As in `getpeercert`; `certTimeToSeconds` reads it. */
  readonly notAfter: string;
  /** The file that it is from, or the platform's name of the store; where it is distrusted, the one that says so. */
  readonly source: string;
  /** False for a certificate that only helps to build a chain, as those of Windows' store "CA". */
  readonly isAnchor: boolean;
  /** What it may be used for, but for `distrustedFor`. An empty list: nothing. */
  readonly trustedFor: TrustPurposes;
  /** What it must not be used for; an empty list where nothing is distrusted. */
  readonly distrustedFor: TrustPurposes;
  /**
   * From when on it vouches for nothing new: a chain through it is refused, for these purposes, where the certificate at
   * its other end was issued later. Null where there is no such time; only Windows has any.
   */
  readonly distrustedAfter: DistrustedAfter | null;
}

/** An end that a platform has set to what a certificate vouches for. */
export interface DistrustedAfter {
  /** Seconds since 1970, as `certTimeToSeconds` gives them. */
  readonly time: number;
  /** What it is the end of. */
  readonly purposes: TrustPurposes;
}

/** Options of {@link systemCertificates}. */
export interface SystemCertificatesOptions {
  /** Only what `loadDefaultCerts` trusts for that purpose; everything, also what is distrusted, when it is left out. */
  purpose?: Purpose | null | undefined;
}

const purposesOf = (oids: readonly string[]): TrustPurposes =>
  oids.includes(ANY_PURPOSE) ? 'all' : oids;

const has = (purposes: TrustPurposes, oid: string): boolean =>
  purposes === 'all' || purposes.includes(oid);

function describe(listed: ListedCertificate): SystemCertificate {
  const { der, certificate, source, isAnchor, trustedFor, distrustedAfter } = listed;
  const { subject, issuer, serialNumber, notBefore, notAfter } = unwrap(certificate);
  const distrustedFor = purposesOf(listed.distrustedFor);
  const trusted = trustedFor === null ? 'all' : purposesOf(trustedFor);
  return {
    der,
    subject,
    issuer,
    serialNumber,
    notBefore,
    notAfter,
    source,
    isAnchor,
    trustedFor: distrustedFor === 'all' ? [] : trusted,
    distrustedFor,
    distrustedAfter: distrustedAfter && {
      time: distrustedAfter.time,
      purposes: purposesOf(distrustedAfter.purposes),
    },
  };
}

/**
 * The certificates that the platform trusts and distrusts now, or those of SSL_CERT_FILE and SSL_CERT_DIR, each once:
 * what `loadDefaultCerts` draws on (Python has this for Windows alone: ssl.enum_certificates). Those of hashed directories
 * are among them. What cannot be read is left out, with a process warning (code HERMETIC_TRUST_UNREADABLE).
 * @throws TypeError, RangeError for a purpose that is no member of `Purpose`
 */
export function systemCertificates(options: SystemCertificatesOptions = {}): SystemCertificate[] {
  const { purpose = null } = ownOptions(options);
  if (purpose !== null) requirePurpose(purpose);
  const { certificates, troubles } = binding.systemCertificates(...trustEnvironment());
  warnOfTroubles(troubles);
  const all = certificates.map((listed) => describe(listed));
  if (purpose === null) return all;
  return all.filter(
    ({ trustedFor, distrustedFor }) =>
      has(trustedFor, purpose.oid) && !has(distrustedFor, purpose.oid),
  );
}

/**
 * Reads what the platform trusts on a thread of this package, so that the first `createDefaultContext` finds it done.
 * It is kept for the whole process. Worth it where reading takes long (keychains and stores of managed machines) or the
 * event loop must not wait. Rejects with a system error (EAGAIN) when no thread can be started; what cannot be read is a
 * process warning, as in `systemCertificates`.
 */
export async function preloadSystemCertificates(): Promise<void> {
  warnOfTroubles(unwrap(await unwrap(binding.preloadSystemCertificates(...trustEnvironment()))));
}
