// The steps of handshakes on the addon's pool (native/napi/tls_pool_handshake.cc): which ones go there, and those that come
// back.
import { valueError, typeError } from '../../errors.js';
import { binding, type Step } from '../../internal/native/binding.js';
import { describe, describeWithValue } from '../../internal/validate.js';

/**
 * Where the public-key operations of handshakes run. `'never'`: on the JavaScript thread. `'always'`: on the threads of this
 * package, so that established connections do not wait for them. `'auto'`: there while another handshake of this JavaScript
 * thread is under way, if it takes long, and otherwise at once, which costs less. A server's handshake does not take long if it
 * resumes a session, or if all its certificates have keys on P-256 or of Ed25519, unless it verifies clients. Handshakes in which
 * OpenSSL needs an answer at once are never moved: those with callbacks for pre-shared keys, and a server's with `verifyCallback`.
 */
export type HandshakeThreads = 'never' | 'auto' | 'always';

const MODES: readonly unknown[] = ['never', 'auto', 'always'];

/** A single handshake keeps its latency; many do not delay established connections. Reviewed 2026-11. */
let processDefault: HandshakeThreads = 'auto';

/** The handshakes of this environment that have begun and are not done. */
let numUnderWay = 0;

/** Checks the value of an option or an argument. */
export function requireHandshakeThreads(
  value: unknown,
  name = 'handshakeThreads',
): asserts value is HandshakeThreads {
  if (typeof value !== 'string')
    throw typeError(`${name} must be a string, not ${describe(value)}`);
  if (!MODES.includes(value))
    throw valueError(
      `${name} must be 'never', 'auto' or 'always', not ${describeWithValue(value)}`,
    );
}

/** Returns where the handshakes of new sockets run that do not have the option `handshakeThreads`; `'auto'` by default. */
export function getHandshakeThreads(): HandshakeThreads {
  return processDefault;
}

/**
 * Sets where the handshakes of new sockets run that do not have the option `handshakeThreads`, for this JavaScript thread.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for anything but a string, RangeError (ERR_INVALID_ARG_VALUE) for another string
 */
export function setHandshakeThreads(mode: HandshakeThreads): void {
  requireHandshakeThreads(mode, 'mode');
  processDefault = mode;
}

/** One handshake among those of its environment. */
export class HandshakeTurn {
  readonly #mode: HandshakeThreads;
  #state: 'ahead' | 'underWay' | 'over' = 'ahead';

  constructor(mode: HandshakeThreads) {
    this.#mode = mode;
  }

  begin(): void {
    if (this.#state !== 'ahead') return;
    this.#state = 'underWay';
    numUnderWay += 1;
  }

  end(): void {
    if (this.#state === 'underWay') numUnderWay -= 1;
    this.#state = 'over';
  }

  /** Whether the next step may go to the pool. */
  get mayUsePool(): boolean {
    if (this.#state !== 'underWay') return false;
    return this.prefersPool || (this.#mode === 'auto' && numUnderWay > 1);
  }

  /** Whether it goes there also if it does not take long. */
  get prefersPool(): boolean {
    return this.#mode === 'always';
  }
}

/** Takes a step that has come back. */
export type StepTaker = (step: Step) => void;

/** Gives each step to its connection. An error thrown by a listener of one does not delay the others. */
function takeBatch(batch: readonly (StepTaker | Step)[]): void {
  for (let index = 0; index < batch.length; index += 2) {
    try {
      (batch[index] as StepTaker)(batch[index + 1] as Step);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}

binding.takeBatches(takeBatch);
