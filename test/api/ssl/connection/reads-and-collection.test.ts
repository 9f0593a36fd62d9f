// Buffers that are read into, reads of nothing, and what the collector may take.
import { afterAll, describe, expect, it } from 'vitest';

import { clientContext, serverContext } from '../../../helpers/contexts.js';
import { connectedPair, makePair } from '../../../helpers/make-pair.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, caPem } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());
const contexts = () => ({ client: clientContext(caPem), server: serverContext(localhost) });

describe('SSLObject.read', () => {
  it('of nothing gives nothing and waits for nothing, in every state', () => {
    const nothing = Buffer.alloc(0);
    const pair = makePair(contexts());
    expect(pair.client.read(0)).toEqual(nothing);
    expect(pair.toServer.pending).toBe(0);
    const { client, server } = connectedPair(contexts());
    expect([client.read(0), server.read(0)]).toEqual([nothing, nothing]);
    server.write(Buffer.from('MURMUR'));
    expect([client.read(0), client.read(6).toString(), client.read(0)]).toEqual([
      nothing,
      'MURMUR',
      nothing,
    ]);
  });

  it('counts bytes, not elements, whatever it reads into', () => {
    const { client, server } = connectedPair(contexts());
    const data = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    for (const view of [
      new Uint8Array(64),
      new Uint32Array(16),
      new Float64Array(8),
      new BigInt64Array(8),
      new DataView(new ArrayBuffer(64)),
      new ArrayBuffer(64),
    ]) {
      server.write(data);
      expect(client.read(1024, view)).toBe(64);
      const read = ArrayBuffer.isView(view) ? view.buffer : view;
      expect(Buffer.from(read)).toEqual(data.subarray(0, 64));
      expect(client.read(1024)).toEqual(data.subarray(64));
    }
  });
});

describe('the collector', () => {
  const SETUP = `
    import * as ssl from 'hermetic-ssl/ssl';
    const [cert, key, ca, log] = ${JSON.stringify([localhost.certPem, localhost.keyPem, caPem, folder.join('keys.log')])};
    let released = 0;
    const registry = new FinalizationRegistry(() => released++);
    const watched = (object) => (registry.register(object), object);
    function server() {
      const context = watched(new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER));
      context.loadCertChain({ cert, key });
      return context;
    }
    function client() {
      const context = watched(new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT));
      context.loadVerifyLocations({ cadata: ca });
      return context;
    }
    function connect(mine, theirs, rounds = 8) {
      const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
      const ends = [mine.wrapBio(a, b, { serverHostname: 'localhost' }), theirs.wrapBio(b, a, { serverSide: true })];
      for (let i = 0; i < rounds; i++) {
        try { ends[i % 2].doHandshake(); } catch (error) { if (!(error instanceof ssl.SSLWantReadError)) throw error; }
      }
      return ends.map(watched);
    }
    async function settle() {
      for (let i = 0; i < 50; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 2)); }
      console.log(released);
    }`;
  const release = (code: string): Promise<unknown> =>
    moduleAnswer(`${SETUP}\n(() => { ${code} })();\nawait settle();`, {
      nodeOptions: ['--expose-gc'],
    });

  it.each([
    ['a context and both ends of its connection', 'connect(client(), server());', 4],
    ['ends whose handshake is not done', 'connect(client(), server(), 2);', 4],
    [
      'a context that its sniCallback refers to',
      'const c = server(); c.sniCallback = (peer) => void (peer.context = c); connect(client(), c);',
      4,
    ],
    [
      'a context that its msgCallback refers to',
      'const c = client(); c.msgCallback = () => c.options; connect(c, server());',
      4,
    ],
    [
      'a context that its pskClientCallback refers to',
      "const c = client(); c.setPskClientCallback(() => (c.options, ['x', Buffer.of(1)])); connect(c, server());",
      4,
    ],
    [
      'a context that its pskServerCallback refers to',
      'const c = server(); c.setPskServerCallback(() => (c.options, null)); connect(client(), c);',
      4,
    ],
    [
      'a context that logs its keys',
      'const c = client(); c.keylogFilename = log; connect(c, server());',
      4,
    ],
    [
      'a connection that a session belongs to',
      'const [end] = connect(client(), server()); watched(end.session);',
      5,
    ],
  ])('takes %s', async (_what, code, count) => {
    expect(await release(code)).toBe(count);
  });
});
