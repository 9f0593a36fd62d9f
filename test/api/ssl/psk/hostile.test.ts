// Callbacks of pre-shared keys that do what they must not do. They are called inside OpenSSL.
import { describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { tls13 } from '../../../helpers/contexts.js';
import { sslError, typeError } from '../../../helpers/expected-errors.js';
import { connectedPair, thrown, tryHandshake, type Pair } from '../../../helpers/make-pair.js';
import {
  givesKey,
  IDENTITY,
  KEY,
  pskClient,
  pskPair,
  pskServer,
  PSK_VERSIONS,
} from '../../../helpers/psk.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost } = await testPki();

const DONE = { client: null, server: null };
const stateError: Error = expect.objectContaining({ name: 'Error', code: 'ERR_INVALID_STATE' });
const boom = new Error('boom');
const hostile = new Proxy([], { get: () => { throw boom; }, getPrototypeOf: () => { throw boom; } }); // prettier-ignore
// oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
const thenable = { then: (done: (value: unknown) => void) => done([IDENTITY, KEY]) };

/** Returns a Buffer with detached memory. */
function detached(): Uint8Array {
  const bytes = new Uint8Array(KEY);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

const END_NAMES = ['client', 'server'] as const;
const ENDS = PSK_VERSIONS.flatMap(([version, only]) =>
  END_NAMES.map((end) => ({ version, only, end })),
);
type End = (typeof ENDS)[number];

/** The reason that OpenSSL gives to an end that has no key. */
const DECLINED: Readonly<Record<string, string>> = {
  'TLSv1.2': 'PSK_IDENTITY_NOT_FOUND',
  'TLSv1.3 client': 'SSLV3_ALERT_HANDSHAKE_FAILURE',
  'TLSv1.3 server': 'NO_SUITABLE_SIGNATURE_ALGORITHM',
};
const declined = ({ version, end }: End): ssl.SSLError =>
  sslError(DECLINED[version] ?? DECLINED[`${version} ${end}`] ?? null);

/** Makes a pair; one end runs the function inside its callback, and then gives the key. */
function pairThat({ only, end }: End, act: (pair: Pair) => void): Pair {
  const pair: Pair = pskPair(only, {
    gives: () => {
      if (end === 'client') act(pair);
      return [IDENTITY, KEY];
    },
    knows: () => {
      if (end === 'server') act(pair);
      return KEY;
    },
  });
  return pair;
}

/** Makes a pair; one end gives this value for the key, or for its whole answer. */
const pairGiving = ({ only, end }: End, answer: () => unknown): Pair =>
  pskPair(only, end === 'client' ? { gives: answer } : { knows: answer });

describe.each(PSK_VERSIONS)('a callback of the client in %s', (_version, only) => {
  it.each([
    ['identity', [5, KEY], typeError('the identity that pskClientCallback gives must be a string')],
    ['identity of bytes', [Buffer.from(IDENTITY), KEY], typeError('the identity')],
    ['identity undefined', [undefined, KEY], typeError('the identity')],
    ['key', [IDENTITY, 'text'], typeError('encode it first')],
    ['key undefined', [IDENTITY, undefined], typeError('the key that pskClientCallback gives')],
    ['key of numbers', [IDENTITY, [1, 2]], typeError('the key that pskClientCallback gives')],
    ['key that is promised', [IDENTITY, Promise.resolve(KEY)], typeError('cannot wait')],
    ['length', [IDENTITY, KEY, KEY], typeError('must return [identity, psk]')],
  ])('that gives a wrong %s has no key', (_what, answer, cause) => {
    const outcome = tryHandshake(pskPair(only, { gives: () => answer }));
    expect(outcome.client).toBeInstanceOf(ssl.SSLError);
    expect(outcome.client?.cause).toEqual(cause);
  });
});

describe.each(ENDS)('a callback of the $end in $version', (end) => {
  const { only } = end;
  const isClient = end.end === 'client';

  it.each([
    ['undefined', undefined], ['a number', 5], ['a string', 'key'], ['an object', {}], ['a boolean', true],
    ['a bigint', 1n], ['a symbol', Symbol('key')], ['a function', () => KEY], ['an error', boom],
    ['a list of numbers', [1, 2, 3]], ['an empty list', []],
  ])('that gives %s has no key', (_what, answer) => {
    const outcome = tryHandshake(pairGiving(end, () => answer));
    expect(outcome[end.end]).toEqual(declined(end));
    const message = isClient
      ? 'pskClientCallback must return [identity, psk], not'
      : 'the key that pskServerCallback gives must be';
    expect(outcome[end.end]?.cause).toEqual(typeError(message));
  }); // prettier-ignore

  it('that gives a promise fails, because nothing waits for it', async () => {
    const rejections = vi.fn();
    process.on('unhandledRejection', rejections);
    for (const answer of [
      () => Promise.resolve([IDENTITY, KEY]),
      async () => KEY,
      () => Promise.reject(boom),
      () => thenable,
    ]) {
      const outcome = tryHandshake(pairGiving(end, answer));
      expect(outcome[end.end]).toEqual(declined(end));
      expect(outcome[end.end]?.cause).toEqual(
        typeError('gave a promise, but OpenSSL cannot wait for a pre-shared key'),
      );
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', rejections);
    expect(rejections).not.toHaveBeenCalled();
  });

  it.each([[null], ['text'], [5], [hostile], [Object.create(null)], [new ssl.SSLWantReadError()]])(
    'may throw anything (%#)',
    (thing) => {
      const fail = (): never => {
        throw thing;
      };
      const outcome = tryHandshake(pairGiving(end, fail));
      expect(outcome[end.end]).toEqual(declined(end));
      expect(outcome[end.end]?.cause === thing).toBe(true);
    },
  );

  it('may give traps, and memory that has gone', () => {
    for (const answer of [() => hostile, () => [IDENTITY, hostile], () => new Proxy(KEY, {})])
      expect(tryHandshake(pairGiving(end, answer))[end.end]).toEqual(declined(end));
    const gone = isClient ? [IDENTITY, detached()] : detached();
    expect(tryHandshake(pairGiving(end, () => gone))[end.end]).toEqual(declined(end));
  });

  it('is refused every change of its own connection, and does no harm by trying', () => {
    const refusals: unknown[] = [];
    const other = isClient ? pskClient(only) : pskServer(only);
    const [room, data] = [Buffer.alloc(10), Buffer.from('data')];
    const pair = pairThat(end, (made) => {
      const own = made[end.end];
      for (const change of [
        () => own.doHandshake(),
        () => own.read(),
        () => own.read(10, room),
        () => own.write(data),
        () => own.unwrap(),
        () => own.verifyClientPostHandshake(),
        () => (own.context = other),
        () => (own.session = made.client.session!),
      ])
        refusals.push(thrown(change));
    });
    expect(tryHandshake(pair)).toEqual(DONE);
    // A session must be an SSLSession, and the connection does not have a session yet.
    expect(refusals).toEqual([...Array<Error>(7).fill(stateError), typeError('SSLSession')]);
  });

  it('is refused a session for its own connection', () => {
    const { client } = connectedPair({ client: pskClient(only), server: pskServer(only) });
    if (only === tls13) thrown(() => client.read());
    let refusal: unknown;
    const pair = pairThat(end, (made) => {
      refusal = thrown(() => (made[end.end].session = client.session!));
    });
    expect(tryHandshake(pair)).toEqual(DONE);
    expect(refusal).toEqual(stateError);
  });

  it('may look at its own connection', () => {
    let seen: unknown[] = [];
    const pair = pairThat(end, (made) => {
      const own = made[end.end];
      seen = [
        own.version(), own.group(), own.selectedAlpnProtocol(), own.getUnverifiedChain(), own.getVerifiedChain(),
        own.getChannelBinding('tls-exporter'), own.session, own.serverSide, own.serverHostname,
        own.serverSigalg(), own.clientSigalg(), own.context === made[end.end].context,
        thrown(() => own.getpeercert()), thrown(() => own.exportKeyingMaterial(5, 'x')),
        [own.cipher(), own.sharedCiphers(), own.sessionReused, own.pending()].length,
      ];
    }); // prettier-ignore
    expect(tryHandshake(pair)).toEqual(DONE);
    expect(seen).toEqual([
      null, null, null, [], [], null, null, !isClient, isClient ? 'localhost' : null, null, null, true,
      expect.any(RangeError), expect.any(RangeError), 4,
    ]); // prettier-ignore
  });

  it('may use other connections, which ask in turn', () => {
    let inner: unknown;
    const pair = pairThat(end, () => {
      inner = tryHandshake(pskPair(only, { gives: () => (tryHandshake(pskPair(only)), givesKey(null)) }));
    }); // prettier-ignore
    expect(tryHandshake(pair)).toEqual(DONE);
    expect(inner).toEqual(DONE);
  });

  it('may take the other end of its connection on', () => {
    const others: unknown[] = [];
    const pair = pairThat(end, (made) => {
      others.push(thrown(() => (isClient ? made.server : made.client).doHandshake()));
    });
    expect(tryHandshake(pair)).toEqual(DONE);
    expect(others).toEqual([expect.any(ssl.SSLWantReadError)]);
  });

  it('may take away what the connection has sent, and give it what it likes: errors at worst', () => {
    for (const meddle of [
      ({ toClient, toServer }: Pair) => [toClient.read(), toServer.read()],
      ({ toClient, toServer }: Pair) => [toClient, toServer].map((bio) => bio.write(Buffer.alloc(99_999, 1))),
      ({ toClient, toServer }: Pair) => [toClient, toServer].map((bio) => bio.writeEof()),
    ]) {
      const { client, server } = tryHandshake(pairThat(end, meddle));
      for (const error of [client, server])
        if (error !== null) expect(error).toBeInstanceOf(ssl.SSLError);
    }
  }); // prettier-ignore

  it('may change the context: an error at worst', () => {
    const pair = pairThat(end, (made) => {
      const { context } = made[end.end];
      if (!isClient) context.setPskServerCallback(null, null);
      if (!isClient) context.setPskServerCallback(() => null, 'another hint');
      else context.setPskClientCallback(null);
      context.loadCertChain({ cert: localhost.chainPem, key: localhost.keyPem });
      context.setCiphers('ECDHE+AESGCM');
      context.setCiphersuites('TLS_AES_256_GCM_SHA384');
      context.setGroups('P-521');
      context.setAlpnProtocols(['h2']);
    });
    for (const error of Object.values(tryHandshake(pair)))
      if (error !== null) expect(error).toBeInstanceOf(ssl.SSLError);
  });

  /** Takes a view's memory away, and gives what it has become. */
  const take = (bytes: Uint8Array): Uint8Array =>
    new Uint8Array(structuredClone(bytes.buffer as ArrayBuffer, { transfer: [bytes.buffer as ArrayBuffer] })); // prettier-ignore
  const STEPS = [0, 1, 2, 3, 4];

  it('may take away the memory that a read fills or a write sends', () => {
    const room = new Uint8Array(100_000);
    const data = new Uint8Array(100_000);
    for (const [memory, use] of [
      [room, (own: ssl.SSLObject) => own.read(0, room)],
      [data, (own: ssl.SSLObject) => own.write(data)],
    ] as const) {
      const pair = pairThat(end, () => void (memory.length > 0 && take(memory)));
      STEPS.some(() => {
        thrown(() => use(pair[end.end]));
        thrown(() => (isClient ? pair.server : pair.client).doHandshake());
        return memory.length === 0;
      });
      expect(memory).toHaveLength(0);
      expect(tryHandshake(pair)).toEqual(DONE);
    }
  });

  it('cannot change what a write sends', () => {
    const data = new Uint8Array(1000).fill(1);
    const pair = pairThat(end, () => void (data.length > 0 && take(data).fill(2)));
    const [own, other] = isClient ? [pair.client, pair.server] : [pair.server, pair.client];
    const sent: number[] = [];
    STEPS.some(() => {
      thrown(() => other.doHandshake());
      thrown(() => sent.push(own.write(data)));
      return data.length === 0;
    });
    expect(data).toHaveLength(0);
    expect(tryHandshake(pair)).toEqual(DONE);
    // Only a server of TLS 1.2 is done with its handshake in the step that asks, and then sends.
    const sends = !isClient && end.version === 'TLSv1.2';
    expect(sent).toEqual(sends ? [1000] : []);
    if (sends) expect(other.read(2000)).toEqual(Buffer.alloc(1000, 1));
  });

  it('does not keep a read from its data', () => {
    const pair = pairThat(end, () => undefined);
    const own = pair[end.end];
    const other = isClient ? pair.server : pair.client;
    const got: Buffer[] = [];
    for (let i = 0; i < 10 && got.length === 0; i++) {
      thrown(() => other.write(Buffer.alloc(20_000, 'x')));
      thrown(() => got.push(own.read(20_000)));
    }
    expect(String(got[0])).toBe('x'.repeat(16_384));
  });
});
