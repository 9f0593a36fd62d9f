// SecureContext and createSecureContext.
import { ContextFacade } from './context-facade.js';
import { configure } from './context-options.js';
import { requireInteger } from './check.js';
import { checkFlags } from './flags.js';
import { versionRange } from './secure-protocol.js';

/** Settings for connections. `context` has the methods of Node's native context. */
export interface SecureContext {
  context: ContextFacade;
}

interface SecureContextClass {
  new (...values: unknown[]): SecureContext;
  (...values: unknown[]): SecureContext;
  readonly prototype: SecureContext;
}

/** Makes a context without certificates and trust, with and without `new`. */
export const SecureContext = function SecureContextFunction(
  this: unknown,
  ...values: [secureProtocol?: unknown, secureOptions?: unknown, least?: unknown, most?: unknown]
): SecureContext {
  if (!(this instanceof SecureContext)) return new SecureContext(...values);
  checkFlags();
  const [secureProtocol, secureOptions, minVersion, maxVersion] = values;
  this.context = ContextFacade.create(versionRange(secureProtocol, minVersion, maxVersion));
  if (secureOptions) {
    requireInteger(secureOptions, 'secureOptions');
    this.context.setOptions(secureOptions);
  }
  return this;
} as unknown as SecureContextClass;
Object.defineProperty(SecureContext, 'name', { value: 'SecureContext' });

/** crypto.constants.SSL_OP_CIPHER_SERVER_PREFERENCE. */
const SERVER_PREFERENCE = 0x0040_0000;

/** Makes a context with certificates and trust. */
export function createSecureContext(options?: unknown): SecureContext {
  const given = (options || {}) as Record<string, unknown>;
  const { honorCipherOrder, secureProtocol, minVersion, maxVersion } = given;
  let { secureOptions } = given;
  if (honorCipherOrder) secureOptions = Number(secureOptions ?? 0) | SERVER_PREFERENCE;
  const made = new SecureContext(secureProtocol, secureOptions, minVersion, maxVersion);
  configure(made.context, given);
  return made;
}
