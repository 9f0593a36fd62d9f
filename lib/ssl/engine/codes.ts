// The numbers that lib and native/napi exchange about a step; test/api/ssl/connection/native-codes.test.ts compares them
// with the headers.

/**
 * The condition that a step waits for: the members of the native StepState that reach lib
 * (native/tls/connection/step.h) and, last, a promised answer and a step on the pool.
 */
export const Want = {
  READ: -1,
  WRITE: -2,
  CLIENT_HELLO: -3,
  PEER_ANSWER: -5,
  /** What comes next takes long: the step is to be taken on the pool. */
  THREAD: -6,
  CALLBACK: -10,
  /** The step is being taken on the pool. */
  ELSEWHERE: -11,
} as const;

/** The answer about a peer (native/tls/connection/peer_answer.h). */
export const Verdict = {
  /** The result of the verification stands. */
  STANDS: 0,
  /** The peer is accepted even if it did not verify. */
  ACCEPT: 1,
  REFUSE: 2,
  /** The handshake continues while a server's promise is pending. */
  LATER: 3,
} as const;

/** Added to an alert: a refusal with that alert (native/napi/tls_verification.cc). */
export const WITH_ALERT = 256;
