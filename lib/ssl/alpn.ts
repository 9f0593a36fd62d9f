// The list of application protocols as it stands in a ClientHello (RFC 7301, 3.1).
import { SSLError, valueError } from '../errors.js';
import { requireString } from '../internal/validate.js';

/** The extension's 16-bit length counts the list and the 16-bit length before it (RFC 7301, 3.1). */
const LONGEST_ALPN = 0xffff - 2;

/** Returns the list with each name preceded by its length. */
export function encodeAlpn(protocols: readonly string[]): Buffer {
  const parts = protocols.map((protocol) => {
    requireString(protocol, 'ALPN protocol');
    // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
    if (/[^\x00-\x7f]/.test(protocol)) throw valueError(`ALPN protocol '${protocol}' is not ASCII`);
    const name = Buffer.from(protocol, 'ascii');
    if (name.length < 1 || name.length > 255)
      throw new SSLError('ALPN protocols must be 1 to 255 in length');
    return Buffer.concat([Buffer.of(name.length), name]);
  });
  const wire = Buffer.concat(parts);
  if (wire.length > LONGEST_ALPN)
    throw valueError(
      `the ALPN protocols take ${wire.length} bytes, more than a handshake can carry`,
    );
  return wire;
}
