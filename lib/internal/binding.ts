// Finds and loads the addon, the only file that does, and states the contract of what it exports. A native function
// gives its value or an ErrorRecord; it throws a TypeError only when this contract is broken.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import type { NativeBinding } from './native-binding.js';
export type * from './native-binding.js';
export type * from './native-tls.js';

const BUILT = fileURLToPath(new URL('../../build/Release/hermetic_ssl.node', import.meta.url));

/** The path of the addon: what HERMETIC_SSL_BINARY names, or the one built beside this package. */
export const binaryPath: string = process.env['HERMETIC_SSL_BINARY'] ?? BUILT;

function load(): NativeBinding {
  try {
    return createRequire(import.meta.url)(binaryPath) as NativeBinding;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    const message =
      `hermetic-ssl: its native part could not be loaded from ${binaryPath} (${why}). ` +
      `Build it with "npm run build", or name another file in HERMETIC_SSL_BINARY.`;
    throw Object.assign(new Error(message, { cause }), { code: 'ERR_DLOPEN_FAILED' });
  }
}

function start(): NativeBinding {
  const loaded = load();
  if (loaded.startError === undefined) return loaded;
  throw Object.assign(new Error(`hermetic-ssl: ${loaded.startError.message}`), {
    code: 'ERR_DLOPEN_FAILED',
  });
}

/** The addon. */
export const binding: NativeBinding = start();
