// The list of fuzz targets: the input of each, and the options of its program.

/**
 * @typedef {{ about: string, maxLength?: number, dictionary?: string, isControl?: true, isScript?: true }} Target
 *   A control runs only if it is named. A script is a Node module instead of a libFuzzer program.
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
