// What `verifyCallback` is asked, and what its answers mean.
import { fromRecord, typeError, type SSLCertVerificationError } from '../../errors.js';
import { AlertDescription as Alert } from '../../generated/constants.js';
import type { CertificateDict, VerificationDetail } from '../../internal/native/binding.js';
import { decodedCertificate } from '../../internal/decoded-certificate.js';
import { describeWithValue } from '../../internal/validate.js';
import { textOf } from './callback-values.js';
import type { SSLPeer } from '../callbacks.js';
import type { AlertDescription } from '../enums.js';

/** What became of the verification of a peer's certificate, for {@link VerifyCallback}. */
export interface PeerVerification {
  /** Whether the certificate is verified by the context's settings: false with `CERT_NONE` where it would not be. */
  readonly verified: boolean;
  /** Why it is not verified; null where it is. */
  readonly error: SSLCertVerificationError | null;
  /** The chain in DER, leaf first: as verified, root last; where it is not verified, as far as it could be built. */
  readonly chain: readonly Buffer[];
  /** The peer's own certificate, with the keys of `getpeercert()`. Where `verified` is false it may be anybody's. */
  readonly certificate: CertificateDict;
  /** The server's name that was asked for; null on a server. */
  readonly serverHostname: string | null;
}

/** What a {@link VerifyCallback} gives. */
export type VerifyAnswer = undefined | void | boolean | AlertDescription;

/**
 * Decides about the peer by its certificate, after that has been verified, or has failed to be. It gives
 *
 * - undefined: the verdict stands,
 * - true: the peer passes **although its certificate did not verify**. Whoever gives it takes the whole responsibility:
 *   look at the key (`ssl.spkiHash`), not at names that anybody can write. Distrusted and missing keys stay refused,
 * - false, or throws: the peer is refused; what was thrown is the `cause` of the error,
 * - a number from 1 to 255: the peer is refused with this alert,
 *
 * or a promise of one of these. Anything else is a refusal with a TypeError as its cause.
 */
export type VerifyCallback = (
  peer: SSLPeer,
  verification: PeerVerification,
) => VerifyAnswer | Promise<VerifyAnswer>;

/** Why a callback has refused. */
export interface Refusal {
  readonly text: string;
  readonly cause: unknown;
}

/** An answer as the native layer takes it (native/tls/connection/peer_answer.h). */
export interface PeerAnswer {
  readonly code: number;
  readonly refusal: Refusal | null;
}

const STANDS = 0;
const REFUSE = 2;
const WITH_ALERT = 256;

/** The handshake goes on: a server's promise. */
export const LATER = 3;
/** The peer passes in any case. */
export const ACCEPT = 1;

const INTERNAL_ERROR = Alert.ALERT_DESCRIPTION_INTERNAL_ERROR;

const isAlert = (answer: unknown): answer is number =>
  typeof answer === 'number' && Number.isInteger(answer) && answer >= 1 && answer <= 255;

function refused(code: number, text: string, cause?: unknown): PeerAnswer {
  return { code, refusal: { text, cause } };
}

/** What the value means that a callback gave. */
export function answerOf(value: unknown): PeerAnswer {
  if (value === undefined) return { code: STANDS, refusal: null };
  if (value === true) return { code: ACCEPT, refusal: null };
  if (value === false) return refused(REFUSE, 'returned false');
  if (isAlert(value)) return refused(WITH_ALERT + value, `refused with alert ${value}`);
  const rule = 'must return undefined, a boolean or an alert from 1 to 255';
  const cause = typeError(`verifyCallback ${rule}, not ${describeWithValue(value)}`);
  return refused(WITH_ALERT + INTERNAL_ERROR, `${rule}, not ${describeWithValue(value)}`, cause);
}

/** What it means that a callback threw. */
export const answerOfThrown = (cause: unknown): PeerAnswer =>
  refused(REFUSE, `threw: ${textOf(cause)}`, cause);

/** The refusal of a peer for whom no answer has come. */
export const abandonedAnswer = (): PeerAnswer =>
  refused(WITH_ALERT + INTERNAL_ERROR, 'gave no answer in time');

/** What the callback is told. */
export function verificationOf(
  detail: VerificationDetail,
  serverHostname: string | null,
): PeerVerification {
  const { error: record, chain } = detail;
  const error = record === null ? null : fromRecord({ ...record, verification: detail });
  const [leaf] = chain;
  return {
    verified: error === null,
    error: error as SSLCertVerificationError | null,
    chain,
    serverHostname,
    get certificate() {
      return decodedCertificate(leaf) ?? {};
    },
  };
}

/** The numbers of callbacks, by which sessions know again who was asked. */
const numbers = new WeakMap<VerifyCallback, number>();
let lastNumber = 0;

/** Returns the number of a callback, the same each time; 0 without one. */
export function verifierNumber(callback: VerifyCallback | null): number {
  if (callback === null) return 0;
  const known = numbers.get(callback);
  if (known !== undefined) return known;
  numbers.set(callback, ++lastNumber);
  return lastNumber;
}
