// A store in the memory of one process: for its contexts and for tests.
import type { FleetStore } from './store.js';

interface Entry {
  readonly value: Buffer;
  readonly until: number;
}

/** The number of entries at which expired ones, and then the oldest, are removed. */
const MOST_ENTRIES = 100_000;

/** Entries by key, in the order of their making. */
class MemoryStore implements FleetStore {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();

  get(key: string): Buffer | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (entry.until > Date.now()) return entry.value;
    this.#entries.delete(key);
    return null;
  }

  set(key: string, value: Buffer, seconds: number): void {
    this.#entries.delete(key);
    if (this.#entries.size >= MOST_ENTRIES) this.#sweep();
    this.#entries.set(key, { value, until: Date.now() + seconds * 1000 });
    for (const listener of this.#listeners) listener();
  }

  setIfAbsent(key: string, value: Buffer, seconds: number): boolean {
    if (this.get(key) !== null) return false;
    this.set(key, value, seconds);
    return true;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  take(key: string): Buffer | null {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  subscribe(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  #sweep(): void {
    const now = Date.now();
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key);
    for (const key of this.#entries.keys()) {
      if (this.#entries.size < MOST_ENTRIES) return;
      this.#entries.delete(key);
    }
  }
}

/** Returns a store in the memory of this process, with at most 100,000 entries. */
export function memoryStore(): FleetStore {
  return new MemoryStore();
}
