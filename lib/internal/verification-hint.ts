// Hints about a certificate that did not verify, appended to OpenSSL's own text. The numbers are X509_V_ERR_* of OpenSSL's
// x509_vfy.h.
import { binding, type CertificateDict, type VerificationDetail } from './native/binding.js';
import { decodedCertificate, quoted, shortName } from './decoded-certificate.js';
import { trustedNamesake, whyNoIssuer } from './missing-issuer.js';
import { spkiText } from './spki-text.js';

/** The facts that a hint is made from. */
interface Failure extends VerificationDetail {
  /** The certificate that failed. */
  certificate: CertificateDict;
  depth: number;
}

type Hint = (failure: Failure) => string;

/** The peer chooses the names, and there may be many. */
const MOST_NAMES = 8;

const TRUST = 'context.loadVerifyLocations()';
const without = (flag: string): string => `context.verifyFlags &= ~VerifyFlags.${flag}`;

const BY_COMMON_NAME =
  'a common name is not a host name: have it issued with a subjectAltName, or set ' +
  'context.hostnameChecksCommonName = true';

function namesOf({ certificate, matchesCommonName }: Failure): string {
  const { subjectAltName = [], subject } = certificate;
  const texts = subjectAltName.flatMap(([, text]) => (typeof text === 'string' ? [text] : []));
  if (texts.length === 0) {
    const owner = `it has no subjectAltName, and belongs to ${shortName(subject)}`;
    return matchesCommonName ? owner : `${owner}; ${BY_COMMON_NAME}`;
  }
  const rest = texts.length > MOST_NAMES ? ` and ${texts.length - MOST_NAMES} more` : '';
  return `it is for ${texts.slice(0, MOST_NAMES).map(quoted).join(', ')}${rest}`;
}

/** The role that the peer's certificate has to allow. */
const roleOf = ({ isServer }: Failure): string =>
  isServer ? 'clients (clientAuth)' : 'servers (serverAuth)';

const missingIssuer: Hint = ({ certificate, cause }) =>
  whyNoIssuer(cause, shortName(certificate.issuer)) ??
  `the certificate of its issuer ${shortName(certificate.issuer)} is neither trusted nor sent: ` +
    `${TRUST} trusts a root, and the peer has to send what is between`;

// OpenSSL accepts a level only in a list that names suites.
const tooWeak = (what: string): Hint => ({ securityLevel: level, cause: { fittingLevel } }) =>
  `${what} is too weak for security level ${level}; to accept the chain, set '@SECLEVEL=${fittingLevel}' ` +
  `in context.setCiphers('DEFAULT:@SECLEVEL=${fittingLevel}')`; // prettier-ignore

/** Returns an addition to the hint for self-signed roots. */
function namesake({ cause }: Failure): string {
  const reason = trustedNamesake(cause);
  return reason === null ? '' : `; a trusted certificate of the same name ${reason}`;
}

const HINTS: Readonly<Record<number, Hint>> = {
  2: ({ certificate, cause }) =>
    whyNoIssuer(cause, shortName(certificate.issuer)) ??
    `the certificate of its issuer ${shortName(certificate.issuer)} is not trusted: ${TRUST}, or ` +
      'context.verifyFlags |= VerifyFlags.VERIFY_X509_PARTIAL_CHAIN to trust what is below a root',
  3: ({ certificate }) =>
    `no revocation list of ${shortName(certificate.issuer)} is loaded: ${TRUST} with a cafile, or ` +
    without('VERIFY_CRL_CHECK_CHAIN'),
  9: ({ certificate }) => `it is valid from ${certificate.notBefore}: is the clock right?`,
  10: ({ certificate }) => `it was valid until ${certificate.notAfter}`,
  12: ({ certificate }) => `${TRUST} with a newer list of ${shortName(certificate.issuer)}`,
  7: ({ certificate }) =>
    `it was changed after it was signed, or another key of ${shortName(certificate.issuer)} signed it: the peer has ` +
    'to send it unchanged, with the certificate of that key',
  18: (failure) =>
    `${TRUST} trusts it; CERT_NONE with context.pinnedSpki takes its key alone${namesake(failure)}`,
  19: (failure) =>
    `the root ${shortName(failure.certificate.subject)} was sent and is not trusted: ${TRUST}${namesake(failure)}`,
  20: missingIssuer,
  21: missingIssuer,
  22: () => 'context.verifyDepth allows fewer certificates between it and a trust anchor; raise it',
  26: (failure) =>
    failure.depth === 0
      ? `its key usages are not those of ${roleOf(failure)}`
      : `${shortName(failure.certificate.subject)} may not issue certificates of ${roleOf(failure)}`,
  62: namesOf,
  64: namesOf,
  66: tooWeak('its key'),
  67: tooWeak("an issuer's key"),
  68: tooWeak('the hash that it is signed with'),
  79: ({ certificate }) =>
    `${shortName(certificate.subject)} is not an authority's certificate (basicConstraints, keyUsage)`,
};

/** Lists every fault that VERIFY_X509_STRICT rejects, and the first other fault. */
function strictHint({ complaints, chain }: VerificationDetail): string {
  const texts = new Map<number, string[]>();
  for (const { depth, text, by } of complaints) {
    if (by === 'strict') texts.set(depth, [...(texts.get(depth) ?? []), text]);
  }
  const list = [...texts].map(([depth, found]) => {
    const subject = decodedCertificate(chain[depth])?.subject;
    return `${shortName(subject)} (${found.join(', ')})`;
  });
  const other = complaints.find(({ by }) => by !== 'strict');
  const beside = other === undefined ? '' : `; without it: ${other.text}`;
  const wayOut = 'have them issued again, or ' + without('VERIFY_X509_STRICT');
  return `VERIFY_X509_STRICT rejects ${list.join(', ')}: ${wayOut}${beside}`;
}

/** Returns the key of a certificate and its owner. */
function keyOf(der: Buffer): string {
  const hash = binding.spkiHash(der);
  const text = Buffer.isBuffer(hash) ? spkiText(hash) : 'an unknown key';
  return `${text} of ${shortName(decodedCertificate(der)?.subject)}`;
}

function distrustedHint({ chain }: VerificationDetail, depth: number): string | null {
  const certificate = chain[depth];
  if (certificate === undefined) return null;
  const lists = 'context.distrustedSpki or the list that comes with hermetic-ssl';
  return `the key ${keyOf(certificate)} is distrusted: it is in ${lists}`;
}

function pinsHint({ chain, verifies }: VerificationDetail): string {
  const keys = (verifies ? chain : chain.slice(0, 1)).map(keyOf);
  return keys.length === 0
    ? 'context.pinnedSpki asks for a key, but the peer sent no certificate'
    : `context.pinnedSpki does not have any of the keys that were seen: ${keys.join(', ')}`;
}

function hintOfFirst(detail: VerificationDetail): string | null {
  const [first] = detail.complaints;
  if (first === undefined) return null;
  if (first.by === 'strict') return strictHint(detail);
  if (first.by === 'distrusted') return distrustedHint(detail, first.depth);
  if (first.by === 'pins') return pinsHint(detail);
  const certificate = decodedCertificate(detail.chain[first.depth]);
  if (first.by === 'callback' || certificate === null) return null;
  return HINTS[first.code]?.({ ...detail, certificate, depth: first.depth }) ?? null;
}

/** Returns the hint for a verification that failed; null if there is nothing to add. */
export function verificationHint(detail: VerificationDetail): string | null {
  const { refusal } = detail;
  const said = refusal === null ? null : `context.verifyCallback ${refusal}`;
  const hints = [hintOfFirst(detail), said].filter((hint) => hint !== null);
  return hints.length === 0 ? null : hints.join('; ');
}
