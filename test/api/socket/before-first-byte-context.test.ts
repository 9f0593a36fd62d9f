// The context of a server's socket, changed or replaced before the client has sent anything: the socket has the settings of its
// making, although its native connection is made later.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { pkiClientContext, pkiServerContext } from '../../helpers/contexts.js';
import { testPki } from '../../helpers/test-pki.js';
import { discard } from '../../helpers/tls-pair.js';
import { outcomeOf, silent, speak, turn, wake } from '../support/silent-client.js';

const { localhost, localhostRsa, caPem } = await testPki();

/** The leaf that a client is shown. */
const shown = (client: ssl.SSLSocket): Buffer | undefined => client.getUnverifiedChain()[0];

describe('A change of the context after the connection was made', () => {
  const { certPem: cert, keyPem: key, certDer } = localhostRsa;

  it.each<[string, (context: ssl.SSLContext) => unknown]>([
    ['replaceCertChains', (context) => context.replaceCertChains([{ cert, key }])],
    ['replaceCertChainsAsync', (context) => context.replaceCertChainsAsync([{ cert, key }])],
  ])('does not change its certificate: %s', async (_name, change) => {
    const dormant = await silent();
    await change(dormant.context);
    const client = await speak(dormant);
    expect(shown(client)).toEqual(localhost.certDer);
    const later = await silent({}, dormant.context);
    const second = await speak(later);
    expect(shown(second)).toEqual(certDer);
    discard(client, dormant.server, second, later.server);
  });

  it('does not add a certificate to it: loadCertChain', async () => {
    const dormant = await silent();
    dormant.context.loadCertChain({ cert, key });
    const only = await pkiClientContext();
    only.setServerSigalgs('rsa_pss_rsae_sha256');
    dormant.server.on('error', () => undefined);
    const client = only.wrapSocket(dormant.near, { serverHostname: 'localhost' });
    client.on('error', () => undefined);
    await expect(client.doHandshake()).rejects.toBeInstanceOf(Error);
    discard(client, dormant.server);
  });

  it('does not change its versions, its demands, its questions or its reports', async () => {
    const { context, server, near } = await silent();
    const calls: string[] = [];
    const called = (name: string) => (): undefined => void calls.push(name);
    context.maximumVersion = ssl.TLSVersion.TLSv1_2;
    context.loadVerifyLocations({ cadata: caPem });
    context.verifyMode = ssl.CERT_REQUIRED;
    context.sniCallback = called('sniCallback');
    context.msgCallback = called('msgCallback');
    context.verifyCallback = called('verifyCallback');
    context.setPskServerCallback(() => (calls.push('psk'), Buffer.alloc(16, 1)));
    const client = (await pkiClientContext()).wrapSocket(near, { serverHostname: 'localhost' });
    await Promise.all([client.doHandshake(), server.doHandshake()]);
    expect(client.version()).toBe('TLSv1.3');
    expect(server.getpeercert()).toBeNull();
    expect(calls).toEqual([]);
    discard(client, server);
  });

  it('is seen where it came before', async () => {
    const context = await pkiServerContext();
    const asked: (string | null)[] = [];
    context.sniCallback = (_peer, name) => void asked.push(name);
    context.maximumVersion = ssl.TLSVersion.TLSv1_2;
    const dormant = await silent({}, context);
    const client = await speak(dormant);
    expect([client.version(), asked]).toEqual(['TLSv1.2', ['localhost']]);
    discard(client, dormant.server);
  });
});

describe('Another context, set before the first byte', () => {
  it('is the one that the client meets', async () => {
    const dormant = await silent();
    dormant.server.context = await pkiServerContext(localhostRsa);
    const client = await speak(dormant);
    expect(shown(client)).toEqual(localhostRsa.certDer);
    discard(client, dormant.server);
  });

  it.each([true, false])(
    'that brings verify settings is as before, doHandshakeOnConnect %s',
    async (doHandshakeOnConnect) => {
      const other = await pkiServerContext(localhostRsa);
      other.bringsVerifySettings = true;
      const outcomes = [];
      for (const isAwake of [false, true]) {
        const { server, context } = await silent({ doHandshakeOnConnect });
        if (isAwake) wake(context);
        if (isAwake && doHandshakeOnConnect) await turn();
        outcomes.push(outcomeOf(() => (server.context = other) === other));
        discard(server);
      }
      expect(outcomes[0]).toEqual(outcomes[1]);
      // A handshake that has begun has decided what it demands.
      expect('error' in outcomes[0]!).toBe(doHandshakeOnConnect);
    },
  );
});
