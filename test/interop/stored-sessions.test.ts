/** Sessions that one process of ours stores and another one resumes, at the servers of others and at ours. */
import { fileURLToPath } from 'node:url';

import { afterAll, describe, expect, it } from 'vitest';

import { Child } from '../helpers/child.js';
import { Cleanup } from '../helpers/cleanup.js';
import { startOurServer } from '../helpers/ours.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { HELLO } from './support/meetings.js';
import { SERVERS, skipWithout, type ServerSide } from './support/sides.js';

const cleanup = new Cleanup();
afterAll(() => cleanup.run());
const folder = cleanup.add(await TempDirectory.create());

const CLIENT = fileURLToPath(new URL('support/session-client.mjs', import.meta.url));

const KINDS = [
  { version: 'TLSv1.3', tickets: true, what: 'TLSv1.3 ticket' },
  { version: 'TLSv1.2', tickets: true, what: 'TLSv1.2 ticket' },
  { version: 'TLSv1.2', tickets: false, what: 'TLSv1.2 session id' },
] as const;

const OURS: ServerSide = {
  name: 'our own',
  needs: [],
  reports: [],
  refuses: 'by an alert',
  closesItself: false,
  request: (payload) => payload,
  answer: (received) => received,
  serve: (options) => startOurServer(options),
};

interface Facts {
  readonly reused: boolean;
  readonly version: string;
  readonly answer: string;
  readonly chain: number;
  readonly hasTicket: boolean;
}

/** Runs one connection in a process of its own. */
async function connect(options: object): Promise<Facts> {
  const child = Child.start(process.execPath, [CLIENT, JSON.stringify(options)]);
  const { code } = await child.finish(30_000);
  if (code !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as Facts;
}

describe.for([...SERVERS, OURS])('sessions of $name server', (side) => {
  it.for(KINDS)(
    'are resumed by a $what in another process, from a file',
    async ({ version, tickets }, test) => {
      skipWithout(test, side);
      if (!tickets && side.name === 'node:tls') test.skip('node:tls keeps no sessions by itself');
      const pki = await testPki();
      const range = { minVersion: version, maxVersion: version };
      const server = await side.serve({ identity: pki.localhost, ...range });
      try {
        const file = folder.join(`${side.name}-${version}-${tickets}`);
        const request = side.request(HELLO).toString('latin1');
        const least = side.closesItself ? null : HELLO.length;
        const common = { port: server.port, ca: pki.caPem, version, tickets, request, least };
        const first = await connect({ ...common, into: file });
        expect(first).toMatchObject({ reused: false, version, hasTicket: tickets });
        const second = await connect({ ...common, from: file });
        expect(second).toMatchObject({ reused: true, version, chain: 1 });
        for (const { answer } of [first, second])
          expect(side.answer(Buffer.from(answer, 'latin1'))).toEqual(HELLO);
      } finally {
        await server.close();
      }
    },
  );
});
