// Clients that measure handshakes: `openssl s_time` if installed, because it has the least overhead, else node:tls.
// Each returns its number of handshakes and the seconds.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as tls from 'node:tls';

const found = spawnSync('openssl', ['version'], { encoding: 'utf8' });
export const hasOpenssl = found.status === 0;
export const handshakeClient = hasOpenssl
  ? `openssl s_time (${found.stdout.trim()})`
  : `node:tls (OpenSSL ${process.versions.openssl})`;

async function withOpenssl(port, { version, isResumed }) {
  const protocol = version === 'TLSv1.3' ? '-tls1_3' : '-tls1_2';
  const mode = isResumed ? '-reuse' : '-new';
  const args = ['s_time', '-connect', `127.0.0.1:${port}`, mode, protocol, '-time', '1'];
  const started = performance.now();
  const child = spawn('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  await once(child, 'close');
  const seconds = (performance.now() - started) / 1000;
  const count = Number(/^(\d+) connections in /m.exec(output)?.[1] ?? 0);
  if (count === 0) throw new Error(`openssl s_time made no connection: ${output.slice(-500)}`);
  // It prints one letter for each connection, r for a resumed one.
  const resumed =
    (/starting\n([r*t]+)/i.exec(output.slice(output.lastIndexOf('starting')))?.[1] ?? '').split('r')
      .length - 1;
  if (isResumed && resumed < count * 0.9)
    throw new Error(`only ${resumed} of ${count} connections were resumed`);
  return { count, seconds };
}

async function connectOnce(port, options) {
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

async function withNode(port, { version, isResumed, seconds: limit }) {
  const options = { minVersion: version, maxVersion: version };
  const first = await connectOnce(port, options);
  if (isResumed) options.session = first.getSession();
  first.destroy();
  const started = performance.now();
  let count = 0;
  while (performance.now() - started < limit * 1000) {
    const socket = await connectOnce(port, options);
    if (isResumed && !socket.isSessionReused()) throw new Error('a connection was not resumed');
    socket.destroy();
    count += 1;
  }
  return { count, seconds: (performance.now() - started) / 1000 };
}

/** @param {{ version: 'TLSv1.2' | 'TLSv1.3', isResumed: boolean, seconds: number }} wish */
export const measureHandshakes = hasOpenssl ? withOpenssl : withNode;
