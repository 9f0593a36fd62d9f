// Distinguished names, purposes and times as the command line shows them.
import { certTimeToSeconds } from '../../ssl/certificates/certificate-time.js';
import type { DistinguishedName } from '../../internal/native/binding.js';
import type { SystemCertificate, TrustPurposes } from '../../ssl/trust/system-certificates.js';

const SHORT: Readonly<Record<string, string>> = {
  commonName: 'CN',
  organizationName: 'O',
  organizationalUnitName: 'OU',
  countryName: 'C',
  localityName: 'L',
  stateOrProvinceName: 'ST',
  domainComponent: 'DC',
};

const text = (value: string | Buffer): string =>
  typeof value === 'string' ? value : value.toString('hex');

/** Control characters of a certificate must not reach the terminal. */
const printable = (value: string): string =>
  value.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');

/** Formats a name, the most specific part first: "CN=Some Root, O=Some Company". */
export function fullName(name: DistinguishedName): string {
  const attributes = name.toReversed().flat();
  const parts = attributes.map(([type, value]) => `${SHORT[type] ?? type}=${text(value)}`);
  return printable(parts.join(', ')) || '(no name)';
}

/** Returns the usual name of an authority: its common name, or the most specific part. */
export function shortName(name: DistinguishedName): string {
  const attributes = name.toReversed().flat();
  const [, value = '(no name)'] =
    attributes.find(([type]) => type === 'commonName') ?? attributes[0] ?? [];
  return printable(text(value));
}

const PURPOSES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'server',
  '1.3.6.1.5.5.7.3.2': 'client',
  '1.3.6.1.5.5.7.3.3': 'code',
  '1.3.6.1.5.5.7.3.4': 'email',
  '1.3.6.1.5.5.7.3.8': 'time',
  '1.3.6.1.5.5.7.3.9': 'OCSP',
};

const listed = (purposes: TrustPurposes): string =>
  purposes === 'all' ? 'all' : purposes.map((oid) => PURPOSES[oid] ?? oid).join(' ');

/** "all", "server email", "all, not client", "all, server until 2026-05-01", "distrusted". */
export function describePurposes(certificate: SystemCertificate): string {
  const { trustedFor, distrustedFor, distrustedAfter, isAnchor } = certificate;
  if (distrustedFor === 'all') return 'distrusted';
  const parts = [`${listed(trustedFor) || 'nothing'}${isAnchor ? '' : ' (intermediate)'}`];
  if (distrustedFor.length > 0) parts.push(`not ${listed(distrustedFor)}`);
  if (distrustedAfter !== null)
    parts.push(`${listed(distrustedAfter.purposes)} until ${dayOf(distrustedAfter.time)}`);
  return parts.join(', ');
}

/** Returns the day of a time in seconds since 1970, ISO 8601. */
export const dayOf = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 'YYYY-MM-DD'.length);

/** Returns a certificate's time, ISO 8601. */
export const isoTime = (certTime: string): string =>
  new Date(certTimeToSeconds(certTime) * 1000).toISOString();

export type Expiry = 'valid' | 'expiring' | 'expired' | 'not yet valid';

const DAY = 24 * 60 * 60;

/** Compares a validity with `now`, in seconds, and with the days after it. */
export function expiryOf(
  { notBefore, notAfter }: { notBefore: string; notAfter: string },
  now: number,
  soonDays: number,
): Expiry {
  const end = certTimeToSeconds(notAfter);
  if (certTimeToSeconds(notBefore) > now) return 'not yet valid';
  if (end < now) return 'expired';
  return end < now + soonDays * DAY ? 'expiring' : 'valid';
}
