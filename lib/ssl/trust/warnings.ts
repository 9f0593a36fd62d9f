// Warnings about unreadable sources of trusted certificates.
import { fromRecord } from '../../errors.js';
import type { TrustTrouble } from '../../internal/native/binding.js';

/** Emits a process warning for each; the native layer gives every trouble once per process. */
export function warnOfTroubles(troubles: readonly TrustTrouble[]): void {
  for (const { place, error } of troubles) {
    const why = fromRecord(error).message;
    const text = `trusted certificates of '${place}' could not be read and do not count: ${why}`;
    process.emitWarning(text, { type: 'HermeticSslWarning', code: 'HERMETIC_TRUST_UNREADABLE' });
  }
}
