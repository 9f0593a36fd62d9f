// Sessions and certificates keep the rules that they were checked by after the context's rules have changed (beyond
// Python, which uses the context's present rules).
import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { daysFromNow, type CrlOptions } from '../../../helpers/certificates.js';
import { VERSIONS, clientContext, serverContext, unverified } from '../../../helpers/contexts.js';
import { certificateError, sslError, valueError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  tryHandshake,
} from '../../../helpers/make-pair.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, localhost, client: identity, caPem } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());

describe.each(VERSIONS)('a session of %s', (_version, only) => {
  it('made behind an open front context is not resumed once that demands certificates', () => {
    const front = serverContext(localhost, only);
    const behind = serverContext(localhost, only);
    front.sniCallback = (peer) => void (peer.context = behind);
    const client = clientContext(caPem);
    const first = connectedPair({ client, server: front });
    const session = resumableSession(first);
    expect(connectedPair({ client, server: front, session }).client.sessionReused).toBe(true);
    front.loadVerifyLocations({ cadata: caPem });
    front.verifyMode = ssl.CERT_REQUIRED;
    const refused = tryHandshake(makePair({ client, server: front, session })).server;
    expect(refused).toEqual(sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE'));
  });

  it('of a client that was revoked since is not resumed', async () => {
    const crl = (name: string, options: CrlOptions): Promise<string> =>
      root.crl(options).then((text) => folder.write(name, text));
    const earlier = await crl('earlier.pem', { thisUpdate: daysFromNow(-2) });
    const later = await crl('later.pem', { revoked: [identity] });
    const server = serverContext(localhost, (context) => {
      only(context);
      context.loadVerifyLocations({ cadata: caPem, cafile: earlier });
      context.verifyFlags |= ssl.VERIFY_CRL_CHECK_LEAF;
      context.verifyMode = ssl.CERT_REQUIRED;
    });
    const client = clientContext(caPem, (context) => {
      context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
    });
    const session = resumableSession(connectedPair({ client, server }));
    expect(connectedPair({ client, server, session }).server.sessionReused).toBe(true);
    server.loadVerifyLocations({ cafile: later });
    const refused = tryHandshake(makePair({ client, server, session })).server;
    expect(refused).toEqual(certificateError(23)); // X509_V_ERR_CERT_REVOKED
  });

  it('belongs to no context when its connection went from one to another', () => {
    const [first, second] = [clientContext(caPem), clientContext(caPem)];
    const { client } = connectedPair({ client: first, server: serverContext(localhost, only) });
    client.context = second;
    expect(client.session).toBeNull();
  });

  it('is refused by a connection that verifies with a flag more', () => {
    const client = clientContext(caPem);
    const server = serverContext(localhost, only);
    const session = resumableSession(connectedPair({ client, server }));
    client.verifyFlags |= ssl.VERIFY_CRL_CHECK_LEAF;
    expect(() => makePair({ client, server, session })).toThrow(valueError('verified less'));
  });
});

describe('a certificate that was not verified', () => {
  it('is not shown as one that was when the context begins to verify', () => {
    const context = clientContext(caPem, unverified);
    const { client } = connectedPair({ client: context, server: serverContext(localhost) });
    expect(client.getpeercert()).toEqual({});
    expect(client.getVerifiedChain()).toEqual([]);
    context.verifyMode = ssl.CERT_REQUIRED;
    expect(client.getpeercert()).toEqual({});
    expect(client.getVerifiedChain()).toEqual([]);
    expect(client.getUnverifiedChain()).toHaveLength(1);
  });

  it('stays shown when the context stops to verify', () => {
    const context = clientContext(caPem);
    const { client } = connectedPair({ client: context, server: serverContext(localhost) });
    context.checkHostname = false;
    context.verifyMode = ssl.CERT_NONE;
    expect(client.getpeercert()).toMatchObject({ subject: [[['commonName', 'localhost']]] });
  });
});

describe('a context set by sniCallback', () => {
  it('must be able to serve', () => {
    const server = serverContext(localhost);
    let refusal: unknown;
    server.sniCallback = (peer) => {
      try {
        peer.context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
      } catch (error) {
        refusal = error;
      }
    };
    connectedPair({ client: clientContext(caPem), server });
    expect(refusal).toEqual(sslError(null, { message: 'PROTOCOL_TLS_CLIENT' }));
  });
});
