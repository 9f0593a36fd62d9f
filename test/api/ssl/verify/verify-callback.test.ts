// verifyCallback on a client: its arguments, the effects of its answers, and what it may do while it is called.
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  NO_CHANGE,
  VERSIONS,
  clientContext,
  serverContext,
  tls12,
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
  thrown,
  transfer,
  tryHandshake,
  tryHandshakeAsync,
  type Outcome,
  type Pair,
} from '../../../helpers/make-pair.js';
import { startOpensslServer } from '../../../helpers/openssl-cli.js';
import { skipUnless } from '../../../helpers/peers.js';
import { spkiOf } from '../../../helpers/spki.js';
import { testPki } from '../../../helpers/test-pki.js';
import { limit } from '../../../helpers/time-limit.js';
import { watch } from '../../../helpers/tls-pair.js';
import {
  askingClient,
  boom,
  refusal,
  throwing,
  type Callback,
} from '../../support/verify-callbacks.js';

const pki = await testPki();
const { localhost, localhostBelowIntermediate, selfSigned, stranger, caPem } = pki;

const WELL: Outcome = { client: null, server: null };

type Failure = ssl.SSLCertVerificationError;

/** A client with this callback, and a server with this certificate. */
const pairWith = (callback: Callback, only = NO_CHANGE, identity = localhost): Pair =>
  makePair({ client: askingClient(callback, only), server: serverContext(identity) });

const meet = (callback: Callback, only = NO_CHANGE, identity = localhost): Outcome =>
  tryHandshake(pairWith(callback, only, identity));

/** Makes an object that is not a Promise, but is awaited all the same. */
// oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
const thenable = (then: (done: (value: unknown) => void) => void): object => ({ then });
const hostile = new Proxy({}, { get: () => { throw boom; }, getPrototypeOf: () => { throw boom; } }); // prettier-ignore

/** [what is answered, why that is garbage] */
const GARBAGE: readonly (readonly [unknown])[] = [
  [null], [0], [256], [-1], [1.5], [Number.NaN], ['true'], [42n], [{}], [[]], [Symbol('x')], [boom], [() => true],
]; // prettier-ignore

describe('SSLContext.verifyCallback', () => {
  it('is null, a function or null', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    expect(context.verifyCallback).toBeNull();
    const callback = (): undefined => undefined;
    context.verifyCallback = callback;
    expect(context.verifyCallback).toBe(callback);
    for (const wrong of [undefined, true, {}, 'x', 7])
      expect(() => (context.verifyCallback = wrong as never)).toThrow(typeError('verifyCallback'));
    expect(context.verifyCallback).toBe(callback);
    context.verifyCallback = null;
    expect(context.verifyCallback).toBeNull();
  });
});

describe.each(VERSIONS)('verifyCallback of a client, %s', (_version, only) => {
  it('receives a certificate that verified, once', () => {
    const callback = vi.fn<Callback>();
    const pair = pairWith(callback, only, localhostBelowIntermediate);
    expect(tryHandshake(pair)).toEqual(WELL);
    expect(callback).toHaveBeenCalledTimes(1);
    const [peer, verification] = callback.mock.calls[0]!;
    expect(peer).toBe(pair.client);
    expect(verification).toMatchObject({
      verified: true,
      error: null,
      serverHostname: 'localhost',
    });
    expect(verification.chain).toEqual(pair.client.getVerifiedChain());
    expect(verification.chain).toHaveLength(3);
    expect(verification.certificate).toEqual(pair.client.getpeercert());
  });

  it('receives the reason why a certificate did not verify', () => {
    const callback = vi.fn<Callback>();
    const { client } = meet(callback, only, stranger);
    expect(callback).toHaveBeenCalledTimes(1);
    const [, verification] = callback.mock.calls[0]!;
    expect(verification.verified).toBe(false);
    expect(verification.error).toEqual(certificateError(20));
    expect(verification.error).toBeInstanceOf(ssl.SSLCertVerificationError);
    expect(verification.chain).toEqual([stranger.certDer]);
    expect(verification.certificate.subject).toEqual([[['commonName', 'localhost']]]);
    expect(client?.message).toBe(verification.error?.message);
  });

  it('lets the verdict stand with undefined', () => {
    expect(meet(() => undefined, only)).toEqual(WELL);
    expect(meet(() => undefined, only, pki.expired)).toEqual({
      client: certificateError(10),
      server: sslError('SSLV3_ALERT_CERTIFICATE_EXPIRED'),
    });
    expect(meet(() => undefined, only, pki.example).client).toEqual(certificateError(62));
  });

  it('accepts with true what did not verify, and nothing counts as verified by that', () => {
    for (const identity of [stranger, selfSigned, pki.expired, pki.example, pki.client, localhost]) {
      const pair = pairWith(() => true, only, identity);
      expect(tryHandshake(pair)).toEqual(WELL);
      const isVerified = identity === localhost;
      expect(pair.client.getpeercert()).toEqual(isVerified ? expect.objectContaining({ version: 3 }) : {});
      expect(pair.client.getVerifiedChain()).toHaveLength(isVerified ? 2 : 0);
      expect(pair.client.getpeercert({ binaryForm: true })).toEqual(identity.certDer);
      expect(transfer(pair.server, pair.client, Buffer.from('hello')).toString()).toBe('hello');
    } // prettier-ignore
  });

  it('refuses with false what did verify', () => {
    const { client, server } = meet(() => false, only);
    expect(client).toEqual(refusal('returned false'));
    expect(client).toMatchObject({ depth: 0, verifyMessage: 'application verification failure' });
    expect((client as Failure).chain).toEqual([localhost.certDer, pki.root.certDer]);
    expect(client?.message).toMatch(/certificate verify failed: application verification failure \(certificate of CN = localhost, .*\); context\.verifyCallback returned false$/); // prettier-ignore
    expect(client).not.toHaveProperty('cause');
    expect(server).toEqual(sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'));
  });

  it('keeps the reason that OpenSSL has where both refuse', () => {
    const { client, server } = meet(() => false, only, stranger);
    expect(client).toEqual(certificateError(20, 'unable to get local issuer certificate'));
    expect((client as Failure).hint).toMatch(/^the certificate of its issuer .*; context\.verifyCallback returned false$/); // prettier-ignore
    expect(server).toEqual(sslError('TLSV1_ALERT_UNKNOWN_CA'));
  });

  it('refuses if it throws any value, and keeps the value as the cause', () => {
    const { client, server } = meet(throwing(boom), only); // prettier-ignore
    expect(client).toEqual(refusal('threw: boom'));
    expect(client?.cause).toBe(boom);
    expect(server).toEqual(sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'));
    for (const thing of ['text', null, hostile, { message: 7 }]) {
      const error = meet(throwing(thing), only).client; // prettier-ignore
      expect(error).toMatchObject({ verifyCode: 50 });
      expect(error?.cause).toBe(thing);
    }
    expect(meet(throwing(boom), only, stranger).client).toMatchObject({ verifyCode: 20, cause: boom }); // prettier-ignore
  });

  it.each([
    [ssl.ALERT_DESCRIPTION_ACCESS_DENIED, 'TLSV1_ALERT_ACCESS_DENIED'],
    [ssl.ALERT_DESCRIPTION_BAD_CERTIFICATE, 'SSLV3_ALERT_BAD_CERTIFICATE'],
    [ssl.ALERT_DESCRIPTION_INSUFFICIENT_SECURITY, 'TLSV1_ALERT_INSUFFICIENT_SECURITY'],
    [ssl.ALERT_DESCRIPTION_UNKNOWN_CA, 'TLSV1_ALERT_UNKNOWN_CA'],
  ])('refuses with alert %i, which the server calls %s', (alert, reason) => {
    const { client, server } = meet(() => alert, only);
    expect(client).toEqual(refusal(`refused with alert ${alert}`));
    expect(server).toEqual(sslError(reason));
    expect(meet(() => alert, only, stranger).server).toEqual(sslError(reason));
  });

  it('refuses with an unknown alert', () => {
    const { client, server } = meet(() => 254, only);
    expect(client).toEqual(refusal('refused with alert 254'));
    expect(server).not.toBeNull();
  });

  it.each(GARBAGE)('refuses with internal_error if it returns %o', (answer) => {
    for (const identity of [localhost, stranger]) {
      const { client, server } = meet(() => answer, only, identity);
      expect(client).toBeInstanceOf(ssl.SSLCertVerificationError);
      expect(client?.cause).toEqual(
        typeError('verifyCallback must return undefined, a boolean or'),
      );
      expect(server).toEqual(sslError('TLSV1_ALERT_INTERNAL_ERROR'));
    }
  });

  it('waits for a promise, and then does what a plain answer would do', async () => {
    const answers: readonly (readonly [Callback, Error | null])[] = [
      [() => sleep(1), null],
      [async () => true, null],
      [() => thenable((done) => done(undefined)), null],
      [async () => false, refusal('returned false')],
      [async () => 49, refusal('refused with alert 49')],
      [async () => 'x', certificateError(50)],
      [() => Promise.reject(boom), refusal('threw: boom')],
      [() => Promise.resolve(hostile), refusal('threw: boom')],
      [() => hostile, refusal('threw: boom')],
    ];
    for (const [callback, client] of answers) {
      const outcome = await tryHandshakeAsync(pairWith(callback, only));
      expect(outcome.client).toEqual(client);
      expect(outcome.server === null).toBe(client === null);
    }
    const accepted = await tryHandshakeAsync(pairWith(async () => true, only, stranger));
    expect(accepted).toEqual(WELL);
    const stands = await tryHandshakeAsync(pairWith(() => sleep(1), only, stranger));
    expect(stands.client).toEqual(certificateError(20));
  });

  it('throws SSLWantCallbackError from every operation while the answer is not there', async () => {
    let answer: (value: undefined) => void = () => undefined;
    const callback = vi.fn(() => new Promise<undefined>((resolve) => (answer = resolve)));
    const pair = pairWith(callback, only);
    const { client } = tryHandshake(pair);
    expect(client).toBeInstanceOf(ssl.SSLWantCallbackError);
    for (const use of [
      () => pair.client.read(),
      () => pair.client.write(Buffer.alloc(1)),
      () => pair.client.unwrap(),
      () => pair.client.doHandshake(),
    ])
      expect(use).toThrow(ssl.SSLWantCallbackError);
    expect(pair.toServer.pending).toBe(0);
    expect(pair.client.version()).toBeNull();
    expect(() => pair.client.getpeercert()).toThrow(valueError('handshake not done yet'));
    expect(pair.client.getVerifiedChain()).toEqual([]);
    answer(undefined);
    await (client as ssl.SSLWantCallbackError).ready;
    expect(tryHandshake(pair)).toEqual(WELL);
    expect(callback).toHaveBeenCalledTimes(1);
    expect(pair.client.getVerifiedChain()).toHaveLength(2);
  });

  it('judges the certificate that it was given, also when the trust changes before it answers', async () => {
    let answer: (value: undefined) => void = () => undefined;
    const pair = pairWith(() => new Promise<undefined>((resolve) => (answer = resolve)), only, stranger); // prettier-ignore
    const { client } = tryHandshake(pair);
    pair.client.context.loadVerifyLocations({ cadata: pki.strangerAuthority.certPem });
    answer(undefined);
    await (client as ssl.SSLWantCallbackError).ready;
    expect(tryHandshake(pair).client).toEqual(certificateError(20));
  });

  it('is asked with CERT_NONE, and its refusal counts', () => {
    const lax: Change = (context) => {
      only(context);
      unverified(context);
    };
    const callback = vi.fn<Callback>();
    const pair = pairWith(callback, lax, stranger);
    expect(tryHandshake(pair)).toEqual(WELL);
    expect(callback.mock.calls[0]![1]).toMatchObject({
      verified: false,
      error: certificateError(20),
    });
    expect(pair.client.getpeercert()).toEqual({});
    expect(meet(() => true, lax, stranger)).toEqual(WELL);
    expect(meet(() => false, lax, stranger).client).toEqual(refusal('returned false'));
    expect(meet(() => false, lax, localhost).client).toEqual(refusal('returned false'));
    expect(meet(() => 49, lax, stranger).server).toEqual(sslError('TLSV1_ALERT_ACCESS_DENIED'));
  });

  it('cannot accept a distrusted key, nor a chain without a pinned one', () => {
    const distrusting: Change = (context) => {
      only(context);
      context.distrustedSpki = [spkiOf(stranger.certPem), spkiOf(caPem)];
    };
    const callback = vi.fn<Callback>(() => true);
    expect(meet(callback, distrusting).client).toEqual(certificateError(28));
    expect(callback.mock.calls[0]![1]).toMatchObject({
      verified: false,
      error: certificateError(28),
    });
    expect(meet(() => true, distrusting, stranger).client).toEqual(certificateError(28));
    const pinning: Change = (context) => {
      only(context);
      context.pinnedSpki = [spkiOf(pki.intermediate.certPem)];
    };
    expect(meet(() => true, pinning).client).toEqual(certificateError(50));
    expect(meet(() => true, pinning, stranger).client).toEqual(certificateError(50));
    expect(meet(() => true, pinning, localhostBelowIntermediate)).toEqual(WELL);
  });

  it('does not take a pinned authority for a pin where its signature was not verified', () => {
    const pinning: Change = (context) => {
      only(context);
      context.pinnedSpki = [spkiOf(pki.intermediate.certPem)];
    };
    const identity = { ...pki.example, chainPem: pki.example.certPem + pki.intermediate.certPem };
    expect(meet(() => true, pinning, identity).client).toEqual(certificateError(50));
    const wrongName = { ...localhostBelowIntermediate };
    const client = clientContext(caPem, (context) => {
      pinning(context);
      context.verifyCallback = () => true;
    });
    const server = serverContext(wrongName);
    const pair = makePair({ client, server, serverHostname: 'other.test' });
    expect(tryHandshake(pair).client).toEqual(certificateError(50));
  });
});

describe('verifyCallback of a client', () => {
  it('counts from the moment when a connection is made', () => {
    const late = pairWith(() => false);
    late.client.context.verifyCallback = null;
    expect(tryHandshake(late).client).toEqual(refusal('returned false'));
    const client = clientContext(caPem);
    const early = makePair({ client, server: serverContext(localhost) });
    client.verifyCallback = () => false;
    expect(tryHandshake(early)).toEqual(WELL);
  });

  it('goes with the context that its connection goes over to', () => {
    const [none, other] = [clientContext(caPem), clientContext(caPem)];
    other.verifyCallback = () => false;
    for (const [first, second, refuses] of [[none, other, true], [other, none, true], [none, none, false]] as const) {
      const pair = makePair({ client: first, server: serverContext(localhost) });
      pair.client.context = second;
      expect(tryHandshake(pair).client).toEqual(refuses ? refusal('returned false') : null);
    } // prettier-ignore
  });

  it('may come from a thenable that settles twice or never: the first answer counts', async () => {
    const twice = pairWith(() => thenable((done) => [false, true].forEach(done)));
    expect((await tryHandshakeAsync(twice)).client).toEqual(refusal('returned false'));
    const never = pairWith(() => new Promise(() => undefined));
    expect(tryHandshake(never).client).toBeInstanceOf(ssl.SSLWantCallbackError);
  });

  it('is refused to use its own connection, and may use others', () => {
    const errors: (Error | null)[] = [];
    const pair = pairWith((peer) => {
      const object = peer as ssl.SSLObject;
      for (const use of [
        () => object.doHandshake(),
        () => object.read(),
        () => object.write(Buffer.alloc(1)),
        () => object.unwrap(),
      ])
        errors.push(thrown(use));
      errors.push(thrown(() => connectedPair({ client: clientContext(caPem), server: serverContext(localhost) }))); // prettier-ignore
    });
    expect(tryHandshake(pair)).toEqual(WELL);
    const isInside = expect.objectContaining({ code: 'ERR_INVALID_STATE' }) as Error;
    expect(errors).toEqual([isInside, isInside, isInside, isInside, null]);
  });

  it('survives a stack that is full', () => {
    const recurse = (): unknown => recurse() ?? recurse();
    const { client } = meet(recurse);
    expect(client).toMatchObject({ verifyCode: 50 });
    expect(client?.cause).toBeInstanceOf(RangeError);
  });

  it('is asked again where TLS 1.2 renegotiates', async (test) => {
    skipUnless(test, 'openssl');
    const server = await startOpensslServer({
      identity: localhost,
      plain: true,
      maxVersion: 'TLSv1.2',
      extraArguments: ['-no_ticket', '-no_cache'], // or the session would be resumed
    });
    const callback = vi.fn<Callback>(() => sleep(5));
    const context = clientContext(caPem, tls12);
    context.verifyCallback = callback as ssl.VerifyCallback;
    const socket = await ssl.connect({
      port: server.port,
      host: '127.0.0.1',
      serverHostname: 'localhost',
      context,
    });
    const story = watch(socket);
    expect(callback).toHaveBeenCalledTimes(1);
    server.child.stdin.write('r\n');
    await vi.waitFor(() => expect(callback).toHaveBeenCalledTimes(2), { timeout: limit(10_000) });
    server.child.stdin.write('after\n');
    const text = (): string => Buffer.concat(story.chunks).toString();
    await vi.waitFor(() => expect(text()).toContain('after'), { timeout: limit(10_000) });
    callback.mockImplementation(async () => false);
    server.child.stdin.write('r\n');
    await story.closed();
    expect(story.errors).toEqual([refusal('returned false')]);
    await server.close();
  });
});
