// Data, close_notify, clear text and FIN that arrive at once while verifyCallback is deciding. Only a server of TLS 1.3 can be
// in that state: under TLS 1.2 it holds back its last flight, and a client must answer before its peer can finish.
import { afterEach, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { eventually } from '../../helpers/collect.js';
import { closeAll, FinishingPeer, pattern, readAll, tcp } from '../support/finishing-peer.js';
import { askingServer } from '../support/verify-callbacks.js';

afterEach(closeAll);

const SIZES = [
  ['some data and a word', 4000, 4],
  ['no data, and clear text', 0, 10_000],
  ['much data and a word', 400_000, 4],
] as const;

interface Waiting {
  readonly ours: ssl.SSLSocket;
  readonly peer: FinishingPeer;
  /** Accepts the client, which the callback must have been asked about. */
  readonly accept: () => Promise<void>;
}

/** A server that waits for its callback about the client's certificate, in the handshake or after it. */
async function waiting(isLater: boolean): Promise<Waiting> {
  let accept = (): void => undefined;
  let isAsked = false;
  const answer = new Promise<undefined>((resolve) => (accept = () => resolve(undefined)));
  const callback = () => {
    isAsked = true;
    return answer;
  };
  const contexts = askingServer(callback, {
    mode: isLater ? ssl.CERT_OPTIONAL : ssl.CERT_REQUIRED,
    change: (context) => (context.postHandshakeAuth = isLater),
  });
  const [near, transport] = await tcp(65_536);
  const peer = new FinishingPeer(contexts.client, near, { serverHostname: 'localhost' });
  const ours = contexts.server.wrapSocket(transport, { serverSide: true, allowHalfOpen: true });
  ours.on('error', () => undefined);
  await peer.handshake();
  if (isLater) {
    await ours.doHandshake();
    const shown = peer.answerRequest();
    ours.verifyClientPostHandshake();
    await shown;
  }
  return { ours, peer, accept: () => eventually(() => isAsked).then(accept) };
}

describe.each([
  ['in the handshake', false],
  ['after the handshake', true],
])('A server that waits for verifyCallback %s', (_when, isLater) => {
  it.each(SIZES)('loses nothing that comes with FIN: %s', async (_size, numData, numClear) => {
    const { ours, peer, accept } = await waiting(isLater);
    const [data, clear] = [pattern(numData, 1), pattern(numClear, 2)];
    const chunks: Buffer[] = [];
    ours.on('data', (chunk: Buffer) => chunks.push(chunk));
    peer.finish(data, clear);
    await new Promise((resolve) => setTimeout(resolve, 50)); // all of it has come, as far as it is taken
    await accept();
    await ours.doHandshake();
    const transport = await ours.unwrap();
    expect(Buffer.concat(chunks).equals(data)).toBe(true);
    expect((await readAll(transport as never)).equals(clear)).toBe(true);
  });
});
