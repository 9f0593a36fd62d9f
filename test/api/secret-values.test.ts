// Errors do not show values of arguments that may be secrets: also not where a value has the wrong type, or stands in the
// wrong place.
import { inspect } from 'node:util';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as os from 'hermetic-ssl/os';
import * as password from 'hermetic-ssl/password';
import * as secrets from 'hermetic-ssl/secrets';
import * as ssl from 'hermetic-ssl/ssl';
import { afterAll, describe, expect, it } from 'vitest';

import { clientContext, serverContext } from '../helpers/contexts.js';
import { duplexPair } from '../helpers/duplex-pair.js';
import { connectedPair, makePair } from '../helpers/make-pair.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';

const { localhost, caPem } = await testPki();
const { certPem, chainPem, keyPem } = localhost;
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const certfile = await folder.write('cert.pem', chainPem);
const encryptedKey = localhost.encryptedKeyPem('right');

const TEXT = 'c4n4ry';
const DIGITS = '8675309';
const SHOWN = /c4n4ry|8675309/;

/** Values of every type, each with something that a message might show. */
const CANARIES: Readonly<Record<string, unknown>> = {
  'a string': TEXT,
  'a string with a lone surrogate': `${TEXT}\ud800`,
  'a string with a NUL': `${TEXT}\0`,
  'a string that is too long': TEXT.repeat(400),
  'a number': Number(DIGITS),
  'a fraction': Number(`${DIGITS}.5`),
  'a bigint': BigInt(DIGITS),
  'a symbol': Symbol(TEXT),
  'an array': [TEXT, Number(DIGITS), [TEXT]],
  'an object with its own texts': {
    toString: () => TEXT,
    toJSON: () => TEXT,
    valueOf: () => Number(DIGITS),
    [Symbol.toPrimitive]: () => TEXT,
    [Symbol.toStringTag]: TEXT,
    [inspect.custom]: () => TEXT,
    constructor: { name: TEXT },
    name: TEXT,
  },
  'an object with a nested value': { key: { key: TEXT, number: BigInt(DIGITS) } },
  'a String object': new String(TEXT),
  'a function': Object.defineProperty(() => TEXT, 'name', { value: TEXT }),
  'a promise': Promise.resolve(TEXT),
  'a Map': new Map([[TEXT, DIGITS]]),
};

type Call = (value: never) => unknown;

const client = (change: (context: ssl.SSLContext) => void): ssl.SSLContext =>
  clientContext(caPem, change);
const server = (): ssl.SSLContext => serverContext(localhost);

/** A handshake whose client or server is asked for a pre-shared key. */
function pskHandshake(
  version: ssl.TLSVersion,
  ofClient: ssl.PskClientCallback,
  ofServer: ssl.PskServerCallback,
): void {
  const ours = client((context) => {
    context.setCiphers('PSK');
    context.maximumVersion = context.minimumVersion = version;
    context.setPskClientCallback(ofClient);
  });
  const theirs = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  theirs.setCiphers('PSK');
  theirs.setPskServerCallback(ofServer);
  connectedPair({ client: ours, server: theirs });
}
const { TLSv1_2, TLSv1_3 } = ssl.TLSVersion;
const KEY = Buffer.alloc(32, 7);

const object = (): ssl.SSLObject =>
  connectedPair({ client: client(() => {}), server: server() }).client;
const socket = (): ssl.SSLSocket =>
  client(() => {})
    .wrapSocket(duplexPair()[0], { serverHostname: 'localhost', doHandshakeOnConnect: false })
    .on('error', () => {});
const load = (chain: object): void => server().loadCertChain(chain as ssl.CertChain);

/** Each place where a secret is given, or something that was mistaken for one. */
const PLACES: Readonly<Record<string, Call>> = {
  'SSLSocket.write': (value) => socket().write(value),
  'SSLSocket.end': (value) => typeof value !== 'function' && socket().end(value),
  'hmac.new, key': (value) => hmac.new(value, null, 'sha256'),
  'hmac.new, msg': (value) => hmac.new(KEY, value, 'sha256'),
  'HMAC.update': (value) => hmac.new(KEY, null, 'sha256').update(value),
  'hmac.digest, key': (value) => hmac.digest(value, KEY, 'sha256'),
  'hmac.digest, msg': (value) => hmac.digest(KEY, value, 'sha256'),
  'hmac.compareDigest, a': (value) => hmac.compareDigest(value, KEY),
  'hmac.compareDigest, b': (value) => hmac.compareDigest(KEY, value),
  'hmac.compareDigest, both': (value) => hmac.compareDigest(value, value),
  'hmac.compareDigest, b of text': (value) => hmac.compareDigest('text', value),
  'hmac.compareDigest, a beyond ASCII': (value) =>
    hmac.compareDigest(typeof value === 'string' ? `${value as string}é` : value, 'text'),
  'secrets.compareDigest': (value) => secrets.compareDigest(value, KEY),
  'secrets.choice': (value) => typeof value !== 'string' && secrets.choice(value),
  'hashlib.new, data': (value) => hashlib.new('sha256', value),
  'hashlib.sha256': (value) => hashlib.sha256(value),
  'hashlib.digest, data': (value) => hashlib.digest('sha256', value),
  'Hash.update': (value) => hashlib.sha256().update(value),
  'hashlib.blake2b, key': (value) => hashlib.blake2b(null, { key: value }),
  'hashlib.blake2s, salt': (value) => hashlib.blake2s(null, { salt: value }),
  'hashlib.blake2s, person': (value) => hashlib.blake2s(null, { person: value }),
  'hashlib.blake2s, options': (value) => typeof value !== 'object' && hashlib.blake2s(null, value),
  'hashlib.pbkdf2Hmac, password': (value) => hashlib.pbkdf2Hmac('sha256', value, KEY, 1),
  'hashlib.pbkdf2Hmac, salt': (value) => hashlib.pbkdf2Hmac('sha256', KEY, value, 1),
  'hashlib.pbkdf2HmacSync, password': (value) => hashlib.pbkdf2HmacSync('sha256', value, KEY, 1),
  'hashlib.pbkdf2HmacSync, salt': (value) => hashlib.pbkdf2HmacSync('sha256', KEY, value, 1),
  'hashlib.scrypt, password': (value) => hashlib.scrypt(value, { salt: KEY, n: 2, r: 1, p: 1 }),
  'hashlib.scrypt, salt': (value) => hashlib.scrypt(KEY, { salt: value, n: 2, r: 1, p: 1 }),
  'hashlib.scrypt, options': (value) => typeof value !== 'object' && hashlib.scrypt(KEY, value),
  'hashlib.scryptSync, password': (value) =>
    hashlib.scryptSync(value, { salt: KEY, n: 2, r: 1, p: 1 }),
  'hashlib.scryptSync, salt': (value) => hashlib.scryptSync(KEY, { salt: value, n: 2, r: 1, p: 1 }),
  'password.hash, password': (value) => password.hash(value, { iterations: 1 }),
  'password.hash, options': (value) => typeof value !== 'object' && password.hash('x', value),
  'password.hashSync, password': (value) => password.hashSync(value, { iterations: 1 }),
  'password.verify, password': (value) => password.verify(value, STORED),
  'password.verify, stored': (value) => password.verify('x', value),
  'password.verifySync, password': (value) => password.verifySync(value, STORED),
  'password.verifySync, stored': (value) => password.verifySync('x', value),
  'password.verifySync, options': (value) =>
    typeof value !== 'object' && password.verifySync('x', STORED, value),
  'password.needsRehash': (value) => password.needsRehash(value),
  'loadCertChain, first': (value) => isNoPath(value) && server().loadCertChain(value),
  'loadCertChain, keyfile': (value) => isNoPath(value) && server().loadCertChain(certfile, value),
  'loadCertChain, password': (value) =>
    server().loadCertChain({ cert: chainPem, key: encryptedKey, password: value }),
  'loadCertChain, password of a callback': (value) =>
    server().loadCertChain({ cert: chainPem, key: encryptedKey, password: () => value }),
  'loadCertChain, cert': (value) => load({ cert: value, key: keyPem }),
  'loadCertChain, one cert of an array': (value) => load({ cert: [value], key: keyPem }),
  'loadCertChain, key': (value) => load({ cert: certPem, key: value }),
  'loadCertChain, pfx': (value) => load({ pfx: value }),
  'loadCertChain, pfx as bytes': (value) =>
    load({ pfx: typeof value === 'string' ? Buffer.from(value) : value }),
  'loadCertChain, legacy': (value) => load({ cert: certPem, key: keyPem, legacy: value }),
  'loadCertChain, PEM for a file name': (value) =>
    server().loadCertChain(certfile, `-----BEGIN PRIVATE KEY-----\n${TEXT}${typeof value}\n`),
  'loadCertChain, PEM in bytes for a file name': (value) =>
    server().loadCertChain(
      certfile,
      Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n${TEXT}${typeof value}`),
    ),
  'loadCertChain, DER for a file name': (value) =>
    server().loadCertChain(certfile, Buffer.from(`0\x82${TEXT}${typeof value}`, 'latin1')),
  'replaceCertChains, key': (value) => server().replaceCertChains([{ cert: certPem, key: value }]),
  'replaceCertChains, password': (value) =>
    server().replaceCertChains([{ cert: chainPem, key: encryptedKey, password: value }]),
  'replaceCertChains, pfx': (value) => server().replaceCertChains([{ pfx: value }]),
  'replaceCertChains, list': (value) => !Array.isArray(value) && server().replaceCertChains(value),
  'SSLSession.deserialize': (value) =>
    ssl.SSLSession.deserialize(
      value,
      client(() => {}),
    ),
  'SSLSession.deserialize, bytes': (value) =>
    ssl.SSLSession.deserialize(
      typeof value === 'string' ? Buffer.from(value) : value,
      client(() => {}),
    ),
  'wrapBio, session': (value) =>
    makePair({ client: client(() => {}), server: server(), session: value }),
  'SSLObject.session': (value) => {
    makePair({ client: client(() => {}), server: server() }).client.session = value;
  },
  'SSLObject.write': (value) => object().write(value),
  'SSLObject.read, buffer': (value) => object().read(1, value),
  'MemoryBIO.write': (value) => new ssl.MemoryBIO().write(value),
  'exportKeyingMaterial, context': (value) =>
    object().exportKeyingMaterial(1, 'EXPERIMENTAL', value),
  'PSK of a client, key': (value) =>
    pskHandshake(
      TLSv1_2,
      () => ['id', value],
      () => KEY,
    ),
  'PSK of a client, identity': (value) =>
    pskHandshake(
      TLSv1_3,
      () => [value, KEY],
      () => null,
    ),
  'PSK of a client, answer': (value) =>
    pskHandshake(
      TLSv1_2,
      () => value,
      () => KEY,
    ),
  'PSK of a server, key': (value) =>
    pskHandshake(
      TLSv1_2,
      () => ['id', KEY],
      () => value,
    ),
  'PSK of a server, key under TLS 1.3': (value) =>
    pskHandshake(
      TLSv1_3,
      () => ['id', KEY],
      () => value,
    ),
  setPskClientCallback: (value) =>
    typeof value !== 'function' && client(() => {}).setPskClientCallback(value),
  setPskServerCallback: (value) =>
    typeof value !== 'function' && server().setPskServerCallback(value),
};
const STORED = password.hashSync('x', { iterations: 1 });

/** A name of a file is shown, and not a secret. */
const isNoPath = (value: unknown): boolean => typeof value !== 'string';

/** Returns the error that the call throws or rejects with, or undefined if it takes the value. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Everything that a log may show of an error, its causes included. */
function shownBy(error: unknown): string[] {
  if (!(error instanceof Error)) return [inspect(error)];
  const options = { depth: 10, showHidden: true, getters: true };
  const own = [error.message, String(error.stack), inspect(error, options), JSON.stringify(error)];
  return error.cause === undefined ? own : [...own, ...shownBy(error.cause)];
}

describe.each(Object.entries(PLACES))('%s', (_place, call) => {
  it('is not shown by an error', async () => {
    let failures = 0;
    for (const [kind, value] of Object.entries(CANARIES)) {
      const error = await failureOf(() => call(value as never));
      if (error === undefined) continue;
      failures += 1;
      for (const text of shownBy(error)) expect(text, kind).not.toMatch(SHOWN);
    }
    expect(failures).toBeGreaterThan(0);
  });
});

/** Every function of the package, and every method of its classes. */
function* callables(): Generator<readonly [name: string, call: (...args: unknown[]) => unknown]> {
  const modules = { hashlib, hmac, os, password, secrets };
  for (const [module, names] of Object.entries(modules)) {
    for (const [name, value] of Object.entries(names)) {
      const isClass = typeof value === 'function' && /^class\b/.test(String(value));
      if (typeof value === 'function' && !isClass)
        yield [`${module}.${name}`, value as (...args: unknown[]) => unknown];
    }
  }
}

describe('every function of hashlib, hmac, os, password and secrets', () => {
  it.each([...callables()])(
    '%s shows no number, bigint or symbol that it does not take',
    async (_name, call) => {
      for (const kind of ['a bigint', 'a symbol', 'an array', 'a Map'] as const) {
        const value = CANARIES[kind];
        for (const args of [[value], [value, value], [KEY, value], [value, KEY, value]]) {
          const error = await failureOf(() => call(...args));
          if (error === undefined) continue;
          for (const text of shownBy(error)) expect(text, kind).not.toMatch(SHOWN);
        }
      }
    },
  );
});
