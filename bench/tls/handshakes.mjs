// The client of handshakes: `openssl s_time`, which costs less than any client in Node.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/**
 * The suite of each version: of what a client offers, every server prefers another one of TLS 1.2, and their hashes differ in
 * cost.
 */
const SUITES = {
  'TLSv1.3': ['-ciphersuites', 'TLS_AES_256_GCM_SHA384'],
  'TLSv1.2': ['-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
};

/** Returns the version of the openssl program, or null. */
export function opensslVersion() {
  const found = spawnSync('openssl', ['version'], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : null;
}

/**
 * Shakes hands for a second; returns the number of handshakes, and the seconds.
 * @param {{ version: 'TLSv1.2' | 'TLSv1.3', isResumed: boolean, page?: string }} wish with a page, an HTTP request follows each
 */
export async function measureHandshakes(port, { version, isResumed, page }) {
  const protocol = version === 'TLSv1.3' ? '-tls1_3' : '-tls1_2';
  const mode = isResumed ? '-reuse' : '-new';
  const args = [
    's_time',
    '-connect',
    `127.0.0.1:${port}`,
    mode,
    protocol,
    ...SUITES[version],
    '-time',
    '1',
    ...(page ? ['-www', page] : []),
  ];
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
