/** How connections end: by close_notify, by a TCP connection that is cut (truncation), and on one side only. */
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import * as tls from 'node:tls';

import { describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { eventually, withTimeout } from '../helpers/collect.js';
import { connectOurs, startOurServer, type OurServer } from '../helpers/ours.js';
import { peerPath, skipUnless } from '../helpers/peers.js';
import { testPki } from '../helpers/test-pki.js';
import { HELLO, meetClient, VERSIONS } from './support/meetings.js';
import * as python from './support/python-closing.js';
import { CLIENTS, reported, skipWithout, thePython } from './support/sides.js';

const PAYLOAD = Buffer.alloc(50_000, 'close\n');

/** s_client ends when the server does, but does not report how; curl's answers end before the connection. */
const TELLS_HOW = CLIENTS.filter(({ name }) => name === 'Python' || name === 'node:tls');

describe.for(TELLS_HOW)('$name client, our server', (side) => {
  it.for(VERSIONS)('sees our close_notify in %s', async (version, test) => {
    skipWithout(test, side);
    const { seen } = await meetClient(
      side,
      { behaviour: 'send-then-close', payload: PAYLOAD, maxVersion: version },
      { send: Buffer.alloc(0), read: 'end' },
    );
    const facts = { version, received: PAYLOAD, cleanClose: true, error: null };
    expect(seen).toMatchObject(reported(side, facts));
  });
});

describe('Python client, our server', () => {
  it.for(VERSIONS)('sees that our close_notify is missing in %s', async (version, test) => {
    skipUnless(test, 'python3');
    const pki = await testPki();
    const server = await startOurServer({
      identity: pki.localhost,
      behaviour: 'ragged',
      payload: PAYLOAD,
      maxVersion: version,
    });
    try {
      const seen = await (await thePython()).connect({ port: server.port, ca: pki.caPem });
      expect(seen).toMatchObject({
        received: PAYLOAD,
        cleanClose: false,
        error: { phase: 'data' },
      });
    } finally {
      await server.close();
    }
  });
});

const SERVERS_THAT_CLOSE = ['Python', 'node:tls'] as const;

async function startClosing(name: (typeof SERVERS_THAT_CLOSE)[number], options: object) {
  const { startNodeServer } = await import('../helpers/node-tls.js');
  const given = { identity: (await testPki()).localhost, payload: PAYLOAD, ...options };
  return name === 'Python' ? (await thePython()).serve(given) : startNodeServer(given);
}

describe.for(SERVERS_THAT_CLOSE)('our client, %s server', (name) => {
  const cases = VERSIONS.flatMap((version) =>
    (['send-then-close', 'ragged'] as const).map((behaviour) => ({ version, behaviour })),
  );
  it.for(cases)(
    'sees how it ends: $behaviour in $version',
    async ({ version, behaviour }, test) => {
      if (name === 'Python') skipUnless(test, 'python3');
      const server = await startClosing(name, { behaviour, maxVersion: version });
      try {
        const seen = await connectOurs({ port: server.port, ca: (await testPki()).caPem });
        const isClean = behaviour === 'send-then-close';
        expect(seen).toMatchObject({ version, received: PAYLOAD, cleanClose: isClean });
        if (isClean) expect(seen.error).toBeNull();
        else expect(seen.error).toMatchObject({ phase: 'data', kind: 'SSLEOFError' });
      } finally {
        await server.close();
      }
    },
  );

  it.for(VERSIONS)('half-closes in %s: sends its end, and reads on', async (version, test) => {
    if (name === 'Python') skipUnless(test, 'python3');
    const { port, ends } = await startHalfClosing(name, version);
    const request = { port, ca: (await testPki()).caPem, send: HELLO, read: 'end' } as const;
    const seen = await connectOurs({ ...request, halfClose: true });
    expect(seen).toMatchObject({ version, received: PAYLOAD, cleanClose: true, error: null });
    await withTimeout(ends, { what: 'the end of the peer' });
  });
});

/** A server that answers only once our client has ended. */
async function startHalfClosing(name: string, version: (typeof VERSIONS)[number]) {
  const { localhost } = await testPki();
  if (name === 'Python')
    return python.startHalfClosing(await thePython(), { localhost, version, payload: PAYLOAD });
  const { chainPem: cert, keyPem: key } = localhost;
  const server = tls.createServer(
    { cert, key, maxVersion: version, allowHalfOpen: true },
    (socket) => socket.resume().once('end', () => socket.end(PAYLOAD)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ends = once(server, 'secureConnection').then(([socket]) =>
    once(socket as tls.TLSSocket, 'close'),
  );
  void ends.then(() => server.close());
  return { port: (server.address() as { port: number }).port, ends };
}

/** Each sends HELLO, then breaks the TCP connection off, or ends one side and reads the rest. */
const CUTS = {
  'node:tls': async (port: number, ca: string) => {
    const raw = connectTcp({ port, host: '127.0.0.1' });
    const socket = tls.connect({ socket: raw, ca, servername: 'localhost' });
    await once(socket, 'secureConnect');
    socket.write(HELLO);
    await once(socket, 'data');
    raw.destroy();
  },
  Python: async (port: number, ca: string) =>
    python.cut(await thePython(), { port, ca, send: HELLO }),
  openssl: async (port: number, _ca: string) => {
    const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost'];
    const child = Child.start(peerPath('openssl'), args);
    await child.waitFor(/^ *Verify return code/m);
    child.stdin.write(HELLO);
    await child.waitFor(/hello, peer$/m);
    await child.close();
  },
} as const;

const CUTTERS = (['node:tls', 'Python', 'openssl'] as const).flatMap((name) =>
  VERSIONS.map((version) => ({ name, version })),
);

async function ourServer(options: object): Promise<OurServer> {
  return startOurServer({ identity: (await testPki()).localhost, ...options });
}

describe.for(CUTTERS)('$name client, our server', ({ name, version }) => {
  it(`is seen to cut the connection in ${version}`, async (test) => {
    if (name === 'Python') skipUnless(test, 'python3');
    if (name === 'openssl') skipUnless(test, 'openssl');
    const server = await ourServer({ maxVersion: version });
    try {
      await CUTS[name](server.port, (await testPki()).caPem);
      const [served] = await server.connections(1);
      expect(served).toMatchObject({ version, received: HELLO, cleanClose: false });
      expect(served?.error).toMatchObject({ phase: 'data', kind: 'SSLEOFError' });
    } finally {
      await server.close();
    }
  });
});

describe.for(['node:tls', 'Python'] as const)('%s client, our server', (name) => {
  it.for(VERSIONS)('half-closes in %s and gets the whole answer', async (version, test) => {
    if (name === 'Python') skipUnless(test, 'python3');
    const server = await ourServer({
      behaviour: 'half-close',
      payload: PAYLOAD,
      maxVersion: version,
    });
    try {
      const request = { port: server.port, ca: (await testPki()).caPem, send: HELLO };
      const received =
        name === 'Python'
          ? await python.halfClose(await thePython(), request)
          : await halfCloseNode(request);
      expect(received.equals(PAYLOAD)).toBe(true);
      const [served] = await server.connections(1);
      expect(served).toMatchObject({ version, received: HELLO, cleanClose: true, error: null });
    } finally {
      await server.close();
    }
  });
});

async function halfCloseNode({ port, ca, send }: { port: number; ca: string; send: Buffer }) {
  const options = { port, host: '127.0.0.1', ca, servername: 'localhost', allowHalfOpen: true };
  const socket = tls.connect(options as tls.ConnectionOptions);
  await once(socket, 'secureConnect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.end(send);
  await withTimeout(once(socket, 'end'), { what: 'the end of our server' });
  await eventually(() => socket.destroyed, { what: 'the close of a client' });
  return Buffer.concat(chunks);
}
