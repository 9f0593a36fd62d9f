// Connections whose native part does not exist yet. A server's native part takes 43 kB, even for a client that never sends
// a byte. It is therefore created at the first byte, or before a change of its context, because a connection keeps the
// settings that its context had at the connection's creation.
import type { ContextHandle } from '../../internal/native/binding.js';

/** A connection whose native part can be created. */
export interface Dormant {
  wake(): void;
}

/** The size of a set at which entries of collected connections are first removed. */
const FEWEST_TO_SWEEP = 64;

/** The connections of one context, held by weak references. */
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

/** Registers a connection of the context. Returns the function that removes it. */
export function keepDormant(context: ContextHandle, connection: Dormant): () => void {
  const known = sets.get(context);
  const set = known ?? new DormantSet();
  if (known === undefined) sets.set(context, set);
  const key = set.add(connection);
  return () => set.remove(key);
}

/** Returns the context's handle for a change of its settings that does not affect existing connections. */
export function changing(context: ContextHandle): ContextHandle {
  sets.get(context)?.wakeAll();
  return context;
}
