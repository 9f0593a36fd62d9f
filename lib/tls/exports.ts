// The one object of exports. Its functions find each other on it at the time of the call, since users replace members
// (`tls.createSecureContext`, `tls.DEFAULT_MIN_VERSION`), as with node:tls.
import type { NamedCertificate } from './identity.js';
import { DEFAULTS } from './runtime.js';

/** The members that the implementation looks up. lib/tls.ts adds the others. */
export interface Siblings {
  DEFAULT_CIPHERS: string;
  DEFAULT_ECDH_CURVE: string;
  DEFAULT_MIN_VERSION: string;
  DEFAULT_MAX_VERSION: string;
  CLIENT_RENEG_LIMIT: number;
  CLIENT_RENEG_WINDOW: number;
  createSecureContext(options?: object): unknown;
  checkServerIdentity(hostname: unknown, cert: NamedCertificate): Error | undefined;
  convertALPNProtocols(protocols: unknown, out: { ALPNProtocols?: unknown }): void;
  connect(...values: unknown[]): unknown;
}

/** The object that `import tls from 'hermetic-ssl/tls'` gives. */
export const ownExports = { ...DEFAULTS } as Siblings;

let current = ownExports;

/** Returns the object on which the functions look each other up. */
export const siblings = (): Siblings => current;

/** Sets that object: `register` sets the runtime's. */
export function lookUpOn(exports: Siblings): void {
  current = exports;
}
