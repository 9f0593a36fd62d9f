// Names of protocols and signature algorithms.
import { unwrap } from '../errors.js';
import { binding } from '../internal/native/binding.js';
import { requireInteger } from '../internal/validate.js';
import {
  PROTOCOL_TLS,
  PROTOCOL_TLS_CLIENT,
  PROTOCOL_TLS_SERVER,
  PROTOCOL_TLSv1,
  PROTOCOL_TLSv1_1,
  PROTOCOL_TLSv1_2,
} from './constants.js';

const PROTOCOLS = {
  PROTOCOL_TLS,
  PROTOCOL_TLSv1,
  PROTOCOL_TLSv1_1,
  PROTOCOL_TLSv1_2,
  PROTOCOL_TLS_CLIENT,
  PROTOCOL_TLS_SERVER,
};

/**
 * Returns the name of a protocol number, such as `'PROTOCOL_TLS_CLIENT'`; `'<unknown>'` for any other number (Python:
 * ssl.get_protocol_name).
 */
export function getProtocolName(protocol: number): string {
  requireInteger(protocol, 'protocol');
  const found = Object.entries(PROTOCOLS).find(([, number]) => number === protocol);
  return found === undefined ? '<unknown>' : found[0];
}

/**
 * Returns the names of the signature algorithms that `setClientSigalgs` and `setServerSigalgs` accept (Python:
 * ssl.get_sigalgs; SSL_get1_builtin_sigalgs(3)).
 */
export function getSigalgs(): string[] {
  return unwrap(binding.sigalgs());
}
