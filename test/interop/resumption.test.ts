/** Sessions: tickets of TLS 1.3 and 1.2, and TLS 1.2 sessions that the server keeps, resumed in both directions. */
import { describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { runCurl } from '../helpers/curl.js';
import { connectNode } from '../helpers/node-tls.js';
import { connectOpenssl } from '../helpers/openssl-cli.js';
import { startOurServer, type OurServer } from '../helpers/ours.js';
import { skipUnless } from '../helpers/peers.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { HELLO, talkTo } from './support/meetings.js';
import { SERVERS, skipWithout, thePython } from './support/sides.js';

const KINDS = [
  { version: 'TLSv1.3', tickets: true, what: 'TLSv1.3 ticket' },
  { version: 'TLSv1.2', tickets: true, what: 'TLSv1.2 ticket' },
  { version: 'TLSv1.2', tickets: false, what: 'TLSv1.2 session id' },
] as const;

type Kind = (typeof KINDS)[number];

describe.for(SERVERS)('our client, $name server', (side) => {
  it.for(KINDS)('resumes by a $what', async ({ version, tickets }, test) => {
    skipWithout(test, side);
    if (!tickets && side.name === 'node:tls') test.skip('node:tls keeps no sessions by itself');
    const pki = await testPki();
    const server = await side.serve({
      identity: pki.localhost,
      minVersion: version,
      maxVersion: version,
    });
    try {
      const request = { port: server.port, ca: pki.caPem, tickets };
      const first = await talkTo(side, request);
      expect(first).toMatchObject({ error: null, reused: false, received: HELLO });
      expect(first.session?.session.hasTicket).toBe(tickets);
      const second = await talkTo(side, { ...request, resume: first.session });
      expect(second).toMatchObject({ error: null, version, reused: true, received: HELLO });
      const served = await server.connections(2);
      if (side.reports.includes('reused'))
        expect(served.map(({ reused }) => reused)).toEqual([false, true]);
    } finally {
      await server.close();
    }
  });
});

/** Two connections of a peer to our server, the second of which offers the session of the first. */
type Twice = (server: OurServer, ca: string) => Promise<{ reused: boolean; received: Buffer }>;

const request = (server: OurServer, ca: string) => ({ port: server.port, ca, send: HELLO });

const throughFile: Twice = async (server, ca) => {
  const folder = await TempDirectory.create();
  try {
    const session = folder.join('session');
    const common = { ...request(server, ca), until: /hello, peer$/m };
    await connectOpenssl({ ...common, sessionOut: session });
    return await connectOpenssl({ ...common, sessionIn: session });
  } finally {
    await folder.close();
  }
};

const inOneProcess: Twice = async (server, ca) => {
  const { port, send: body } = request(server, ca);
  const again = ['--header', 'Connection: close', `https://localhost:${port}/`];
  const result = await runCurl({ port, ca, body, extraArguments: again });
  return { reused: /SSL re-?using session ID/.test(result.log), received: result.body };
};

const CLIENTS = [
  {
    name: 'Python',
    needs: ['python3'],
    speaks: 'echo',
    twice: async (server: OurServer, ca: string) => {
      const python = await thePython();
      const { session } = await python.connect(request(server, ca));
      return python.connect({ ...request(server, ca), resume: session });
    },
  },
  {
    name: 'node:tls',
    needs: [],
    speaks: 'echo',
    twice: async (server: OurServer, ca: string) => {
      const { session } = await connectNode(request(server, ca));
      return connectNode({ ...request(server, ca), resume: session ?? undefined });
    },
  },
  { name: 'openssl', needs: ['openssl'], speaks: 'echo', twice: throughFile },
  { name: 'curl', needs: ['curl'], speaks: 'http', twice: inOneProcess },
] as const;

describe.for(CLIENTS)('$name client, our server', ({ needs, speaks, twice }) => {
  it.for(KINDS)('resumes by a $what', async ({ version, tickets }: Kind, test) => {
    skipUnless(test, ...needs);
    const cleanup = new Cleanup();
    const pki = await testPki();
    const range = { minVersion: version, maxVersion: version };
    const server = cleanup.add(
      await startOurServer({ ...range, identity: pki.localhost, behaviour: speaks, tickets }),
    );
    try {
      const second = await twice(server, pki.caPem);
      expect(second.reused).toBe(true);
      expect(second.received.includes(HELLO)).toBe(true);
      const served = await server.connections(2);
      const facts = { error: null, version };
      expect(served[0]).toMatchObject({ ...facts, reused: false });
      expect(served[1]).toMatchObject({ ...facts, reused: true });
    } finally {
      await cleanup.run();
    }
  });
});
