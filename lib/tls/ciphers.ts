// tls.getCiphers.
import { PROTOCOL_TLS, TLSVersion } from '../ssl/constants.js';
import { SSLContext } from '../ssl/context.js';

let names: readonly string[] | null = null;

function read(): string[] {
  const context = new SSLContext(PROTOCOL_TLS);
  context.minimumVersion = TLSVersion.TLSv1;
  context.setCiphers('ALL:COMPLEMENTOFALL:@SECLEVEL=0');
  const all = context.getCiphers().map(({ name }) => name.toLowerCase());
  return [...new Set(all)].toSorted();
}

/** Returns the names of all suites, in lower case and in alphabetical order. */
export function ciphersOf(): string[] {
  names ??= read();
  return [...names];
}
