// What verifying the peer's certificate came to, told with the error.
import { isRecord } from '../errors.js';
import { binding, type ConnectionHandle, type ErrorRecord } from '../internal/binding.js';

/** Adds to the record of a certificate's failure what the connection, which may be gone soon, knows of it. */
export function withVerification(
  record: ErrorRecord,
  { handle, serverSide }: { handle: ConnectionHandle; serverSide: boolean },
): ErrorRecord {
  if (record.nativeError !== 'certificate') return record;
  const verification = binding.connectionVerification(handle);
  if (isRecord(verification)) return record; // closed by a listener meanwhile
  return { ...record, verification: { ...verification, isServer: serverSide } };
}
