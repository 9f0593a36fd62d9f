// KeyRing: the keys of tickets of any number of contexts, processes and hosts, and their change with time.
import { inspect } from 'node:util';

import { stateError, typeError } from '../errors.js';
import type { Bytes, ContextHandle } from '../internal/native/binding.js';
import { describe, ownOptions, requireIntegerWithin, requireString } from '../internal/validate.js';
import { digest } from '../hmac.js';
import { FEED, giveTicketKeys, type TicketKeyFeed } from '../ssl/engine/ticket-keys.js';
import { clusterStore } from './cluster.js';
import { DerivedKeys } from './derived-keys.js';
import { requireSeconds, type Duration } from './duration.js';
import { hkdf } from './hkdf.js';
import { FileKeys, requirePatterns } from './key-files.js';
import type { KeyList, KeySource } from './key-source.js';
import { requireSecret } from './secret.js';
import { SharedKeys } from './shared-keys.js';
import { requireMethods, type KeyStore } from './store.js';
import type { TicketKey } from './ticket-key.js';

/** Options of every ring that makes its keys. */
export interface RotationOptions {
  /** How long a key encrypts. */
  rotate: Duration;
  /** The number of periods in which a key decrypts, that in which it encrypts included. 2 by default; 2 to 100. */
  keep?: number | undefined;
}

/** Options of `KeyRing.derived`. */
export interface DerivedOptions extends RotationOptions {
  /** At least 32 bytes; a string stands for its UTF-8. */
  secret: string | Bytes;
  /** Earlier secrets, whose tickets are still accepted. */
  previousSecrets?: readonly (string | Bytes)[] | undefined;
}

/** Options of `KeyRing.shared`. */
export interface SharedOptions extends RotationOptions {
  /** Encrypts and authenticates the keys in the store. At least 32 bytes. */
  secret?: string | Bytes | undefined;
  /** The start of all keys in the store; `'hermetic-ssl:'` by default. */
  prefix?: string | undefined;
  /** How often the store is asked; `'30s'` by default, and at least four times in each period. */
  poll?: Duration | undefined;
}

/** A key of a ring, without its secrets. */
export interface KeyDescription {
  /** The key's name in hexadecimal: the first 16 bytes of every ticket that it has encrypted. */
  readonly name: string;
  /** Whether it encrypts new tickets. All keys of a ring decrypt. */
  readonly encrypts: boolean;
}

/** The longest time between two looks at the clock, which may be set. */
const LONGEST_TIMER = 60_000;
const MOST_PERIODS = 100;
const SEAL_SALT = Buffer.from('hermetic-ssl/fleet key store 1');

const PRINT_KEY = Buffer.from('fingerprint');

const CREATE = Symbol('create');

function rotation(options: RotationOptions): { seconds: number; keep: number } {
  const { keep = 2 } = options;
  requireIntegerWithin(keep, 'keep', [2, MOST_PERIODS]);
  return { seconds: requireSeconds(options.rotate, 'rotate'), keep };
}

async function sharedKeys(
  kind: string,
  store: KeyStore,
  options: SharedOptions,
): Promise<SharedKeys> {
  const { seconds, keep } = rotation(options);
  const { prefix = 'hermetic-ssl:', secret, poll = 30_000 } = options;
  requireString(prefix, 'prefix');
  const given = secret === undefined ? null : requireSecret(secret, 'secret');
  const sealKey = given && hkdf(given, SEAL_SALT, Buffer.alloc(0), 32);
  given?.fill(0);
  const often = Math.min(requireSeconds(poll, 'poll') * 1000, seconds * 250);
  const keys = new SharedKeys(kind, store, { seconds, keep, prefix, sealKey, poll: often });
  await keys.open();
  return keys;
}

/**
 * The keys that encrypt the session tickets of servers (RFC 5077, RFC 8446), for any number of contexts: set it as
 * `context.ticketKeys`. Contexts with the same keys and settings resume each other's sessions, in other processes and on
 * other hosts too. A ring changes its keys with time, wipes old ones, and does not keep the process alive.
 *
 * A reader of a key can decrypt every connection that was resumed by a ticket of that key and, under TLS 1.2, the one that
 * the ticket was made in. docs/fleet.md says for how long.
 */
export class KeyRing {
  /** @internal */
  readonly [FEED]: TicketKeyFeed = {
    follow: (context) => this.#follow(context),
    leave: (context) => this.#leave(context),
    refresh: () => this.#refresh(),
  };
  readonly #source: KeySource;
  readonly #contexts = new Set<WeakRef<ContextHandle>>();
  #list: KeyList = { keys: [], since: 0, until: 0 };
  #given = '';
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** @internal */
  constructor(token: unknown, source: KeySource) {
    if (token !== CREATE)
      throw typeError(
        'KeyRing has no public constructor; use KeyRing.derived, files, shared or cluster',
      );
    this.#source = source;
    this.#update();
    source.start?.(() => this.#update());
  }

  /**
   * Makes a ring whose keys follow from a secret and the clock, so that hosts with the same secret and clocks need no store.
   * @throws TypeError, RangeError for invalid options, such as a secret of less than 32 bytes
   */
  static derived(options: DerivedOptions): KeyRing {
    const given = ownOptions(options);
    const { seconds, keep } = rotation(given);
    const { previousSecrets = [] } = given;
    if (!Array.isArray(previousSecrets))
      throw typeError(`previousSecrets must be an array, not ${describe(previousSecrets)}`);
    const secrets = [
      requireSecret(given.secret, 'secret'),
      ...previousSecrets.map((secret) => requireSecret(secret, 'previousSecrets')),
    ];
    return new KeyRing(CREATE, new DerivedKeys(secrets, seconds, keep));
  }

  /**
   * Makes a ring of key files: those of nginx, which have a key each, of which the first encrypts, or one of HAProxy, whose
   * last line but one encrypts. They are read again every `poll`, by default five seconds. While they cannot be used, the ring
   * keeps its keys, and a process warning (HERMETIC_TICKET_KEY_FILES) says why.
   * @param patterns Paths in the order in which nginx has them. The last part of a path may have `*` and `?`; its files are
   *   then sorted by name.
   * @throws the error of node:fs for a file that cannot be read; RangeError for one without keys, and if no file matches
   */
  static files(patterns: string | readonly string[], options: { poll?: Duration } = {}): KeyRing {
    const { poll = 5000 } = ownOptions(options);
    const seconds = requireSeconds(poll, 'poll');
    return new KeyRing(CREATE, new FileKeys(requirePatterns(patterns), seconds * 1000));
  }

  /**
   * Makes a ring whose keys are random and shared by a store. The first host that misses the key of a period makes it, a
   * period ahead. Without the store the ring goes on with the keys that it has, warns once (HERMETIC_TICKET_KEY_STORE) and
   * tries again.
   * @throws TypeError, RangeError for invalid options. A store that cannot be reached is not an error.
   */
  static async shared(store: KeyStore, options: SharedOptions): Promise<KeyRing> {
    requireMethods(store, 'store', ['get', 'setIfAbsent']);
    return new KeyRing(CREATE, await sharedKeys('shared', store, ownOptions(options)));
  }

  /**
   * Makes a ring that the processes of node:cluster and their worker threads share without a store: call it in the primary
   * process, in its workers, and in threads. The primary has the keys.
   * @throws As `shared`.
   */
  static async cluster(options: RotationOptions): Promise<KeyRing> {
    const { rotate, keep } = ownOptions(options);
    const settings = keep === undefined ? { rotate } : { rotate, keep };
    return new KeyRing(CREATE, await sharedKeys('cluster', clusterStore(), settings));
  }

  /** The keys, without their secrets; the first one encrypts. */
  get keys(): KeyDescription[] {
    this.#refresh();
    return this.#list.keys.map(({ name }, index) => ({ name, encrypts: index === 0 }));
  }

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Wipes the keys. The contexts of the ring go on with keys of their own, which no other process has. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#source.close();
    this.#list = { keys: [], since: 0, until: Number.POSITIVE_INFINITY };
    this.#give();
  }

  /** @internal Does the same as `close`. Node 20 has the symbol. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  [inspect.custom](): string {
    const names = this.#list.keys.map(({ name }) => name.slice(0, 8));
    return `KeyRing { ${this.#source.kind}, keys: [ ${names.join(', ')} ] }`;
  }

  #follow(context: ContextHandle): void {
    if (this.#isClosed) throw stateError('the KeyRing is closed');
    this.#refresh();
    giveTicketKeys(context, bytesOf(this.#list.keys));
    this.#contexts.add(new WeakRef(context));
  }

  #leave(context: ContextHandle): void {
    for (const entry of this.#contexts) if (entry.deref() === context) this.#contexts.delete(entry);
  }

  #refresh(): void {
    const now = Date.now();
    if (now < this.#list.since || now >= this.#list.until) this.#update();
  }

  #update(): void {
    if (this.#isClosed) return;
    this.#list = this.#source.keysAt(Date.now());
    this.#give();
    this.#schedule();
  }

  /** Gives the keys to all contexts if they have changed. */
  #give(): void {
    const print = fingerprintOf(this.#list.keys);
    if (print === this.#given) return;
    this.#given = print;
    for (const entry of this.#contexts) {
      const context = entry.deref();
      if (context === undefined) this.#contexts.delete(entry);
      else giveTicketKeys(context, bytesOf(this.#list.keys));
    }
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#list.until === Number.POSITIVE_INFINITY) return;
    const delay = Math.min(LONGEST_TIMER, Math.max(1, this.#list.until - Date.now()));
    const look = () => {
      this.#refresh();
      this.#schedule();
    };
    this.#timer = setTimeout(look, delay);
    this.#timer.unref();
  }
}

/** Returns a text that is another one for other keys. */
function fingerprintOf(keys: readonly TicketKey[]): string {
  const all = Buffer.concat(bytesOf(keys));
  const print = digest(PRINT_KEY, all, 'sha256').toString('hex');
  all.fill(0);
  return print;
}

const bytesOf = (keys: readonly TicketKey[]): Buffer[] => keys.map(({ bytes }) => bytes);
