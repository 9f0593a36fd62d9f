// How much of a peer's bytes a server takes while the promise of a callback is pending: 64 KiB, and nothing of it is lost.
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { eventually } from '../../helpers/collect.js';
import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { thrown } from '../../helpers/make-pair.js';
import { discard, tcpPair, watch } from '../../helpers/tls-pair.js';
import { askingServer } from '../support/verify-callbacks.js';

const LIMIT = 65_536;

async function clientHello(): Promise<Buffer> {
  const outgoing = new ssl.MemoryBIO();
  const client = (await pkiClientContext()).wrapBio(new ssl.MemoryBIO(), outgoing, {
    serverHostname: 'localhost',
  });
  thrown(() => client.doHandshake());
  return outgoing.read();
}

describe('A server whose callback is pending', () => {
  it.each(['together', 'in large pieces', 'in small pieces'])(
    'takes 64 KiB of what follows a ClientHello, and leaves the rest, sent %s',
    async (how) => {
      const context = await pkiServerContext();
      let isAsked = false;
      context.sniCallback = () => {
        isAsked = true;
        return new Promise(() => undefined);
      };
      const [near, far] = await tcpPair();
      near.on('error', () => undefined);
      const server = context.wrapSocket(far, { serverSide: true });
      const story = watch(server);
      const hello = await clientHello();
      near.write(hello);
      await eventually(() => isAsked);
      const taken = () => far.bytesRead - far.readableLength - hello.length;
      const pieces = {
        together: [1 << 20],
        'in large pieces': [40_000, 1 << 20],
        'in small pieces': Array.from({ length: 300 }, () => 1000),
      }[how];
      let sent = 0;
      for (const size of pieces ?? []) {
        near.write(Buffer.alloc(size, 0x17));
        sent += size;
        await eventually(() => taken() >= Math.min(sent, LIMIT));
      }
      await eventually(() => taken() >= LIMIT);
      await sleep(50); // it looks whether more is taken
      expect(taken()).toBe(LIMIT);
      server.destroy();
      await story.closed();
      discard(near);
    },
  );

  it('reads on where it stopped when the answer comes', async () => {
    let accept = (_answer: undefined): void => undefined;
    const answer = new Promise<undefined>((resolve) => (accept = resolve));
    const { client: ours, server: context } = askingServer(() => answer);
    const [near, far] = await tcpPair();
    const server = context.wrapSocket(far, { serverSide: true });
    const client = ours.wrapSocket(near, { serverHostname: 'localhost' });
    const story = watch(server);
    await client.doHandshake();
    const data = Buffer.from(Array.from({ length: 700_000 }, (_, i) => (i * 31 + (i >> 9)) & 0xff));
    client.end(data);
    client.resume();
    // The rest stays in the transport, or in the system if the transport's descriptor is used.
    await eventually(() => far.readableLength > 0 || server.transportKind === 'native');
    await sleep(20);
    accept(undefined);
    await story.closed();
    expect(story.errors).toEqual([]);
    expect(Buffer.concat(story.chunks).equals(data)).toBe(true);
    discard(client);
  });
});
