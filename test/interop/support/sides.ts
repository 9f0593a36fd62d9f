/**
 * The other ends of the interop tests in one shape: servers for our client, clients for our server. A peer reports
 * only some facts; a test asks `reported` for those.
 */
import { isIP } from 'node:net';

import { afterAll, type TestContext } from 'vitest';

import { Cleanup } from '../../helpers/cleanup.js';
import { runCurl } from '../../helpers/curl.js';
import { emptyFacts, peerError } from '../../helpers/fact-log.js';
import { connectNode, startNodeServer } from '../../helpers/node-tls.js';
import { connectOpenssl, startOpensslServer } from '../../helpers/openssl-cli.js';
import type { OurServerOptions } from '../../helpers/ours.js';
import type {
  ConnectionFacts,
  PeerClientOptions,
  PeerServer,
  PeerServerOptions,
} from '../../helpers/peer-types.js';
import { skipUnless, type PeerName } from '../../helpers/peers.js';
import { Python } from '../../helpers/python.js';
import { httpRequest, readHttpAnswer } from './http-message.js';
import { startNginx } from './nginx.js';

type Fact = keyof ConnectionFacts;

interface Side {
  /** As test names say it, and the counting reporter. */
  readonly name: string;
  readonly needs: readonly PeerName[];
  readonly reports: readonly Fact[];
}

export interface ServerSide extends Side {
  serve(options: PeerServerOptions): Promise<PeerServer>;
  /** Returns the request that the peer answers with `payload`; `answer` reads the payload from the answer. */
  request(payload: Buffer): Buffer;
  answer(received: Buffer): Buffer;
  /** How it refuses a client's certificate, or the lack of one. */
  readonly refuses: 'by an alert' | 'by closing' | 'by HTTP';
  /** Whether the answer's end is the connection's. */
  readonly closesItself: boolean;
}

export interface ClientSide extends Side {
  connect(options: PeerClientOptions & { send: Buffer }): Promise<ConnectionFacts>;
  /** The kind of server that it can talk to. */
  readonly speaks: Extract<OurServerOptions['behaviour'], 'echo' | 'http'>;
  /** Whether it verifies while the handshake goes on, so that a refusal reaches the server as an alert. */
  readonly sendsAlerts: boolean;
}

const cleanup = new Cleanup();
let python: Promise<Python> | undefined;

/** The Python of this test file; started on first use, and ended with the file. */
export function thePython(): Promise<Python> {
  python ??= Python.start().then((started) => cleanup.add(started));
  return python;
}
afterAll(() => cleanup.run());

const identity = (bytes: Buffer): Buffer => bytes;
const EVERYTHING: readonly Fact[] = [
  'version',
  'cipher',
  'alpn',
  'peerCommonName',
  'sni',
  'reused',
  'received',
  'cleanClose',
];
const without = (...facts: Fact[]): Fact[] => EVERYTHING.filter((fact) => !facts.includes(fact));
const echoing = { request: identity, answer: identity, closesItself: false } as const;

/** -rev gives each line back from its end to its beginning. */
function reverseLines(bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').split('\n');
  const reversed = lines.map((line) => line.split('').toReversed().join(''));
  return Buffer.from(reversed.join('\n'), 'latin1');
}

export const SERVERS: readonly ServerSide[] = [
  {
    name: 'Python',
    needs: ['python3'],
    reports: EVERYTHING,
    refuses: 'by an alert',
    ...echoing,
    serve: async (options) => (await thePython()).serve(options),
  },
  {
    name: 'node:tls',
    needs: [],
    reports: without('cleanClose'),
    refuses: 'by closing',
    ...echoing,
    serve: startNodeServer,
  },
  {
    name: 'openssl',
    needs: ['openssl'],
    reports: ['version', 'cipher', 'peerCommonName'],
    refuses: 'by an alert',
    ...echoing,
    answer: reverseLines,
    serve: startOpensslServer,
  },
  {
    name: 'nginx',
    needs: ['nginx'],
    reports: ['version', 'cipher', 'peerCommonName', 'sni', 'reused'],
    refuses: 'by HTTP',
    request: (payload) => httpRequest(payload),
    answer: (received) => readHttpAnswer(received).body,
    closesItself: true,
    serve: startNginx,
  },
];

async function connectOpensslOnce(
  options: PeerClientOptions & { send: Buffer },
): Promise<ConnectionFacts> {
  const last = options.send.toString('latin1').trimEnd().split('\n').at(-1) ?? '';
  const { servername = 'localhost' } = options;
  const address = servername !== null && isIP(servername) ? servername : null;
  const facts = await connectOpenssl({
    ...options,
    // An address is not a name to send.
    ...(address && { servername: null, extraArguments: ['-verify_ip', address] }),
    // s_client's own report is buffered, so what it received may begin in the middle of a line of that.
    until: new RegExp(`${last}$`, 'm'),
  });
  const start = facts.received.indexOf(options.send);
  const received = start < 0 ? Buffer.alloc(0) : options.send;
  return { ...facts, received };
}

async function connectCurl(
  options: PeerClientOptions & { send: Buffer },
): Promise<ConnectionFacts> {
  const { send, alpn, groups, servername, ...rest } = options;
  const result = await runCurl({
    ...rest,
    servername: servername ?? 'localhost',
    body: send,
    http: alpn?.includes('h2') ? '2' : '1.1',
    extraArguments: groups ? ['--curves', groups] : [],
  });
  const { version, cipher, alpn: chosen, peerCommonName, body, exitCode, verifyCode } = result;
  // For some alerts curl has words of its own; its log names the alert that came.
  const alert = /TLS alert, ([^(]*) \(/.exec(result.log)?.[1] ?? '';
  const message = `${result.error ?? ''}; alert: ${alert}`;
  const failure = peerError('handshake', `curl ${exitCode}`, message, { verifyCode });
  return {
    ...emptyFacts(),
    ...{ version, cipher, alpn: chosen, peerCommonName, received: body },
    error: exitCode === 0 ? null : failure,
  };
}

export const CLIENTS: readonly ClientSide[] = [
  {
    name: 'Python',
    needs: ['python3'],
    reports: without('sni'),
    speaks: 'echo',
    sendsAlerts: true,
    connect: async (options) => (await thePython()).connect(options),
  },
  {
    name: 'node:tls',
    needs: [],
    reports: without('sni', 'cleanClose'),
    speaks: 'echo',
    sendsAlerts: false,
    connect: connectNode,
  },
  {
    name: 'openssl',
    needs: ['openssl'],
    reports: ['version', 'cipher', 'alpn', 'peerCommonName', 'reused', 'received'],
    speaks: 'echo',
    sendsAlerts: true,
    connect: connectOpensslOnce,
  },
  {
    name: 'curl',
    needs: ['curl'],
    reports: ['version', 'cipher', 'alpn', 'peerCommonName', 'received'],
    speaks: 'http',
    sendsAlerts: true,
    connect: connectCurl,
  },
];

/** Of the facts that are expected those that this peer reports. */
export function reported(side: Side, expected: Partial<ConnectionFacts>): Partial<ConnectionFacts> {
  const known = new Set<string>([...side.reports, 'error']);
  return Object.fromEntries(Object.entries(expected).filter(([fact]) => known.has(fact)));
}

export const skipWithout = (test: TestContext, side: Side): void => skipUnless(test, ...side.needs);

/** Every peer with every case, in a form that it.for takes. */
export function crossed<S extends Side, C>(sides: readonly S[], cases: readonly C[]): [S, C][] {
  return sides.flatMap((side) => cases.map((one): [S, C] => [side, one]));
}
