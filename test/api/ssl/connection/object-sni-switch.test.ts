// The answers of sniCallback, and the context that it switches to.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { VERSIONS, clientContext, serverContext, type Change } from '../../../helpers/contexts.js';
import { sslError } from '../../../helpers/expected-errors.js';
import { makePair, tryHandshake, type Outcome, type Pair } from '../../../helpers/make-pair.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, example, client: clientIdentity, caPem } = await testPki();

function answering(answer: () => unknown, only: Change): Outcome {
  const server = serverContext(localhost, (context) => {
    only(context);
    context.sniCallback = answer as ssl.SniCallback;
  });
  return tryHandshake(makePair({ client: clientContext(caPem), server }));
}

describe('SSLObject, sniCallback', () => {
  it('sends an alert for every answer except undefined, and fails with CALLBACK_FAILED on the server', () => {
    const server = sslError('CALLBACK_FAILED', { library: 'SSL' });
    for (const [, only] of VERSIONS) {
      const refusal = sslError('TLSV1_UNRECOGNIZED_NAME');
      expect(answering(() => 112, only)).toEqual({ client: refusal, server });
      const internal = sslError('TLSV1_ALERT_INTERNAL_ERROR');
      // Python leaves the client waiting for the last three.
      for (const answer of [serverContext(example), 'foo', true, 300, -1])
        expect([answer, answering(() => answer, only)]).toEqual([
          answer,
          { client: internal, server },
        ]);
      const failure = sslError('SSLV3_ALERT_HANDSHAKE_FAILURE');
      const boom = (): never => {
        throw new Error('boom');
      };
      expect(answering(boom, only)).toEqual({ client: failure, server });
    }
  });

  it('takes certificate and ALPN from the other context, and its verify mode only with bringsVerifySettings', () => {
    const other = serverContext(example, (context) => {
      context.setAlpnProtocols(['h2']);
      context.loadVerifyLocations({ cadata: caPem });
      context.verifyMode = ssl.CERT_REQUIRED;
      context.options |= ssl.OP_NO_TLSv1_3;
    });
    const server = serverContext(localhost, (context) => {
      context.setAlpnProtocols(['http/1.1']);
      context.sniCallback = (peer) => void (peer.context = other);
    });
    const connect = (identity: typeof clientIdentity | null): { pair: Pair; outcome: Outcome } => {
      const client = clientContext(caPem, (context) => {
        context.setAlpnProtocols(['http/1.1', 'h2']);
        if (identity !== null)
          context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
      });
      const pair = makePair({ client, server, serverHostname: 'example.com' });
      return { pair, outcome: tryHandshake(pair) };
    };
    const { pair, outcome } = connect(clientIdentity);
    expect(outcome).toEqual({ client: null, server: null });
    expect(pair.client.getpeercert({ binaryForm: true })).toEqual(example.certDer);
    expect(pair.client.selectedAlpnProtocol()).toBe('h2');
    expect(pair.client.version()).toBe('TLSv1.3');
    // The trap: this client has a certificate, and the server did not request it.
    expect(pair.server.getpeercert({ binaryForm: true })).toBeNull();
    expect(pair.client.clientSigalg()).toBeNull();
    expect(connect(null).outcome).toEqual({ client: null, server: null });

    // Python has no alternative. The versions nevertheless stay those of the first context.
    other.bringsVerifySettings = true;
    const asked = connect(clientIdentity);
    expect(asked.outcome).toEqual({ client: null, server: null });
    expect(asked.pair.server.getpeercert({ binaryForm: true })).toEqual(clientIdentity.certDer);
    expect([asked.pair.client.version(), asked.pair.client.selectedAlpnProtocol()]).toEqual([
      'TLSv1.3',
      'h2',
    ]);
    expect(connect(null).outcome.server).toEqual(sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE'));
  });

  it('does not need the first context for a HelloRetryRequest after the switch', async () => {
    const identities = [
      example.certPem,
      example.keyPem,
      localhost.certPem,
      localhost.keyPem,
      caPem,
    ];
    const code = `
      import * as ssl from 'hermetic-ssl/ssl';
      const [cert, key, otherCert, otherKey, cadata] = ${JSON.stringify(identities)};
      const names = [];
      let released = 0;
      const registry = new FinalizationRegistry(() => released++);
      function context(cert, key, callback) {
        const made = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
        made.loadCertChain({ cert, key });
        made.setGroups('P-384');
        made.sniCallback = callback;
        return made;
      }
      const second = context(otherCert, otherKey, (_peer, name) => void names.push(['second', name]));
      function server(incoming, outgoing) {
        const first = context(cert, key, (peer, name) => {
          names.push(['first', name]);
          peer.context = second;
        });
        registry.register(first);
        return first.wrapBio(incoming, outgoing, { serverSide: true });
      }
      const mine = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      mine.setGroups('X25519:P-384');
      mine.loadVerifyLocations({ cadata });
      const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
      const ends = [mine.wrapBio(a, b, { serverHostname: 'localhost' }), server(b, a)];
      const step = (side) => {
        try { side.doHandshake(); return null; } catch (error) { return error.constructor.name; }
      };
      const before = ends.map(step);
      for (let i = 0; i < 5; i++) { gc(); await new Promise(setImmediate); }
      const gone = released;
      for (let i = 0; i < 3; i++) ends.map(step);
      console.log(JSON.stringify([before, gone, ends.map(step), ends[0].group(), names]));`;
    const want = 'SSLWantReadError';
    // Python asks the second context about the second ClientHello. Here a connection is decided about once.
    expect(await moduleAnswer(code, { nodeOptions: ['--expose-gc'] })).toEqual([
      [want, want],
      1,
      [null, null],
      'secp384r1',
      [['first', 'localhost']],
    ]);
  });
});
