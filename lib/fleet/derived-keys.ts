// Keys that follow from a secret and the clock. docs/fleet.md has the derivation, so that other programs can implement it.
import { hkdf } from './hkdf.js';
import { periodOf, spanOf, type KeyList, type KeySource } from './key-source.js';
import { ticketKey, type TicketKey } from './ticket-key.js';

const SALT = Buffer.from('hermetic-ssl/fleet ticket key 1');
const KEY_LEN = 80;

/** Returns the key of a period: HKDF-SHA256 of the secret, with the length of a period and its number as the info. */
export function deriveKey(secret: Buffer, seconds: number, period: number): TicketKey {
  const info = Buffer.alloc(16);
  info.writeBigUInt64BE(BigInt(seconds), 0);
  info.writeBigUInt64BE(BigInt(period), 8);
  return ticketKey(hkdf(secret, SALT, info, KEY_LEN));
}

/** The keys of one secret, by the number of their periods. */
class SecretKeys {
  readonly #secret: Buffer;
  readonly #seconds: number;
  #known = new Map<number, TicketKey>();

  constructor(secret: Buffer, seconds: number) {
    this.#secret = secret;
    this.#seconds = seconds;
  }

  /** Returns the keys of these periods, and wipes all others. */
  of(periods: readonly number[]): TicketKey[] {
    const before = this.#known;
    const keyOf = (period: number): TicketKey =>
      before.get(period) ?? deriveKey(this.#secret, this.#seconds, period);
    this.#known = new Map(periods.map((period) => [period, keyOf(period)]));
    for (const [period, { bytes }] of before) if (!this.#known.has(period)) bytes.fill(0);
    return [...this.#known.values()];
  }

  close(): void {
    this.of([]);
    this.#secret.fill(0);
  }
}

export class DerivedKeys implements KeySource {
  readonly kind = 'derived';
  readonly #secrets: readonly SecretKeys[];
  readonly #seconds: number;
  readonly #keep: number;

  constructor(secrets: readonly Buffer[], seconds: number, keep: number) {
    this.#secrets = secrets.map((secret) => new SecretKeys(secret, seconds));
    this.#seconds = seconds;
    this.#keep = keep;
  }

  keysAt(now: number): KeyList {
    const period = periodOf(now, this.#seconds);
    const earlier = Array.from({ length: this.#keep - 1 }, (_, i) => period - 1 - i);
    // The next period's key is known already: another host's clock may be ahead.
    const periods = [period, period + 1, ...earlier].filter((number) => number >= 0);
    return {
      keys: this.#secrets.flatMap((secret) => secret.of(periods)),
      ...spanOf(period, this.#seconds),
    };
  }

  close(): void {
    for (const secret of this.#secrets) secret.close();
  }
}
