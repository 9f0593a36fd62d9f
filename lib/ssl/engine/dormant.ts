// Connections whose native part does not exist yet. A server's would take 43 kB from the moment that a client connects,
// also where it never sends a byte. It is made at the first byte, and before a change of its context: a connection has the
// settings that its context had when it was made.
import type { ContextHandle } from '../../internal/native/binding.js';

/** A connection that can be given its native part. */
export interface Dormant {
  wake(): void;
}

/** How many entries a set has before those of collected connections are looked for. */
const FEWEST_TO_SWEEP = 64;

/** The connections of one context. They are not kept alive. */
class DormantSet {
  readonly #entries = new Map<object, WeakRef<Dormant>>();
  #sweepAt = FEWEST_TO_SWEEP;

  /** Adds a connection; the key removes it. */
  add(connection: Dormant): object {
    if (this.#entries.size >= this.#sweepAt) this.#sweep();
    const key = {};
    this.#entries.set(key, new WeakRef(connection));
    return key;
  }

  remove(key: object): void {
    this.#entries.delete(key);
  }

  wakeAll(): void {
    for (const entry of this.#entries.values()) entry.deref()?.wake();
    this.#entries.clear();
  }

  // At twice the size next time, so that each addition costs little.
  #sweep(): void {
    for (const [key, entry] of this.#entries)
      if (entry.deref() === undefined) this.#entries.delete(key);
    this.#sweepAt = Math.max(FEWEST_TO_SWEEP, 2 * this.#entries.size);
  }
}

const sets = new WeakMap<ContextHandle, DormantSet>();

/** Notes a connection of the context. Returns the function that forgets it. */
export function keepDormant(context: ContextHandle, connection: Dormant): () => void {
  const known = sets.get(context);
  const set = known ?? new DormantSet();
  if (known === undefined) sets.set(context, set);
  const key = set.add(connection);
  return () => set.remove(key);
}

/** Returns the context's handle for a change of its settings, which the connections that it has do not see. */
export function changing(context: ContextHandle): ContextHandle {
  sets.get(context)?.wakeAll();
  return context;
}
