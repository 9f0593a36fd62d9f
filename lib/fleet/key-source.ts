// The seam between a ring and where its keys come from.
import type { TicketKey } from './ticket-key.js';

/** The keys at one time. */
export interface KeyList {
  /** The first one encrypts. */
  readonly keys: readonly TicketKey[];
  /** The times between which they are the keys, in milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
}

export interface KeySource {
  /** For `util.inspect`. */
  readonly kind: string;
  keysAt(now: number): KeyList;
  /** Begins to watch; calls `changed` when the keys have changed before `until`. */
  start?(changed: () => void): void;
  /** Wipes the keys and stops everything. */
  close(): void;
}

/** Returns the number of the period of a time. */
export const periodOf = (now: number, seconds: number): number => Math.floor(now / 1000 / seconds);

/** Returns the times at which a period begins and ends. */
export const spanOf = (period: number, seconds: number): { since: number; until: number } => ({
  since: period * seconds * 1000,
  until: (period + 1) * seconds * 1000,
});
