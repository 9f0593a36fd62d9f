// The session id contexts of other programs. Each of their tickets has one, and is accepted only under the same one.
import { typeError, valueError } from '../errors.js';
import { sha1 } from '../hashlib.js';
import { describe } from '../internal/validate.js';
import { pemCertToDerCert } from '../ssl/certificates/pem.js';

const NGINX_MODULES: readonly unknown[] = ['http', 'stream', 'mail'];
const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/;

/**
 * Returns the session id context of HAProxy, for `SSLContext.sessionIdContext`. HAProxy has the same for all settings, so a
 * bind line that verifies clients (`verify required`) must have ticket keys of its own.
 */
export const haproxySessionIdContext = (): Buffer => Buffer.from('haproxy');

/**
 * Returns the session id context of an nginx server without `ssl_client_certificate`, for `SSLContext.sessionIdContext`: a
 * SHA-1 of the module's name and of its certificates. Compute it again when the certificate changes.
 * @param certificates The PEM of each `ssl_certificate`, of which the first block counts, in the order of nginx's
 *   configuration.
 * @param module The module of nginx: `'http'` by default.
 * @throws TypeError, RangeError for invalid arguments
 */
export function nginxSessionIdContext(
  certificates: string | readonly string[],
  module: 'http' | 'stream' | 'mail' = 'http',
): Buffer {
  if (!NGINX_MODULES.includes(module))
    throw valueError("module must be 'http', 'stream' or 'mail'");
  const list: readonly unknown[] = Array.isArray(certificates) ? certificates : [certificates];
  const hash = sha1(Buffer.from(module.toUpperCase()));
  // nginx puts each certificate before the earlier ones.
  for (const pem of list.toReversed()) hash.update(sha1(derOf(pem)).digest());
  return hash.digest();
}

function derOf(pem: unknown): Buffer {
  if (typeof pem !== 'string')
    throw typeError(`certificates must be PEM texts, not ${describe(pem)}`);
  const block = BLOCK.exec(pem)?.[0];
  if (block === undefined) throw valueError('certificates must have a certificate in PEM each');
  return pemCertToDerCert(block);
}
