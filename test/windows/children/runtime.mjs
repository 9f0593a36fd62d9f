// Runs in Node for Windows and uses the package together with Node's own crypto and tls. Its argument is a file of JSON
// with a server's certificate, its authority, and a folder whose name is not ASCII.
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { Worker } from 'node:worker_threads';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as os from 'hermetic-ssl/os';
import * as ssl from 'hermetic-ssl/ssl';

import { handshake } from './handshake.mjs';

const { cert, key, ca, folder, directories, hashedName } = JSON.parse(
  fs.readFileSync(process.argv[2], 'utf8'),
);

const DIGESTS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3_256'];
const [salt, iterations, length] = [Buffer.from('salt'), 500, 70];

async function wrongDigests() {
  const wrong = [];
  for (const name of DIGESTS) {
    const passwords = Array.from({ length: 40 }, (_, i) => Buffer.from(`password ${i}`));
    const keys = await Promise.all(
      passwords.map((password) => hashlib.pbkdf2Hmac(name, password, salt, iterations, length)),
    );
    const same = passwords.every((password, i) =>
      crypto.pbkdf2Sync(password, salt, iterations, length, name.replace('_', '-')).equals(keys[i]),
    );
    if (!same) wrong.push(name);
  }
  return wrong;
}

async function echo(socket) {
  socket.write('ping');
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return answer.toString();
}

/** A client of ours and one of Node's at a server of ours, over the loopback. */
async function exchanges() {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  context.loadCertChain({ cert, key });
  const server = ssl.createServer({ context }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => socket.write(`${socket.version()} ${data}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const trusting = ssl.createDefaultContext(ssl.Purpose.SERVER_AUTH, { cadata: ca });
  const ours = await ssl.connect({
    host: '127.0.0.1',
    port,
    serverHostname: 'localhost',
    context: trusting,
  });
  const theirs = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca });
  await once(theirs, 'secureConnect');
  const answers = [await echo(ours), await echo(theirs)];
  server.close();
  return answers;
}

function contextOfFiles() {
  const write = (name, text) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.loadVerifyLocations({ cafile: write('wurzel-Ω.pem', ca) });
  context.loadCertChain(write('blatt-Ω.pem', cert), write('schlüssel.pem', key));
  process.env.SSL_CERT_FILE = path.join(folder, 'wurzel-Ω.pem');
  const sources = new Set(ssl.systemCertificates().map(({ source }) => source));
  delete process.env.SSL_CERT_FILE;
  return {
    loaded: context.getCaCerts().length,
    named: [...sources].find((s) => s.endsWith('Ω.pem')),
  };
}

/** Verifies a server whose authority is in a hashed directory of that name: given, and named by SSL_CERT_DIR. */
function verifiedByDirectory(name) {
  const capath = path.join(folder, '..', name);
  fs.mkdirSync(capath, { recursive: true });
  const bare = () => new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  const before = bare();
  before.loadVerifyLocations({ capath });
  const without = handshake(before, { cert, key });
  fs.writeFileSync(path.join(capath, hashedName), ca);
  const given = bare();
  given.loadVerifyLocations({ capath });
  process.env.SSL_CERT_DIR = `${path.join(folder, 'none')};${capath}`;
  const named = ssl.createDefaultContext();
  delete process.env.SSL_CERT_DIR;
  return [without, handshake(given, { cert, key }), handshake(named, { cert, key })];
}

function missingFile() {
  try {
    new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).loadVerifyLocations({ cafile: 'C:\\none.pem' });
    return null;
  } catch ({ code, errno, path: file }) {
    return { code, errno, file };
  }
}

/** Workers come and go; the addon stays. */
async function digestsOfWorkers() {
  const seen = new Set();
  for (let i = 0; i < 3; i++) {
    const workerData = new Uint8Array(new SharedArrayBuffer(16));
    const worker = new Worker(path.join(import.meta.dirname, 'worker.mjs'), { workerData });
    await once(worker, 'exit');
    seen.add(Buffer.from(workerData).toString('hex'));
  }
  return [...seen];
}

console.log(
  JSON.stringify({
    platform: process.platform,
    version: ssl.OPENSSL_VERSION,
    random: [os.urandom(32).toString('hex'), os.urandom(32).toString('hex')],
    wrongDigests: await wrongDigests(),
    exchanges: await exchanges(),
    files: contextOfFiles(),
    directories: directories.map((name) => [name, ...verifiedByDirectory(name)]),
    missing: missingFile(),
    workers: await digestsOfWorkers(),
    places: ssl.getDefaultVerifyPaths(),
  }),
);
