// Drives one native connection: takes its steps and answers its callbacks. It does no I/O; SSLObject and SSLSocket use it.
import {
  binding,
  type Ask,
  type ConnectionHandle,
  type ErrorRecord,
  type SessionHandle,
  type Step,
} from '../../internal/native/binding.js';
import { AlertDescription } from '../../generated/constants.js';
import {
  fromRecord,
  stateError,
  typeError,
  unwrap,
  whileOpen,
  withoutStack,
  type SSLCertVerificationError,
} from '../../errors.js';
import { describe, describeWithValue } from '../../internal/validate.js';
import { isPromiseLike, textOf } from './callback-values.js';
import { Verdict, Want } from './codes.js';
import type {
  CallbackPeer,
  ConnectionCallbacks,
  ConnectionContext,
  ConnectionSettings,
  PskSource,
  Verifier,
} from './context.js';
import { isContext, requireFittingContext } from './context-brand.js';
import { DirectAnswers } from './direct-answers.js';
import { LateConnection } from './late-connection.js';
import { report } from './step-reports.js';
import { StoredSessions } from './session-store.js';
import { refreshTicketKeys } from './ticket-keys.js';
import { verificationDetail, withVerification } from './verification.js';
import {
  abandonedAnswer,
  answerOf,
  answerOfThrown,
  verificationOf,
  type PeerAnswer,
  type Refusal,
} from './peer-verdict.js';

/** Failure reasons that only a callback can cause: the message includes the thrown error. */
const BLAMES_CALLBACK: ReadonlySet<string | undefined> = new Set([
  'CALLBACK_FAILED',
  'PSK_IDENTITY_NOT_FOUND',
]);

/** A-labels are printable ASCII (RFC 6066, 3). */
const MALFORMED_NAME = /[^\x21-\x7e]/;

/** The handlers of what comes of a callback, at once or later. */
interface AnswerHandlers {
  decide(answer: unknown): void;
  refuse(error: unknown): void;
  /** Called if no answer has arrived in time. */
  abandon(): void;
}

export class Connection {
  readonly serverSide: boolean;
  readonly serverHostname: string | null;
  /** The object that is passed to callbacks. */
  readonly peer: CallbackPeer;
  readonly keepsMessages: boolean;
  /** Whether the peer's end is reported as an event, and its error has no stack. */
  reportsEnds = false;
  /** Fulfilled when a callback's promise has been applied; null unless one is pending. */
  answering: Promise<void> | null = null;
  /** The verification error that `verifyCallback` accepted. */
  overridden: SSLCertVerificationError | null = null;
  readonly #answers: DirectAnswers;
  readonly #sessions: StoredSessions | null;
  #clientHello: AnswerHandlers | null = null; // made when it is needed
  readonly #native: LateConnection;
  readonly #callbacks: ConnectionCallbacks | null;
  #context: ConnectionContext;
  #verifyCallback: Verifier | null;
  #awaited: AnswerHandlers | null = null;
  #refusal: Refusal | null = null;
  #callbackError: unknown = undefined;
  #isInStep = false;
  #hasStepped = false;
  #isAsking = false;
  #wasResumed = false;
  #requestedName: string | null = null;

  /** @param peer the object that is passed to callbacks */
  constructor(settings: ConnectionSettings, peer: CallbackPeer) {
    const { context, serverSide, serverHostname, session, callbacks = null } = settings;
    this.#callbacks = callbacks;
    if (serverSide) refreshTicketKeys(context.handle);
    const { sessionStore } = context;
    const stores = serverSide && this.#callbacks === null && sessionStore !== null;
    this.#sessions = stores ? new StoredSessions(context.handle, sessionStore) : null;
    this.#native = new LateConnection(settings);
    this.serverSide = serverSide;
    this.serverHostname = serverHostname;
    this.#context = context;
    this.peer = peer;
    this.keepsMessages = context.msgCallback !== null;
    this.#verifyCallback = context.verifyCallback;
    this.#answers = new DirectAnswers(this);
    if (session !== null) this.resume(session);
  }

  /** The native connection, created when it is first needed. */
  get handle(): ConnectionHandle {
    return this.#native.handle ?? this.#native.awaken();
  }

  /** Whether the native connection exists. */
  get isAwake(): boolean {
    return this.#native.handle !== null;
  }

  /** Whether the handshake cannot go on, as before the client's first byte. It counts as begun. */
  sleeps(): boolean {
    return this.#native.sleeps() || (this.serverSide && !this.#hasStepped);
  }

  get context(): ConnectionContext {
    return this.#context;
  }

  /** The callbacks that supply pre-shared keys. */
  get pskSource(): PskSource {
    return this.#callbacks ?? this.#context;
  }

  /** Takes the lines of a key log; null if nothing logs keys. */
  get takeKeys(): ((lines: Buffer) => void) | null {
    const { keyLog } = this.#context;
    const own = this.#callbacks?.takeKeys ?? null;
    return own ?? (keyLog && ((lines) => keyLog.append(lines)));
  }

  /** Takes the protocol messages of this connection; null if only its context's callback does. */
  get takeMessages(): ConnectionCallbacks['takeMessages'] {
    return this.#callbacks?.takeMessages ?? null;
  }

  /** Continues with another context's certificate and ALPN protocols. */
  useContext(context: unknown): void {
    if (!isContext(context))
      throw typeError(`context must be a SSLContext, not ${describe(context)}`);
    requireFittingContext(context, this.serverSide);
    unwrap(binding.connectionUseContext(this.handle, context.handle));
    this.#context = context;
    this.#verifyCallback = context.verifyCallback ?? this.#verifyCallback;
  }

  /** Whether `verifyCallback` is called inside a step, as on a server. */
  get verifiesInsideStep(): boolean {
    return this.serverSide && this.#verifyCallback !== null;
  }

  /** Whether a server has continued without the pending answer: the client may have sent everything already. */
  get isHoldingBack(): boolean {
    return this.serverSide && this.#awaited !== null && this.#awaited !== this.#clientHello;
  }

  get session(): SessionHandle | null {
    return whileOpen(binding.connectionSession(this.handle), null);
  }

  /** Offers a session in the handshake, which must not have begun. */
  resume(session: SessionHandle): void {
    unwrap(binding.connectionResumeSession(this.handle, session));
  }

  /**
   * Takes a step and repeats it while its callbacks answer at once.
   * @param isEnd whether a failure counts as an end, for which no error is made
   * @returns a number of bytes, or the condition to wait for (Want)
   * @throws the typed error of a step that failed; its cause is the callback's error, if that was the reason. A state error
   * inside a step of the same connection
   */
  step(
    take: (handle: ConnectionHandle, ask: Ask | null) => Step,
    isEnd?: (record: ErrorRecord) => boolean,
  ): number {
    for (;;) {
      if (this.answering !== null) return Want.CALLBACK;
      const result = this.#take(take);
      if (result === Want.ELSEWHERE) return result;
      const failure = report(this);
      const outcome = typeof result !== 'number' && isEnd?.(result) === true ? 0 : result;
      if (typeof outcome !== 'number') throw this.#failure(outcome, failure?.error);
      if (outcome >= 0) this.#answers.settle();
      if (outcome >= 0) this.#sessions?.keep(this.handle);
      if (failure !== null) throw failure.error;
      if (outcome === Want.CLIENT_HELLO) this.#answerClientHello();
      else if (outcome !== Want.PEER_ANSWER) return outcome;
      else if (this.#callbacks !== null) this.#callbacks.acceptPeer();
      else if (this.answering === null) this.#answerVerification();
    }
  }

  /** Refuses a handshake that waits for an answer, with an alert if one can be sent; otherwise does nothing. */
  abandon(): void {
    const handlers = this.#awaited;
    if (handlers === null) return;
    this.#stopWaiting();
    handlers.abandon();
    try {
      this.step(binding.connectionHandshake);
    } catch {
      // The expected refusal.
    }
  }

  /** Whether the handshake has resumed a session. The value remains after the connection is closed. */
  get isResumed(): boolean {
    return whileOpen(binding.connectionIsResumed(this.handle), this.#wasResumed);
  }

  /** The requested name, null without a valid one. The value remains after the connection is closed. */
  get requestedName(): string | null {
    if (!this.serverSide) return this.serverHostname;
    const name = whileOpen(binding.connectionServerName(this.handle), this.#requestedName);
    return name === null || MALFORMED_NAME.test(name) ? null : name;
  }

  /** Frees the native connection, now or when its current step has ended. Afterwards every method except close throws. */
  close(): void {
    const kept = this.#native.close();
    if (kept !== null) [this.#wasResumed, this.#requestedName] = kept;
    if (!this.#isInStep) this.#answers.settle();
  }

  #take(take: (handle: ConnectionHandle, ask: Ask | null) => Step): Step {
    if (this.#isInStep || this.#isAsking)
      throw stateError(
        'the connection is in the middle of the operation that called this callback',
      );
    this.#isInStep = true;
    this.#hasStepped = true;
    try {
      return take(this.#native.handle ?? this.#native.open(), this.#answers.ask);
    } finally {
      this.#isInStep = false;
    }
  }

  #failure(record: ErrorRecord, told: unknown): Error {
    this.#stopWaiting(); // a server's step may fail after it has called a callback
    if (record.nativeError === 'certificate') return this.#refusedPeer(record, told);
    if (record.nativeError === 'state') this.#answers.settle(); // closed by a callback: such an error has no cause
    const thrown = this.#answers.takeThrown();
    const cause = this.#callbackError === undefined ? thrown : this.#callbackError;
    this.#callbackError = undefined;
    if (record.nativeError === 'eof' && this.reportsEnds)
      return withoutStack(() => fromRecord(record, cause === undefined ? told : cause));
    if (cause === undefined || !BLAMES_CALLBACK.has(record.reason))
      return fromRecord(record, cause === undefined ? told : cause);
    return fromRecord({ ...record, message: `${record.message}: ${textOf(cause)}` }, cause);
  }

  #refusedPeer(record: ErrorRecord, told: unknown): Error {
    const refusal = this.#refusal;
    const cause = refusal === null ? this.#answers.takeThrown() : refusal.cause;
    const text = refusal?.text ?? null;
    return fromRecord(withVerification(record, this, text), cause === undefined ? told : cause);
  }

  /** Calls a callback. Until it returns, it cannot change its own connection. */
  #ask(handlers: AnswerHandlers, call: () => unknown): void {
    this.#isAsking = true;
    let answer: unknown;
    let isPromise: boolean;
    try {
      answer = call();
      isPromise = isPromiseLike(answer);
    } catch (error) {
      return handlers.refuse(error);
    } finally {
      this.#isAsking = false;
    }
    if (isPromise) this.#await(handlers, answer);
    else handlers.decide(answer);
  }

  #await(handlers: AnswerHandlers, answer: unknown): void {
    // Not Promise.resolve: an error thrown by a getter of the promise would leave the peer unanswered.
    const settled = new Promise((resolve) => resolve(answer)).then(
      (value) => () => handlers.decide(value),
      (error: unknown) => () => handlers.refuse(error),
    );
    const answering = this.#takeAnswer(settled, () => this.answering === answering);
    this.#awaited = handlers;
    this.answering = answering;
  }

  async #takeAnswer(settled: Promise<() => void>, isStillAwaited: () => boolean): Promise<void> {
    const decide = await settled;
    if (!isStillAwaited()) return;
    this.#stopWaiting();
    decide();
  }

  #stopWaiting(): void {
    this.answering = null;
    this.#awaited = null;
  }

  #helloHandlers(): AnswerHandlers {
    const { ALERT_DESCRIPTION_HANDSHAKE_FAILURE, ALERT_DESCRIPTION_INTERNAL_ERROR } =
      AlertDescription;
    return {
      decide: (answer) => this.#decideHello(answer),
      refuse: (error) => this.#refuseHello(ALERT_DESCRIPTION_HANDSHAKE_FAILURE, error),
      abandon: () => this.#refuseHello(ALERT_DESCRIPTION_INTERNAL_ERROR, undefined),
    };
  }

  #answerClientHello(): void {
    const name = unwrap(binding.connectionServerName(this.handle));
    if (name !== null && MALFORMED_NAME.test(name)) {
      const cause = typeError('the client sent a malformed server name');
      return this.#refuseHello(AlertDescription.ALERT_DESCRIPTION_INTERNAL_ERROR, cause);
    }
    const own = this.#callbacks?.clientHello ?? null;
    const choose = () => this.#context.sniCallback?.(this.peer, name, this.#context);
    const sessions = this.#sessions;
    const call = sessions === null ? choose : () => sessions.findAfter(choose(), this.handle);
    this.#clientHello ??= this.#helloHandlers();
    this.#ask(this.#clientHello, own === null ? call : () => own(name));
  }

  #decideHello(answer: unknown): void {
    if (answer === undefined || answer === null) {
      binding.connectionAnswerClientHello(this.handle, null);
    } else if (
      typeof answer === 'number' &&
      Number.isInteger(answer) &&
      answer >= 1 &&
      answer <= 255
    ) {
      this.#refuseHello(answer, undefined);
    } else {
      // For some of these Python does not send an alert, and its client waits forever.
      const cause = typeError(
        `sniCallback must return undefined or an alert from 1 to 255, not ${describeWithValue(answer)}`,
      );
      this.#refuseHello(AlertDescription.ALERT_DESCRIPTION_INTERNAL_ERROR, cause);
    }
  }

  // Answering a connection that has since been closed is not an error: its record is dropped.
  #refuseHello(alert: number, cause: unknown): void {
    this.#callbackError = cause;
    binding.connectionAnswerClientHello(this.handle, alert);
  }

  #answerVerification(): void {
    const answer = (code: number): void => void binding.connectionAnswerPeer(this.handle, code);
    if (this.serverSide) answer(abandonedAnswer().code); // the callback was called, and its answer is no longer awaited
    else this.#askAboutPeer(answer);
  }

  /** The answer of `verifyCallback`, or LATER, inside a step of a server. */
  judgePeer(): number {
    let outcome: number | null = null;
    this.#askAboutPeer((code) => {
      if (outcome === null) outcome = code;
      else binding.connectionAnswerPeer(this.handle, code);
    });
    return (outcome ??= Verdict.LATER);
  }

  #askAboutPeer(take: (code: number) => void): void {
    const callback = this.#verifyCallback;
    const detail = verificationDetail(this);
    if (detail === null) return take(abandonedAnswer().code);
    const verification = verificationOf(detail, this.serverHostname);
    const settle = ({ code, refusal }: PeerAnswer): void => {
      this.#refusal = refusal;
      this.overridden = code === Verdict.ACCEPT ? verification.error : null;
      take(code);
    };
    const handlers: AnswerHandlers = {
      decide: (answer) => settle(answerOf(answer)),
      refuse: (error) => settle(answerOfThrown(error)),
      abandon: () => settle(abandonedAnswer()),
    };
    this.#ask(handlers, () => callback?.(this.peer, verification));
  }
}
