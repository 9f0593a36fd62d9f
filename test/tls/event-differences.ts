/**
 * The scenarios whose events differ from those of node:tls, each with its reason, and the major versions of Node of which
 * that is true. test/tls/events.test.ts fails if one of them becomes equal.
 */
export interface Difference {
  readonly reason: string;
  /** The versions of Node whose own module differs; all if it is left out. */
  readonly nodes?: readonly number[];
  /** The least major version of this package's OpenSSL that makes the difference; all if it is left out. */
  readonly openssl?: number;
}

const RESETS = 'node:tls throws: a TLSSocket of it cannot be reset.';
const STAYS_OPEN = 'node:tls emits the error and leaves the socket open; here it is closed.';
const LATE_FINISH =
  'The callback of a write comes in the turn of the write, hence "finish" comes earlier.';
const KNOWS_NAME = 'node:tls forgets the name of the server when a session of TLS 1.2 is resumed.';

export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'both ends end': {
    nodes: [20],
    reason:
      'The close_notify that comes with the end of a handshake is read in the same turn, hence "end" comes before "finish".',
  },
  'the client writes after its end': {
    nodes: [20, 22, 24],
    reason:
      'The last flight of the handshake leaves after the listeners of secureConnect: a socket that is destroyed by then has not sent it.',
  },
  'SNICallback answers twice': {
    nodes: [26],
    reason:
      'node:tls sends its flight at the first answer; here the second one closes the connection before anything is sent, as in earlier versions.',
  },
  'the client resets': { reason: RESETS },
  'the server resets': { reason: RESETS },
  'a forged record reaches the client': { reason: STAYS_OPEN },
  'a forged record reaches the server': { reason: STAYS_OPEN },
  'a required client certificate is missing': { reason: STAYS_OPEN },
  'a session is resumed': {
    reason:
      'The tickets are reported in the order in which they come, before data, and the new one of a resumed connection as well.',
  },
  'a session is resumed, under TLS 1.2': { reason: KNOWS_NAME },
  'the server stores sessions': { reason: KNOWS_NAME },
  'a request has a body': { reason: LATE_FINISH },
  'a client waits for 100': { reason: LATE_FINISH },
  'the certificate of the server is not valid yet': {
    openssl: 4,
    reason: 'OpenSSL 4 has a longer text for CERT_NOT_YET_VALID.',
  },
  'an OCSP response is stapled': {
    openssl: 4,
    reason: 'OpenSSL 4 reads the response, and the bytes of this scenario are not one.',
  },
  'the ends have different keys': {
    openssl: 4,
    reason: 'OpenSSL 4 reports RECORD_LAYER_FAILURE for a record that cannot be decrypted.',
  },
  'the server does not speak TLS': {
    nodes: [20, 22],
    reason: 'node:https emits "finish" for a request that could not be sent.',
  },
};
