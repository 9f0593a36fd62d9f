/** curl as a client: one HTTPS request, and what curl's -v says about the connection below it. */
import { Child } from './child.js';
import type { Identity, ProtocolVersion } from './peer-types.js';
import { peerPath } from './peers.js';
import { TempDirectory } from './temp.js';

export interface CurlOptions {
  readonly port: number;
  /** The host name in the URL; it is resolved to 127.0.0.1. */
  readonly servername?: string | undefined;
  readonly path?: string | undefined;
  readonly ca?: string | undefined;
  readonly verify?: boolean | undefined;
  readonly identity?: Identity | undefined;
  readonly minVersion?: ProtocolVersion | undefined;
  readonly maxVersion?: ProtocolVersion | undefined;
  readonly ciphers?: string | undefined;
  /** '2' offers h2 and http/1.1, '1.1' offers http/1.1 alone. */
  readonly http?: '1.1' | '2' | undefined;
  /** Sent as the body of a POST. */
  readonly body?: Uint8Array | undefined;
  readonly extraArguments?: readonly string[] | undefined;
}

export interface CurlResult {
  /** 0; 35 handshake failed, 52 empty reply, 56 receive error, 58 client certificate, 60 peer not trusted. */
  readonly exitCode: number | null;
  readonly status: number;
  readonly httpVersion: string | null;
  readonly body: Buffer;
  readonly version: ProtocolVersion | null;
  readonly cipher: string | null;
  readonly alpn: string | null;
  readonly peerCommonName: string | null;
  readonly verifyCode: number;
  readonly error: string | null;
  readonly log: string;
}

export async function runCurl(options: CurlOptions): Promise<CurlResult> {
  const folder = await TempDirectory.create();
  try {
    const child = Child.start(peerPath('curl'), await curlArguments(options, folder));
    child.stdin.end(options.body);
    const { code } = await child.finish(20_000);
    return readResult(code, child.stdoutBytes, child.stderr);
  } finally {
    await folder.close();
  }
}

async function curlArguments(options: CurlOptions, folder: TempDirectory): Promise<string[]> {
  const {
    port,
    servername = 'localhost',
    path = '/',
    body,
    http = '1.1',
    extraArguments = [],
  } = options;
  return [
    // -q comes first or the user's .curlrc is read.
    ...['-q', '--verbose', '--silent', '--show-error', '--noproxy', '*', '--max-time', '15'],
    ...['--write-out', '%{stderr}\n@result %{http_code} %{http_version} %{ssl_verify_result}\n'],
    ...['--resolve', `${servername}:${port}:127.0.0.1`, `--http${http}`],
    ...(body === undefined ? [] : ['--data-binary', '@-']),
    ...(await trustArguments(options, folder)),
    ...(await identityArguments(options, folder)),
    ...versionArguments(options),
    ...extraArguments,
    `https://${servername}:${port}${path}`,
  ];
}

async function trustArguments(
  { ca = '', verify = true }: CurlOptions,
  folder: TempDirectory,
): Promise<string[]> {
  if (!verify) return ['--insecure'];
  // curl also reads its compiled-in directory of certificates unless it gets another one; this has no hashed names.
  return ['--cacert', await folder.write('ca.pem', ca), '--capath', folder.path];
}

async function identityArguments(
  { identity }: CurlOptions,
  folder: TempDirectory,
): Promise<string[]> {
  if (!identity) return [];
  return [
    '--cert',
    await folder.write('cert.pem', identity.chainPem),
    '--key',
    await folder.write('key.pem', identity.keyPem),
  ];
}

function versionArguments({ minVersion, maxVersion, ciphers }: CurlOptions): string[] {
  const short = (version: ProtocolVersion): string =>
    version === 'TLSv1' ? '1.0' : version.slice('TLSv'.length);
  return [
    ...(minVersion ? [`--tlsv${short(minVersion)}`] : []),
    ...(maxVersion ? ['--tls-max', short(maxVersion)] : []),
    ...(ciphers ? ['--ciphers', ciphers] : []),
  ];
}

function readResult(exitCode: number | null, body: Buffer, log: string): CurlResult {
  const connection = /SSL connection using (\S+) \/ (\S+)/.exec(log);
  const result = /^@result (\d+) (\S+) (\d+)$/m.exec(log);
  return {
    exitCode,
    status: Number(result?.[1] ?? 0),
    httpVersion: result?.[2] ?? null,
    body,
    version: (connection?.[1] ?? null) as ProtocolVersion | null,
    cipher: connection?.[2] ?? null,
    alpn: /ALPN[:,] server accepted (?:to use )?(\S+)/.exec(log)?.[1] ?? null,
    peerCommonName: /^\* +subject:.*CN=([^;,\n]+)/m.exec(log)?.[1]?.trim() ?? null,
    verifyCode: Number(result?.[3] ?? 0),
    error: /^curl: (.*)$/m.exec(log)?.[1] ?? null,
    log,
  };
}
