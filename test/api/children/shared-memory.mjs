// Everything that parses bytes, given memory that another thread writes to all the while: each call has to come to a
// result or an error. Arguments: a JSON file {certPem, keyPem, caPem, crlPem, pfx}, the milliseconds for each, and names
// of entries (all without any). Prints a line for each, so that it is known where the process has ended.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Worker } from 'node:worker_threads';

import * as ssl from 'hermetic-ssl/ssl';

const [inputPath, duration, ...chosen] = process.argv.slice(2);
const { certPem, keyPem, caPem, crlPem, pfx } = JSON.parse(fs.readFileSync(inputPath, 'utf8'));
const der = (pem) => ssl.pemCertToDerCert(pem);

function storedSession() {
  const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  server.maximumVersion = ssl.TLSVersion.TLSv1_2;
  server.loadCertChain({ cert: certPem, key: keyPem });
  const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const near = client.wrapBio(a, b, { serverHostname: 'localhost' });
  const far = server.wrapBio(b, a, { serverSide: true });
  for (let i = 0; i < 5; i++) {
    for (const side of [near, far]) {
      try {
        side.doHandshake();
      } catch (error) {
        assert.ok(error instanceof ssl.SSLWantReadError, error.stack);
      }
    }
  }
  return near.session.serialize();
}

const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
client.loadVerifyLocations({ cadata: caPem });
const fresh = (protocol = ssl.PROTOCOL_TLS_SERVER) => new ssl.SSLContext(protocol);
const key = Buffer.from(keyPem);
const cert = Buffer.from(certPem);

/** Returns the positions of the lengths of a stored session's fields (native/tls/session_record.h). */
function lengthsOf(record) {
  const places = [];
  for (let at = 21; at < record.length - 32; at += 5 + record.readUInt32BE(at + 1)) {
    places.push(at + 1, at + 2, at + 3, at + 4);
  }
  return places;
}

const stored = storedSession();

/** Valid bytes, what parses them, and the places that are worth a change; all without any. */
const ENTRIES = {
  'SSLSession.deserialize': [stored, (b) => ssl.SSLSession.deserialize(b, client), lengthsOf(stored)],
  'loadCertChain cert PEM': [cert, (b) => fresh().loadCertChain({ cert: b, key: keyPem })],
  'loadCertChain cert DER': [der(certPem), (b) => fresh().loadCertChain({ cert: b, key: keyPem })],
  'loadCertChain key PEM': [key, (b) => fresh().loadCertChain({ cert: certPem, key: b })],
  'loadCertChain pfx': [Buffer.from(pfx, 'base64'), (b) => fresh().loadCertChain({ pfx: b, password: 'secret' })],
  'loadCertChain password': [Buffer.from('secret'), (b) => fresh().loadCertChain({ pfx: Buffer.from(pfx, 'base64'), password: b })],
  'replaceCertChains': [cert, (b) => fresh().replaceCertChains([{ cert: b, key: keyPem }])],
  'loadVerifyLocations DER': [der(caPem), (b) => fresh().loadVerifyLocations({ cadata: b })],
  'loadVerifyLocations PEM': [Buffer.from(caPem), (b) => fresh().loadVerifyLocations({ cadata: b })],
  'loadVerifyLocations list': [Buffer.from(crlPem), (b) => fresh().loadVerifyLocations({ cadata: b })],
  'derCertToPemCert': [der(certPem), (b) => ssl.derCertToPemCert(b)],
  'spkiHash': [der(certPem), (b) => ssl.spkiHash(b)],
  'distrustedSpki': [Buffer.alloc(32, 1), (b) => (fresh().distrustedSpki = [b])],
  'serverHostname': [Buffer.from('host.example.org'), (b) => client.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), { serverHostname: b })],
}; // prettier-ignore
{
  // A server reads records that changed while they were written to the BIO.
  const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  try {
    client.wrapBio(a, b, { serverHostname: 'localhost' }).doHandshake();
  } catch (error) {
    assert.ok(error instanceof ssl.SSLWantReadError, error.stack);
  }
  ENTRIES['MemoryBIO.write'] = [
    b.read(),
    (bytes) => {
      const server = fresh();
      server.loadCertChain({ cert: certPem, key: keyPem });
      const incoming = new ssl.MemoryBIO();
      incoming.write(bytes);
      server.wrapBio(incoming, new ssl.MemoryBIO(), { serverSide: true }).doHandshake();
    },
  ];
}

/** Changes one shared byte for a moment, many times, and puts it back. */
const WRITER = `
  const { workerData: { shared, valid, places, state } } = require('node:worker_threads');
  const bytes = new Uint8Array(shared);
  const flags = new Int32Array(state);
  let random = 12345;
  const next = (n) => (random = (Math.imul(random, 1103515245) + 12345) >>> 0) % n;
  Atomics.store(flags, 0, 1);
  Atomics.notify(flags, 0);
  while (Atomics.load(flags, 1) === 0) {
    const at = places[next(places.length)];
    for (let i = 0; i < 200; i++) {
      bytes[at] = i % 2 ? valid[at] : 0xff - next(2) * 0x80;
      for (let spin = next(400); spin > 0; spin--) Atomics.load(flags, 1);
    }
    bytes[at] = valid[at];
  }
`;

async function race(valid, parse, places) {
  const shared = new SharedArrayBuffer(valid.length, { maxByteLength: valid.length + 4096 });
  const bytes = new Uint8Array(shared);
  bytes.set(valid);
  const state = new SharedArrayBuffer(8);
  const flags = new Int32Array(state);
  const workerData = { shared, valid: new Uint8Array(valid), places, state };
  const worker = new Worker(WRITER, { eval: true, workerData });
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  Atomics.wait(flags, 0, 0, 10_000);
  const counts = { taken: 0, refused: 0 };
  for (const end = Date.now() + Number(duration); Date.now() < end;) {
    try {
      parse(bytes);
      counts.taken++;
    } catch (error) {
      assert.ok(error instanceof Error, String(error));
      counts.refused++;
    }
  }
  Atomics.store(flags, 1, 1);
  await ended;
  return counts;
}

for (const [name, [valid, parse, places = [...valid.keys()]]] of Object.entries(ENTRIES)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  process.stdout.write(`${JSON.stringify([name, await race(valid, parse, places)])}\n`);
}
