/** One connection between this package and a peer, in either direction, with the facts of both ends. */
import { expect } from 'vitest';

import { connectOurs, startOurServer } from '../../helpers/ours.js';
import type {
  OurClientFacts,
  OurClientOptions,
  OurFacts,
  OurServerOptions,
} from '../../helpers/ours.js';
import type {
  ConnectionFacts,
  PeerClientOptions,
  PeerError,
  PeerServerOptions,
} from '../../helpers/peer-types.js';
import { testPki } from '../../helpers/test-pki.js';
import { reported, type ClientSide, type ServerSide } from './sides.js';

export const HELLO = Buffer.from('hello, peer\n');
export const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

type Place = (port: number) => Promise<number>;
const direct: Place = (port) => Promise.resolve(port);

export interface OutwardMeeting {
  /** Our client's facts; `received` is the payload of what came. */
  readonly seen: OurClientFacts;
  readonly served: ConnectionFacts;
}

/** Connects our client to a server of the peer's, which presents localhost's certificate by default. */
export async function meetServer(
  side: ServerSide,
  serverOptions: Partial<PeerServerOptions> = {},
  clientOptions: Partial<OurClientOptions> = {},
  relay: Place = direct,
): Promise<OutwardMeeting> {
  const pki = await testPki();
  const server = await side.serve({ identity: pki.localhost, ...serverOptions });
  try {
    const port = await relay(server.port);
    const seen = await talkTo(side, { port, ca: pki.caPem, ...clientOptions });
    const [served] = await server.connections(1);
    if (served === undefined) throw new Error('the peer has no facts');
    return { seen, served };
  } finally {
    await server.close();
  }
}

/** Sends what the peer needs to answer with `send`, and reads that answer. */
export async function talkTo(
  side: ServerSide,
  { send = HELLO, ...options }: OurClientOptions,
): Promise<OurClientFacts> {
  const payload = Buffer.from(send);
  const seen = await connectOurs({
    ...options,
    send: side.request(payload),
    read: options.read ?? (side.closesItself ? 'end' : payload.length),
  });
  return { ...seen, received: side.answer(seen.received) };
}

export interface InwardMeeting {
  readonly seen: ConnectionFacts;
  /** Our server's facts. */
  readonly served: OurFacts;
}

/** Connects a client of the peer's to our server, which presents localhost's certificate by default. */
export async function meetClient(
  side: ClientSide,
  serverOptions: Partial<OurServerOptions> = {},
  clientOptions: Partial<PeerClientOptions> = {},
  relay: Place = direct,
): Promise<InwardMeeting> {
  const pki = await testPki();
  const server = await startOurServer({
    identity: pki.localhost,
    behaviour: side.speaks,
    ...serverOptions,
  });
  try {
    const request = { port: await relay(server.port), ca: pki.caPem, ...clientOptions };
    const seen = await side.connect({ ...request, send: Buffer.from(request.send ?? HELLO) });
    const [served] = await server.connections(1);
    if (served === undefined) throw new Error('our server has no facts');
    return { seen, served };
  } finally {
    await server.close();
  }
}

/** Asserts the facts on both ends: all of ours, and those of the peer that it reports. */
export function expectFacts(
  ends: { side: ServerSide | ClientSide; ours: ConnectionFacts; theirs: ConnectionFacts },
  facts: Partial<ConnectionFacts>,
  seenByPeer: Partial<ConnectionFacts> = {},
): void {
  const { side, ours, theirs } = ends;
  expect(ours).toMatchObject({ error: null, ...facts });
  expect(theirs).toMatchObject(reported(side, { error: null, ...facts, ...seenByPeer }));
}

/** Returns a peer's description of a failure, in the words of OpenSSL and of RFC 8446 alike. */
export function wordsOf(error: PeerError | null): string {
  if (error === null) return 'no error';
  return `${error.reason ?? ''} ${error.kind} ${error.message}`.toLowerCase().replaceAll('_', ' ');
}
