// A server with a name for clients with a certificate, as other programs see it (SSLContext.bringsVerifySettings).
import { afterEach, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from '../../helpers/certificates.js';
import { Cleanup } from '../../helpers/cleanup.js';
import { nextEvent } from '../../helpers/collect.js';
import { connectNode } from '../../helpers/node-tls.js';
import { connectOpenssl } from '../../helpers/openssl-cli.js';
import { skipUnless } from '../../helpers/peers.js';
import { testPki } from '../../helpers/test-pki.js';
import { listening } from '../../helpers/tls-pair.js';
import { demanding, front, switchLater } from '../support/two-names.js';

const { strangerAuthority, caPem, client: known } = await testPki();
const stranger = await strangerAuthority.issue({ commonName: 'stranger', eku: ['clientAuth'] });

describe('createServer', () => {
  const cleanup = new Cleanup();
  afterEach(() => cleanup.run());

  /** Serves other.example to clients with a certificate, localhost to all. */
  async function serve() {
    const server = cleanup.add(
      ssl.createServer({ context: front(demanding(), () => undefined, switchLater) }),
    );
    server.on('secureConnection', (socket: ssl.SSLSocket) => {
      const [name] = socket.getpeercert()?.subject?.flat() ?? [];
      const who = String(name?.[1] ?? 'stranger');
      socket.on('error', () => undefined).end(`hello ${who}, ${socket.authorized}\n`);
    });
    return { server, port: await listening(server) };
  }

  describe.each(['TLSv1.2', 'TLSv1.3'] as const)('in %s', (maxVersion) => {
    it('lets a client of node:tls in with its certificate only', async () => {
      const { server, port } = await serve();
      const ask = (servername: string, identity?: IssuedCertificate) =>
        connectNode({ port, servername, ca: caPem, verify: false, maxVersion, identity, read: 'end' });
      expect((await ask('other.example', known)).received.toString()).toBe('hello test client, true\n');
      expect((await ask('localhost')).received.toString()).toBe('hello stranger, false\n');
      for (const identity of [undefined, stranger]) {
        const failed = nextEvent(server, 'tlsClientError');
        const facts = await ask('other.example', identity);
        expect(facts.error?.kind).toMatch(/^ERR_SSL_/);
        expect(facts.received.toString()).toBe('');
        expect((await failed)[0]).toBeInstanceOf(ssl.SSLError);
      }
      // The session of localhost, which requested no certificate.
      const { session } = await ask('localhost');
      const resume = session ?? undefined;
      const offered = await connectNode({ port, servername: 'other.example', ca: caPem, verify: false, maxVersion, read: 'end', resume });
      expect([offered.reused, offered.received.toString()]).toEqual([false, '']);
    }); // prettier-ignore

    it('lets the openssl program in with its certificate only', async (test) => {
      skipUnless(test, 'openssl');
      const { port } = await serve();
      const ask = (servername: string, identity?: IssuedCertificate) =>
        connectOpenssl({ port, servername, ca: caPem, verify: false, maxVersion, identity });
      expect((await ask('other.example', known)).stdout).toContain('hello test client, true');
      expect((await ask('localhost')).stdout).toContain('hello stranger, false');
      for (const identity of [undefined, stranger]) {
        const { stdout, stderr } = await ask('other.example', identity);
        expect(stdout).not.toContain('hello');
        expect(stderr).toMatch(/alert (handshake failure|certificate required|unknown ca)/);
      }
    });
  });
});
