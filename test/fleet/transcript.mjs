// Writes down how nginx and a server of this package resume each other's sessions, with the openssl program as the client. The
// result stands in docs/fleet.md:
//   node test/fleet/transcript.mjs
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { KeyRing, nginxSessionIdContext } from 'hermetic-ssl/fleet';
import * as ssl from 'hermetic-ssl/ssl';

import { makeCertificates } from '../../scripts/soak/certificates.mjs';
import { startNginx } from './programs.mjs';

/** The key of docs/fleet.md, so that its name can be seen in the tickets. */
const KEY =
  '6a79f059dab316ae6ceaf2c10dc307a3b97f9835ecb62e4c470f21db9260056682f5be10342451ff' +
  '7789759e1ede314c3f2f6d7f51b1a0e46e6f264f0938295b811af8e48d007b53c27984790a0fa275';
const HOST = { address: '127.0.0.1', command: (program, args) => [program, args] };

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, HOST.address, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Runs the openssl program, and returns its output. Not spawnSync: the server is in this process. */
function openssl(args, input = '') {
  const child = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: 20_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', () => resolve(output));
  });
}

async function serveOurs(folder) {
  const context = ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH);
  context.loadCertChain(path.join(folder, 'cert.pem'), path.join(folder, 'key.pem'));
  const ring = KeyRing.files(path.join(folder, 'ticket.key'));
  context.ticketKeys = ring;
  const certificate = readFileSync(path.join(folder, 'cert.pem'), 'utf8');
  context.sessionIdContext = nginxSessionIdContext(certificate);
  const server = ssl.createServer({ context }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nhello'));
  });
  await new Promise((resolve) => server.listen(0, HOST.address, resolve));
  const close = () => {
    server.close();
    ring.close();
  };
  return { port: server.address().port, close };
}

/** One connection: the command as a reader would type it, and the lines of its output that matter. */
async function visit(folder, { name, port }, version, session) {
  const shown = `$ openssl s_client -connect ${name}:443 -${version} -ign_eof ${session} < request`;
  const [option, file] = session.split(' ');
  const output = await openssl(
    [
      ...['s_client', '-connect', `${HOST.address}:${port}`, `-${version}`, '-ign_eof'],
      ...[option, path.join(folder, file), '-CAfile', path.join(folder, 'ca.pem')],
    ],
    'GET / HTTP/1.0\r\n\r\n',
  );
  const [line = 'no handshake'] = /^(?:New|Reused), TLS.*$/m.exec(output) ?? [];
  return [shown, line];
}

async function keyOf(folder, file) {
  const output = await openssl(['sess_id', '-in', path.join(folder, file), '-noout', '-text']);
  const [, name = 'no ticket'] = /TLS session ticket:\s+0000 - ([0-9a-f -]{47})/.exec(output) ?? [];
  return [
    `$ openssl sess_id -in ${file} -noout -text | grep -A1 'session ticket'`,
    `    0000 - ${name}`,
  ];
}

/** Returns the transcript: each makes a session, and the other resumes it, under both versions. */
export async function transcript() {
  const folder = mkdtempSync(path.join(tmpdir(), 'transcript-'));
  const at = (name) => path.join(folder, name);
  let nginx = null;
  let ours = null;
  try {
    makeCertificates(folder);
    writeFileSync(at('ticket.key'), Buffer.from(KEY, 'hex'));
    const port = await freePort();
    const files = { cert: at('cert.pem'), key: at('key.pem'), ticketKeys: [at('ticket.key')] };
    nginx = await startNginx(HOST, folder, { port, ...files });
    ours = await serveOurs(folder);
    const [front, back] = [
      { name: 'nginx', port },
      { name: 'node', port: ours.port },
    ];
    const lines = [];
    for (const version of ['tls1_2', 'tls1_3'])
      for (const [maker, other] of [
        [front, back],
        [back, front],
      ]) {
        const file = `${maker.name}-${version}`;
        lines.push(...(await visit(folder, maker, version, `-sess_out ${file}`)));
        lines.push(...(await keyOf(folder, file)));
        lines.push(...(await visit(folder, other, version, `-sess_in ${file}`)));
      }
    return lines.join('\n');
  } finally {
    await nginx?.close();
    ours?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(await transcript());
