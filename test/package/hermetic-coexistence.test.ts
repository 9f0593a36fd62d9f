// node:crypto and node:tls run on the runtime's OpenSSL together with ours in one process: neither affects the other, also
// when both are under load at once and when one of them fails.
import * as crypto from 'node:crypto';
import { promisify } from 'node:util';

import { version } from 'hermetic-ssl';
import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import { SSLContext, PROTOCOL_TLS_SERVER } from 'hermetic-ssl/ssl';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { connectNode, startNodeServer } from '../helpers/node-tls.js';
import { connectOurs, startOurServer } from '../helpers/ours.js';
import type { PeerServer } from '../helpers/peer-types.js';
import { testPki, type TestPki } from '../helpers/test-pki.js';
import { loadAddon } from './support/paths.js';

const cleanup = new Cleanup();
let pki: TestPki;
let servers: { ours: PeerServer; node: PeerServer };

beforeAll(async () => {
  pki = await testPki();
  const identity = pki.localhost;
  servers = {
    ours: cleanup.add(await startOurServer({ identity })),
    node: cleanup.add(await startNodeServer({ identity })),
  };
});
afterAll(() => cleanup.run());

const derive = promisify(crypto.pbkdf2);
const PAYLOAD = crypto.randomBytes(200_000);

/** One piece of work on both libraries; each rejects when a result is wrong. */
const WORK: Readonly<Record<string, (i: number) => Promise<void>>> = {
  async derivations(i) {
    const [password, salt] = [Buffer.from(`password ${i}`), Buffer.from(`salt ${i}`)];
    const keys = [
      derive(password, salt, 2000 + i, 40, 'sha512'),
      hashlib.pbkdf2Hmac('sha512', password, salt, 2000 + i, 40),
    ];
    const [theirs, ours] = await Promise.all(keys);
    expect(ours).toEqual(theirs);
  },
  async hashes(i) {
    for (const name of ['sha256', 'sha3-256', 'sha512', 'blake2b512', 'md5']) {
      const data = PAYLOAD.subarray(i, i + 5000);
      const theirs = crypto.createHash(name).update(data);
      const ours = hashlib.new(name.replace('-', '_').replace('b512', 'b'), data);
      expect(ours.digest()).toEqual(theirs.digest());
    }
    const key = PAYLOAD.subarray(0, 20 + i);
    expect(hmac.digest(key, PAYLOAD, 'sha256')).toEqual(
      crypto.createHmac('sha256', key).update(PAYLOAD).digest(),
    );
  },
  async signatures(i) {
    const data = Buffer.from(`message ${i}`);
    const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const signature = crypto.sign('sha256', data, privateKey);
    expect(crypto.verify('sha256', data, publicKey, signature)).toBe(true);
    expect(crypto.verify('sha256', Buffer.from('other'), publicKey, signature)).toBe(false);
  },
  async 'our client at a server of node:tls'() {
    const { port } = servers.node;
    const seen = await connectOurs({ port, ca: pki.caPem, send: PAYLOAD });
    expect(seen.error).toBeNull();
    expect(seen.received.equals(PAYLOAD)).toBe(true);
  },
  async 'a client of node:tls at our server'() {
    const { port } = servers.ours;
    const seen = await connectNode({ port, ca: pki.caPem, send: PAYLOAD });
    expect(seen.error).toBeNull();
    expect(seen.received.equals(PAYLOAD)).toBe(true);
  },
  async 'our client at our server'() {
    const { port } = servers.ours;
    const seen = await connectOurs({ port, ca: pki.caPem, send: PAYLOAD });
    expect(seen.error).toBeNull();
    expect(seen.received.equals(PAYLOAD)).toBe(true);
  },
  async 'a refused certificate on either side'() {
    const ca = pki.strangerAuthority.certPem;
    const ours = await connectOurs({ port: servers.node.port, ca });
    const theirs = await connectNode({ port: servers.ours.port, ca });
    expect(ours.error?.phase).toBe('handshake');
    expect(theirs.error?.phase).toBe('handshake');
  },
};

describe('both libraries', () => {
  it('are two, and each reports its own version', () => {
    expect(version.openssl).not.toContain(`OpenSSL ${process.versions.openssl} `);
    expect(version.openssl).toContain(version.pin);
    expect(loadAddon().version().openssl).toBe(version.openssl);
    expect(process.versions.openssl).not.toBe(version.pin);
  });

  for (const [name, work] of Object.entries(WORK)) {
    it(`do ${name} right`, () => work(0));
  }

  it('do all of it right at once', { timeout: 120_000 }, async () => {
    const rounds = Array.from({ length: 12 }, (_, i) => i);
    await Promise.all(rounds.flatMap((i) => Object.values(WORK).map((work) => work(i))));
    expect(process.versions.openssl).not.toBe(version.pin);
  });
});

describe('a failure in one library', () => {
  const GARBAGE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

  it('leaves no error behind for the other', () => {
    for (let i = 0; i < 50; ++i) {
      const context = new SSLContext(PROTOCOL_TLS_SERVER);
      expect(() => context.loadVerifyLocations({ cadata: GARBAGE })).toThrow();
      const { privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
      expect(crypto.sign('sha256', PAYLOAD, privateKey).length).toBeGreaterThan(60);
      expect(() => new crypto.X509Certificate(GARBAGE)).toThrow();
      expect(() => crypto.createPrivateKey('garbage')).toThrow();
      context.loadVerifyLocations({ cadata: pki.caPem });
      context.loadCertChain({ cert: pki.localhost.chainPem, key: pki.localhost.keyPem });
      expect(context.certStoreStats()).toMatchObject({ x509: 1 });
    }
  });
});
