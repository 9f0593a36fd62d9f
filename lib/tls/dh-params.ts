// `dhparam`: the group of the finite-field key exchange of TLS 1.2.
import { unwrap } from '../errors.js';
import { binding, type ContextHandle } from '../internal/native/binding.js';
import type { SSLContext } from '../ssl/context.js';
import { changing } from '../ssl/engine/dormant.js';
import { bufferOf } from './check.js';
import { invalidValue } from './errors.js';

const FEWEST = 1024;
const FEW = 2048;

/** Loads the group of a PEM, or has the server choose one by the strength of its key. */
export function applyDhParam(context: SSLContext, dhparam: string | ArrayBufferView): void {
  const handle = changing(context.handle);
  if (dhparam === 'auto') return binding.contextSetDhAuto(changing(handle), true);
  const bits = load(handle, bufferOf(dhparam));
  if (bits === null) return;
  if (bits < FEWEST) throw invalidValue('options.dhparam', bits, TOO_FEW);
  if (bits < FEW) process.emitWarning('DH parameter is less than 2048 bits', 'SecurityWarning');
}

const TOO_FEW = 'DH parameter is less than 1024 bits';
const TOO_WEAK = `${TOO_FEW}, or has fewer than the security level asks for`;

/** Returns the number of bits; null for a text without a group or with a damaged one, which is ignored as by node:tls. */
function load(handle: ContextHandle, pem: Buffer): number | null {
  try {
    return unwrap(binding.contextLoadDhParams(changing(handle), 'dhparam', pem));
  } catch (error) {
    const { message, library } = error as Error & { library?: string | null };
    if (/holds no DH parameters/.test(message) || library === 'PEM') return null;
    const isWeak = /weak|too small|bits/i.test(message);
    throw Object.assign(invalidValue('options.dhparam', 'PEM', isWeak ? TOO_WEAK : message), {
      cause: error,
    });
  }
}
