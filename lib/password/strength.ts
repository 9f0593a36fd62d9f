// Compares a stored string with a policy.
import type { ParsedPassword } from './formats.js';
import type { CheckedPolicy } from './policy.js';
import { DIGEST_SIZES } from './record.js';

// Django, Werkzeug and similar programs draw salts from letters and digits.
const BITS_OF_A_CHARACTER = Math.log2(62);

/** Returns the most bytes of randomness that the salt can hold in its format. */
function saltWorth({ format, record }: ParsedPassword): number {
  const { length } = record.salt;
  return format.saltIsText ? Math.floor((length * BITS_OF_A_CHARACTER) / 8) : length;
}

/** See `needsRehash` in lib/password.ts. */
export function isBelow(parsed: ParsedPassword, policy: CheckedPolicy): boolean {
  const { format, record } = parsed;
  return (
    format !== policy.format ||
    record.digest !== policy.digest ||
    record.iterations < policy.iterations ||
    record.hash.length < DIGEST_SIZES[policy.digest] ||
    saltWorth(parsed) < policy.saltLength
  );
}
