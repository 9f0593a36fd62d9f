/**
 * Puts hermetic-ssl/tls in the place of node:tls for the whole process: `node --import hermetic-ssl/register app.js`. node:https,
 * node:http2, the global fetch and every library that uses node:tls then run on this package's OpenSSL. Importing this module
 * registers; nothing else in this package changes a global.
 * @module
 */
import './tls.js';
import { addToChildren, removeFromChildren } from './register/children.js';
import { patch, unpatch } from './register/patch.js';

/** Options of {@link register}. */
export interface RegisterOptions {
  /** Whether child processes register as well, by NODE_OPTIONS. False by default. Workers do in any case. */
  children?: boolean;
}

/** Registers, which importing this module has done already; with `children` also in child processes. */
export function register(options: RegisterOptions = {}): void {
  patch();
  if (options.children === true) addToChildren(import.meta.url);
}

/** Restores the runtime's own node:tls. Objects that exist stay what they are. */
export function unregister(): void {
  unpatch();
  removeFromChildren();
}

register();
