// The OCSP response that a server staples to its certificate (RFC 6066, 8; RFC 6960).
import { isRecord, unwrap } from '../../errors.js';
import { binding } from '../../internal/native/binding.js';
import type { SSLSocket } from '../../ssl.js';
import { CONNECTION } from '../../ssl/connection-info.js';

export interface Stapled {
  /** "no answer" if the responder refused or the response is about other certificates; "unreadable" for other bytes. */
  readonly status: 'good' | 'revoked' | 'unknown' | 'no answer' | 'unreadable';
  /** The reason of a revocation, or the error of the responder. */
  readonly reason: string | null;
  readonly producedAt: string | null;
  readonly thisUpdate: string | null;
  readonly nextUpdate: string | null;
  readonly revokedAt: string | null;
  /** Whether it is now between the two updates. */
  readonly isCurrent: boolean;
  /** Whether the issuer signed it, or a responder that the issuer certified. */
  readonly isSigned: boolean;
}

const STATUSES = ['good', 'revoked', 'unknown'] as const;

/** RFC 5280, 5.3.1; 7 is not used. */
const REASONS: readonly string[] = ['unspecified', 'keyCompromise', 'cACompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation', 'certificateHold', '', 'removeFromCRL', 'privilegeWithdrawn', 'aACompromise']; // prettier-ignore

/** RFC 6960, 4.2.1; 4 is not used. */
const ERRORS: readonly string[] = ['successful', 'malformedRequest', 'internalError', 'tryLater', '', 'sigRequired', 'unauthorized']; // prettier-ignore

const NOTHING = { reason: null, producedAt: null, thisUpdate: null, nextUpdate: null, revokedAt: null, isCurrent: false, isSigned: false }; // prettier-ignore

/** Makes a client ask for a response. Call it before the handshake. */
export function requestOcsp(socket: SSLSocket): void {
  unwrap(binding.connectionRequestOcsp(socket[CONNECTION].handle));
}

const iso = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** Reads a response about the first certificate of a chain. */
export function readStapled(response: Buffer, chain: readonly Buffer[]): Stapled {
  const [leaf = Buffer.alloc(0), issuer = leaf] = chain;
  const read = binding.ocspStatus(response, leaf, issuer);
  if (isRecord(read)) return { status: 'unreadable', ...NOTHING };
  const { isCurrent, isSigned } = read;
  const error = ERRORS[read.response] ?? `response status ${read.response}`;
  const reason = read.reason === null ? null : (REASONS[read.reason] ?? `reason ${read.reason}`);
  return {
    status: (read.status === null ? null : STATUSES[read.status]) ?? 'no answer',
    reason: read.response === 0 ? reason : error,
    producedAt: iso(read.producedAt),
    thisUpdate: iso(read.thisUpdate),
    nextUpdate: iso(read.nextUpdate),
    revokedAt: iso(read.revokedAt),
    isCurrent,
    isSigned,
  };
}

/** Returns what the server stapled, or null. */
export function stapledTo(socket: SSLSocket, chain: readonly Buffer[]): Stapled | null {
  const response = binding.connectionOcspResponse(socket[CONNECTION].handle);
  return response === null || isRecord(response) ? null : readStapled(response, chain);
}

/** Returns whether the response is evidence of a revocation: a forged one must not count. */
export const isRevoked = (stapled: Stapled | null): boolean =>
  stapled !== null && stapled.status === 'revoked' && stapled.isSigned;
