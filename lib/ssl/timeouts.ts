// Times that this package decides. They stand apart from defaults.ts, which imports what imports them.

/** Milliseconds that a server gives a handshake, callbacks included: node:tls's figure. Reviewed 2026-11. */
export const HANDSHAKE_TIMEOUT = 120_000;

/** The longest time that a timer can wait. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Milliseconds that a failed connection is kept open so that its alert reaches the peer. Reviewed 2026-11. */
export const LINGER_TIMEOUT = 1_000;
