// The arguments of `verifyCallback` and the meaning of its results.
import { fromRecord, typeError, type SSLCertVerificationError } from '../../errors.js';
import { AlertDescription as Alert } from '../../generated/constants.js';
import type { CertificateDict, VerificationDetail } from '../../internal/native/binding.js';
import { decodedCertificate } from '../../internal/decoded-certificate.js';
import { describeWithValue } from '../../internal/validate.js';
import { textOf } from './callback-values.js';
import { Verdict, WITH_ALERT } from './codes.js';
import { withRejection } from './verification.js';

/** The result of verifying a peer's certificate, for `verifyCallback`. */
export interface PeerVerification {
  /** Whether the certificate verifies under the context's settings; with `CERT_NONE`, whether it would. */
  readonly verified: boolean;
  /** The reason why it is not verified; null if it is. */
  readonly error: SSLCertVerificationError | null;
  /** The chain in DER, leaf first: as verified, root last; if it is not verified, as far as it could be built. */
  readonly chain: readonly Buffer[];
  /** The peer's own certificate, with the keys of `getpeercert()`. If `verified` is false, its owner is unknown. */
  readonly certificate: CertificateDict;
  /** The requested server name; null on a server. */
  readonly serverHostname: string | null;
}

/** The error of a refusal by a callback. */
export interface Refusal {
  readonly text: string;
  readonly cause: unknown;
}

/** An answer as the native layer takes it (native/tls/connection/peer_answer.h). */
export interface PeerAnswer {
  readonly code: number;
  readonly refusal: Refusal | null;
}

const INTERNAL_ERROR = Alert.ALERT_DESCRIPTION_INTERNAL_ERROR;

const isAlert = (answer: unknown): answer is number =>
  typeof answer === 'number' && Number.isInteger(answer) && answer >= 1 && answer <= 255;

function refused(code: number, text: string, cause?: unknown): PeerAnswer {
  return { code, refusal: { text, cause } };
}

/** Returns the meaning of a callback's result. */
export function answerOf(value: unknown): PeerAnswer {
  if (value === undefined) return { code: Verdict.STANDS, refusal: null };
  if (value === true) return { code: Verdict.ACCEPT, refusal: null };
  if (value === false) return refused(Verdict.REFUSE, 'returned false');
  if (isAlert(value)) return refused(WITH_ALERT + value, `refused with alert ${value}`);
  const rule = 'must return undefined, a boolean or an alert from 1 to 255';
  const cause = typeError(`verifyCallback ${rule}, not ${describeWithValue(value)}`);
  return refused(WITH_ALERT + INTERNAL_ERROR, `${rule}, not ${describeWithValue(value)}`, cause);
}

/** Returns the meaning of an error thrown by a callback. */
export const answerOfThrown = (cause: unknown): PeerAnswer =>
  refused(Verdict.REFUSE, `threw: ${textOf(cause)}`, cause);

/** Returns the refusal for a callback that has not answered in time. */
export const abandonedAnswer = (): PeerAnswer =>
  refused(WITH_ALERT + INTERNAL_ERROR, 'gave no answer in time');

/** Returns the argument for the callback. */
export function verificationOf(
  detail: VerificationDetail,
  serverHostname: string | null,
): PeerVerification {
  const { error: record, chain } = detail;
  const error = record === null ? null : fromRecord(withRejection(record, detail));
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

/** The numbers of callbacks. Sessions record the number of the callback that accepted the peer. */
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** Returns the number of a callback, the same each time; 0 without one. */
export function verifierNumber(callback: object | null): number {
  if (callback === null) return 0;
  const known = numbers.get(callback);
  if (known !== undefined) return known;
  numbers.set(callback, ++lastNumber);
  return lastNumber;
}
