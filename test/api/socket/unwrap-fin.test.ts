// unwrap with a slow reader, where the peer has sent everything at once over TCP: data, close_notify, clear text, FIN. The clear
// text belongs to the application and has to be in the transport, whatever has come before anybody reads.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { closeAll, FinishingPeer, pattern, readAll, tcp } from '../support/finishing-peer.js';

afterEach(closeAll);

interface Meeting {
  readonly ours: ssl.SSLSocket;
  readonly transport: Socket;
  readonly peer: FinishingPeer;
}

async function meet(
  version: ssl.TLSVersion,
  serverSide: boolean,
  { highWaterMark = 1024, allowHalfOpen = false } = {},
): Promise<Meeting> {
  const [client, server] = [await pkiClientContext(), await pkiServerContext()];
  server.maximumVersion = version;
  const [near, transport] = await tcp(highWaterMark);
  const name = { serverHostname: 'localhost' };
  const peer = serverSide
    ? new FinishingPeer(client, near, name)
    : new FinishingPeer(server, near, { serverSide: true });
  const ours = serverSide
    ? server.wrapSocket(transport, { serverSide: true, allowHalfOpen })
    : client.wrapSocket(transport, { ...name, allowHalfOpen });
  await Promise.all([peer.handshake(), ours.doHandshake()]);
  return { ours, transport, peer };
}

/** Reads a little at a time, to the end. */
async function readSlowly(socket: ssl.SSLSocket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if (chunks.length % 4 === 0) await sleep(1);
  }
  return Buffer.concat(chunks);
}

const VERSIONS = [
  ['TLS 1.2', ssl.TLSVersion.TLSv1_2],
  ['TLS 1.3', ssl.TLSVersion.TLSv1_3],
] as const;
const ENDS = [
  ['a server', true],
  ['a client', false],
] as const;
const CASES = VERSIONS.flatMap(([versionName, version]) =>
  ENDS.map(([end, serverSide]) => ({ versionName, version, end, serverSide })),
);
const SIZES = [
  ['some data and a word', 40_000, 4],
  ['more data than is read at once, and a word', 60_000, 4],
  ['as much, and as much clear text as comes with it', 50_000, 14_000],
  ['much data and a word', 400_000, 4],
  ['much data and more clear text', 200_000, 300_000],
  ['a record and a byte', 20, 1],
  ['no data, and clear text', 0, 100_000],
] as const;
/** When unwrap is called and when reading begins: before the peer's bytes, or when all have had the time to come. */
const MOMENTS = [
  ['unwrap at once, a reader later', 'before'],
  ['unwrap and a reader later', 'after'],
  ['unwrap and a reader at once', 'at once'],
] as const;

describe.each(CASES)('unwrap on $end, $versionName, of what came with FIN', (scenario) => {
  const { version, serverSide } = scenario;
  describe.each(MOMENTS)('%s', (_moment, moment) => {
    it.each(SIZES)('%s', async (_size, numData, numClear) => {
      for (const highWaterMark of [1024, 65_536]) {
        const { ours, transport, peer } = await meet(version, serverSide, {
          highWaterMark,
          allowHalfOpen: moment === 'after', // an end without data is handled before unwrap is called
        });
        const [data, clear] = [pattern(numData, 1), pattern(numClear, 2)];
        let unwrapping = moment === 'before' ? ours.unwrap() : null;
        let reading = moment === 'at once' ? readSlowly(ours) : null;
        if (moment === 'at once') unwrapping = ours.unwrap();
        peer.finish(data, clear);
        await sleep(20); // all of it has come, as far as it is taken
        unwrapping ??= ours.unwrap();
        reading ??= readSlowly(ours);
        const [plain, read] = await Promise.all([unwrapping, reading]);
        expect(read.equals(data)).toBe(true);
        expect(plain).toBe(transport);
        const rest = await readAll(transport);
        expect(rest.length).toBe(clear.length);
        expect(rest.equals(clear)).toBe(true);
      }
    });
  });
});

describe('A slow reader', () => {
  it.each(CASES)(
    'gets the data and the end that came with FIN, $end, $versionName',
    async (scenario) => {
      const { ours, peer } = await meet(scenario.version, scenario.serverSide);
      const data = pattern(400_000, 3);
      peer.finish(data, Buffer.alloc(0));
      await sleep(20);
      expect((await readSlowly(ours)).equals(data)).toBe(true);
    },
  );
});

describe('close_notify that came with the last bytes of the handshake', () => {
  it('does not close the transport before the application that awaits the handshake has its turn', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [client, server] = [await pkiClientContext(), await pkiServerContext()];
      const [near, transport] = await tcp(65_536);
      const peer = new FinishingPeer(client, near, { serverHostname: 'localhost' });
      const ours = server.wrapSocket(transport, { serverSide: true });
      const unwrapping = ours.doHandshake().then(() => ours.resume().unwrap());
      await peer.handshake({ closes: true });
      expect(await unwrapping).toBe(transport);
    }
  });
});
