// Options that connect and createServer pass on to node:net, and those that they must not.
import { typeError } from '../../errors.js';

/** Options of node:tls that are settings of the context here: ignoring one could silently turn off a check. */
const OPTIONS_OF_TLS = [
  ...[
    'ALPNProtocols',
    'SNICallback',
    'ca',
    'cert',
    'checkServerIdentity',
    'ciphers',
    'crl',
    'ecdhCurve',
    'key',
  ],
  ...[
    'maxVersion',
    'minVersion',
    'passphrase',
    'pfx',
    'rejectUnauthorized',
    'requestCert',
    'secureContext',
  ],
  ...['secureOptions', 'secureProtocol', 'servername', 'sigalgs'],
];

/** Options that are an error in node:tls as well when they are null. */
export const NEVER_NULL = ['checkServerIdentity', 'ecdhCurve', 'highWaterMark'] as const;

/** Whether an option says what its absence says: as in node:tls undefined does, and null does mostly. */
function isNone(options: object, name: string): boolean {
  const value: unknown = (options as Record<string, unknown>)[name];
  return value === undefined || (value === null && !NEVER_NULL.some((never) => never === name));
}

/** Throws for an option of node:tls, and for `onread`, which would take the ciphertext away. */
export function refuseForeignOptions(options: object): void {
  const foreign = OPTIONS_OF_TLS.find((name) => name in options && !isNone(options, name));
  if (foreign !== undefined) {
    throw typeError(
      `${foreign} is an option of node:tls; here it is set on the SSLContext, or is serverHostname`,
    );
  }
  if ('onread' in options && !isNone(options, 'onread'))
    throw typeError('onread cannot be used: it would read the ciphertext');
}
