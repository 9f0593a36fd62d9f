// Lists the certificates that the platform trusts, and reads them ahead of their first use.
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
 * Purposes by object identifier, such as `ssl.Purpose.SERVER_AUTH.oid`, or all of them. A certificate for which the
 * platform has no restriction also has `'all'`.
 */
export type TrustPurposes = 'all' | readonly string[];

/** A certificate that the platform trusts or distrusts, with its trust settings. */
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
  /** Its file, or the platform's name of the store; for a distrusted certificate, the source of the distrust. */
  readonly source: string;
  /** False for a certificate that only helps to build a chain, as those of Windows' store "CA". */
  readonly isAnchor: boolean;
  /**
   * The purposes it may be used for, except those in `distrustedFor`. An empty list means that it has no permitted use.
   */
  readonly trustedFor: TrustPurposes;
  /** The purposes it must not be used for; an empty list if it is not distrusted. */
  readonly distrustedFor: TrustPurposes;
  /**
   * The time after which it must not be used for new certificates: a chain through it is refused, for these purposes, if
   * the leaf was issued later. Null without such a time; only Windows sets one.
   */
  readonly distrustedAfter: DistrustedAfter | null;
}

/** A time that a platform has set for the end of trust in new certificates. */
export interface DistrustedAfter {
  /** Seconds since 1970, as `certTimeToSeconds` gives them. */
  readonly time: number;
  /** The affected purposes. */
  readonly purposes: TrustPurposes;
}

/** Options of {@link systemCertificates}. */
export interface SystemCertificatesOptions {
  /**
   * Returns only the certificates that `loadDefaultCerts` trusts for this purpose; by default all, including distrusted
   * ones.
   */
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
 * Returns the certificates that the platform currently trusts or distrusts, or those of SSL_CERT_FILE and SSL_CERT_DIR,
 * without duplicates: the sources of `loadDefaultCerts` (Python has this only for Windows: ssl.enum_certificates).
 * Certificates in hashed directories are included. Unreadable sources are left out, with a process warning (code
 * HERMETIC_TRUST_UNREADABLE).
 * @throws TypeError, RangeError for a purpose that is not a member of `Purpose`
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
 * Reads the platform's trusted certificates on a thread of this package, so that the first `createDefaultContext` does not
 * have to. The result is kept for the whole process. Useful if reading is slow (keychains and stores of managed machines)
 * or the event loop must not wait. Rejects with a system error (EAGAIN) if a thread cannot be started; unreadable sources
 * cause a process warning, as in `systemCertificates`.
 */
export async function preloadSystemCertificates(): Promise<void> {
  warnOfTroubles(unwrap(await unwrap(binding.preloadSystemCertificates(...trustEnvironment()))));
}
