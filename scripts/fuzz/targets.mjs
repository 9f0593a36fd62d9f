// The fuzz targets, one source of truth: what each is fed with, and how its program is told to run.

/**
 * @typedef {{ about: string, maxLength?: number, dictionary?: string, isControl?: true, isScript?: true }} Target
 *   A control is run by its name only. A script is a module of Node's in place of a program of libFuzzer's.
 */

/** @type {Record<string, Target>} */
export const TARGETS = {
  flights: { about: 'flights of both roles', maxLength: 512, dictionary: 'tls' },
  stored_session: { about: 'stored sessions', maxLength: 8192 },
  pkcs12: { about: 'PKCS#12', maxLength: 8192, dictionary: 'asn1' },
  private_key: { about: 'private keys', maxLength: 8192, dictionary: 'pem' },
  certificates: { about: 'certificate chains', maxLength: 16384, dictionary: 'pem' },
  trust_bundle: { about: 'bundles of trusted certificates', maxLength: 16384, dictionary: 'pem' },
  revocation_list: { about: 'revocation lists', maxLength: 8192, dictionary: 'asn1' },
  host_name: { about: 'host names', maxLength: 512, dictionary: 'names' },
  password_strings: { about: 'stored passwords', isScript: true },
  planted_fault: { about: 'the control', maxLength: 64, isControl: true },
};
