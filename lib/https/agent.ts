// https.Agent: the runtime's agent, which makes its connections with this package.
import type * as NodeHttps from 'node:https';

import { notYet } from '../tls/errors.js';
import { siblings } from '../tls/exports.js';
import { STATE, type TLSSocketLike } from '../tls/socket-state.js';

type Given = Record<string | symbol, unknown>;

interface AgentLike extends Omit<NodeHttps.Agent, 'options'> {
  options: Given;
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
  if (options?.proxyEnv !== undefined) throw notYet('proxyEnv');
  const target = new.target ?? Agent;
  return Reflect.construct(parent(), [options], target) as AgentLike;
} as unknown as AgentClass;

/** Returns the options of the forms (options), (port, options), (port, host, options). */
function connectionOptions(values: readonly unknown[]): Given {
  const found = values.find((one) => typeof one === 'object' && one !== null) as Given | undefined;
  const options = { ...found };
  if (typeof values[0] === 'number') options['port'] = values[0];
  if (typeof values[1] === 'string') options['host'] = values[1];
  return options;
}

function createConnection(this: AgentLike, ...values: unknown[]): TLSSocketLike {
  if (this.options['proxyEnv'] !== undefined) throw notYet('proxyEnv');
  const options = connectionOptions(values);
  const key = options['_agentKey'] as string | undefined;
  const isShared = key !== undefined && options[OWN_CHECK] === undefined;
  const session = isShared ? this._getSession(key) : undefined;
  const given = session === undefined ? options : { session, ...options };
  const socket = siblings().connect(given) as TLSSocketLike & Given;
  if (options[OWN_CHECK] !== undefined) socket[OWN_CHECK] = true;
  if (!isShared) return socket;
  socket.on('session', (bytes: Buffer) => this._cacheSession(key, bytes));
  socket.once('close', (hadError: boolean) => {
    if (hadError) this._evictSession(key);
  });
  return socket;
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
Object.assign(Agent.prototype, { createConnection, getName, keepSocketAlive, reuseSocket });

/**
 * The agent of requests without one: it keeps connections, as the runtime's does. If the command line asks for a proxy, its
 * requests fail: they must not bypass it.
 */
export function makeGlobalAgent(): AgentLike {
  const runtime = https().globalAgent.options as Given;
  const { keepAlive, scheduling, timeout, proxyEnv } = runtime;
  const agent = new Agent({ keepAlive, scheduling, timeout });
  if (proxyEnv !== undefined) agent.options['proxyEnv'] = proxyEnv;
  return agent;
}
