// The end of the transport without close_notify: an error, after everything that came before it.
import { afterEach, describe, expect, it } from 'vitest';

import { nextEvent } from '../../helpers/collect.js';
import { pkiClientContext } from '../../helpers/contexts.js';
import { duplexPair } from '../../helpers/duplex-pair.js';
import {
  discard,
  memoryPair,
  rejection,
  tcpTlsPair,
  watch,
  type TlsPair,
} from '../../helpers/tls-pair.js';
import * as ssl from 'hermetic-ssl/ssl';

const open: TlsPair[] = [];
afterEach(() => open.splice(0).forEach(({ client, server }) => discard(client, server)));

const DATA = Buffer.alloc(100_000, 'half a document ');

/** Sends DATA and then the end of the transport, without close_notify. */
async function truncate({ server, transports }: TlsPair): Promise<void> {
  await new Promise((resolve) => server.write(DATA, resolve));
  transports.server.end();
}

describe.each([
  ['TCP', tcpTlsPair],
  ['memory', memoryPair],
] as const)('A truncation over %s', (_name, connect) => {
  const make = async (...options: Parameters<typeof connect>): Promise<TlsPair> => {
    const pair: TlsPair = await connect(...options);
    open.push(pair);
    watch(pair.server);
    return pair;
  };

  it('is one SSLEOFError after all plaintext, for a flowing reader', async () => {
    const pair = await make();
    const story = watch(pair.client);
    void truncate(pair);
    await story.closed();
    expect(Buffer.concat(story.chunks)).toEqual(DATA);
    expect(story).toMatchObject({ errors: [expect.any(ssl.SSLEOFError)], ends: 0, closes: 1 });
    expect(story.errors[0]).toMatchObject({ code: 'ERR_SSL_UNEXPECTED_EOF_WHILE_READING' });
  });

  it('comes after all plaintext for a reader that is slow', async () => {
    const pair = await make();
    void truncate(pair);
    let seen = 0;
    const reading = (async () => {
      for await (const chunk of pair.client as AsyncIterable<Buffer>) {
        seen += chunk.length;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await expect(reading).rejects.toBeInstanceOf(ssl.SSLEOFError);
    expect(seen).toBe(DATA.length);
  });

  it('waits for a reader that comes late', async () => {
    const pair = await make();
    const story = watch(pair.client, { reads: false });
    await new Promise((resolve) => pair.server.write('little', resolve));
    pair.transports.server.end();
    await nextEvent(pair.client, 'readable');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(story).toMatchObject({ errors: [], closes: 0 });
    expect(String(pair.client.read(3))).toBe('lit');
    expect(String(pair.client.read())).toBe('tle');
    await story.closed();
    expect(story.errors).toMatchObject([expect.any(ssl.SSLEOFError)]);
  });

  it('is noticed without a reader, when nothing came before it', async () => {
    const pair = await make();
    const story = watch(pair.client, { reads: false });
    pair.transports.server.end();
    await story.closed();
    expect(story.errors).toMatchObject([expect.any(ssl.SSLEOFError)]);
  });

  it('is an ordinary end with suppressRaggedEofs', async () => {
    const pair = await make({ client: { suppressRaggedEofs: true } });
    const story = watch(pair.client);
    void truncate(pair);
    await story.closed();
    expect(Buffer.concat(story.chunks)).toEqual(DATA);
    expect(story).toMatchObject({ errors: [], ends: 1, closes: 1 });
  });

  it('is an error for every reader that has ended, and not for one that never reads', async () => {
    const server = { allowHalfOpen: true };
    const [reader, writer] = [await make({ server }), await make({ server })];
    const [read, unread] = [watch(reader.client), watch(writer.client, { reads: false })];
    for (const pair of [reader, writer]) {
      pair.client.end('request');
      await nextEvent(pair.server, 'end');
      pair.transports.server.destroy();
    }
    await read.closed();
    await unread.closed();
    expect(read.errors).toMatchObject([expect.any(ssl.SSLEOFError)]);
    expect(unread.errors).toEqual([]);
  });
});

describe('A truncation during the handshake', () => {
  it('is an error of both the promise and the socket', async () => {
    const [near, far] = duplexPair();
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    const story = watch(client);
    const handshake = client.doHandshake();
    far.end();
    expect(await rejection(handshake)).toBeInstanceOf(ssl.SSLEOFError);
    await story.closed();
    expect(story).toMatchObject({ errors: [expect.any(ssl.SSLEOFError)], closes: 1, ends: 0 });
  });
});

describe('A reset connection', () => {
  it('is one error of the system', async () => {
    const pair = await tcpTlsPair();
    open.push(pair);
    const story = watch(pair.client);
    watch(pair.server, { reads: false });
    pair.client.write(Buffer.alloc(16 << 20));
    pair.transports.server.resetAndDestroy();
    await story.closed();
    // Which one depends on whether the system noticed while reading or while writing.
    expect(story).toMatchObject({
      errors: [{ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) }],
      ends: 0,
      closes: 1,
    });
  });
});
