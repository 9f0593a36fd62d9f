// Contexts that only connections see are shared: making one takes as long as a resumed handshake.
import { sha256 } from '../hashlib.js';
import { isTicketKeyRing } from '../ssl/engine/ticket-keys.js';
import { getCACertificates } from './ca.js';
import { siblings } from './exports.js';
import { createSecureContext, type SecureContext } from './secure-context.js';

const NAMES = [
  ...['allowPartialTrustChain', 'ca', 'cert', 'certificateCompression', 'ciphers'],
  ...['clientCertEngine', 'crl', 'dhparam', 'ecdhCurve', 'honorCipherOrder', 'key'],
  ...['maxVersion', 'minVersion', 'passphrase', 'pfx', 'privateKeyEngine'],
  ...['privateKeyIdentifier', 'secureOptions', 'secureProtocol', 'sessionIdContext'],
  ...['sessionTimeout', 'sigalgs', 'ticketKeys'],
];
const MOST = 64;

const digestOf = (bytes: ArrayBufferView): string => sha256(bytes).hexdigest();

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** Returns a text that is the same for the same values: bytes count by identity and by their present content. */
function keyOf(value: unknown): string {
  if (typeof value === 'string') return `s${digestOf(Buffer.from(value))}`;
  if (value === null || typeof value !== 'object') return `${typeof value}${String(value)}`;
  if (Array.isArray(value)) return `[${value.map((one) => keyOf(one)).join(',')}]`;
  if (isTicketKeyRing(value)) return `r${numberOf(value)}`;
  if (ArrayBuffer.isView(value)) return `b${digestOf(value)}`;
  const parts = Object.entries(value).map(([name, one]) => `${name}:${keyOf(one)}`);
  return `{${parts.join(',')}}`;
}

function numberOf(value: object): number {
  const known = numbers.get(value) ?? ++lastNumber;
  numbers.set(value, known);
  return known;
}

const contexts = new Map<string, SecureContext>();

/**
 * Returns a context for the options, perhaps one that other connections use. Connections that log their keys share other
 * contexts: all connections of a context would keep their secrets for the log.
 */
export function cachedContext(
  options: Record<string, unknown>,
  { logsKeys = false } = {},
): SecureContext {
  const { DEFAULT_ECDH_CURVE, DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION } = siblings();
  const trust = options['ca'] ? 0 : numberOf(getCACertificates());
  const defaults = [DEFAULT_ECDH_CURVE, DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION, trust];
  const key = keyOf([...NAMES.map((name) => options[name]), ...defaults, logsKeys]);
  const context = contexts.get(key) ?? createSecureContext(options);
  contexts.delete(key);
  contexts.set(key, context);
  const [oldest] = contexts.keys();
  if (contexts.size > MOST && oldest !== undefined) contexts.delete(oldest);
  return context;
}
