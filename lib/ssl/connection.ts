// Drives one native connection: takes its steps and answers what it asks. No I/O, no streams: SSLObject and SSLSocket
// stand on it.
import {
  binding,
  type Ask,
  type ConnectionHandle,
  type ErrorRecord,
  type MemoryBioHandle,
  type Step,
} from '../internal/binding.js';
import { AlertDescription } from '../generated/constants.js';
import { fromRecord, stateError, typeError, unwrap, valueError } from '../errors.js';
import { describe, requireBoolean, requireOptions } from '../internal/validate.js';
import { isPromiseLike, textOf } from './callback-values.js';
import { isContext } from './context-brand.js';
import { DirectAnswers } from './direct-answers.js';
import { normalizeServerHostname, type ServerHostname } from './hostname.js';
import { SSLSession } from './session.js';
import { report } from './step-reports.js';
import { withVerification } from './verification.js';
import type { SSLContext, SSLPeer } from './context.js';

/** What a step waits for; the native StepState (native/tls/connection.h) and, last, an answer that is a promise. */
export const Want = { READ: -1, WRITE: -2, CLIENT_HELLO: -3, CALLBACK: -10 } as const;

/** The reasons of failures that a callback alone can bring about: the message tells what it threw. */
const BLAMES_CALLBACK: ReadonlySet<string | undefined> = new Set([
  'CALLBACK_FAILED',
  'PSK_IDENTITY_NOT_FOUND',
]);

/** A-labels are printable ASCII (RFC 6066, 3). */
const MALFORMED_NAME = /[^\x21-\x7e]/;

export interface ConnectionSettings {
  context: SSLContext;
  incoming: MemoryBioHandle;
  outgoing: MemoryBioHandle;
  serverSide: boolean;
  serverHostname: string | null;
  session: SSLSession | null;
}

/** The options that `wrapBio` and `wrapSocket` share. */
export interface WrapOptions {
  /** Whether this is the server's end. False by default. */
  serverSide?: boolean | undefined;
  /** The name of the server to ask for and to match (docs/names.md). Needed when the context checks host names. */
  serverHostname?: ServerHostname | null | undefined;
  /** A session to resume. Clients only. */
  session?: SSLSession | null | undefined;
}

function requireFittingContext(context: SSLContext, serverSide: boolean): void {
  const { isServerOnly, isClientOnly } = context.role;
  if (serverSide && isClientOnly) {
    throw valueError('Cannot create a server socket with a PROTOCOL_TLS_CLIENT context');
  }
  if (!serverSide && isServerOnly) {
    throw valueError('Cannot create a client socket with a PROTOCOL_TLS_SERVER context');
  }
}

/** Checks the options as Python does and gives the settings they stand for. */
export function checkedSettings(
  context: SSLContext,
  bios: { incoming: MemoryBioHandle; outgoing: MemoryBioHandle },
  options: WrapOptions,
): ConnectionSettings {
  requireOptions(options);
  const { serverSide = false, serverHostname = null, session = null } = options;
  requireBoolean(serverSide, 'serverSide');
  if (serverSide && serverHostname !== null) {
    throw valueError('serverHostname can only be specified in client mode');
  }
  if (session !== null && !(session instanceof SSLSession))
    throw typeError('Value is not a SSLSession.');
  if (serverSide && session !== null)
    throw valueError('session can only be specified in client mode');
  if (!serverSide && context.checkHostname && (serverHostname === null || serverHostname === '')) {
    throw valueError('checkHostname requires serverHostname');
  }
  const name = serverHostname === null ? null : normalizeServerHostname(serverHostname);
  requireFittingContext(context, serverSide);
  return { context, ...bios, serverSide, serverHostname: name, session };
}

export class Connection {
  readonly handle: ConnectionHandle;
  readonly serverSide: boolean;
  readonly serverHostname: string | null;
  /** The object that callbacks are given. */
  readonly peer: SSLPeer;
  readonly keepsMessages: boolean;
  /** Fulfilled when a callback's promise has been taken into account; null while none is awaited. */
  answering: Promise<void> | null = null;
  readonly #answers: DirectAnswers;
  #context: SSLContext;
  #callbackError: unknown = undefined;
  #isInStep = false;

  /** @param peer the object that callbacks are given */
  constructor(settings: ConnectionSettings, peer: SSLPeer) {
    const { context, incoming, outgoing, serverSide, serverHostname, session } = settings;
    const asks = serverSide && context.sniCallback !== null;
    this.handle = unwrap(
      binding.connectionCreate(
        context.handle,
        incoming,
        outgoing,
        serverSide,
        serverHostname ?? '',
        asks,
      ),
    );
    this.serverSide = serverSide;
    this.serverHostname = serverHostname;
    this.#context = context;
    this.peer = peer;
    this.keepsMessages = context.msgCallback !== null;
    this.#answers = new DirectAnswers(this);
    if (session !== null) this.resume(session);
  }

  get context(): SSLContext {
    return this.#context;
  }

  /** Continues with another context's certificate and ALPN protocols. */
  useContext(context: unknown): void {
    if (!isContext(context))
      throw typeError(`context must be a SSLContext, not ${describe(context)}`);
    requireFittingContext(context, this.serverSide);
    unwrap(binding.connectionUseContext(this.handle, context.handle));
    this.#context = context;
  }

  get session(): SSLSession | null {
    const handle = unwrap(binding.connectionSession(this.handle));
    return handle === null ? null : new SSLSession(handle, this.#context);
  }

  /** Has the handshake, which must not have begun, offer a session. */
  resume(session: unknown): void {
    if (!(session instanceof SSLSession)) throw typeError('Value is not a SSLSession.');
    unwrap(binding.connectionResumeSession(this.handle, session.handle));
  }

  /**
   * Takes a step, over again as long as the connection asks what can be answered at once.
   * @returns a number of bytes, or what to wait for (Want)
   * @throws the typed error of a step that failed; its cause is what a callback threw, if that was why. A state error
   * inside a step of the same connection
   */
  step(take: (handle: ConnectionHandle, ask: Ask | null) => Step): number {
    for (;;) {
      if (this.answering !== null) return Want.CALLBACK;
      const outcome = this.#take(take);
      const failure = report(this);
      if (typeof outcome !== 'number') throw this.#failure(outcome, failure?.error);
      if (outcome >= 0) this.#answers.settle();
      if (failure !== null) throw failure.error;
      if (outcome !== Want.CLIENT_HELLO) return outcome;
      this.#answerClientHello();
    }
  }

  /** Refuses a handshake that waits for an answer; nothing happens to any other. */
  abandon(): void {
    if (this.answering === null) return;
    this.answering = null;
    this.#refuse(AlertDescription.ALERT_DESCRIPTION_INTERNAL_ERROR, undefined);
  }

  /** Frees the native connection, now or when its present step has ended. Everything but another close throws afterwards. */
  close(): void {
    binding.connectionClose(this.handle);
    if (!this.#isInStep) this.#answers.settle();
  }

  #take(take: (handle: ConnectionHandle, ask: Ask | null) => Step): Step {
    if (this.#isInStep)
      throw stateError(
        'the connection is in the middle of the operation that called this callback',
      );
    this.#isInStep = true;
    try {
      return take(this.handle, this.#answers.ask);
    } finally {
      this.#isInStep = false;
    }
  }

  #failure(record: ErrorRecord, told: unknown): Error {
    if (record.nativeError === 'state') this.#answers.settle(); // closed by a callback: such an error has no cause
    const thrown = this.#answers.takeThrown();
    const cause = this.#callbackError === undefined ? thrown : this.#callbackError;
    this.#callbackError = undefined;
    if (cause === undefined || !BLAMES_CALLBACK.has(record.reason))
      return fromRecord(withVerification(record, this), cause === undefined ? told : cause);
    return fromRecord({ ...record, message: `${record.message}: ${textOf(cause)}` }, cause);
  }

  #answerClientHello(): void {
    const name = unwrap(binding.connectionServerName(this.handle));
    if (name !== null && MALFORMED_NAME.test(name)) {
      const cause = typeError('the client sent a malformed server name');
      return this.#refuse(AlertDescription.ALERT_DESCRIPTION_INTERNAL_ERROR, cause);
    }
    let answer: unknown;
    let isPromise: boolean;
    try {
      answer = this.#context.sniCallback?.(this.peer, name, this.#context);
      isPromise = isPromiseLike(answer);
    } catch (error) {
      return this.#refuse(AlertDescription.ALERT_DESCRIPTION_HANDSHAKE_FAILURE, error);
    }
    if (isPromise) this.#await(answer);
    else this.#decide(answer);
  }

  #await(answer: unknown): void {
    // Not Promise.resolve: what a promise throws when it is asked for its members would leave the client unanswered.
    const settled = new Promise((resolve) => resolve(answer)).then(
      (value) => () => this.#decide(value),
      (error: unknown) => () =>
        this.#refuse(AlertDescription.ALERT_DESCRIPTION_HANDSHAKE_FAILURE, error),
    );
    const answering = this.#takeAnswer(settled, () => this.answering === answering);
    this.answering = answering;
  }

  async #takeAnswer(settled: Promise<() => void>, isStillAwaited: () => boolean): Promise<void> {
    const decide = await settled;
    if (!isStillAwaited()) return;
    this.answering = null;
    decide();
  }

  #decide(answer: unknown): void {
    if (answer === undefined || answer === null) {
      binding.connectionAnswerClientHello(this.handle, null);
    } else if (
      typeof answer === 'number' &&
      Number.isInteger(answer) &&
      answer >= 1 &&
      answer <= 255
    ) {
      this.#refuse(answer, undefined);
    } else {
      // Python sends no alert for some of these, and its client waits for ever.
      const cause = typeError(
        `sniCallback must return undefined or an alert from 1 to 255, not ${describe(answer)}`,
      );
      this.#refuse(AlertDescription.ALERT_DESCRIPTION_INTERNAL_ERROR, cause);
    }
  }

  // Answering a connection that has been closed meanwhile is no error: the record it gives is dropped.
  #refuse(alert: number, cause: unknown): void {
    this.#callbackError = cause;
    binding.connectionAnswerClientHello(this.handle, alert);
  }
}
