/** nginx and HAProxy as servers that have keys of tickets in files, and answer every request themselves. */
import { Child } from '../../helpers/child.js';
import { freePort } from '../../helpers/free-port.js';
import { peerPath } from '../../helpers/peers.js';
import { TempDirectory } from '../../helpers/temp.js';
import type { Identity } from '../../helpers/peer-types.js';

export interface TicketPeer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a server, and waits until it accepts connections. */
async function start(
  folder: TempDirectory,
  program: 'nginx' | 'haproxy',
  args: readonly string[],
  ready: RegExp,
  port: number,
): Promise<TicketPeer> {
  const child = Child.start(peerPath(program), args);
  const close = async (): Promise<void> => {
    await child.close();
    await folder.close();
  };
  await child.waitFor(ready).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { port, close };
}

/** @param keys the files of `ssl_session_ticket_key`, of which the first encrypts */
export async function startTicketNginx(
  { chainPem, keyPem }: Identity,
  keys: readonly string[],
): Promise<TicketPeer> {
  const folder = await TempDirectory.create();
  const port = await freePort();
  const [certificate, key] = [
    await folder.write('cert.pem', chainPem),
    await folder.write('key.pem', keyPem),
  ];
  const user = process.getuid?.() === 0 ? 'user root root;' : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const file = await folder.write(
    'nginx.conf',
    `${user} daemon off; master_process on; worker_processes 1; pid ${folder.join('nginx.pid')};
error_log stderr info;
events { worker_connections 64; }
http {
  access_log off; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache none;
  ${temporary.map((kind) => `${kind}_temp_path ${folder.join(kind)};`).join(' ')}
  ${keys.map((one) => `ssl_session_ticket_key ${one};`).join(' ')}
  server { listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key};
    location / { return 200 "hello"; } }
}
`,
  );
  const args = ['-p', folder.path, '-c', file, '-e', 'stderr'];
  return start(folder, 'nginx', args, /start worker process \d+/, port);
}

/** @param keys the file of `tls-ticket-keys` */
export async function startTicketHaproxy(
  { chainPem, keyPem }: Identity,
  keys: string,
): Promise<TicketPeer> {
  const folder = await TempDirectory.create();
  const port = await freePort();
  const pem = await folder.write('both.pem', `${chainPem}\n${keyPem}`);
  const file = await folder.write(
    'haproxy.cfg',
    `defaults
  mode http
  timeout client 10s
  timeout server 10s
  timeout connect 10s
frontend tls
  bind 127.0.0.1:${port} ssl crt ${pem} tls-ticket-keys ${keys} ssl-min-ver TLSv1.2
  http-request return status 200 content-type text/plain string hello
`,
  );
  return start(folder, 'haproxy', ['-W', '-f', file], /Loading success|New worker/, port);
}
