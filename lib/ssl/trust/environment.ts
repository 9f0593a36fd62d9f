// The environment's say in what is trusted by default. It is read here, not in C++: there reading races with other
// threads that set variables, and a worker's process.env is its own.
import type { TrustEnvironment } from '../../internal/native/binding.js';

/** What SSL_CERT_FILE and SSL_CERT_DIR name now; the empty string, as an absent variable, names nothing. */
export function trustEnvironment(): TrustEnvironment {
  return [process.env['SSL_CERT_FILE'] ?? '', process.env['SSL_CERT_DIR'] ?? ''];
}
