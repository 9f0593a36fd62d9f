// The name of the server that a client asks for: as it is sent (SNI) and as it is matched.
import { domainToASCII } from 'node:url';

import { typeError, valueError } from '../../errors.js';
import type { Bytes } from '../../internal/native/binding.js';
import { describe, isBytes } from '../../internal/validate.js';
import { net } from '../transport/net.js';

const LONGEST_LABEL = 63;
const NOT_ASCII = /[^\0-\x7f]/;
const BLANK_OR_CONTROL = /[\p{White_Space}\p{Cc}]/u;
const BLANKS_AROUND = /^[\p{White_Space}\p{Cc}]+|[\p{White_Space}\p{Cc}]+$/gu;
/** Characters that have a meaning in a URL, or that domainToASCII drops. No host name contains them. */
const SYNTAX_OF_URLS = /[#%/:?@[\\\]]/;
/** Characters that would control a terminal or break a line of a log. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

function textOf(name: unknown, argument: string): string {
  if (typeof name === 'string') return name;
  if (!isBytes(name)) throw typeError(`${argument} must be a string, not ${describe(name)}`);
  const bytes = ArrayBuffer.isView(name)
    ? Buffer.from(name.buffer, name.byteOffset, name.byteLength)
    : Buffer.from(name);
  const text = bytes.toString('latin1');
  if (NOT_ASCII.test(text))
    throw valueError(`${argument} in bytes must be ASCII; give the name as a string instead`);
  return text;
}

/** Returns the name in quotation marks, with escapes for characters that cannot be printed. */
function quote(name: string): string {
  const escape = (character: string) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(name).replace(UNPRINTABLE, escape);
}

/** Returns the host in a text such as "https://host:443/path" or "[::1]:443", or null. */
function hostWithin(text: string): string | null {
  if (net().isIP(text) !== 0) return text;
  const address = /^(?:[a-z][a-z\d+.-]*:\/\/)?\[([^\]]*)\]/i.exec(text)?.[1] ?? '';
  if (net().isIP(address) !== 0) return address;
  const name = /^(?:[a-z][a-z\d+.-]*:\/\/)?([^#%/:?@[\\\]]+)(?::\d*)?(?:[/?#]|$)/i.exec(text)?.[1];
  return name === undefined || BLANK_OR_CONTROL.test(name) || name.startsWith('.') ? null : name;
}

function wayOut(name: string): string {
  const host = hostWithin(name.replace(BLANKS_AROUND, ''));
  if (host === null) return 'pass a host name or an IP address';
  return `pass only ${net().isIP(host) === 0 ? 'the name' : 'the address'}, '${host}'`;
}

function refuseSyntax(name: string, argument: string): void {
  const hasBlank = BLANK_OR_CONTROL.test(name);
  if (!hasBlank && !SYNTAX_OF_URLS.test(name)) return;
  const cause = hasBlank
    ? 'it contains white space or a control character'
    : 'it contains more than a name, such as a port or a part of a URL';
  const text = `${argument} ${quote(name)} is not a valid host name`;
  throw valueError(`${text}: ${cause}; ${wayOut(name)}`);
}

function toALabels(name: string, argument: string): string {
  // Only names that need it: domainToASCII would turn "10.0.1", a host name, into the address 10.0.0.1.
  if (!NOT_ASCII.test(name)) return name.toLowerCase();
  const ascii = domainToASCII(name);
  if (ascii === '' || net().isIP(ascii) !== 0)
    throw valueError(`${argument} '${name}' is not a valid host name`);
  return ascii;
}

/** The name of a server: text, or A-labels as ASCII bytes (docs/names.md). */
export type ServerHostname = string | Bytes;

/**
 * Gives the name in the form that is sent: A-labels in lower case (UTS 46), without the dot that may end it; an IP address
 * as it is.
 * @param argument The name of the argument, for messages.
 * @throws RangeError for an empty name, an empty or too long label, white space, control characters, a port, parts of a URL
 *   and text that is not a name by UTS 46; TypeError for a NUL character
 */
export function normalizeServerHostname(given: unknown, argument = 'serverHostname'): string {
  const name = textOf(given, argument);
  if (name.includes('\0')) throw typeError(`${argument} must not contain a NUL character`);
  if (name === '' || name.startsWith('.')) {
    throw valueError(`${argument} cannot be an empty string or start with a leading dot`);
  }
  // The zone of a link-local address is this machine's business: no certificate has it.
  if (net().isIP(name) !== 0) return name.replace(/%.*$/, '');
  refuseSyntax(name, argument);
  const ascii = toALabels(name, argument);
  // The dot at the end of a fully qualified name is not sent (RFC 6066, 3), and certificates do not have it.
  const host = ascii.replace(/\.$/, '');
  const labels = host.split('.');
  if (labels.includes('')) throw valueError(`${argument} '${name}' has an empty label`);
  if (labels.some((label) => label.length > LONGEST_LABEL)) {
    throw valueError(`${argument} '${name}' has a label of more than ${LONGEST_LABEL} characters`);
  }
  return host;
}
