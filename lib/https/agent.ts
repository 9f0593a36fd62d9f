// https.Agent: the runtime's agent, which makes its connections with this package.
import type { EventEmitter } from 'node:events';
import type * as NodeHttps from 'node:https';

import { siblings } from '../tls/exports.js';
import { STATE, type TLSSocketLike } from '../tls/socket-state.js';
import { isProxied, proxyOf, type Proxy } from './proxy.js';
import { openTunnel } from './tunnel.js';

type Given = Record<string | symbol, unknown>;

type Done = (error: Error | null, socket?: TLSSocketLike) => void;

const PROXY = Symbol('the proxy of an agent');

interface AgentLike extends Omit<NodeHttps.Agent, 'options'> {
  [PROXY]?: Proxy | null;
  options: Given;
  keepAlive: boolean;
  maxCachedSessions: number;
  getName(options?: object): string;
  _getSession(key: string): unknown;
  _cacheSession(key: string, session: Buffer): void;
  _evictSession(key: string): void;
}

interface AgentClass {
  new (options?: object): AgentLike;
  readonly prototype: AgentLike;
}

const https = (): typeof NodeHttps => process.getBuiltinModule('node:https');
const parent = (): AgentClass => https().Agent as unknown as AgentClass;

/** The number of a request that has a `checkServerIdentity` of its own: its connection is for it alone. */
export const OWN_CHECK = Symbol('per-request checkServerIdentity');

/** Makes an agent, with and without `new`. */
export const Agent = function AgentFunction(
  this: unknown,
  options?: { proxyEnv?: unknown },
): AgentLike {
  const proxy = proxyOf(options?.proxyEnv);
  const agent = Reflect.construct(parent(), [options], new.target ?? Agent) as AgentLike;
  return Object.defineProperty(agent, PROXY, { value: proxy });
} as unknown as AgentClass;

/** Returns the options of the forms (options), (port, options), (port, host, options). */
function connectionOptions(values: readonly unknown[]): Given {
  const found = values.find((one) => typeof one === 'object' && one !== null) as Given | undefined;
  const options = { ...found };
  if (typeof values[0] === 'number') options['port'] = values[0];
  if (typeof values[1] === 'string') options['host'] = values[1];
  return options;
}

/** Begins TLS with a server, with a session that the agent has of it. */
function connect(agent: AgentLike, options: Given): TLSSocketLike {
  const key = options['_agentKey'] as string | undefined;
  const isShared = key !== undefined && options[OWN_CHECK] === undefined;
  const session = isShared ? agent._getSession(key) : undefined;
  const given = session === undefined ? options : { session, ...options };
  const socket = siblings().connect(given) as TLSSocketLike & Given;
  if (options[OWN_CHECK] !== undefined) socket[OWN_CHECK] = true;
  if (!isShared) return socket;
  socket.on('session', (bytes: Buffer) => agent._cacheSession(key, bytes));
  socket.once('close', (hadError: boolean) => {
    if (hadError) agent._evictSession(key);
  });
  return socket;
}

/** Returns the socket, or undefined if the callback gets it once a tunnel through the proxy is open. */
function createConnection(this: AgentLike, ...values: unknown[]): TLSSocketLike | undefined {
  const options = connectionOptions(values);
  const proxy = this[PROXY] ?? null;
  if (proxy === null || !isProxied(proxy, options)) return connect(this, options);
  const done = values.findLast((one) => typeof one === 'function') as Done | undefined;
  const keepsAlive = this.keepAlive || this.maxSockets !== Infinity;
  const secure = (socket: object) => connect(this, { ...options, socket });
  openTunnel({ proxy, options, keepsAlive, secure }, (error, socket) => done?.(error, socket));
  return undefined;
}

/** Whether the runtime's agents know proxies themselves, and emit `'timeout'` for a tunnel that takes too long. */
const knowsProxies = (agent: AgentLike): boolean =>
  Object.getOwnPropertySymbols(agent).some(({ description }) => description === 'kProxyConfig');

function createSocket(this: AgentLike, request: EventEmitter, options: object, done: Done): void {
  const { createSocket: create } = parent().prototype as unknown as {
    createSocket(this: AgentLike, request: EventEmitter, options: object, done: Done): void;
  };
  create.call(this, request, options, (error, socket) => {
    const isLate = error instanceof Error && 'proxyTunnelTimeout' in error;
    if (isLate && !knowsProxies(this)) request.emit('timeout');
    done(error, socket);
  });
}

const textOf = (value: unknown): string =>
  (value as { toString(): string } | undefined)?.toString() ?? '';

/** Returns a text that differs for different PKCS#12 files and passwords. */
function pfxKey(pfx: unknown, passphrase: unknown): unknown {
  if (!Array.isArray(pfx)) return pfx;
  return (pfx as (Given | Buffer)[])
    .map((one) => {
      const { buf = one, passphrase: own = passphrase } = one as Given;
      return `:${textOf(buf)}:${textOf(own)}`;
    })
    .join('');
}

function getName(this: AgentLike, options: Given = {}): string {
  const given = { ...options };
  if (given['pfx'] !== undefined) given['pfx'] = pfxKey(given['pfx'], given['passphrase']);
  const name = parent().prototype.getName.call(this, given);
  const own = options[OWN_CHECK];
  return own === undefined ? name : `${name}:${textOf(own)}`;
}

function keepSocketAlive(this: AgentLike, socket: TLSSocketLike & Given): boolean {
  if (socket[OWN_CHECK] === true) return false;
  const { keepSocketAlive: keep } = parent().prototype as unknown as {
    keepSocketAlive(this: AgentLike, socket: unknown): boolean;
  };
  if (!keep.call(this, socket) || socket.readableLength > 0) return false;
  socket[STATE].isIdle = true;
  socket.read(0);
  return !socket.destroyed;
}

function reuseSocket(this: AgentLike, socket: TLSSocketLike, request: unknown): void {
  socket[STATE].isIdle = false;
  const { reuseSocket: reuse } = parent().prototype as unknown as {
    reuseSocket(this: AgentLike, socket: unknown, request: unknown): void;
  };
  reuse.call(this, socket, request);
}

Object.setPrototypeOf(Agent, parent());
Object.setPrototypeOf(Agent.prototype, parent().prototype);
Object.defineProperty(Agent, 'name', { value: 'Agent' });
Object.assign(Agent.prototype, {
  createConnection,
  createSocket,
  getName,
  keepSocketAlive,
  reuseSocket,
});

/** Makes the agent of requests without one: it keeps connections and uses a proxy as the runtime's does. */
export function makeGlobalAgent(): AgentLike {
  const runtime = https().globalAgent.options as Given;
  const { keepAlive, scheduling, timeout, proxyEnv } = runtime;
  return new Agent({ keepAlive, scheduling, timeout, proxyEnv });
}
