// A polluted Object.prototype decides nothing: options are read as an object's own properties.
import { describe, expect, it } from 'vitest';

import { runModule } from '../helpers/run-module.js';
import { testPki } from '../helpers/test-pki.js';

const { localhost, caPem, stranger } = await testPki();

const PREAMBLE = `
import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as password from 'hermetic-ssl/password';
import * as ssl from 'hermetic-ssl/ssl';
const [cert, key, ca, foreignCa] = ${JSON.stringify([localhost.chainPem, localhost.keyPem, caPem, stranger.chainPem])};
const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
server.loadCertChain({ cert, key });
const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
client.loadVerifyLocations({ cadata: ca });
const aborted = AbortSignal.abort(new Error('polluted'));
const boom = () => { throw new Error('polluted'); };
function pollute(values) {
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
}
async function serve(options, talk) {
  const srv = ssl.createServer({ context: server, ...options }, (socket) => {
    socket.on('error', () => {});
    socket.end('hello');
  });
  const failures = [];
  srv.on('tlsClientError', (error) => failures.push(error));
  srv.listen(0, '127.0.0.1');
  await once(srv, 'listening');
  await talk(srv.address().port, failures);
  srv.close();
}
async function hello(port, options = {}) {
  const socket = await ssl.connect({ port, context: client, ...options });
  socket.on('error', () => {});
  return Buffer.concat(await socket.toArray()).toString();
}
`;

async function inProcess(source: string): Promise<void> {
  const { code, signal, stdout, stderr } = await runModule(PREAMBLE + source);
  expect([code, signal, stderr], stdout).toEqual([0, null, '']);
}

describe('a polluted Object.prototype', () => {
  it('decides nothing for connect and createServer', () =>
    inProcess(`
      pollute({
        serverHostname: 'other.example', suppressRaggedEofs: 1, allowHalfOpen: 1, cadata: foreignCa, cafile: '/nowhere',
        ca: foreignCa, rejectUnauthorized: false, onread: {}, context: null, session: {},
        path: '/nowhere', handshakeTimeout: 'x', doHandshakeOnConnect: 'x', serverSide: 'x', pauseOnConnect: true,
      });
      await serve({}, async (port, failures) => {
        // Node's own listen would read these. (Its streams read "signal", its emitters "timeout".)
        pollute({ host: 'nowhere.invalid', localAddress: '192.0.2.1' });
        assert.equal(await hello(port, { host: 'localhost' }), 'hello');
        assert.deepEqual(failures, []);
      });
    `));

  it('decides nothing for wrapSocket, wrapBio and getServerCertificate', () =>
    inProcess(`
      import net from 'node:net';
      await serve({}, async (port) => {
        const raw = net.connect(port, '127.0.0.1');
        await once(raw, 'connect');
        pollute({ serverSide: true, serverHostname: 'other.example', session: {}, handshakeTimeout: -1,
          doHandshakeOnConnect: 3, suppressRaggedEofs: 3, allowHalfOpen: 3, sslVersion: 99, caCerts: '/nowhere', binaryForm: 3,
          includeAliases: 3 });
        const socket = client.wrapSocket(raw, { serverHostname: 'localhost' });
        await socket.doHandshake();
        assert.equal(socket.serverHostname, 'localhost');
        assert.equal(typeof socket.getpeercert(), 'object');
        socket.on('error', () => {}).destroy();
        const bio = client.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), { serverHostname: 'localhost' });
        assert.equal(bio.serverSide, false);
        assert.match(await ssl.getServerCertificate(['127.0.0.1', port]), /BEGIN CERTIFICATE/);
        assert.equal(client.getCaCerts().length, 1);
        assert.ok(client.getGroups().length > 0);
      });
    `));

  it('decides nothing for certificates, keys and trust', () =>
    inProcess(`
      pollute({ cadata: foreignCa, cafile: '/nowhere', capath: '/nowhere', pfx: Buffer.of(1), certfile: '/nowhere',
        keyfile: '/nowhere', password: boom, legacy: 3, purpose: 3, key: 3 });
      const context = ssl.createDefaultContext(ssl.Purpose.SERVER_AUTH, { cadata: ca });
      assert.equal(context.getCaCerts().length, 1);
      server.loadCertChain({ cert: cert + key });
      server.replaceCertChains([{ cert: cert + key }]);
      ssl.systemCertificates();
      assert.throws(() => context.loadVerifyLocations({}), { code: 'ERR_INVALID_ARG_TYPE' });
    `));

  it('decides nothing for hashes, derived keys and passwords', () =>
    inProcess(`
      const data = Buffer.from('abc');
      const salt = Buffer.alloc(16);
      const cost = { salt, n: 16, r: 1, p: 1 };
      const before = [
        hashlib.blake2b(data, {}).hexdigest(), hashlib.scryptSync(data, cost).toString('hex'),
        hashlib.pbkdf2HmacSync('sha1', data, salt, 2).toString('hex'),
      ];
      pollute({ signal: aborted, usedforsecurity: 3, key: data, person: data, digestSize: 5, fanout: 2, lastNode: true,
        maxmem: 1, dklen: 3, n: 2, salt: data, iterations: 1, algorithm: 'x', format: 'x', saltLength: 1,
        maxIterations: 1, threads: 1, maxPending: 0 });
      assert.deepEqual([
        hashlib.blake2b(data, {}).hexdigest(), hashlib.scryptSync(data, cost).toString('hex'),
        hashlib.pbkdf2HmacSync('sha1', data, salt, 2).toString('hex'),
      ], before);
      assert.equal((await hashlib.pbkdf2Hmac('sha1', data, salt, 2, null, {})).toString('hex'), before[2]);
      assert.equal((await hashlib.scrypt(data, cost)).toString('hex'), before[1]);
      assert.throws(() => hashlib.scryptSync(data, { n: 16, r: 1, p: 1 }), /salt is required/);
      hashlib.configure({});
      await hashlib.fileDigest([data], 'sha256', {}).catch(() => {});
      const stored = await password.hash('secret', {});
      assert.match(stored, /^\\$pbkdf2-sha256\\$i=600000/);
      assert.equal(await password.verify('secret', stored, {}), true);
      assert.equal(password.needsRehash(stored), false);
      assert.equal(hmac.new(data, data, 'sha256').digest().length, 32);
    `));

  it('that makes wrapSocket throw does not end a server', () =>
    inProcess(`
      await serve({}, async (port, failures) => {
        const fine = server.sslsocketClass;
        server.sslsocketClass = class extends ssl.SSLSocket { static create() { throw new Error('no socket'); } };
        await assert.rejects(hello(port));
        assert.equal(failures[0].message, 'no socket');
        server.sslsocketClass = fine;
        assert.equal(await hello(port), 'hello');
      });
    `));
});
