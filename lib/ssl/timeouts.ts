// The timeouts that this package sets. They are not in defaults.ts, to avoid an import cycle.

/** Milliseconds that a server allows for a handshake, callbacks included: the value of node:tls. Reviewed 2026-11. */
export const HANDSHAKE_TIMEOUT = 120_000;

/** The longest time that a timer can wait. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Milliseconds that a failed connection is kept open so that its alert reaches the peer. Reviewed 2026-11. */
export const LINGER_TIMEOUT = 1_000;
