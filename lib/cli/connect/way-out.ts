// Suggests a remedy for a failed connection.
import { isStrictFailure } from './reason.js';
import type { Settings } from './settings.js';

const NOT_TLS =
  'The server did not answer with TLS: the port may be one for clear text. If its protocol begins in the clear, name it with --starttls.';
const OLD =
  'The server has only obsolete protocols, suites or keys. --legacy connects all the same, to examine it.';

const SILENT =
  'A firewall may drop the packets, or the server waits for clear text first: --starttls. --timeout sets the limit.';

/** The remedies that take the place of others after --starttls. */
const WITH_STARTTLS = new Map([
  [NOT_TLS, 'The server did not answer with TLS after it had agreed to it.'],
  [
    SILENT,
    'A firewall may drop the packets, or the server expects TLS at once: leave --starttls out. --timeout sets the limit.',
  ],
]);

const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, 'Check the spelling of the name, and the name server.'],
  [/ECONNREFUSED/, 'No program listens on this port. Check that the server runs, and the port.'],
  [/EHOSTUNREACH|ENETUNREACH/, 'The network has no route to this address. Check the network.'],
  [/ETIMEDOUT/, SILENT],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST|BAD_RECORD_TYPE|RECORD_LAYER_FAILURE/, NOT_TLS],
  [/UNSAFE_LEGACY|DH_KEY_TOO_SMALL|KEY_TOO_SMALL|MD_TOO_WEAK|BAD_ECPOINT/, OLD],
  [
    /CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE/,
    'The server wants a client’s certificate: --cert and --key, or --pfx.',
  ],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS/,
    'The server does not have this version of TLS: leave --tls out, or add --legacy.',
  ],
  [
    /NO_APPLICATION_PROTOCOL/,
    'The server does not have these application protocols: --alpn names others.',
  ],
  [/UNRECOGNIZED_NAME/, 'The server does not serve this name: --servername asks for another.'],
  [
    /HANDSHAKE_FAILURE/,
    'The ends have no suite or group in common, or the server wants a client’s certificate: try --legacy, or --cert.',
  ],
  [
    /EOF|ECONNRESET|EPIPE|STARTTLS/,
    'The server ended the connection. Check the port, --starttls and --servername.',
  ],
];

const OWN_ROOT = '--ca FILE trusts a root of your own.';
const RENEW = 'The server needs a new certificate, unless the clock of this machine is wrong';

/** X509_V_ERR_*: what helps against each reason for which a certificate does not verify. */
const CERTIFICATE_REMEDIES: Readonly<Record<number, string>> = {
  2: `Perhaps the server does not send the certificate of the issuer. ${OWN_ROOT}`,
  9: RENEW,
  10: RENEW,
  18: OWN_ROOT,
  19: OWN_ROOT,
  20: `Perhaps the server does not send its whole chain. ${OWN_ROOT}`,
  21: `Perhaps the server does not send its whole chain. ${OWN_ROOT}`,
  62: '--servername NAME asks for another name and matches it.',
  64: '--servername NAME asks for a name of the certificate and matches it.',
  66: '--legacy allows short keys.',
  67: '--legacy allows short keys.',
  68: '--legacy allows old digests.',
};

const STRICT =
  'Have it issued again with what is missing, as by openssl req -addext; --legacy passes over these rules.';

/** Returns a remedy for a certificate that does not verify. */
export function certificateWayOut(verifyCode: number, message: string): string {
  const remedy = isStrictFailure(message) ? STRICT : CERTIFICATE_REMEDIES[verifyCode];
  const clock = remedy === RENEW ? ` (it says ${new Date().toISOString().slice(0, 16)}Z).` : '';
  const look = '--insecure connects all the same, to look at the server.';
  return remedy === undefined ? look : `${remedy}${clock} ${look}`;
}

/** Returns a remedy for an error of a connection, or null. */
export function wayOut(
  error: { code?: string; message: string },
  { startTls }: Settings,
): string | null {
  const text = `${error.code ?? ''} ${error.message}`;
  const found = REMEDIES.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  return startTls === null || found === null ? found : (WITH_STARTTLS.get(found) ?? found);
}
