// Answers OpenSSL's callbacks in the middle of a step, where nothing can wait (docs/decisions/0009-what-asks-directly.md).
// connection.ts handles the callbacks that can wait.
import type { Ask, Requests } from '../../internal/native/binding.js';
import { textOf } from './callback-values.js';
import type { Asked, ConnectionContext, PskSource } from './context.js';
import { answerPskClient, answerPskServer } from './psk.js';

/** The parts of a connection that its requests need. */
interface Asking extends Pick<Asked, 'context' | 'pskSource' | 'peer' | 'judgePeer'> {
  /** Whether it now calls `verifyCallback` inside a step. */
  readonly verifiesInsideStep: boolean;
}

/** The answers by kind of request. A thrown error or a missing answer is a refusal. */
type Answers = {
  readonly [Kind in keyof Requests]: (
    asked: Asked,
    ...values: Parameters<Requests[Kind]>
  ) => ReturnType<Requests[Kind]>;
};

/** The kinds are callback names, for the warning. */
const ANSWERS: Answers = {
  pskClientCallback: answerPskClient,
  pskServerCallback: answerPskServer,
  verifyCallback: ({ judgePeer }) => judgePeer(),
};

/** Whether a connection needs keys from callbacks. Callbacks set after a connection was created do not count. */
function hasCallbacks({ pskClientCallback, pskServerCallback }: PskSource): boolean {
  return pskClientCallback !== null || pskServerCallback !== null;
}

/** The contexts and kinds of request for which a warning was emitted. */
const warned = new WeakMap<ConnectionContext, Set<string>>();

interface Thrown {
  readonly error: unknown;
  readonly kind: string;
}

/** Answers the requests of one connection. */
export class DirectAnswers {
  #ask: Ask | null = null; // made when it is needed
  readonly #asksForKeys: boolean;
  readonly #connection: Asking;
  #thrown: Thrown | null = null;

  constructor(connection: Asking) {
    this.#connection = connection;
    this.#asksForKeys = hasCallbacks(connection.pskSource);
  }

  /** The function for the native step; null, which is faster, if there are no requests. */
  get ask(): Ask | null {
    if (!this.#asksForKeys && !this.#connection.verifiesInsideStep) return null;
    return (this.#ask ??= (kind, ...values) => this.#answer(kind, values));
  }

  #answer<Kind extends keyof Requests>(
    kind: Kind,
    values: Parameters<Requests[Kind]>,
  ): ReturnType<Requests[Kind]> | null {
    const blame = (error: unknown): void => {
      this.#thrown ??= { error, kind };
    };
    try {
      const { context, pskSource, peer } = this.#connection;
      const judgePeer = (): number => this.#connection.judgePeer();
      return ANSWERS[kind]({ context, pskSource, peer, judgePeer, blame }, ...values);
    } catch (error) {
      blame(error);
      return null;
    }
  }

  /** Returns the first thrown error and clears it: the cause of a step's failure. */
  takeThrown(): unknown {
    const thrown = this.#thrown;
    this.#thrown = null;
    return thrown?.error;
  }

  /**
   * Warns of a thrown error that did not become the cause of another, because the handshake did not need the answer or the
   * callback closed the connection. Once for each context, since a client can trigger it repeatedly.
   */
  settle(): void {
    const thrown = this.#thrown;
    if (thrown === null) return;
    this.#thrown = null;
    const { context } = this.#connection;
    const kinds = warned.get(context) ?? new Set();
    if (kinds.has(thrown.kind)) return;
    warned.set(context, kinds.add(thrown.kind));
    const text = `${thrown.kind} failed, but the connection did not report an error: ${textOf(thrown.error)}`;
    process.emitWarning(text, { type: 'HermeticSslWarning', code: 'HERMETIC_SSL_CALLBACK' });
  }
}
