// SSLContext.distrustedSpki and spkiHash: keys that no chain may have, whatever is trusted.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { createAuthority } from '../../../helpers/certificates.js';
import {
  VERSIONS,
  clientContext,
  serverContext,
  unverified,
  type Change,
} from '../../../helpers/contexts.js';
import {
  certificateError,
  sslError,
  typeError,
  valueError,
} from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  tryHandshake,
  type Outcome,
} from '../../../helpers/make-pair.js';
import { startNodeServer } from '../../../helpers/node-tls.js';
import { spkiBytes, spkiOf } from '../../../helpers/spki.js';
import { testPki } from '../../../helpers/test-pki.js';
import { rejection } from '../../../helpers/tls-pair.js';

const pki = await testPki();
const { root, intermediate, localhost, localhostBelowIntermediate, caPem } = pki;
const clientIdentity = pki.client;

type Failure = ssl.SSLCertVerificationError;

const both = (...changes: Change[]): Change => (context) => changes.forEach((change) => change(context)); // prettier-ignore
const distrusting = (...certificates: (string | Buffer)[]): Change =>
  (context) => void (context.distrustedSpki = certificates.map(spkiOf)); // prettier-ignore

function meet(change: Change, identity = localhostBelowIntermediate): Outcome {
  const client = clientContext(caPem, change);
  return tryHandshake(makePair({ client, server: serverContext(identity) }));
}

/** A server that demands a certificate, and a client that has one. */
function authenticating(change: Change): { client: ssl.SSLContext; server: ssl.SSLContext } {
  const client = clientContext(caPem);
  client.loadCertChain({ cert: clientIdentity.chainPem, key: clientIdentity.keyPem });
  const server = serverContext(localhost, (context) => {
    context.verifyMode = ssl.CERT_REQUIRED;
    context.loadVerifyLocations({ cadata: caPem });
    change(context);
  });
  return { client, server };
}

describe('spkiHash', () => {
  it('is the SHA-256 of the SubjectPublicKeyInfo, of PEM and of DER', () => {
    for (const { certPem, certDer } of [localhost, pki.localhostRsa, root]) {
      const expected = spkiOf(certDer);
      const view = new DataView(Uint8Array.from(certDer).buffer);
      for (const given of [certPem, `text\n${certPem}`, certDer, Buffer.from(certPem), view])
        expect(ssl.spkiHash(given)).toBe(expected);
    }
  });

  it('stays the same for another certificate of the same key', async () => {
    const again = await root.issue({ commonName: 'other', key: localhost.key });
    expect(ssl.spkiHash(again.certPem)).toBe(ssl.spkiHash(localhost.certPem));
    expect(ssl.spkiHash(again.certPem)).not.toBe(ssl.spkiHash(root.certPem));
  });

  it('refuses what is not one certificate', () => {
    for (const wrong of ['', 'x', localhost.chainPem + caPem, localhost.keyPem, Buffer.alloc(0)])
      expect(() => ssl.spkiHash(wrong)).toThrow(valueError());
    expect(() => ssl.spkiHash(localhost.chainPem + caPem)).toThrow(valueError('the PEM has 2'));
    const { certDer } = localhost;
    for (const wrong of [certDer.subarray(1), Buffer.concat([certDer, Buffer.alloc(1)])])
      expect(() => ssl.spkiHash(wrong)).toThrow(valueError('not a certificate in DER'));
    for (const wrong of [undefined, null, 7, {}, [localhost.certPem]])
      expect(() => ssl.spkiHash(wrong as never)).toThrow(typeError('certificate must be'));
  });
});

describe.each(['distrustedSpki', 'pinnedSpki'] as const)('SSLContext.%s', (name) => {
  const key = spkiOf(localhost.certPem);
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);

  it('is empty, takes any iterable of strings and bytes, and gives each key once', () => {
    expect(new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)[name]).toEqual([]);
    const other = spkiOf(root.certPem);
    const bytes = new Uint8Array(spkiBytes(root.certPem));
    for (const keys of [[key, other], new Set([key, bytes]), [key, key, other, bytes], [key, other].values()]) {
      context[name] = keys;
      expect(context[name]).toEqual([key, other]);
    } // prettier-ignore
    context[name] = [];
    expect(context[name]).toEqual([]);
  });

  it('cannot be changed from outside', () => {
    const bytes = spkiBytes(root.certPem);
    context[name] = [bytes];
    bytes.fill(0);
    expect(context[name]).toEqual([spkiOf(root.certPem)]);
    expect(() => (context[name] as string[]).push(key)).toThrow();
  });

  it('refuses a value that is not a list of keys, and keeps its list', () => {
    context[name] = [key];
    for (const wrong of [null, undefined, key, Buffer.alloc(64), 7, {}, () => [], [7], [null], [key, {}]])
      expect(() => (context[name] = wrong as never)).toThrow(typeError(name));
    const body = key.slice(7);
    for (const wrong of ['', body, `sha1/${body}`, `SHA256/${body}`, ` ${key}`, `${key}\n`, key.slice(0, -1), `sha256/${'A'.repeat(42)}B=`, `sha256/${body}=`, new Uint8Array(31), new Uint8Array(33)])
      expect(() => (context[name] = [key, wrong])).toThrow(valueError(`${name}[1] must`));
    expect(() => (context[name] = ['sha256/x'])).toThrow(valueError('as ssl.spkiHash() makes it'));
    expect(context[name]).toEqual([key]);
  }); // prettier-ignore
});

describe.each(VERSIONS)('a distrusted key, %s', (_version, only) => {
  it.each([
    ['leaf', localhostBelowIntermediate.certPem, 0],
    ['authority in between', intermediate.certPem, 1],
    ['root', caPem, 2],
  ])('of the %s refuses the chain although its root is trusted', (_what, certificate, depth) => {
    expect(meet(only)).toEqual({ client: null, server: null });
    const { client, server } = meet(both(only, distrusting(certificate)));
    expect(client).toEqual(certificateError(28, 'certificate rejected'));
    expect(client).toMatchObject({ depth });
    expect((client as Failure).chain).toHaveLength(3);
    expect((client as Failure).hint).toContain(`the key ${spkiOf(certificate)} of "`);
    expect(client?.message).toContain('is distrusted: it is in context.distrustedSpki');
    expect(server).toEqual(sslError('SSLV3_ALERT_BAD_CERTIFICATE'));
  });

  it('is refused by a server as well', () => {
    for (const [certificate, depth] of [[clientIdentity.certPem, 0], [caPem, 1]] as const) {
      const { client, server } = authenticating(both(only, distrusting(certificate)));
      const outcome = tryHandshake(makePair({ client, server }));
      expect(outcome.server).toEqual(certificateError(28));
      expect(outcome.server).toMatchObject({ depth });
    } // prettier-ignore
  });

  it('is the error also where more is wrong', () => {
    const change = both(only, distrusting(caPem));
    expect(meet(change, pki.expired).client).toEqual(certificateError(28));
    expect(meet(change, pki.example).client).toEqual(certificateError(28));
    expect(meet(only, pki.expired).client).toEqual(certificateError(10));
  });

  it('is looked for in the leaf alone where nothing is verified', () => {
    const change = both(only, unverified);
    expect(meet(both(change, distrusting(caPem)))).toEqual({ client: null, server: null });
    const { certPem } = localhostBelowIntermediate;
    expect(meet(both(change, distrusting(certPem))).client).toEqual(certificateError(28));
  });

  it('that no certificate of the chain has does not matter', () => {
    const change = both(only, distrusting(pki.stranger.certPem, pki.strangerAuthority.certPem));
    expect(meet(change)).toEqual({ client: null, server: null });
  });

  it('is not there for connections that were made before', () => {
    const client = clientContext(caPem, only);
    const pair = makePair({ client, server: serverContext(localhost) });
    distrusting(caPem)(client);
    expect(tryHandshake(pair)).toEqual({ client: null, server: null });
    const next = makePair({ client, server: serverContext(localhost) });
    expect(tryHandshake(next).client).toEqual(certificateError(28));
  });

  it('bars the sessions that were made before, on either side', () => {
    const { client, server } = authenticating(only);
    const session = resumableSession(connectedPair({ client, server }));
    expect(connectedPair({ client, server, session }).server.sessionReused).toBe(true);
    distrusting(clientIdentity.certPem)(server);
    const outcome = tryHandshake(makePair({ client, server, session }));
    expect(outcome.server).toEqual(certificateError(28));
    distrusting(caPem)(client);
    expect(() => makePair({ client, server, session })).toThrow(valueError('verified less'));
    client.distrustedSpki = [];
    expect(() => makePair({ client, server, session })).not.toThrow();
  });

  it('counts where either context of a connection names it', () => {
    for (const [first, second] of [[distrusting(caPem), () => undefined], [() => undefined, distrusting(caPem)]] as const) {
      const { client, server } = authenticating(both(only, first));
      const behind = authenticating(both(only, second)).server;
      server.sniCallback = (peer) => void (peer.context = behind);
      const outcome = tryHandshake(makePair({ client, server }));
      expect(outcome.server).toEqual(certificateError(28));
    } // prettier-ignore
  });
});

describe('a distrusted key', () => {
  it('keeps node:tls out', async () => {
    const server = await startNodeServer({ identity: localhostBelowIntermediate });
    const context = clientContext(caPem, distrusting(intermediate.certPem));
    const { port } = server;
    const connected = ssl.connect({
      port,
      host: '127.0.0.1',
      serverHostname: 'localhost',
      context,
    });
    expect(await rejection(connected)).toEqual(certificateError(28));
    await server.close();
  });

  it('is refused although there would be another chain without it', async () => {
    const other = await createAuthority({ name: 'other root' });
    const crossed = await createAuthority({
      name: 'test intermediate',
      parent: other,
      key: intermediate.certificate.key,
    });
    const chainPem = localhostBelowIntermediate.chainPem + crossed.certPem;
    const identity = { ...localhostBelowIntermediate, chainPem };
    const change = (context: ssl.SSLContext): void =>
      context.loadVerifyLocations({ cadata: other.certPem });
    expect(meet(both(change, distrusting(caPem)), identity).client).toEqual(certificateError(28));
  });
});

describe('the list of distrusted keys', () => {
  it('rejects a chain with one of its keys, with each trusted authority', () => {
    const leaf = localhostBelowIntermediate;
    const server = serverContext(leaf);
    const verify = (cadata: string, distrusted: readonly string[]) => {
      const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      client.loadVerifyLocations({ cadata });
      client.distrustedSpki = distrusted;
      return tryHandshake(makePair({ client, server }));
    };
    expect(verify(caPem, [])).toEqual({ client: null, server: null });
    // The list that Python has built in names keys of authorities; ours takes the user's in addition to its own.
    for (const { certPem } of [root, intermediate, leaf])
      for (const cadata of [caPem, caPem + intermediate.certPem])
        expect(verify(cadata, [spkiOf(certPem)])).toEqual({
          client: certificateError(28),
          server: sslError('SSLV3_ALERT_BAD_CERTIFICATE'),
        });
  });
});
