// Trusting what the platform trusts, or what the environment names in its place.
import { unwrap } from '../../errors.js';
import { binding, type ContextHandle } from '../../internal/native/binding.js';
import { changing } from '../engine/dormant.js';
import { trustEnvironment } from './environment.js';
import { warnOfTroubles } from './warnings.js';

/**
 * Makes a context trust the certificates that the platform trusts. Unreadable sources cause a warning.
 * @param purpose The object identifier of a purpose, or empty for any.
 */
export function trustPlatform(context: ContextHandle, purpose: string): void {
  const places = trustEnvironment();
  warnOfTroubles(unwrap(binding.contextLoadDefaultCerts(changing(context), ...places, purpose)));
}
