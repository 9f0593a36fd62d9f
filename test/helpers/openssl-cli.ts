/** The openssl program as a peer: `openssl s_server` and `openssl s_client`, with their printed output read into facts. */
import { setTimeout as sleep } from 'node:timers/promises';

import { Child } from './child.js';
import { eventually } from './collect.js';
import { emptyFacts, peerError } from './fact-log.js';
import type {
  ConnectionFacts,
  Identity,
  PeerClientOptions,
  PeerError,
  PeerServer,
  PeerServerOptions,
  ProtocolVersion,
} from './peer-types.js';
import { peerPath } from './peers.js';
import { TempDirectory } from './temp.js';

type Options = PeerServerOptions | PeerClientOptions;

export interface OpensslServerOptions extends Omit<PeerServerOptions, 'behaviour' | 'payload'> {
  /** Without it the server returns each line reversed (-rev); with it, it prints what it gets and sends its stdin. */
  readonly plain?: boolean | undefined;
  readonly extraArguments?: readonly string[] | undefined;
}

export interface OpensslServer extends PeerServer {
  readonly child: Child;
}

/**
 * Starts s_server and waits until it accepts. It serves one connection at a time. Of `sni` it takes one name, whose
 * context has no ALPN. Its facts lack ALPN, SNI and resumption: what it prints of them stays in its buffer.
 */
export async function startOpensslServer(options: OpensslServerOptions): Promise<OpensslServer> {
  const folder = await TempDirectory.create();
  const args = [
    's_server',
    ...['-accept', '127.0.0.1:0'],
    ...(options.plain ? [] : ['-rev']),
    ...(await commonArguments(options, folder)),
    ...(await sniArguments(options, folder)),
    ...clientCertificateArguments(options),
    ...(options.extraArguments ?? []),
  ];
  const child = Child.start(peerPath('openssl'), args);
  const close = async (): Promise<void> => {
    await child.close();
    await folder.close();
  };
  const accepting = await child.waitFor(/^ACCEPT .*:(\d+)\s*$/m).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    child,
    close,
    port: Number(accepting[1]),
    connections: (count) => serverFacts(child, count),
  };
}

async function commonArguments(options: Options, folder: TempDirectory): Promise<string[]> {
  const { ca, minVersion, maxVersion, ciphers, groups, alpn, identity } = options;
  return [
    // Never the machine's own trust store.
    ...(ca === undefined ? ['-no-CAfile'] : ['-CAfile', await folder.write('ca.pem', ca)]),
    ...['-no-CApath', '-no-CAstore'],
    ...(minVersion ? ['-min_protocol', minVersion] : []),
    ...(maxVersion ? ['-max_protocol', maxVersion] : []),
    ...(ciphers ? ['-cipher', ciphers] : []),
    ...(groups ? ['-groups', groups] : []),
    ...(alpn ? ['-alpn', alpn.join(',')] : []),
    ...(identity ? await identityArguments(identity, folder) : []),
  ];
}

/** -cert reads the first certificate of its file only; the others have an option of their own. */
async function identityArguments(
  { chainPem, keyPem }: Identity,
  folder: TempDirectory,
): Promise<string[]> {
  const [leaf = '', ...others] = chainPem.split(/(?<=-----END CERTIFICATE-----\r?\n)/);
  return [
    ...[
      '-cert',
      await folder.write('cert.pem', leaf),
      '-key',
      await folder.write('key.pem', keyPem),
    ],
    ...(others.length > 0 ? ['-cert_chain', await folder.write('chain.pem', others.join(''))] : []),
  ];
}

async function sniArguments(
  { sni = {} }: OpensslServerOptions,
  folder: TempDirectory,
): Promise<string[]> {
  const [entry, ...more] = Object.entries(sni);
  if (more.length > 0) throw new Error('openssl s_server knows one more name, not several');
  if (entry === undefined) return [];
  const [name, { chainPem, keyPem }] = entry;
  return [
    '-servername',
    name,
    '-cert2',
    await folder.write('cert2.pem', chainPem),
    '-key2',
    await folder.write('key2.pem', keyPem),
  ];
}

function clientCertificateArguments({
  clientCertificate = 'none',
}: OpensslServerOptions): string[] {
  if (clientCertificate === 'none') return [];
  return [clientCertificate === 'required' ? '-Verify' : '-verify', '4', '-verify_return_error'];
}

/** One connection in what -rev prints: its report, how it ended, and the reasons after a failure. */
const CONNECTION = /([^]*?)^CONNECTION (CLOSED|FAILURE)\n((?:[0-9A-F]+:error:.*\n)*)/gm;

async function serverFacts(child: Child, count: number): Promise<ConnectionFacts[]> {
  const ended = (): RegExpExecArray[] => [...child.stderr.matchAll(CONNECTION)];
  const what = `${count} connections of openssl s_server`;
  await eventually(() => ended().length >= count, { what });
  // The reasons of a failure may not have arrived yet.
  const [, , how, reasons] = ended()[count - 1] ?? [];
  if (how === 'FAILURE' && reasons === '') await sleep(100);
  return ended().slice(0, count).map(serverConnection);
}

function serverConnection([, report = '', how, reasons = '']: RegExpExecArray): ConnectionFacts {
  const failure = peerError('handshake', 'CONNECTION FAILURE', report);
  return {
    ...emptyFacts(),
    version: field(report, /^Protocol version: (\S+)/m) as ProtocolVersion | null,
    cipher: field(report, /^Ciphersuite: (\S+)/m),
    peerCommonName: commonName(field(report, /^Peer certificate: (.*)$/m)),
    error: how === 'FAILURE' ? (opensslError(report + reasons, 'handshake') ?? failure) : null,
  };
}

export interface OpensslClientOptions extends Omit<PeerClientOptions, 'read'> {
  /** Closes the connection once this was printed; without it the client stays until the server closes. */
  readonly until?: RegExp | undefined;
  /** A file to write the session to, and one to resume from. */
  readonly sessionOut?: string | undefined;
  readonly sessionIn?: string | undefined;
  readonly extraArguments?: readonly string[] | undefined;
  readonly timeout?: number | undefined;
}

export interface OpensslClientFacts extends ConnectionFacts {
  readonly exitCode: number | null;
  /** "Verify return code", 0 for success. */
  readonly verifyCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs s_client: waits for the handshake, sends, waits for `until` or the server's close. A line sent must not begin with
 * Q or R, which are commands. `received` is all of stdout, where data and the report stand together.
 */
export async function connectOpenssl(options: OpensslClientOptions): Promise<OpensslClientFacts> {
  const folder = await TempDirectory.create();
  const child = Child.start(peerPath('openssl'), await clientArguments(options, folder));
  try {
    await converse(child, options);
    const { code } = await child.finish(options.timeout);
    return clientFacts(child, code, options.verify ?? true);
  } finally {
    await child.close();
    await folder.close();
  }
}

async function clientArguments(
  options: OpensslClientOptions,
  folder: TempDirectory,
): Promise<string[]> {
  const {
    port,
    host = '127.0.0.1',
    servername = 'localhost',
    verify = true,
    sessionIn,
    sessionOut,
    extraArguments = [],
  } = options;
  return [
    's_client',
    ...['-connect', `${host}:${port}`],
    ...(servername === null ? ['-noservername'] : ['-servername', servername]),
    ...(verify
      ? ['-verify_return_error', ...(servername === null ? [] : ['-verify_hostname', servername])]
      : []),
    ...(await commonArguments(options, folder)),
    ...(sessionIn ? ['-sess_in', sessionIn] : []),
    ...(sessionOut ? ['-sess_out', sessionOut] : []),
    ...extraArguments,
  ];
}

async function converse(
  child: Child,
  { send, until, timeout }: OpensslClientOptions,
): Promise<void> {
  try {
    await child.waitFor(/^ *Verify return code: \d+/m, timeout);
    if (send) child.stdin.write(send);
    if (!until) return;
    await child.waitFor(until, timeout);
    child.stdin.end();
  } catch (error) {
    // The output of a client that ended early has the reason; a client that hangs has no output.
    if (/timed out/.test((error as Error).message)) throw error;
  }
}

function clientFacts(child: Child, exitCode: number | null, verify: boolean): OpensslClientFacts {
  const { stdout, stderr } = child;
  const established = /^(New|Reused), (\S+), Cipher is (\S+)/m.exec(stdout);
  const verifyCode = field(stdout, /^ *Verify return code: (\d+)/m);
  // The report names the cipher suite also when verification has ended the handshake.
  const refused = verify && verifyCode !== null && verifyCode !== '0';
  const done = established !== null && established[3] !== '(NONE)' && !refused;
  return {
    ...emptyFacts(),
    version: done ? (established[2] as ProtocolVersion) : null,
    cipher: done ? (established[3] ?? null) : null,
    alpn: field(stdout, /^ALPN protocol: (.*)$/m),
    peerCommonName: commonName(field(stdout, /^subject=(.*)$/m)),
    reused: established?.[1] === 'Reused',
    received: child.stdoutBytes,
    error: exitCode === 0 ? null : opensslError(stderr, done ? 'data' : 'handshake'),
    exitCode,
    verifyCode: verifyCode === null ? null : Number(verifyCode),
    stdout,
    stderr,
  };
}

/** The verification failure if there is one, else the first line of the error queue. */
function opensslError(text: string, phase: PeerError['phase']): PeerError | null {
  const verify = /verify error:num=(\d+):(.*)/.exec(text);
  const line = /error:[0-9A-F]+:([^:]*):[^:]*:([^:]*):/.exec(text);
  if (!verify && !line) return null;
  const message = verify?.[2] ?? line?.[2] ?? '';
  return peerError(phase, line?.[2] ?? 'certificate verify failed', message, {
    verifyCode: verify ? Number(verify[1]) : null,
  });
}

const field = (text: string, pattern: RegExp): string | null =>
  pattern.exec(text)?.[1]?.trim() ?? null;

const commonName = (subject: string | null): string | null =>
  subject === null ? null : field(subject, /CN ?= ?([^,/]+)/);
