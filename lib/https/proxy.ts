// The proxy of an agent with `proxyEnv`: the variables https_proxy, HTTPS_PROXY, no_proxy and NO_PROXY as Node 24 reads them,
// in every runtime.
import { net } from '../ssl/transport/net.js';
import { proxyError } from '../tls/errors.js';

/** A proxy, and the hosts that are reached without it. */
export interface Proxy {
  /** The URL without a user and a password. */
  readonly href: string;
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** The value of `proxy-authorization`; null without a user and a password. */
  readonly authorization: string | null;
  /** The entries of NO_PROXY in lower case. */
  readonly exceptions: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

function parsed(text: string): URL {
  if (!/[\r\n]/.test(text) && URL.canParse(text)) return new URL(text);
  throw proxyError('ERR_PROXY_INVALID_CONFIG', `Invalid proxy URL: ${text}`);
}

function authorizationOf({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** Returns the proxy that the variables name; null without one. @throws ERR_PROXY_INVALID_CONFIG if its URL is invalid */
export function proxyOf(env: unknown): Proxy | null {
  if (typeof env !== 'object' || env === null) return null;
  const variables = env as Variables;
  const text = variables['https_proxy'] || variables['HTTPS_PROXY'];
  if (!text) return null;
  if (!/[\r\n]/.test(text) && !/^https?:\/\//.test(text)) return null; // a proxy of another kind is the application's own
  const url = parsed(text);
  const authorization = authorizationOf(url);
  url.username = '';
  url.password = '';
  const isTls = url.protocol === 'https:';
  const exceptions = variables['no_proxy'] || variables['NO_PROXY'];
  return {
    href: authorization === null ? text : url.href,
    isTls,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isTls ? 443 : 80) : Number(url.port),
    authorization,
    exceptions: exceptions ? exceptions.split(',').map((one) => one.trim().toLowerCase()) : [],
  };
}

/** Returns an IPv4 address as a number. */
const numberOf = (address: string): number =>
  address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

/** Whether the entry is a range of addresses, `10.0.0.1-10.0.0.9`, with the host in it. */
function isInRange(entry: string, host: string): boolean {
  const { isIPv4 } = net();
  const [first = '', last = '', ...rest] = entry.split('-').map((end) => end.trim());
  if (rest.length > 0 || ![first, last, host].every((address) => isIPv4(address))) return false;
  const address = numberOf(host);
  return numberOf(first) <= address && address <= numberOf(last);
}

/** Whether the entry of NO_PROXY names the host: itself, with its port, `.domain`, `*.domain`, a range or `*`. */
function names(entry: string, host: string, port: unknown): boolean {
  if (entry === '*' || entry === host || entry === `${host}:${String(port)}`) return true;
  if (entry.startsWith('.')) return host === entry.slice(1) || host.endsWith(entry);
  if (entry.startsWith('*.')) return host.endsWith(entry.slice(1));
  return isInRange(entry, host);
}

/** Whether a connection with these options goes through the proxy. */
export function isProxied(proxy: Proxy, options: Readonly<Record<string, unknown>>): boolean {
  const { socketPath, host, port } = options;
  if (socketPath) return false;
  const name = ((host as string | undefined) || 'localhost').toLowerCase();
  return !proxy.exceptions.some((entry) => names(entry, name, port));
}
