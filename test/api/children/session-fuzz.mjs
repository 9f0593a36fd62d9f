// Stored sessions that are changed: without and with a corrected digest, and inside OpenSSL's own part. Sessions that are
// accepted nevertheless are offered to a server. Arguments: a JSON file {certPem, keyPem, caPem}, the seed, the number.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';

import * as ssl from 'hermetic-ssl/ssl';

import { mutate, randomFrom } from './random.mjs';

const [inputPath, seed, count] = process.argv.slice(2);
const { certPem, keyPem, caPem } = JSON.parse(fs.readFileSync(inputPath, 'utf8'));
const random = randomFrom(Number(seed));

function contexts(change) {
  const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  server.loadCertChain({ cert: certPem, key: keyPem });
  change(server);
  const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  client.loadVerifyLocations({ cadata: caPem });
  return { client, server };
}

function attempt(act) {
  try {
    return act();
  } catch (error) {
    assert.ok(error instanceof ssl.SSLError, error.stack);
    return null;
  }
}

function connect({ client, server }, session) {
  const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  const near = client.wrapBio(a, b, { serverHostname: 'localhost', session });
  const far = server.wrapBio(b, a, { serverSide: true });
  for (let i = 0; i < 5; i++) for (const side of [near, far]) attempt(() => side.doHandshake());
  attempt(() => near.read());
  return near;
}

const KINDS = [
  contexts((server) => (server.maximumVersion = ssl.TLSVersion.TLSv1_2)),
  contexts((server) => {
    server.maximumVersion = ssl.TLSVersion.TLSv1_2;
    server.options |= ssl.OP_NO_TICKET;
  }),
  contexts(() => undefined),
].map((kind) => ({ ...kind, bytes: connect(kind).session.serialize() }));

const HEADER = 'hermetic-ssl session'.length + 1;
const DIGEST = 32;
const seal = (body) => Buffer.concat([body, createHash('sha256').update(body).digest()]);

/** The last field is OpenSSL's part; its length is put right. */
function changeInside(bytes) {
  let at = HEADER;
  while (bytes[at] !== 1) at += 5 + bytes.readUInt32BE(at + 1);
  const der = mutate(bytes.subarray(at + 5, -DIGEST), random);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(der.length);
  return seal(Buffer.concat([bytes.subarray(0, at + 1), length, der]));
}

const WAYS = [
  (bytes) => mutate(bytes, random),
  (bytes) => seal(Buffer.concat([bytes.subarray(0, HEADER), mutate(bytes.subarray(HEADER, -DIGEST), random)])),
  changeInside,
  changeInside,
  changeInside,
]; // prettier-ignore

const outcomes = { refused: 0, unreadable: 0, impossible: 0, offered: 0, resumed: 0 };

function outcomeOf(kind) {
  const changed = random.pick(WAYS)(kind.bytes);
  let session;
  try {
    session = ssl.SSLSession.deserialize(changed, kind.client);
  } catch (error) {
    if (error instanceof ssl.SSLError) return 'unreadable';
    assert.equal(error.code, 'ERR_INVALID_ARG_VALUE', error.stack);
    return 'refused';
  }
  session.serialize();
  try {
    return connect(kind, session).sessionReused ? 'resumed' : 'offered';
  } catch (error) {
    // The server's name, or what was checked.
    assert.equal(error.code, 'ERR_INVALID_ARG_VALUE', error.stack);
    return 'impossible';
  }
}

for (let i = 0; i < Number(count); i++) outcomes[outcomeOf(random.pick(KINDS))]++;
console.log(JSON.stringify(outcomes));
