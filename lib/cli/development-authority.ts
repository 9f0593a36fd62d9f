// Certificates for development, from an authority that exists in this process only.
import { binding, type PemPair } from '../internal/native/binding.js';
import { unwrap } from '../errors.js';

const DAYS = 7;

export interface Authority {
  /** Its certificate, PEM. */
  certificate: string;
  /** Makes a server's certificate and key for host names and IP addresses. */
  issue(names: readonly string[]): PemPair;
}

export function makeAuthority(name: string): Authority {
  const { certificate, key } = unwrap(binding.developmentAuthority(name, DAYS));
  return {
    certificate,
    issue: (names) =>
      unwrap(binding.developmentCertificate(certificate, key, names.join('\n'), DAYS)),
  };
}
