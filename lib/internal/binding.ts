// Finds and loads the addon, the only file that does, and states the contract of what it exports. A native function
// gives its value or an ErrorRecord; it throws a TypeError only when this contract is broken.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { NativeBinding } from './native-binding.js';
export type * from './native-binding.js';
export type * from './native-identity.js';
export type * from './native-tls.js';
export type * from './native-verification.js';

const BUILT = fileURLToPath(new URL('../../build/Release/hermetic_ssl.node', import.meta.url));

/** The path of the addon: what HERMETIC_SSL_BINARY names, or the one built beside this package. */
export const binaryPath: string = resolve(process.env['HERMETIC_SSL_BINARY'] || BUILT);

function loadError(why: string, cause?: unknown): Error {
  const message =
    `hermetic-ssl: its native part could not be loaded from ${binaryPath} (${why}). ` +
    `In a clone, build it with "npm run build"; or name another file in HERMETIC_SSL_BINARY.`;
  return Object.assign(new Error(message, { cause }), { code: 'ERR_DLOPEN_FAILED' });
}

function load(): unknown {
  // Anything else would be run as JavaScript or read as JSON.
  if (!binaryPath.endsWith('.node')) throw loadError('its name does not end in .node');
  try {
    return createRequire(import.meta.url)(binaryPath);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : undefined;
    throw loadError(why ?? String(cause), cause);
  }
}

function start(): NativeBinding {
  const loaded = load() as Partial<NativeBinding>;
  if (loaded.startError !== undefined) throw loadError(loaded.startError.message);
  if (typeof loaded.version !== 'function') throw loadError('it is another addon');
  return loaded as NativeBinding;
}

/** The addon. */
export const binding: NativeBinding = start();
