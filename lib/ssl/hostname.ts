// The name of the server that a client asks for: as it is sent (SNI) and as it is matched.
import { domainToASCII } from 'node:url';

import { typeError, valueError } from '../errors.js';
import type { Bytes } from '../internal/binding.js';
import { describe, isBytes } from '../internal/validate.js';
import { net } from './net.js';

const LONGEST_LABEL = 63;
const NOT_ASCII = /[^\0-\x7f]/;
/** What a URL gives a meaning, or drops: domainToASCII would go by that. */
const SYNTAX_OF_URLS = /[\t\n\r #%/:?@[\\\]]/;

function textOf(name: unknown): string {
  if (typeof name === 'string') return name;
  if (!isBytes(name)) throw typeError(`serverHostname must be a string, not ${describe(name)}`);
  const bytes = ArrayBuffer.isView(name)
    ? Buffer.from(name.buffer, name.byteOffset, name.byteLength)
    : Buffer.from(name);
  const text = bytes.toString('latin1');
  if (NOT_ASCII.test(text))
    throw valueError('serverHostname in bytes must be ASCII; give the name as a string instead');
  return text;
}

function toALabels(name: string): string {
  // Only names that need it: domainToASCII would turn "10.0.1", a host name, into the address 10.0.0.1.
  if (!NOT_ASCII.test(name)) return name.toLowerCase();
  const ascii = SYNTAX_OF_URLS.test(name) ? '' : domainToASCII(name);
  if (ascii === '' || net().isIP(ascii) !== 0)
    throw valueError(`serverHostname '${name}' is not a valid host name`);
  return ascii;
}

/** The name of a server: text, or A-labels as ASCII bytes (docs/names.md). */
export type ServerHostname = string | Bytes;

/**
 * Gives the name in the form that is sent: A-labels in lower case (UTS 46), without the dot that may end it; an IP address
 * as it is.
 * @throws RangeError for an empty name, an empty or too long label, and what is no name; TypeError for a NUL character
 */
export function normalizeServerHostname(given: unknown): string {
  const name = textOf(given);
  if (name.includes('\0')) throw typeError('serverHostname must not contain a NUL character');
  if (name === '' || name.startsWith('.')) {
    throw valueError('serverHostname cannot be an empty string or start with a leading dot');
  }
  // The zone of a link-local address is this machine's business: no certificate has it.
  if (net().isIP(name) !== 0) return name.replace(/%.*$/, '');
  const ascii = toALabels(name);
  // The dot at the end of a fully qualified name is not sent (RFC 6066, 3), and certificates do not have it.
  const host = ascii.replace(/\.$/, '');
  if (net().isIP(host) === 6) throw valueError(`serverHostname '${name}' is not a valid host name`);
  const labels = host.split('.');
  if (labels.includes('')) throw valueError(`serverHostname '${name}' has an empty label`);
  if (labels.some((label) => label.length > LONGEST_LABEL)) {
    throw valueError(
      `serverHostname '${name}' has a label of more than ${LONGEST_LABEL} characters`,
    );
  }
  return host;
}
