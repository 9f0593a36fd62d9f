// Explains why a certificate that has the name of an issuer was not accepted as the issuer. The numbers are X509_V_ERR_* of
// OpenSSL's x509_vfy.h, as X509_check_issued(3) returns them.
import type { FailureCause, IssuerCandidate } from './native/binding.js';

const TRUST = 'context.loadVerifyLocations()';

interface Misfit {
  readonly reason: string;
  /** The advice, if another certificate of the issuer does not help. */
  readonly remedy?: string;
}

const REISSUE = 'have this certificate issued again';
const THAT_ONE = 'have that one issued again';
const AUTHORITY_KEY = 'this certificate names (authorityKeyIdentifier)';

const MISFITS: Readonly<Record<number, Misfit>> = {
  0: { reason: 'has another key' },
  29: {
    reason: 'has the name in another encoding',
    remedy: `${REISSUE} with the issuer's name byte for byte as it stands there`,
  },
  30: { reason: `has another key identifier than ${AUTHORITY_KEY}` },
  31: {
    reason: `has another issuer or serial number than ${AUTHORITY_KEY}`,
    remedy: `${REISSUE} without issuer and serial number there, or with the right ones`,
  },
  76: { reason: 'cannot have signed this certificate, whose signature algorithm is unknown' },
  77: { reason: 'has a key of another kind than this certificate was signed with' },
};

/** The right key under another identifier: another certificate of the issuer is needed, not another key. */
const OTHER_IDENTIFIER: Misfit = {
  reason: `has the right key under another identifier than ${AUTHORITY_KEY}`,
  remedy: `${THAT_ONE} with that identifier (subjectKeyIdentifier), or this certificate with the other`,
};

function misfitOf({ code, hasSigned, defects }: IssuerCandidate): Misfit {
  if (defects.length > 0) return { reason: `is invalid: ${defects.join(', ')}`, remedy: THAT_ONE };
  if (code === 30 && hasSigned) return OTHER_IDENTIFIER;
  return MISFITS[code] ?? { reason: `is not its issuer (X509_V_ERR_* ${code})` };
}

const remedyFor = ({ isTrusted }: IssuerCandidate): string =>
  isTrusted
    ? `${TRUST} trusts the one whose key signed this certificate`
    : 'the peer has to send the one whose key signed this certificate';

/** Explains why a trusted certificate with the issuer's name is not the issuer; returns null without such a certificate. */
export function trustedNamesake({ issuers }: FailureCause): string | null {
  const candidate = issuers.find(({ isTrusted }) => isTrusted);
  return candidate === undefined ? null : misfitOf(candidate).reason;
}

function ofCandidate(candidate: IssuerCandidate, name: string): string {
  const { reason, remedy } = misfitOf(candidate);
  const where = candidate.isTrusted ? 'is trusted' : 'was sent';
  const what = `a certificate of its issuer ${name} ${where}, but ${reason}`;
  return `${what}: ${remedy ?? remedyFor(candidate)}`;
}

function ofCertificateInChain(candidate: IssuerCandidate, name: string): string | null {
  if (!candidate.hasSigned) return null; // the issuer is another one of that name
  if (candidate.code !== 0)
    return `it names itself as its issuer, but ${misfitOf(candidate).reason}: ${REISSUE}`;
  const circle = 'the certificates that were sent issue each other and do not lead to a root';
  return `its issuer ${name} was sent, but ${circle}: ${TRUST} trusts a root`;
}

/**
 * Explains why the issuer was not found although a certificate has its name, or why OpenSSL does not look for one;
 * returns null if there is no such certificate.
 */
export function whyNoIssuer({ defects, issuers }: FailureCause, name: string): string | null {
  if (defects.length > 0)
    return `this certificate is invalid (${defects.join(', ')}), so its issuer ${name} is not searched for: ${REISSUE}`;
  const candidate = issuers.find(({ isInChain }) => !isInChain);
  if (candidate !== undefined) return ofCandidate(candidate, name);
  const [known] = issuers;
  return known === undefined ? null : ofCertificateInChain(known, name);
}
