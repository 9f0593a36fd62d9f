// The sessions of a server in a store that other processes share (SSLContext.sessionStore): found at the ClientHello, and
// stored after the handshake. A store cannot stop a handshake: if it does not answer in time, there is a full handshake.
import { isRecord, typeError, unwrap } from '../../errors.js';
import {
  binding,
  type Bytes,
  type ClientHello,
  type ConnectionHandle,
  type ContextHandle,
} from '../../internal/native/binding.js';
import { Trouble } from '../../internal/trouble.js';
import { describe, requireIntegerWithin } from '../../internal/validate.js';
import { urandom } from '../../os.js';
import { isPromiseLike } from './callback-values.js';
import { changing } from './dormant.js';
import { sessionKeysOf, type SessionKey } from './ticket-keys.js';

type MaybePromise<T> = T | PromiseLike<T>;
type Value = Bytes | null | undefined;

/** The store of a server's sessions. Its methods may be asynchronous. */
export interface SessionStore {
  /** Returns the value of a key; null or undefined without one. */
  get(key: string): PromiseLike<Bytes | null | undefined> | Bytes | null | undefined;
  /** Stores a value for as many seconds. */
  set(key: string, value: Buffer, seconds: number): unknown;
  /** Deletes a value, if there is one. */
  delete(key: string): unknown;
  /**
   * Returns a value and deletes it, in one atomic operation. With it, a session of TLS 1.3 is resumed once at most. Optional.
   */
  take?(key: string): PromiseLike<Bytes | null | undefined> | Bytes | null | undefined;
  /** How many milliseconds a handshake waits for the store, 1 to 10,000; 100 by default. */
  readonly timeout?: number | undefined;
}

const PREFIX = 'hermetic-ssl:session:';
const TIMEOUT = 100;
const LONGEST_TIMEOUT = 10_000;
/** OpenSSL's ids. Tickets and pre-shared keys of TLS 1.3 may have such a length too, and are then not found. */
const ID_LEN = 32;
/** The identities of one ClientHello that are looked up. */
const MOST_IDENTITIES = 2;
const NAME_LEN = 16;
/** A session with the certificate of its client and its chain. */
const LONGEST_VALUE = 65_536;
/** The calls of a store that may be pending; more are not made. */
const MOST_PENDING = 1000;
const LONGEST_PAUSE = 10_000;
const OP_NO_TICKET = 0x4000n;
const OP_NO_TLSV1_3 = 0x20000000n;
const TLSV1_3 = 0x304;
const MAXIMUM_SUPPORTED = -1;

/** Calls a store, unless it has failed lately or too much is pending. */
class Guard {
  readonly #trouble = new Trouble('HERMETIC_SESSION_STORE');
  #numFailures = 0;
  #numPending = 0;
  #closedUntil = 0;

  get isOpen(): boolean {
    return this.#numPending < MOST_PENDING && performance.now() >= this.#closedUntil;
  }

  /**
   * Returns the result, null after a failure, or a promise of it which is never rejected.
   * @param isAwaited whether something waits for the result: if not, the process may end before it
   */
  call<T>(
    take: () => MaybePromise<T>,
    milliseconds: number,
    isAwaited = true,
  ): MaybePromise<T | null> {
    try {
      const result = take();
      if (isPromiseLike(result)) return this.#settle(result, milliseconds, isAwaited);
      this.#succeed();
      return result;
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #settle<T>(
    result: PromiseLike<T>,
    milliseconds: number,
    isAwaited: boolean,
  ): Promise<T | null> {
    this.#numPending += 1;
    const answer = (async () => {
      try {
        return await result;
      } finally {
        this.#numPending -= 1;
      }
    })();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const fail = () => reject(new Error(`no answer in ${milliseconds} ms`));
      timer = setTimeout(fail, milliseconds);
      if (!isAwaited) timer.unref();
    });
    try {
      const value = await Promise.race([answer, late]);
      this.#succeed();
      return value;
    } catch (error) {
      return this.#fail(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #succeed(): void {
    this.#numFailures = 0;
    this.#trouble.end();
  }

  #fail(error: unknown): null {
    const pause = Math.min(LONGEST_PAUSE, TIMEOUT * 2 ** Math.min(this.#numFailures, 16));
    this.#numFailures += 1;
    this.#closedUntil = performance.now() + pause;
    this.#trouble.warn('the session store cannot be used: handshakes go on without it', error);
    return null;
  }
}

interface Kept {
  readonly store: SessionStore;
  /** Encrypts the sessions of a context without ticket keys. */
  readonly ownKey: SessionKey;
  /** Whether the context had no tickets before. */
  readonly hadNoTickets: boolean;
}

const guards = new WeakMap<SessionStore, Guard>();
const kept = new WeakMap<ContextHandle, Kept>();

function guardOf(store: SessionStore): Guard {
  const known = guards.get(store);
  const guard = known ?? new Guard();
  if (known === undefined) guards.set(store, guard);
  return guard;
}

/** Returns the store of a context, or null. */
export const sessionStoreOf = (context: ContextHandle): SessionStore | null =>
  kept.get(context)?.store ?? null;

function requireStore(value: unknown): asserts value is SessionStore {
  if (typeof value !== 'object' || value === null)
    throw typeError(`sessionStore must be an object or null, not ${describe(value)}`);
  for (const method of ['get', 'set', 'delete'])
    if (typeof Reflect.get(value, method) !== 'function')
      throw typeError(
        `sessionStore must have the methods get, set and delete: ${method} is missing`,
      );
  const timeout: unknown = Reflect.get(value, 'timeout') ?? TIMEOUT;
  requireIntegerWithin(timeout, 'sessionStore.timeout', [1, LONGEST_TIMEOUT]);
}

function setTickets(context: ContextHandle, hasNoTickets: boolean): void {
  const options = binding.contextOptions(context) & ~OP_NO_TICKET;
  binding.contextSetOptions(changing(context), hasNoTickets ? options | OP_NO_TICKET : options);
}

/** Returns a mask of options with the one that a store needs, if the context has a store. */
export const optionsForStore = (context: ContextHandle, options: bigint): bigint =>
  kept.has(context) ? options | OP_NO_TICKET : options;

/** Sets the store of a context, whose new sessions then have no tickets; null restores the tickets. */
export function setSessionStore(context: ContextHandle, store: SessionStore | null): void {
  if (store !== null) requireStore(store);
  const before = kept.get(context);
  const hadNoTickets =
    before?.hadNoTickets ?? (binding.contextOptions(context) & OP_NO_TICKET) !== 0n;
  binding.contextSetStoresSessions(changing(context), store !== null);
  setTickets(context, store !== null || hadNoTickets);
  if (store === null) return void kept.delete(context);
  const ownKey = before?.ownKey ?? { name: urandom(NAME_LEN), key: urandom(32) };
  kept.set(context, { store, ownKey, hadNoTickets });
}

/** Whether a server with these settings can choose TLS 1.3. */
function allowsTls13(context: ContextHandle): boolean {
  const highest = binding.contextMaximumVersion(context);
  const isAllowed = (binding.contextOptions(context) & OP_NO_TLSV1_3) === 0n;
  return isAllowed && (highest === MAXIMUM_SUPPORTED || highest >= TLSV1_3);
}

/** The store's part in one connection of a server. */
export class StoredSessions {
  readonly #context: ContextHandle;
  readonly #store: SessionStore;
  readonly #guard: Guard;

  constructor(context: ContextHandle, store: SessionStore) {
    this.#context = context;
    this.#store = store;
    this.#guard = guardOf(store);
  }

  /** Looks the client's session up, after an answer of `sniCallback` that lets the handshake go on. */
  findAfter(answer: unknown, connection: ConnectionHandle): unknown {
    if (isPromiseLike(answer)) return this.#findLater(answer, connection);
    return answer ?? this.#find(connection);
  }

  /** Stores the sessions that were made since the last call. */
  keep(connection: ConnectionHandle): void {
    const sessions = binding.connectionTakeSessions(connection);
    if (isRecord(sessions)) return;
    for (const session of sessions) {
      const { id, timeout } = binding.sessionFields(session);
      const der = unwrap(binding.sessionToDer(session));
      const key = PREFIX + id.toString('hex');
      const value = this.#seal(key, der);
      der.fill(0);
      if (value === null || value.length > LONGEST_VALUE || !this.#guard.isOpen) continue;
      void this.#guard.call(() => this.#store.set(key, value, timeout), LONGEST_TIMEOUT, false);
    }
  }

  async #findLater(answer: PromiseLike<unknown>, connection: ConnectionHandle): Promise<unknown> {
    const value = await answer;
    return value ?? (await this.#find(connection));
  }

  #find(connection: ConnectionHandle): MaybePromise<undefined> {
    const hello = binding.connectionClientHello(connection);
    if (hello === null || isRecord(hello) || !this.#guard.isOpen) return undefined;
    const keys = this.#requested(hello).map((id) => PREFIX + id.toString('hex'));
    const values = keys.map((key) => this.#read(key, hello.pskIdentities.length > 0));
    const use = (found: readonly Value[]): undefined => {
      const der = keys.map((key, i) => this.#open(key, found[i])).find((one) => one !== null);
      if (der === undefined) return;
      binding.connectionSetStoredSession(connection, der); // a full handshake if OpenSSL refuses it
      der.fill(0);
    };
    if (!values.some(isPromiseLike)) return use(values as Value[]);
    return (async () => use(await Promise.all(values.map(async (value) => value))))();
  }

  #requested({ pskIdentities, sessionId, offersTls13 }: ClientHello): Buffer[] {
    if (pskIdentities.length > 0)
      return pskIdentities.filter(({ length }) => length === ID_LEN).slice(0, MOST_IDENTITIES);
    // Under TLS 1.3 a client makes an id up (RFC 8446, D.4).
    const isReal = sessionId.length > 0 && !(offersTls13 && allowsTls13(this.#context));
    return isReal ? [sessionId] : [];
  }

  #read(key: string, isTls13: boolean): MaybePromise<Value> {
    const store = this.#store;
    const isOnce = isTls13 && typeof store.take === 'function';
    const call = () => (isOnce ? store.take?.(key) : store.get(key));
    return this.#guard.call<Value>(call, store.timeout ?? TIMEOUT);
  }

  get #ownKeys(): readonly SessionKey[] {
    const keys = sessionKeysOf(this.#context);
    const own = kept.get(this.#context)?.ownKey;
    return keys.length > 0 || own === undefined ? keys : [own];
  }

  /** Returns the name of the key, and the sealed session. */
  #seal(key: string, der: Buffer): Buffer | null {
    const [first] = this.#ownKeys;
    if (first === undefined) return null; // the context has no store any more
    return Buffer.concat([first.name, unwrap(binding.sealBytes(first.key, Buffer.from(key), der))]);
  }

  /** Returns the session, or null for a value that this fleet has not stored under this key. */
  #open(key: string, value: Value): Buffer | null {
    if (value === null || value === undefined || value.byteLength > LONGEST_VALUE) return null;
    const bytes = ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      : Buffer.from(value);
    const name = bytes.subarray(0, NAME_LEN);
    const own = this.#ownKeys.find((one) => one.name.equals(name));
    if (own === undefined) return null;
    const der = binding.openSealedBytes(own.key, Buffer.from(key), bytes.subarray(NAME_LEN));
    return isRecord(der) ? null : der;
  }
}
