// Certificates for development: an authority, in memory or from its PEM, and the certificates that it issues.
import { binding, type PemPair } from '../internal/native/binding.js';
import { unwrap } from '../errors.js';

const DAYS = 7;

export interface Authority {
  /** Its certificate, PEM. */
  certificate: string;
  /** Makes a server's certificate and key for host names and IP addresses. */
  issue(names: readonly string[], days?: number): PemPair;
}

/** Makes the certificate and the key of an authority that may issue for some subtrees of names, or for all if empty. */
export const makeAuthorityPair = (
  name: string,
  permitted: readonly string[],
  days: number,
): PemPair => unwrap(binding.developmentAuthority(name, permitted.join('\n'), days));

/** Returns the authority of a certificate and its key. */
export const authorityOf = ({ certificate, key }: PemPair): Authority => ({
  certificate,
  issue: (names, days = DAYS) =>
    unwrap(binding.developmentCertificate(certificate, key, names.join('\n'), days)),
});

/** Makes an authority that exists in this process only. */
export const makeAuthority = (name: string): Authority =>
  authorityOf(makeAuthorityPair(name, [], DAYS));
