// Handshakes, data and closes with something changed on the way, on either side and at every stage. Arguments: a JSON
// file {certPem, keyPem, caPem}, the seed, the number of connections. Each ends with the data as sent, or an SSLError.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import * as ssl from 'hermetic-ssl/ssl';

import { mutate, randomFrom } from './random.mjs';

const [inputPath, seed, count] = process.argv.slice(2);
const { certPem, keyPem, caPem } = JSON.parse(fs.readFileSync(inputPath, 'utf8'));
const random = randomFrom(Number(seed));
const MESSAGE = Buffer.from('what was sent');

function contexts(change) {
  const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  server.loadCertChain({ cert: certPem, key: keyPem });
  server.loadVerifyLocations({ cadata: caPem });
  server.verifyMode = ssl.CERT_OPTIONAL;
  server.sniCallback = () => undefined;
  server.setAlpnProtocols(['h2']);
  const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  client.loadVerifyLocations({ cadata: caPem });
  client.setAlpnProtocols(['h2', 'http/1.1']);
  change(client, server);
  return { client, server };
}

function takeKeys(client, server) {
  const key = Buffer.from('a key of 16 bytes');
  client.setPskClientCallback(() => ['identity', key]);
  server.setPskServerCallback((identity) => (identity === 'identity' ? key : null), 'hint');
}

const KINDS = [
  contexts((client) => (client.maximumVersion = ssl.TLSVersion.TLSv1_2)),
  contexts(() => undefined),
  contexts((client, server) => {
    client.setGroups('X25519:P-384');
    server.setGroups('P-384');
  }),
  contexts((client, server) => {
    takeKeys(client, server);
    client.maximumVersion = ssl.TLSVersion.TLSv1_2;
    client.setCiphers('PSK');
    server.setCiphers('PSK');
  }),
  contexts((client, server) => {
    takeKeys(client, server);
    server.setCiphersuites('TLS_AES_128_GCM_SHA256');
  }),
];

/** One end, with its two MemoryBIOs. */
function end(context, options) {
  const [incoming, outgoing] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
  return {
    object: context.wrapBio(incoming, outgoing, options),
    incoming,
    outgoing,
    failed: false,
  };
}

function attempt(side, act) {
  if (side.failed) return undefined;
  try {
    return act(side.object);
  } catch (error) {
    assert.ok(error instanceof ssl.SSLError, error.stack);
    side.failed = !(error instanceof ssl.SSLWantReadError);
    return undefined;
  }
}

const outcomes = { done: 0, failed: 0, waiting: 0 };

/** Each flight passes here; the one whose turn it is arrives changed. */
function connect({ client, server }, changed) {
  const ends = [end(client, { serverHostname: 'localhost' }), end(server, { serverSide: true })];
  let flight = 0;
  const pass = (from, to) => {
    const bytes = from.outgoing.read();
    if (bytes.length === 0) return;
    to.incoming.write(flight++ === changed ? mutate(bytes, random) : bytes);
  };
  const both = (act) => {
    for (const [from, to] of [ends, ends.toReversed?.() ?? [ends[1], ends[0]]]) {
      attempt(from, act);
      pass(from, to);
    }
  };
  for (let i = 0; i < 5; i++) both((object) => object.doHandshake());
  const isDone = ends.every(({ object }) => object.version() !== null);
  const hasFailed = ends.some(({ failed }) => failed);
  both((object) => object.write(MESSAGE));
  for (const side of ends) {
    const received = attempt(side, (object) => object.read());
    assert.ok(!received?.length || MESSAGE.equals(received), 'changed data was delivered');
    attempt(side, (object) => [
      object.getUnverifiedChain(),
      object.sharedCiphers(),
      object.cipher(),
      object.group(),
    ]);
    if (side.object.version() !== null) side.object.getpeercert();
    assert.ok(side.object.session === null || side.object.session.id.length <= 32);
  }
  for (let i = 0; i < 2; i++) both((object) => object.unwrap());
  for (const side of ends) {
    side.incoming.writeEof();
    attempt(side, (object) => object.read());
    for (const use of [
      (object) => object.read(),
      (object) => object.write(MESSAGE),
      (object) => object.doHandshake(),
    ])
      attempt(side, use);
  }
  outcomes[isDone ? 'done' : hasFailed ? 'failed' : 'waiting']++;
}

for (let i = 0; i < Number(count); i++) connect(random.pick(KINDS), random.below(9));
for (let i = 0; i < Number(count) / 4; i++) {
  const kind = random.pick(KINDS);
  const side =
    i % 2
      ? end(kind.client, { serverHostname: 'localhost' })
      : end(kind.server, { serverSide: true });
  side.incoming.write(
    Buffer.concat([Buffer.from([22, 3, random.below(5)]), random.bytes(random.below(400))]),
  );
  for (let j = 0; j < 3; j++) attempt(side, (object) => object.doHandshake());
}
console.log(JSON.stringify(outcomes));
