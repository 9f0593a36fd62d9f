// Keys that hosts share by a store. The first host that misses the key of a period makes it, and all others take it: a period
// before it encrypts, unless the store was empty or away for longer.
import { isRecord } from '../errors.js';
import { binding } from '../internal/native/binding.js';
import { periodOf, spanOf, type KeyList, type KeySource } from './key-source.js';
import { within, type KeyStore } from './store.js';
import { keyFromBytes, randomKey, type TicketKey } from './ticket-key.js';
import { Trouble } from '../internal/trouble.js';

const SHORTEST_RETRY = 1000;
/** The least time between a report of the store and a look at it. Milliseconds. */
const SHORTEST_HEARING = 50;

export interface SharedSettings {
  readonly seconds: number;
  readonly keep: number;
  readonly prefix: string;
  /** Encrypts the keys in the store; null to store them as they are. */
  readonly sealKey: Buffer | null;
  /** Milliseconds between two looks at the store. */
  readonly poll: number;
}

export class SharedKeys implements KeySource {
  readonly kind: string;
  readonly #store: KeyStore;
  readonly #settings: SharedSettings;
  /** The keys of each period: that of the store first, then those that other hosts may have used. */
  readonly #known = new Map<number, TicketKey[]>();
  readonly #trouble = new Trouble('HERMETIC_TICKET_KEY_STORE');
  #timer: NodeJS.Timeout | null = null;
  #hearing: NodeJS.Timeout | null = null;
  #unsubscribe: (() => void) | null = null;
  #changed: () => void = () => undefined;
  #failures = 0;
  #syncing: Promise<void> | null = null;
  #isClosed = false;

  constructor(kind: string, store: KeyStore, settings: SharedSettings) {
    this.kind = kind;
    this.#store = store;
    this.#settings = settings;
  }

  /** Looks at the store, now and from time to time. Fulfilled after the first look, whether or not it has succeeded. */
  async open(): Promise<void> {
    await this.sync();
    this.#unsubscribe = this.#store.subscribe?.(() => this.#hear()) ?? null;
  }

  start(changed: () => void): void {
    this.#changed = changed;
  }

  /** Looks at the store soon. A store that reports without end does not keep this process busy. */
  #hear(): void {
    if (this.#isClosed || this.#hearing !== null) return;
    const look = (): void => {
      this.#hearing = null;
      void this.sync();
    };
    this.#hearing = setTimeout(look, SHORTEST_HEARING * (1 + Math.random()));
    this.#hearing.unref();
  }

  keysAt(now: number): KeyList {
    const { seconds, keep } = this.#settings;
    const period = periodOf(now, seconds);
    this.#forgetBefore(period - keep + 1);
    const periods = [...this.#known.keys()].toSorted((a, b) => b - a);
    // Without the key of this period, the latest one before it goes on encrypting.
    const encrypting = periods.find((number) => number <= period) ?? periods.at(-1);
    const others = periods.filter((number) => number !== encrypting);
    const order = encrypting === undefined ? [] : [encrypting, ...others];
    // The next key is fetched as soon as a period begins: a host whose clock is ahead encrypts with it before this one does.
    // The key of this period is missing after a long sleep.
    if (!this.#known.has(period) || !this.#known.has(period + 1)) void this.sync();
    return {
      keys: order.flatMap((number) => this.#known.get(number) ?? []),
      ...spanOf(period, seconds),
    };
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of [this.#timer, this.#hearing]) if (timer !== null) clearTimeout(timer);
    this.#unsubscribe?.();
    this.#forgetBefore(Number.POSITIVE_INFINITY);
    this.#settings.sealKey?.fill(0);
  }

  /** Looks at the store. Never rejects. */
  sync(): Promise<void> {
    this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = null;
      this.#schedule();
    });
    return this.#syncing;
  }

  async #sync(): Promise<void> {
    if (this.#isClosed) return;
    const { seconds, keep } = this.#settings;
    const period = periodOf(Date.now(), seconds);
    const wanted = Array.from({ length: keep + 1 }, (_, i) => period + 1 - i);
    try {
      // The key before this one is made too: in an empty store, a host whose clock is behind would make it, and encrypt with it
      // before the others have seen it.
      await Promise.all(wanted.map((number) => this.#look(number, number >= period - 1)));
      this.#failures = 0;
      this.#trouble.end();
    } catch (error) {
      this.#failures += 1;
      this.#trouble.warn('the store of ticket keys cannot be used, and is tried again', error);
    }
    if (!this.#isClosed) this.#changed();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const { poll } = this.#settings;
    const retry = SHORTEST_RETRY * 2 ** Math.min(this.#failures - 1, 16);
    const delay = this.#failures === 0 ? poll : Math.min(poll, retry);
    // A host that looks at its own time spreads the load of many.
    this.#timer = setTimeout(() => void this.sync(), delay * (0.75 + Math.random() / 4));
    this.#timer.unref();
  }

  /** Takes the key of a period, and makes it if it is missing and `makes` is set. */
  async #look(period: number, makes: boolean): Promise<void> {
    const own = this.#known.get(period)?.[0];
    if (!makes && own !== undefined) return;
    const name = `${this.#settings.prefix}ring:${this.#settings.seconds}:${period}`;
    const found = await this.#get(name);
    if (found !== null) return this.#take(period, found);
    if (!makes) return;
    const offered = own ?? randomKey();
    let agreed: TicketKey | null = null;
    try {
      agreed = (await this.#offer(name, offered)) ? offered : await this.#get(name);
    } finally {
      // Another host's key is used, or the store has failed: no host uses this key.
      if (agreed !== offered && offered !== own) offered.bytes.fill(0);
    }
    if (agreed === null) throw new Error('it has refused a key, and has no other one');
    this.#take(period, agreed);
  }

  async #offer(name: string, key: TicketKey): Promise<boolean> {
    const value = this.#seal(name, key);
    return within(() => this.#store.setIfAbsent(name, value, this.#lifetime()));
  }

  async #get(name: string): Promise<TicketKey | null> {
    const value = await within(() => this.#store.get(name));
    if (value === null || value === undefined) return null;
    const bytes = ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
    const key = this.#open(name, bytes);
    if (key === null)
      throw new Error(`it has a value for '${name}' that was not made with this secret`);
    return key;
  }

  #seal(name: string, { bytes }: TicketKey): Buffer {
    const { sealKey } = this.#settings;
    if (sealKey === null) return Buffer.from(bytes);
    const sealed = binding.sealBytes(sealKey, Buffer.from(name), bytes);
    if (isRecord(sealed)) throw new Error(sealed.message);
    return sealed;
  }

  #open(name: string, value: Uint8Array): TicketKey | null {
    const { sealKey } = this.#settings;
    if (sealKey === null) return keyFromBytes(value);
    const bytes = binding.openSealedBytes(sealKey, Buffer.from(name), value);
    if (isRecord(bytes)) return null;
    const key = keyFromBytes(bytes);
    bytes.fill(0);
    return key;
  }

  /** A key is kept until no host decrypts with it, clocks that differ included. */
  #lifetime(): number {
    return (this.#settings.keep + 2) * this.#settings.seconds;
  }

  #take(period: number, key: TicketKey): void {
    const known = this.#known.get(period) ?? [];
    const others = known.filter(({ name }) => name !== key.name);
    // A store that has lost a key may have another one now. Tickets of the first one remain.
    const same = known.find(({ name }) => name === key.name);
    if (this.#isClosed) return void key.bytes.fill(0);
    if (same !== undefined && same !== key) key.bytes.fill(0);
    this.#known.set(period, [same ?? key, ...others]);
  }

  #forgetBefore(period: number): void {
    for (const [number, keys] of this.#known) {
      if (number >= period) continue;
      for (const { bytes } of keys) bytes.fill(0);
      this.#known.delete(number);
    }
  }
}
