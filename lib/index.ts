/**
 * The whole package except `password`: each of Python's modules as a namespace, and the version of OpenSSL behind them.
 * @module
 */
import { linked } from './internal/native/binding.js';

export * as hashlib from './hashlib.js';
export * as hmac from './hmac.js';
export * as os from './os.js';
export * as secrets from './secrets.js';
export * as ssl from './ssl.js';

/** The OpenSSL that this package carries. */
export const version: {
  /** Its version text, as the running library gives it. */
  readonly openssl: string;
  /** The version that the package was built for. */
  readonly pin: string;
  /** How it was compiled. */
  readonly built: string;
} = { openssl: linked.openssl, pin: linked.pin, built: linked.built };
