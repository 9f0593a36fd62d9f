// Answers what OpenSSL asks in the middle of a step, where nothing can wait
// (docs/decisions/0009-what-asks-directly.md). Callbacks that can wait are connection.ts's.
import type { Ask } from '../../internal/native/binding.js';
import { textOf } from './callback-values.js';
import type { SSLContext } from '../context.js';
import type { SSLPeer } from '../callbacks.js';
import { answerPskClient, answerPskServer } from './psk.js';

/** The connection that is asked about. */
export interface Asked {
  /** The present one: what `sniCallback` has switched to. */
  readonly context: SSLContext;
  readonly peer: SSLPeer;
  /** Asks `verifyCallback`. */
  readonly judgePeer: () => number;
  /** Names what the step fails with next, although there is an answer. */
  readonly blame: (error: unknown) => void;
}

/** The connection as it asks. */
interface Asking extends Pick<Asked, 'context' | 'peer' | 'judgePeer'> {
  /** Whether it asks about the peer inside a step, by now. */
  readonly judgesDirectly: boolean;
}

/** Answers one kind of question. What it throws is a refusal, and no answer is one too. */
type Answer = (asked: Asked, ...values: readonly never[]) => unknown;

/** By the kinds that native/napi asks: names of callbacks, for the warning. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  pskClientCallback: answerPskClient,
  pskServerCallback: answerPskServer,
  verifyCallback: ({ judgePeer }) => judgePeer(),
};

/** Whether connections of the context have something to ask. They ask what there was a callback for when they were made. */
function hasCallbacks({ pskClientCallback, pskServerCallback }: SSLContext): boolean {
  return pskClientCallback !== null || pskServerCallback !== null;
}

/** The contexts, with the kinds of question, of which a warning has told. */
const warned = new WeakMap<SSLContext, Set<string>>();

interface Thrown {
  readonly error: unknown;
  readonly kind: string;
}

/** Answers the questions of one connection. */
export class DirectAnswers {
  readonly #ask: Ask = (kind, ...values) => this.#answer(kind, values as never[]);
  readonly #asksForKeys: boolean;
  readonly #connection: Asking;
  #thrown: Thrown | null = null;

  constructor(connection: Asking) {
    this.#connection = connection;
    this.#asksForKeys = hasCallbacks(connection.context);
  }

  /** For the native step; null where nothing is asked, which is quicker. */
  get ask(): Ask | null {
    return this.#asksForKeys || this.#connection.judgesDirectly ? this.#ask : null;
  }

  #answer(kind: string, values: readonly never[]): unknown {
    const blame = (error: unknown): void => {
      this.#thrown ??= { error, kind };
    };
    try {
      const { context, peer } = this.#connection;
      const judgePeer = (): number => this.#connection.judgePeer();
      return ANSWERS[kind]?.({ context, peer, judgePeer, blame }, ...values);
    } catch (error) {
      blame(error);
      return null;
    }
  }

  /** What was thrown first, once: the cause of a step's failure. */
  takeThrown(): unknown {
    const thrown = this.#thrown;
    this.#thrown = null;
    return thrown?.error;
  }

  /**
   * Warns of what was thrown where the handshake did without the answer, or the callback has closed the connection: no
   * error has it for its cause. Once for each context, since a client can have it happen as often as it likes.
   */
  settle(): void {
    const thrown = this.#thrown;
    if (thrown === null) return;
    this.#thrown = null;
    const { context } = this.#connection;
    const kinds = warned.get(context) ?? new Set();
    if (kinds.has(thrown.kind)) return;
    warned.set(context, kinds.add(thrown.kind));
    const text = `${thrown.kind} failed, and the connection had no error to tell it by: ${textOf(thrown.error)}`;
    process.emitWarning(text, { type: 'HermeticSslWarning', code: 'HERMETIC_SSL_CALLBACK' });
  }
}
