// hashlib.configure: the addon's own threads.
import { binding } from '../internal/native/binding.js';
import { ownOptions, requireIntegerWithin } from '../internal/validate.js';

/** Settings of the threads on which derivations run. A setting that is left out does not change. */
export interface PoolSettings {
  /** Threads, 1 to 1,024; null, the default, for one per processor that this process may use. */
  threads?: number | null | undefined;
  /** Derivations that may be pending, by PBKDF2 and scrypt together: 0 to 2^31-1; 65,536 by default. One more is refused with ERR_QUEUE_FULL. */
  maxPending?: number | undefined;
}

const THREADS = [1, 1024] as const;
const PENDING = [0, 2 ** 31 - 1] as const;

/** See `configure` in lib/hashlib.ts. */
export function configurePool(settings: PoolSettings): void {
  const { threads, maxPending } = ownOptions(settings, 'settings');
  if (threads !== undefined && threads !== null) requireIntegerWithin(threads, 'threads', THREADS);
  if (maxPending !== undefined) requireIntegerWithin(maxPending, 'maxPending', PENDING);
  binding.configurePool(threads === null ? 0 : threads, maxPending);
}
