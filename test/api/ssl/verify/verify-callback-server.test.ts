// verifyCallback on a server: asked inside the step, and where it gives a promise nothing goes out and nothing is given
// out before the answer.
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { VERSIONS, serverContext, tls12, tls13, type Change } from '../../../helpers/contexts.js';
import { certificateError, sslError, typeError } from '../../../helpers/expected-errors.js';
import {
  makePair,
  thrown,
  transfer,
  tryHandshake,
  tryHandshakeAsync,
  type Outcome,
  type Pair,
} from '../../../helpers/make-pair.js';
import { spkiOf } from '../../../helpers/spki.js';
import { testPki } from '../../../helpers/test-pki.js';
import {
  askingServer,
  boom,
  deferred,
  HELLO,
  refusal,
  throwing,
  type Callback,
  type SideSettings,
} from '../../support/verify-callbacks.js';

const pki = await testPki();
const { localhost, client: good, stranger } = pki;

const pairWith = (callback: Callback | null, settings?: SideSettings): Pair =>
  makePair(askingServer(callback, settings));

/** The handshake; under TLS 1.3 a client learns of a refusal only when it reads. */
function meet(callback: Callback, settings?: SideSettings): Outcome {
  const pair = pairWith(callback, settings);
  const { client, server } = tryHandshake(pair);
  return { server, client: client ?? (server === null ? null : thrown(() => pair.client.read())) };
}

const WELL: Outcome = { client: null, server: null };
const wantsCallback = expect.any(ssl.SSLWantCallbackError) as Error;

describe.each(VERSIONS)('verifyCallback of a server, %s', (_version, only) => {
  it('receives the client’s certificate, once', () => {
    const callback = vi.fn<Callback>();
    const pair = pairWith(callback, { only });
    expect(tryHandshake(pair)).toEqual(WELL);
    expect(callback).toHaveBeenCalledTimes(1);
    const [peer, verification] = callback.mock.calls[0]!;
    expect(peer).toBe(pair.server);
    expect(verification).toMatchObject({ verified: true, error: null, serverHostname: null });
    expect(verification.chain).toEqual([good.certDer, pki.root.certDer]);
    expect(verification.certificate).toEqual(pair.server.getpeercert());
    expect(pair.server.getVerifiedChain()).toEqual(verification.chain);
  });

  it('receives the reason why it did not verify', () => {
    const callback = vi.fn<Callback>();
    expect(meet(callback, { only, identity: stranger })).toEqual({
      client: sslError('TLSV1_ALERT_UNKNOWN_CA'),
      server: certificateError(20),
    });
    const [, verification] = callback.mock.calls[0]!;
    expect(verification).toMatchObject({ verified: false, error: certificateError(20) });
    expect(verification.chain).toEqual([stranger.certDer]);
  });

  it('accepts with true what did not verify, and nothing counts as verified by that', () => {
    const pair = pairWith(() => true, { only, identity: stranger });
    expect(tryHandshake(pair)).toEqual(WELL);
    expect(pair.server.getpeercert()).toEqual({});
    expect(pair.server.getVerifiedChain()).toEqual([]);
    expect(pair.server.getpeercert({ binaryForm: true })).toEqual(stranger.certDer);
    expect(transfer(pair.client, pair.server, HELLO)).toEqual(HELLO);
    expect(transfer(pair.server, pair.client, HELLO)).toEqual(HELLO);
  });

  it.each([
    [false, 'returned false', 'SSLV3_ALERT_HANDSHAKE_FAILURE'],
    [49, 'refused with alert 49', 'TLSV1_ALERT_ACCESS_DENIED'],
    [42, 'refused with alert 42', 'SSLV3_ALERT_BAD_CERTIFICATE'],
  ] as const)('refuses with %o', (answer, hint, alert) => {
    expect(meet(() => answer, { only })).toEqual({
      client: sslError(alert),
      server: refusal(hint),
    });
  });

  it('refuses if it throws, and keeps the value as the cause', () => {
    const throws = throwing(boom);
    const { client, server } = meet(throws, { only });
    expect(server).toEqual(refusal('threw: boom'));
    expect(server?.cause).toBe(boom);
    expect(client).toEqual(sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'));
    const both = meet(throws, { only, identity: stranger }).server;
    expect(both).toMatchObject({ verifyCode: 20, cause: boom });
  });

  it.each([[null], [0], [256], [1.5], ['x'], [{}], [Symbol('x')], [7n]])(
    'refuses with internal_error if it returns %o, at once or later',
    async (answer) => {
      const { client, server } = meet(() => answer, { only });
      expect(server?.cause).toEqual(typeError('verifyCallback must return'));
      expect(client).toEqual(sslError('TLSV1_ALERT_INTERNAL_ERROR'));
      const later = await tryHandshakeAsync(pairWith(async () => answer, { only }));
      expect(later.server?.cause).toEqual(typeError('verifyCallback must return'));
    },
  );

  it('cannot accept a distrusted key, nor a chain without a pinned one', async () => {
    const distrusting: Change = (context) => {
      context.distrustedSpki = [spkiOf(good.certPem), spkiOf(stranger.certPem)];
    };
    const pinning: Change = (context) => void (context.pinnedSpki = [spkiOf(localhost.certPem)]);
    for (const [change, code] of [[distrusting, 28], [pinning, 50]] as const) {
      for (const identity of [good, stranger]) {
        const settings = { only, identity, change };
        expect(meet(() => true, settings).server).toEqual(certificateError(code));
        const later = await tryHandshakeAsync(pairWith(async () => true, settings));
        expect(later.server).toEqual(certificateError(code));
      }
    } // prettier-ignore
  });

  it('lets nothing out and nothing through before its promise is kept', async () => {
    const { promise, resolve } = deferred();
    const pair = pairWith(() => promise, { only });
    const outcome = tryHandshake(pair);
    expect(outcome.server).toEqual(wantsCallback);
    if (only === tls13) pair.client.write(HELLO); // a client of TLS 1.3 is done already
    expect(pair.toClient.pending).toBe(0);
    const uses = [
      () => pair.server.doHandshake(),
      () => pair.server.read(),
      () => pair.server.write(HELLO),
      () => pair.server.unwrap(),
    ];
    for (const use of uses) expect(use).toThrow(ssl.SSLWantCallbackError);
    expect(pair.toClient.pending).toBe(0);
    expect(pair.server.version()).toBeNull();
    expect(pair.server.session).toBeNull();
    expect(() => pair.server.getpeercert()).toThrow('handshake not done yet');
    expect(pair.server.getVerifiedChain()).toEqual([]);
    resolve(undefined);
    await (outcome.server as ssl.SSLWantCallbackError).ready;
    expect(tryHandshake(pair)).toEqual(WELL);
    if (only === tls13) expect(pair.server.read()).toEqual(HELLO);
    expect(transfer(pair.client, pair.server, HELLO)).toEqual(HELLO);
    expect(transfer(pair.server, pair.client, HELLO)).toEqual(HELLO);
    expect(pair.server.getpeercert()).toMatchObject({ version: 3 });
  });

  it('leaves a client that it refuses later without a byte, a session and an answer', async () => {
    const answers: [() => Promise<unknown>, Error][] = [
      [async () => false, refusal('returned false')],
      [async () => 49, refusal('refused with alert 49')],
      [() => Promise.reject(boom), refusal('threw: boom')],
    ];
    for (const [callback, error] of answers) {
      const pair = pairWith(callback, { only });
      const outcome = await tryHandshakeAsync(pair);
      expect(outcome.server).toEqual(error);
      expect(pair.toClient.pending).toBe(0);
      expect(outcome.client instanceof ssl.SSLWantReadError).toBe(only === tls12);
      if (only === tls13) pair.client.write(HELLO);
      const again = [() => pair.server.doHandshake(), () => pair.server.read(), () => pair.server.write(HELLO)]; // prettier-ignore
      for (const use of again) expect(thrown(use)).toEqual(error);
      expect(pair.toClient.pending).toBe(0);
      expect(pair.server.version()).toBeNull();
      const session = only === tls13 ? pair.client.session : null;
      expect(session?.hasTicket ?? false).toBe(false);
    }
  });

  it('accepts later what did not verify', async () => {
    const pair = pairWith(async () => true, { only, identity: stranger });
    expect(await tryHandshakeAsync(pair)).toEqual(WELL);
    expect(pair.server.getpeercert()).toEqual({});
    expect(transfer(pair.client, pair.server, HELLO)).toEqual(HELLO);
    const stands = pairWith(() => sleep(1), { only, identity: stranger });
    expect((await tryHandshakeAsync(stands)).server).toEqual(certificateError(20));
  });

  it('is asked where there is a certificate to ask about', () => {
    const callback = vi.fn<Callback>(() => false);
    expect(meet(callback, { only, mode: ssl.CERT_NONE })).toEqual(WELL);
    expect(meet(callback, { only, mode: ssl.CERT_OPTIONAL, identity: null })).toEqual(WELL);
    expect(callback).not.toHaveBeenCalled();
    expect(meet(callback, { only, mode: ssl.CERT_OPTIONAL }).server).toEqual(
      refusal('returned false'),
    );
    const pinning: Change = (context) => void (context.pinnedSpki = [spkiOf(stranger.certPem)]);
    const pinned = { only, mode: ssl.CERT_NONE, identity: stranger, change: pinning };
    expect(meet(callback, pinned).server).toEqual(refusal('returned false'));
    expect(meet(() => undefined, pinned)).toEqual(WELL);
  });

  it('is that of the context that sniCallback sets, or else the first one’s', async () => {
    const refuses: Callback = () => false;
    for (const [first, second, isRefused] of [[null, refuses, true], [refuses, null, true], [refuses, () => undefined, false]] as const) {
      for (const later of [false, true]) {
        const { client, server } = askingServer(first, { only });
        const behind = askingServer(second && (later ? async () => sleep(1, second(null as never, null as never)) : second), { only }).server;
        server.sniCallback = (peer) => void (peer.context = behind);
        const { server: error } = await tryHandshakeAsync(makePair({ client, server }));
        expect(error).toEqual(isRefused ? refusal('returned false') : null);
      }
    } // prettier-ignore
  });
});

describe('verifyCallback of a server', () => {
  it.for([
    ['tls12', tls12],
    ['tls13', tls13],
  ] as const)(
    'fails with what is wrong in the same step and sends its alert, whatever the promise comes to, %s',
    async ([, only]) => {
      const { promise, resolve } = deferred();
      const pair = pairWith(() => promise, { only });
      for (let i = 0; i < 2; i++) {
        thrown(() => pair.client.doHandshake());
        if (i === 0) thrown(() => pair.server.doHandshake());
      }
      const flight = pair.toServer.read();
      const ends: number[] = []; // of the records
      for (let at = 0; at < flight.length; at = ends.at(-1)!)
        ends.push(at + 5 + flight.readUInt16BE(at + 3));
      // The proof that the client has the key: the last record before Finished, and before ChangeCipherSpec.
      const last = ends.at(only === tls12 ? -3 : -2)! - 1;
      flight[last] = flight[last]! ^ 1;
      pair.toServer.write(flight);
      const error = thrown(() => pair.server.doHandshake());
      expect(error).toMatchObject({ name: 'SSLError', library: 'SSL' });
      expect(pair.toClient.pending).toBeGreaterThan(0);
      const told = thrown(() => (only === tls12 ? pair.client.doHandshake() : pair.client.read()));
      expect(told).toMatchObject({
        reason: expect.stringMatching(
          only === tls12 ? /ALERT_DECRYPT_ERROR$/ : /ALERT_BAD_RECORD_MAC$/,
        ) as string,
      });
      resolve(true);
      await sleep(1);
      expect(thrown(() => pair.server.doHandshake())).toBeInstanceOf(ssl.SSLError);
      expect(thrown(() => pair.server.read())).toBeInstanceOf(ssl.SSLError);
      expect(pair.toClient.pending).toBe(0);
    },
  );

  it('is refused to use its own connection, and may use others', () => {
    const errors: (Error | null)[] = [];
    const nested: Outcome[] = [];
    const pair = pairWith((peer) => {
      const object = peer as ssl.SSLObject;
      for (const use of [
        () => object.doHandshake(),
        () => object.read(),
        () => object.write(HELLO),
        () => void (object.context = serverContext(localhost)),
      ])
        errors.push(thrown(use));
      nested.push(tryHandshake(pairWith(() => false, { only: tls12 })), tryHandshake(pairWith(() => undefined))); // prettier-ignore
    });
    expect(tryHandshake(pair)).toEqual(WELL);
    const isInside = expect.objectContaining({ code: 'ERR_INVALID_STATE' }) as Error;
    expect(errors).toEqual([isInside, isInside, isInside, isInside]);
    expect(nested.map(({ server }) => server)).toEqual([refusal('returned false'), null]);
  });

  it('survives a stack that is full', () => {
    const recurse = (): unknown => recurse() ?? recurse();
    const { server } = meet(recurse);
    expect(server).toBeInstanceOf(ssl.SSLCertVerificationError);
    expect(server?.cause).toBeInstanceOf(RangeError);
  });
});
