// Pre-shared keys between two SSLObjects: the callbacks' arguments, the values that they may give, and the results of
// the handshake. ssl-psk-hostile.test.ts has callbacks that do what they must not do.
import { describe, expect, it, vi } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  certificateError,
  sslError,
  typeError,
  valueError,
} from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  handshake,
  makePair,
  transfer,
  tryHandshake,
} from '../../../helpers/make-pair.js';
import {
  givesKey,
  IDENTITY,
  KEY,
  knowsKey,
  psk12,
  pskClient,
  pskPair,
  pskServer,
  PSK_VERSIONS,
  WRONG_KEY,
} from '../../../helpers/psk.js';

const DONE = { client: null, server: null };
const NO_KEY = new Uint8Array(0);
const boom = new Error('boom');
const fail = (): never => {
  throw boom;
};

/** How client and server end where a key is missing: the server of TLS 1.3 has no certificate to go on with. */
const NO_KEY_OF_CLIENT = {
  'TLSv1.2': {
    client: sslError('PSK_IDENTITY_NOT_FOUND'),
    server: sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'),
  },
  'TLSv1.3': {
    client: sslError('SSLV3_ALERT_HANDSHAKE_FAILURE'),
    server: sslError('NO_SUITABLE_SIGNATURE_ALGORITHM'),
  },
};
const NO_KEY_OF_SERVER = {
  'TLSv1.2': {
    client: sslError('TLSV1_ALERT_UNKNOWN_PSK_IDENTITY'),
    server: sslError('PSK_IDENTITY_NOT_FOUND'),
  },
  'TLSv1.3': NO_KEY_OF_CLIENT['TLSv1.3'],
};
type VersionName = keyof typeof NO_KEY_OF_CLIENT;

describe('HAS_PSK', () => {
  it('is true, and HAS_PSK_TLS13 too: what was compiled in', () => {
    expect([ssl.HAS_PSK, ssl.HAS_PSK_TLS13]).toEqual([true, true]);
  });
});

describe.each(PSK_VERSIONS)('a pre-shared key in %s', (name, only) => {
  const version = name as VersionName;
  const isTls13 = version === 'TLSv1.3';

  it('joins two ends that have no certificate', () => {
    const pair = handshake(pskPair(only));
    expect(transfer(pair.client, pair.server, Buffer.from('there'))).toEqual(Buffer.from('there'));
    expect(transfer(pair.server, pair.client, Buffer.from('back'))).toEqual(Buffer.from('back'));
    for (const end of [pair.client, pair.server]) {
      expect(end.version()).toBe(version);
      expect(end.getpeercert()).toBeNull();
      expect(end.getpeercert({ binaryForm: true })).toBeNull();
      expect(end.getUnverifiedChain()).toEqual([]);
      expect(end.sessionReused).toBe(isTls13);
    }
  });

  it('is not enough where keys are pinned: those of certificates are meant', () => {
    const client = pskClient(only);
    client.pinnedSpki = [Buffer.alloc(32)];
    const pair = makePair({ client, server: pskServer(only) });
    expect(tryHandshake(pair).client).toEqual(certificateError(50));
  });

  it('is asked for with hint and identity', () => {
    const gives = vi.fn(givesKey);
    const knows = vi.fn(knowsKey);
    handshake(pskPair(only, { gives, knows, hint: 'välj' }));
    expect(gives.mock.calls).toEqual([[isTls13 ? null : 'välj']]);
    expect(knows.mock.calls).toEqual([[IDENTITY]]);
  });

  it('is not asked for where no callback was set when the connection was made', () => {
    const [gives, knows] = [vi.fn(givesKey), vi.fn(knowsKey)];
    const [client, server] = [pskClient(only, gives), pskServer(only, knows)];
    client.setPskClientCallback(null);
    server.setPskServerCallback(null);
    const made = makePair({ client, server });
    client.setPskClientCallback(gives);
    server.setPskServerCallback(knows);
    expect(tryHandshake(made).client).toBeInstanceOf(ssl.SSLError);
    expect([gives, knows].map(({ mock }) => mock.calls)).toEqual([[], []]);
    expect(tryHandshake(makePair({ client, server }))).toEqual(DONE);
  });

  it('is not found once the callback was taken away, also for connections made before', () => {
    const client = pskPair(only);
    client.client.context.setPskClientCallback(null);
    expect(tryHandshake(client)).toEqual(NO_KEY_OF_CLIENT[version]);
    const server = pskPair(only);
    server.server.context.setPskServerCallback(null);
    expect(tryHandshake(server)).toEqual(NO_KEY_OF_SERVER[version]);
  });

  it('may have an empty hint, or no hint: the client sees neither', () => {
    for (const hint of ['', null]) {
      const gives = vi.fn(givesKey);
      handshake(pskPair(only, { gives, hint }));
      expect(gives).toHaveBeenCalledExactlyOnceWith(null);
    }
  });

  it('fails if it is wrong', () => {
    const expected = isTls13
      ? {
          client: sslError('TLSV1_ALERT_DECRYPT_ERROR'),
          server: sslError('BINDER_DOES_NOT_VERIFY'),
        }
      : {
          client: sslError('SSLV3_ALERT_BAD_RECORD_MAC'),
          server: sslError('RECORD_LAYER_FAILURE'),
        };
    for (const callbacks of [{ gives: () => [IDENTITY, WRONG_KEY] }, { knows: () => WRONG_KEY }])
      expect(tryHandshake(pskPair(only, callbacks))).toEqual(expected);
  });

  it.each([
    ['an empty key', [IDENTITY, NO_KEY], NO_KEY],
    ['null', null, null],
    ['null for the key', [IDENTITY, null], null],
  ])('fails without a word of ours where a callback declines with %s', (_what, offer, key) => {
    const client = tryHandshake(pskPair(only, { gives: () => offer }));
    expect(client).toEqual(NO_KEY_OF_CLIENT[version]);
    expect(client.client).not.toHaveProperty('cause');
    const server = tryHandshake(pskPair(only, { knows: () => key }));
    expect(server).toEqual(NO_KEY_OF_SERVER[version]);
    expect(server.server).not.toHaveProperty('cause');
  });

  it('fails if a callback throws, with the thrown value as the cause', () => {
    const client = tryHandshake(pskPair(only, { gives: fail }));
    expect(client).toEqual(NO_KEY_OF_CLIENT[version]);
    expect(client.client?.cause).toBe(boom);
    const server = tryHandshake(pskPair(only, { knows: fail }));
    expect(server).toEqual(NO_KEY_OF_SERVER[version]);
    expect(server.server?.cause).toBe(boom);
    // In TLS 1.2 the callback is the only possible reason, so the message names it.
    if (!isTls13)
      expect([client.client?.message, server.server?.message]).toEqual(
        Array(2).fill('[SSL: PSK_IDENTITY_NOT_FOUND] psk identity not found: boom'),
      );
  });

  it('may be any kind of bytes', () => {
    const within = Buffer.concat([WRONG_KEY, KEY, WRONG_KEY]);
    const copy = Uint8Array.from(KEY);
    const kinds: ssl.PskServerCallback[] = [
      () => copy,
      () => copy.buffer,
      () => new Uint16Array(copy.buffer),
      () => within.subarray(KEY.length, 2 * KEY.length),
      () => new DataView(within.buffer, within.byteOffset + KEY.length, KEY.length),
      () => new Uint8Array(new SharedArrayBuffer(KEY.length)).map((_byte, i) => KEY[i]!),
    ];
    for (const kind of kinds) {
      const gives = (): unknown => [IDENTITY, kind(null)];
      expect(tryHandshake(pskPair(only, { gives }))).toEqual(DONE);
      expect(tryHandshake(pskPair(only, { knows: kind }))).toEqual(DONE);
    }
  });

  it('may have up to 512 bytes, and an identity up to 255', () => {
    const key = Buffer.alloc(512, 1);
    for (const identity of ['x'.repeat(255), `${'ж'.repeat(127)}x`, '\u{1f511}', '1\n2']) {
      const knows = vi.fn(() => key);
      expect(tryHandshake(pskPair(only, { gives: () => [identity, key], knows }))).toEqual(DONE);
      expect(knows).toHaveBeenCalledExactlyOnceWith(identity);
    }
  });

  it.each([
    ['a key of 513 bytes', () => [IDENTITY, Buffer.alloc(513, 1)], '513 bytes; OpenSSL takes at most 512'],
    ['a key of 100,000 bytes', () => [IDENTITY, Buffer.alloc(100_000, 1)], '100000 bytes'],
    ['an identity of 256 characters', () => ['x'.repeat(256), KEY], '256 bytes; OpenSSL takes at most 255'],
    ['an identity of 128 characters in 256 bytes', () => ['ж'.repeat(128), KEY], '256 bytes'],
    ['an identity with a NUL', () => ['client 7\0', KEY], 'NUL'],
    ['an identity with half a character', () => ['\ud800', KEY], 'lone surrogate'],
  ])('cannot be %s', (_what, gives, message) => {
    const outcome = tryHandshake(pskPair(only, { gives }));
    expect(outcome).toEqual(NO_KEY_OF_CLIENT[version]);
    expect(outcome.client?.cause).toEqual(valueError(message));
  }); // prettier-ignore

  it('cannot be longer than 512 bytes on a server', () => {
    for (const length of [513, 100_000]) {
      const outcome = tryHandshake(pskPair(only, { knows: () => Buffer.alloc(length, 1) }));
      expect(outcome).toEqual(NO_KEY_OF_SERVER[version]);
      expect(outcome.server?.cause).toEqual(valueError(`a key of ${length} bytes`));
    }
  });

  it.each([[null], ['']])('may have no identity (%j) in TLS 1.2 alone', (identity) => {
    const knows = vi.fn(() => KEY);
    const outcome = tryHandshake(pskPair(only, { gives: () => [identity, KEY], knows }));
    if (isTls13) {
      expect(outcome.client).toEqual(sslError(null, { message: 'internal error' }));
      expect(outcome.client?.cause).toEqual(valueError('TLS 1.3 needs an identity'));
      expect(knows).not.toHaveBeenCalled();
    } else {
      expect(outcome).toEqual(DONE);
      expect(knows).toHaveBeenCalledExactlyOnceWith(null);
    }
  });

  it('comes from the context that sniCallback sets, and so does the hint', () => {
    const [first, second] = [vi.fn(knowsKey), vi.fn(knowsKey)];
    const gives = vi.fn(givesKey);
    const front = pskServer(only, first, 'front');
    const behind = pskServer(only, second, 'behind');
    front.sniCallback = (peer) => void (peer.context = behind);
    const pair = connectedPair({ client: pskClient(only, gives), server: front });
    expect(pair.server.context).toBe(behind);
    expect(second).toHaveBeenCalledExactlyOnceWith(IDENTITY);
    expect(first).not.toHaveBeenCalled();
    expect(gives).toHaveBeenCalledExactlyOnceWith(isTls13 ? null : 'behind');
  });

  it('is unknown where the context that sniCallback sets has no callback', () => {
    const first = vi.fn(knowsKey);
    const front = pskServer(only, first);
    const behind = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    only(behind);
    front.sniCallback = (peer) => void (peer.context = behind);
    const pair = makePair({ client: pskClient(only), server: front });
    expect(tryHandshake(pair)).toEqual(NO_KEY_OF_SERVER[version]);
    expect(first).not.toHaveBeenCalled();
  });

  it('is not taken where the first context has no callback, as in Python', () => {
    const second = vi.fn(knowsKey);
    const front = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    only(front);
    const behind = pskServer(only, second);
    front.sniCallback = (peer) => void (peer.context = behind);
    const { server } = tryHandshake(makePair({ client: pskClient(only), server: front }));
    const reason = isTls13 ? 'NO_SUITABLE_SIGNATURE_ALGORITHM' : 'NO_SHARED_CIPHER';
    expect(server).toEqual(sslError(reason));
    expect(second).not.toHaveBeenCalled();
  });
});

describe('setPskClientCallback and setPskServerCallback', () => {
  const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);

  it("refuse a context of the other side with Python's error", () => {
    const message = 'Cannot add PSK client callback to a PROTOCOL_TLS_SERVER context';
    for (const callback of [givesKey, null, 5 as never])
      expect(() => server.setPskClientCallback(callback)).toThrow(sslError(null, { message }));
    expect(() => client.setPskServerCallback(knowsKey)).toThrow(
      sslError(null, {
        message: 'Cannot add PSK server callback to a PROTOCOL_TLS_CLIENT context',
      }),
    );
  });

  it('take both on a context of both sides', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS);
    psk12(context);
    context.setPskClientCallback(givesKey);
    context.setPskServerCallback(knowsKey);
    expect(tryHandshake(makePair({ client: context, server: context }))).toEqual(DONE);
  });

  it.each([[5], ['f'], [{}], [undefined], [[givesKey]], [true]])('refuse %j', (callback) => {
    expect(() => client.setPskClientCallback(callback as never)).toThrow(typeError('callback must be'));
    expect(() => server.setPskServerCallback(callback as never)).toThrow(typeError('callback must be'));
  }); // prettier-ignore

  it('refuse a hint of more than 256 bytes, and keep what was set before', () => {
    const gives = vi.fn(givesKey);
    const context = pskServer(psk12, knowsKey, 'h'.repeat(256));
    for (const hint of ['h'.repeat(257), 'ж'.repeat(129)])
      expect(() => context.setPskServerCallback(() => WRONG_KEY, hint)).toThrow(
        valueError('failed to set identity hint'),
      );
    connectedPair({ client: pskClient(psk12, gives), server: context });
    expect(gives).toHaveBeenCalledExactlyOnceWith('h'.repeat(256));
  });

  it('refuse a hint that is not text', () => {
    for (const hint of [5, Buffer.from('h'), {}, true])
      expect(() => server.setPskServerCallback(knowsKey, hint as never)).toThrow(typeError('identityHint'));
    expect(() => server.setPskServerCallback(knowsKey, 'a\0b')).toThrow(valueError('NUL'));
  }); // prettier-ignore

  it('forget the hint with the next callback', () => {
    const gives = vi.fn(givesKey);
    const context = pskServer(psk12, knowsKey, 'hint');
    context.setPskServerCallback(knowsKey);
    connectedPair({ client: pskClient(psk12, gives), server: context });
    expect(gives).toHaveBeenCalledExactlyOnceWith(null);
  });
});
