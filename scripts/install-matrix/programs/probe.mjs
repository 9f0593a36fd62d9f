// Does a TLS handshake over a socket, PBKDF2 and random bytes in an installation, and prints the results as JSON.
import { readFileSync } from 'node:fs';
import { version } from 'hermetic-ssl';
import { pbkdf2Hmac } from 'hermetic-ssl/hashlib';
import { urandom } from 'hermetic-ssl/os';
import * as ssl from 'hermetic-ssl/ssl';

function describeRuntime() {
  const { Bun, Deno } = globalThis;
  if (Bun) return `Bun ${Bun.version}`;
  return Deno ? `Deno ${Deno.version.deno}` : `Node ${process.versions.node}`;
}

const { cert, key, ca } = JSON.parse(process.env.PROBE_IDENTITY);

function listen() {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert, key });
  const server = ssl.createServer({ context }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => socket.end(`echo ${data}`));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function readAll(socket) {
  let said = '';
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk) => (said += chunk));
    socket.on('end', () => resolve(said)).on('error', reject);
  });
}

async function handshake() {
  const server = await listen();
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.loadVerifyLocations({ cadata: ca });
  const { port } = server.address();
  const socket = await ssl.connect({
    host: '127.0.0.1',
    port,
    serverHostname: 'localhost',
    context,
  });
  const protocol = socket.version();
  socket.write('hello');
  const said = await readAll(socket);
  server.close();
  return `${protocol} ${said}`;
}

/** Returns the addons that the process has mapped, which shows their origin. */
function images() {
  let maps;
  try {
    maps = readFileSync('/proc/self/maps', 'utf8');
  } catch {
    return ['unreadable']; // Deno gives that to programs with every permission only
  }
  const found = maps.matchAll(/\/\S.*\.node\b[^/\n]*$/gm);
  return [...new Set([...found].map(([file]) => file))];
}

async function main() {
  const derived = await pbkdf2Hmac('sha256', Buffer.from('password'), Buffer.from('salt'), 4096);
  const random = [urandom(32), urandom(32)].map((bytes) => bytes.toString('hex'));
  const outcome = {
    runtime: describeRuntime(),
    openssl: version.pin,
    tls: await handshake(),
    pbkdf2: derived.toString('hex'),
    random: random[0].length === 64 && random[0] !== random[1],
    images: images(),
  };
  console.log(`\nprobe:${JSON.stringify(outcome)}`);
}

// No await outside of functions, since a CommonJS bundle does not support it.
main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
