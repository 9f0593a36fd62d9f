/** nginx as a server: it hands each request to an HTTP server here, and its access log describes the connections. */
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';

import { Child } from '../../helpers/child.js';
import { collect, eventually } from '../../helpers/collect.js';
import { emptyFacts, peerError } from '../../helpers/fact-log.js';
import { freePort } from '../../helpers/free-port.js';
import type {
  ConnectionFacts,
  PeerError,
  PeerServer,
  PeerServerOptions,
  ProtocolVersion,
} from '../../helpers/peer-types.js';
import { peerPath } from '../../helpers/peers.js';
import { TempDirectory } from '../../helpers/temp.js';

const VERSIONS = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const LOG_FORMAT =
  'request\t$ssl_protocol\t$ssl_cipher\t$ssl_alpn_protocol\t$ssl_client_s_dn\t$ssl_server_name\t$ssl_session_reused';

/** Starts nginx in the foreground, unprivileged, with everything it writes in a directory of its own. */
export async function startNginx(options: PeerServerOptions): Promise<PeerServer> {
  const folder = await TempDirectory.create();
  const echo = await startEcho();
  const port = await freePort();
  const file = await folder.write(
    'nginx.conf',
    await configuration(options, { folder, echo, port }),
  );
  const child = Child.start(peerPath('nginx'), ['-p', folder.path, '-c', file, '-e', 'stderr']);
  const close = async (): Promise<void> => {
    await child.close();
    echo.closeAllConnections();
    await new Promise((resolve) => echo.close(resolve));
    await folder.close();
  };
  await child.waitFor(/start worker process \d+/).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { port, close, connections: (count) => readFacts(child, folder, count) };
}

async function startEcho(): Promise<Server> {
  const server = createServer((request, response) => {
    // nginx does not read an answer while it sends a request; what answers too early waits for ever.
    void collect(request).then((body) => response.end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

interface Place {
  readonly folder: TempDirectory;
  readonly echo: Server;
  readonly port: number;
}

async function configuration(options: PeerServerOptions, place: Place): Promise<string> {
  const { folder, echo, port } = place;
  const names = await Promise.all(
    Object.entries(options.sni ?? {}).map(async ([name, identity]) =>
      serverBlock(port, `server_name ${name};`, await identityLines(folder, name, identity)),
    ),
  );
  const first = await identityLines(folder, 'default', options.identity);
  // Started by root, its workers would run as another user, who may not write in the directory.
  const user = process.getuid?.() === 0 ? 'user root root;' : '';
  return `
${user}
daemon off; master_process on; worker_processes 1; pid ${folder.join('nginx.pid')};
error_log stderr info;
events { worker_connections 64; }
http {
  log_format facts '${LOG_FORMAT}';
  access_log ${folder.join('access.log')} facts;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder.join(kind)};`).join('\n  ')}
  client_max_body_size 64m;
  ${await tlsLines(options, folder)}
  ${serverBlock(port, 'server_name _;', first, ' default_server')}
  ${names.join('\n  ')}
  upstream echo { server 127.0.0.1:${(echo.address() as AddressInfo).port}; }
}
`;
}

const serverBlock = (port: number, name: string, identity: string, kind = ''): string =>
  `server { listen 127.0.0.1:${port} ssl${kind}; ${name} ${identity}
    location / { proxy_pass http://echo; proxy_http_version 1.1; } }`;

async function identityLines(
  folder: TempDirectory,
  name: string,
  { chainPem, keyPem }: PeerServerOptions['identity'],
): Promise<string> {
  const certificate = await folder.write(`${name}/cert.pem`, chainPem);
  const key = await folder.write(`${name}/key.pem`, keyPem);
  return `ssl_certificate ${certificate}; ssl_certificate_key ${key};`;
}

async function tlsLines(options: PeerServerOptions, folder: TempDirectory): Promise<string> {
  const { minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3', ciphers, groups, ca } = options;
  const { clientCertificate = 'none' } = options;
  const versions = VERSIONS.slice(VERSIONS.indexOf(minVersion), VERSIONS.indexOf(maxVersion) + 1);
  const verify = { none: 'off', optional: 'optional', required: 'on' }[clientCertificate];
  return [
    `ssl_protocols ${versions.join(' ')};`,
    'ssl_session_cache shared:tests:1m;',
    ...(ciphers ? [`ssl_ciphers ${ciphers};`] : []),
    ...(groups ? [`ssl_ecdh_curve ${groups};`] : []),
    ...(ca ? [`ssl_client_certificate ${await folder.write('ca.pem', ca)};`] : []),
    `ssl_verify_client ${verify}; ssl_verify_depth 4;`,
  ].join('\n  ');
}

/** Requests first, in their order, then the handshakes that failed: nginx logs them in different places. */
async function readFacts(
  child: Child,
  folder: TempDirectory,
  count: number,
): Promise<ConnectionFacts[]> {
  return eventually(
    async () => {
      const log = await readFile(folder.join('access.log'), 'utf8');
      const requests = log.split('\n').filter((line) => line.startsWith('request\t'));
      const facts = [...requests.map(requestFacts), ...handshakeFailures(child.stderr)];
      return facts.length >= count ? facts.slice(0, count) : null;
    },
    { what: `${count} connections of nginx` },
  );
}

const present = (value: string | undefined): string | null =>
  value === undefined || value === '-' || value === '' ? null : value;

function requestFacts(line: string): ConnectionFacts {
  const [, version, cipher, alpn, subject, sni, reused] = line.split('\t');
  return {
    ...emptyFacts(),
    version: present(version) as ProtocolVersion | null,
    cipher: present(cipher),
    alpn: present(alpn),
    peerCommonName: /CN=([^,]+)/.exec(subject ?? '')?.[1] ?? null,
    sni: present(sni),
    reused: reused === 'r',
  };
}

function handshakeFailures(log: string): ConnectionFacts[] {
  const failures = log.matchAll(
    /SSL_do_handshake\(\) failed \(SSL: error:[0-9A-F]+:[^:]*:[^:]*:([^:)]*)/g,
  );
  return [...failures].map(([, message = '']) => ({ ...emptyFacts(), error: failure(message) }));
}

function failure(message: string): PeerError {
  const reason = message.toUpperCase().replaceAll(' ', '_');
  return peerError('handshake', 'SSL_do_handshake', message, { reason });
}
