// The result of verifying the peer's certificate, as the connection knows it.
import { isRecord } from '../../errors.js';
import {
  binding,
  type ConnectionHandle,
  type ErrorRecord,
  type VerificationDetail,
} from '../../internal/native/binding.js';
import { verificationHint } from '../../internal/verification-hint.js';

interface Verifying {
  readonly handle: ConnectionHandle;
  readonly serverSide: boolean;
}

/** Returns the result of the last verification; null once the connection is closed. */
export function verificationDetail(
  { handle, serverSide: isServer }: Verifying,
  refusal: string | null = null,
): VerificationDetail | null {
  const verification = binding.connectionVerification(handle);
  return isRecord(verification) ? null : { ...verification, isServer, refusal };
}

/** Adds the rejected chain and a hint to the record of a certificate's failure. */
export function withRejection(record: ErrorRecord, detail: VerificationDetail): ErrorRecord {
  const { chain, complaints } = detail;
  const depth = complaints[0]?.depth ?? 0;
  return { ...record, rejection: { hint: verificationHint(detail), chain, depth } };
}

/** Adds the last verification and a callback's message to a record, if it is that of a certificate's failure. */
export function withVerification(
  record: ErrorRecord,
  connection: Verifying,
  refusal: string | null,
): ErrorRecord {
  if (record.nativeError !== 'certificate') return record;
  const verification = verificationDetail(connection, refusal);
  return verification === null ? record : withRejection(record, verification);
}
