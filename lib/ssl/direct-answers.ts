// Answers what OpenSSL asks in the middle of a step, where nothing can wait
// (docs/decisions/0009-what-asks-directly.md). Callbacks that can wait are connection.ts's.
import type { Ask } from '../internal/binding.js';
import { describe } from '../internal/validate.js';
import type { SSLContext, SSLPeer } from './context.js';

/** The connection that is asked about. */
export interface Asked {
  /** The present one: what `sniCallback` has switched to. */
  readonly context: SSLContext;
  readonly peer: SSLPeer;
}

/** Answers one kind of question. What it throws is a refusal, and no answer is one too. */
export type Answer = (asked: Asked, ...values: readonly never[]) => unknown;

/** By the kinds that native/napi asks. */
const ANSWERS: Readonly<Record<string, Answer>> = {};

/** Whether connections of the context have something to ask. They ask what there was a callback for when they were made. */
function hasCallbacks(_context: SSLContext): boolean {
  return false;
}

/** The contexts, with the kinds of question, of which a warning has told. */
const warned = new WeakMap<SSLContext, Set<string>>();

/** What a callback threw, for a message. It may be anything, and asking it may throw. */
export function textOf(cause: unknown): string {
  try {
    const { message } = cause as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // null, or a trap: described below.
  }
  return describe(cause);
}

interface Thrown {
  readonly error: unknown;
  readonly kind: string;
}

/** Answers the questions of one connection. */
export class DirectAnswers {
  /** For the native step; null where nothing is asked, which is quicker. */
  readonly ask: Ask | null;
  readonly #asked: Asked;
  #thrown: Thrown | null = null;

  constructor(asked: Asked) {
    this.#asked = asked;
    this.ask = hasCallbacks(asked.context)
      ? (kind, ...values) => this.#answer(kind, values as never[])
      : null;
  }

  #answer(kind: string, values: readonly never[]): unknown {
    try {
      return ANSWERS[kind]?.(this.#asked, ...values);
    } catch (error) {
      this.#thrown ??= { error, kind };
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
    const { context } = this.#asked;
    const kinds = warned.get(context) ?? new Set();
    if (kinds.has(thrown.kind)) return;
    warned.set(context, kinds.add(thrown.kind));
    const text = `${thrown.kind} failed, and the connection had no error to tell it by: ${textOf(thrown.error)}`;
    process.emitWarning(text, { type: 'HermeticSslWarning', code: 'HERMETIC_SSL_CALLBACK' });
  }
}
