// The end of one direction: close_notify before FIN, and what may still be said by the other end (RFC 8446, 6.1).
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { eventually, nextEvent } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { duplexPair } from '../../helpers/duplex-pair.js';
import * as ssl from 'hermetic-ssl/ssl';
import { cleanEnd, memoryPair, tcpTlsPair, watch, wrapBoth } from '../../helpers/tls-pair.js';

const HALF_OPEN = { allowHalfOpen: true };

/** Contexts of TLS 1.2, where the type of an alert's record is in the clear. */
async function tls12() {
  const [client, server] = [await pkiClientContext(), await pkiServerContext()];
  client.maximumVersion = ssl.TLSVersion.TLSv1_2;
  return { clientContext: client, serverContext: server };
}

describe.each([
  ['TCP', tcpTlsPair],
  ['memory', memoryPair],
] as const)('The end of an SSLSocket over %s', (_name, connect) => {
  it('ends the other end too, when that is not half-open', async () => {
    const { client, server } = await connect();
    const [ours, theirs] = [watch(client), watch(server)];
    client.end('bye');
    await ours.closed();
    await theirs.closed();
    expect(Buffer.concat(theirs.chunks).toString()).toBe('bye');
    expect([ours, theirs]).toMatchObject([cleanEnd, cleanEnd]);
  });

  it('lets a half-open server answer after the end', async () => {
    const { client, server } = await connect({ server: HALF_OPEN });
    const [ours, theirs] = [watch(client), watch(server)];
    client.end('question');
    await nextEvent(server, 'end');
    expect(server.writable).toBe(true);
    server.write('a long ');
    await nextEvent(client, 'data');
    server.end('answer');
    await ours.closed();
    await theirs.closed();
    expect(Buffer.concat(ours.chunks).toString()).toBe('a long answer');
    expect([ours, theirs]).toMatchObject([cleanEnd, cleanEnd]);
  });

  it('lets a half-open client go on after the end of the server', async () => {
    const { client, server } = await connect({ client: HALF_OPEN });
    const [ours, theirs] = [watch(client), watch(server)];
    server.end();
    await nextEvent(client, 'end');
    client.write(Buffer.alloc(100_000));
    client.end('last');
    await ours.closed();
    await theirs.closed();
    expect(Buffer.concat(theirs.chunks).length).toBe(100_004);
    expect([ours, theirs]).toMatchObject([cleanEnd, cleanEnd]);
  });

  it('leaves the other direction open although the transport has ended, and is not half-open', async () => {
    const { client, server, transports } = await connect({ client: HALF_OPEN });
    const [ours, theirs] = [watch(client), watch(server)];
    server.end();
    await nextEvent(client, 'end');
    // The FIN that follows close_notify: the transport itself may take it for the end of both directions.
    transports.client.resume();
    if (client.transportKind === 'duplex') await eventually(() => transports.client.readableEnded);
    else await sleep(50);
    await new Promise((resolve) => setImmediate(resolve));
    client.end(Buffer.alloc(100_000));
    await theirs.closed();
    await ours.closed();
    expect(Buffer.concat(theirs.chunks).length).toBe(100_000);
    expect([ours, theirs]).toMatchObject([cleanEnd, cleanEnd]);
  });

  it('is clean when both end at once', async () => {
    const { client, server } = await connect();
    const stories = [watch(client), watch(server)];
    client.end('a');
    server.end('b');
    for (const story of stories) await story.closed();
    expect(stories).toMatchObject([cleanEnd, cleanEnd]);
  });

  it('is clean for a server that never reads', async () => {
    const { client, server } = await connect();
    const [ours, theirs] = [watch(client), watch(server, { reads: false })];
    server.end('hello');
    await ours.closed();
    await theirs.closed();
    expect(Buffer.concat(ours.chunks).toString()).toBe('hello');
    expect([ours, theirs]).toMatchObject([{ errors: [] }, { errors: [] }]);
  });

  it('is clean for a reader that leaves its loop at the end: close_notify is answered', async () => {
    const { client, server } = await connect({ server: HALF_OPEN });
    const theirs = watch(server);
    server.end('all there is');
    let text = '';
    for await (const chunk of client) text += String(chunk);
    await theirs.closed();
    expect(text).toBe('all there is');
    expect(theirs).toMatchObject({ errors: [], ends: 1, closes: 1 });
  });

  it('refuses writes after end with one error', async () => {
    const { client, server } = await connect();
    const story = watch(client);
    watch(server);
    client.end();
    client.write('too late');
    await story.closed();
    expect(story).toMatchObject({ errors: [{ code: 'ERR_STREAM_WRITE_AFTER_END' }], closes: 1 });
  });
});

describe('close_notify', () => {
  it('is sent before the end of the transport, which follows', async () => {
    const { client, transports } = await memoryPair(await tls12());
    transports.client.sent.length = 0;
    client.end('data');
    await nextEvent(transports.client, 'finish');
    const types = transports.client.sent.map((bytes) => bytes[0]);
    expect(types).toEqual([23, 21]);
    client.destroy();
  });

  it('waits for every write, also while the transport is blocked', async () => {
    const { client, server } = await memoryPair({ pair: { highWaterMark: 500 } });
    const story = watch(server, { reads: false });
    client.end(Buffer.alloc(1 << 20));
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.writableFinished).toBe(false);
    server.on('data', (chunk: Buffer) => story.chunks.push(chunk));
    await story.closed();
    expect(Buffer.concat(story.chunks).length).toBe(1 << 20);
    expect(story).toMatchObject({ errors: [], ends: 1 });
  });

  it('ends a slow connection only after its last byte has gone', async () => {
    // The transport takes what it is given but delivers it later than a failed connection may linger.
    const { client, server, transports } = await memoryPair({ server: HALF_OPEN });
    const story = watch(client);
    client.end();
    server.resume();
    await nextEvent(server, 'end');
    transports.server.isHeld = true;
    server.end(Buffer.alloc(200_000));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(transports.server.destroyed).toBe(false);
    transports.server.release();
    await story.closed();
    expect(Buffer.concat(story.chunks).length).toBe(200_000);
    expect(story.errors).toEqual([]);
  });

  it('follows the handshake when end is called before it has begun', async () => {
    const pair = await wrapBoth(duplexPair(), { client: { doHandshakeOnConnect: false } });
    const [ours, theirs] = [watch(pair.client), watch(pair.server)];
    pair.client.end('in one go');
    await ours.closed();
    await theirs.closed();
    expect(Buffer.concat(theirs.chunks).toString()).toBe('in one go');
    expect([ours, theirs]).toMatchObject([cleanEnd, cleanEnd]);
  });
});
