// checkServerIdentity: whether a certificate is for a host (RFC 9525), with the results of node:tls.
import { domainToASCII } from 'node:url';

import { net } from '../ssl/transport/net.js';
import { altNameInvalid, tlsError } from './errors.js';

/** The parts of a certificate object that are looked at. */
export interface NamedCertificate {
  readonly subject?: { readonly CN?: string | readonly string[] } | undefined;
  readonly subjectaltname?: string | undefined;
}

// oxlint-disable-next-line no-control-regex -- a string of JSON does not contain them
const JSON_STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
/** Printable ASCII without a blank: other characters in a pattern never match. */
const PLAIN = /^[\u0021-\u007f]*$/;

/** Splits a list of alternative names; a name with special characters stands in it as a JSON string. */
function splitNames(text: string): string[] {
  const names = [''];
  for (let at = 0; at < text.length;) {
    if (text[at] === '"') {
      JSON_STRING.lastIndex = at;
      const quoted = JSON_STRING.exec(text)?.[0];
      if (quoted === undefined) throw tlsError('ERR_TLS_CERT_ALTNAME_FORMAT');
      names.push(names.pop()! + (JSON.parse(quoted) as string));
      at += quoted.length;
    } else if (text[at] === ',') {
      names.push('');
      at += 2; // the blank after it
    } else {
      names.push(names.pop()! + text[at]);
      at += 1;
    }
  }
  return names;
}

/** Returns an address in its one canonical form; null if it is not an address. */
function canonical(address: string): string | null {
  const family = net().isIP(address);
  if (family === 0 || address.includes('%')) return null;
  if (family === 4) return address;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** Returns the labels in lower case, by ASCII's rules alone, without the dot that may end a name. */
function labelsOf(name: string): string[] {
  return name
    .replace(/\.$/, '')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .split('.');
}

/** Whether a label matches a pattern with one asterisk. */
function matchesWildcard(label: string, [prefix, suffix]: readonly [string, string]): boolean {
  const isLongEnough = prefix.length + suffix.length <= label.length;
  return isLongEnough && label.startsWith(prefix) && label.endsWith(suffix);
}

/** Whether a name of a certificate, which may begin with a wildcard, is for the host. */
function matches(host: readonly string[], pattern: string): boolean {
  const labels = labelsOf(pattern);
  if (pattern === '' || labels.length !== host.length || labels.includes('')) return false;
  if (!labels.every((label) => PLAIN.test(label))) return false;
  if (!labels.every((label, i) => i === 0 || label === host[i])) return false;
  const [first] = labels as [string];
  const [label] = host as [string];
  const parts = first.split('*');
  // An A-label is matched as it is: an asterisk in its encoding means nothing (RFC 9525, 6.3).
  if (parts.length === 1 || first.includes('xn--')) return first === label;
  // "*.org" would be a whole top-level domain.
  if (parts.length > 2 || labels.length <= 2) return false;
  return matchesWildcard(label, parts as [string, string]);
}

function addressProblem(host: string, names: readonly string[]): string | null {
  const addresses = names
    .filter((name) => name.startsWith('IP Address:'))
    .map((name) => canonical(name.slice('IP Address:'.length)));
  const wanted = canonical(host);
  if (wanted !== null && addresses.includes(wanted)) return null;
  return `IP: ${host} is not in the cert's list: ${addresses.map((one) => one ?? '').join(', ')}`;
}

function nameProblem(
  { host, ascii }: { readonly host: string; readonly ascii: string },
  { subject, subjectaltname }: NamedCertificate,
  names: readonly string[],
): string | null {
  const dnsNames = names.filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4));
  const labels = labelsOf(ascii);
  if (dnsNames.length > 0) {
    if (dnsNames.some((name) => matches(labels, name))) return null;
    return `Host: ${host}. is not in the cert's altnames: ${subjectaltname}`;
  }
  const commonName = subject?.CN;
  if (commonName === undefined || commonName === '' || commonName.length === 0)
    return 'Cert does not contain a DNS name';
  const candidates = typeof commonName === 'string' ? [commonName] : commonName;
  if (candidates.some((name) => matches(labels, name))) return null;
  return `Host: ${host}. is not cert's CN: ${String(commonName)}`;
}

/**
 * Returns undefined if the certificate is for the host, else ERR_TLS_CERT_ALTNAME_INVALID. The host is normalized by UTS 46
 * first, so that a full-width or ideographic dot separates labels here as it does in the resolver (CVE-2026-48618), and
 * addresses are compared in their canonical form.
 */
export function checkServerIdentity(hostname: unknown, cert: NamedCertificate): Error | undefined {
  const given = String(hostname);
  const host = given.replace(/\.$/, '');
  const names = cert.subjectaltname ? splitNames(cert.subjectaltname) : [];
  const isAddress = net().isIP(host) !== 0;
  const problem = isAddress
    ? addressProblem(host, names)
    : nameProblem({ host, ascii: domainToASCII(given) }, cert, names);
  return problem === null ? undefined : altNameInvalid(problem, host, cert);
}
