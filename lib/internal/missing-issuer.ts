// Why no certificate was taken as the issuer of another one, in words. The numbers are X509_V_ERR_* of OpenSSL's
// x509_vfy.h, as X509_check_issued(3) returns them.
import type { FailureCause, IssuerCandidate } from './binding.js';

const TRUST = 'context.loadVerifyLocations()';

interface Misfit {
  readonly reason: string;
  /** What to do, where another certificate of the issuer does not help. */
  readonly remedy?: string;
}

const REISSUE = 'have this certificate issued again';
const AUTHORITY_KEY = 'that this certificate names (authorityKeyIdentifier)';

const MISFITS: Readonly<Record<number, Misfit>> = {
  0: { reason: 'has another key' },
  30: { reason: `has another key identifier than the one ${AUTHORITY_KEY}` },
  31: {
    reason: `has another issuer or serial number than the one ${AUTHORITY_KEY}`,
    remedy: `${REISSUE} without issuer and serial number there, or with the right ones`,
  },
  32: {
    reason: 'may not sign certificates (its keyUsage lacks keyCertSign)',
    remedy: 'have that one issued again with keyCertSign',
  },
  76: { reason: 'has a key of another kind than this certificate was signed with' },
};

function misfitOf({ code, defects }: IssuerCandidate): Misfit {
  if (defects.length > 0)
    return {
      reason: `is invalid: ${defects.join(', ')}`,
      remedy: 'have that one issued again',
    };
  return MISFITS[code] ?? { reason: `is not its issuer (X509_V_ERR_* ${code})` };
}

const remedyFor = ({ isTrusted }: IssuerCandidate): string =>
  isTrusted
    ? `${TRUST} trusts the one whose key signed this certificate`
    : 'the peer has to send the one whose key signed this certificate';

/** A trusted certificate with the name of the issuer that is not the issuer; null where there is no such one. */
export function trustedNamesake({ issuers }: FailureCause): string | null {
  const candidate = issuers.find(({ isTrusted }) => isTrusted);
  return candidate === undefined ? null : misfitOf(candidate).reason;
}

function ofCandidate(candidate: IssuerCandidate, name: string): string {
  const { reason, remedy } = misfitOf(candidate);
  const what = candidate.isTrusted
    ? `a certificate of its issuer ${name} is trusted, but`
    : `a certificate of its issuer ${name} was sent, but`;
  return `${what} ${reason}: ${remedy ?? remedyFor(candidate)}`;
}

/**
 * Why the issuer of that name was not found although there is a certificate with its name, or why none is looked for;
 * null where there is no such certificate.
 */
export function whyNoIssuer({ defects, issuers }: FailureCause, name: string): string | null {
  if (defects.length > 0)
    return `this certificate is invalid, so that its issuer ${name} is not looked for: ${defects.join(', ')}; ${REISSUE}`;
  const candidate = issuers.find(({ isInChain }) => !isInChain);
  if (candidate !== undefined) return ofCandidate(candidate, name);
  const [known] = issuers;
  if (known === undefined) return null;
  if (known.code === 0)
    return `its issuer ${name} was sent, but the certificates that were sent issue each other, and lead to no root: ${TRUST} trusts a root, and the peer has to send what is between`;
  return `it names itself as its issuer, but ${misfitOf(known).reason.replace('has', 'it has')}: ${REISSUE}`;
}
