// The environment variables that set the default trust. It is read here, not in C++: there reading races with other threads
// that set variables, and a worker's process.env is its own.
import type { TrustEnvironment } from '../../internal/native/binding.js';

/** Returns the current values of SSL_CERT_FILE and SSL_CERT_DIR; the empty string means the same as an absent variable. */
export function trustEnvironment(): TrustEnvironment {
  return [process.env['SSL_CERT_FILE'] ?? '', process.env['SSL_CERT_DIR'] ?? ''];
}
