// SSLContext.strictAlpn: a server and a client without a common application protocol (RFC 7301, 3.2). Other
// clients: test/interop/alpn.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { VERSIONS, clientContext, serverContext, type Change } from '../../../helpers/contexts.js';
import { sslError, typeError } from '../../../helpers/expected-errors.js';
import { makePair, resumableSession, tryHandshake } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, example, caPem } = await testPki();
const alpn =
  (...protocols: string[]): Change =>
  (context) =>
    context.setAlpnProtocols(protocols);
const refusing: Change = (context) => void (context.strictAlpn = true);

function meet(server: ssl.SSLContext, client: ssl.SSLContext) {
  const pair = makePair({ client, server });
  return { pair, ...tryHandshake(pair) };
}

const REFUSED = {
  server: sslError('NO_APPLICATION_PROTOCOL'),
  client: sslError('TLSV1_ALERT_NO_APPLICATION_PROTOCOL'),
};

describe('SSLContext.strictAlpn', () => {
  it('is false in a context, as in Python, and true in the default context of a server', () => {
    for (const protocol of [ssl.PROTOCOL_TLS, ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT])
      expect(new ssl.SSLContext(protocol).strictAlpn).toBe(false);
    expect(ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH).strictAlpn).toBe(true);
    expect(ssl.createDefaultContext().strictAlpn).toBe(false);
  });

  it('is a boolean and nothing else', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    for (const value of [1, 0, null, undefined, 'true', {}]) {
      expect(() => (context.strictAlpn = value as never)).toThrow(
        typeError('strictAlpn must be a boolean'),
      );
    }
    context.strictAlpn = true;
    expect(context.strictAlpn).toBe(true);
  });
});

describe.each(VERSIONS)('a server of %s', (_version, only) => {
  const server = (...changes: Change[]) =>
    serverContext(localhost, (context) => [only, ...changes].forEach((change) => change(context)));
  const client = (change?: Change) => clientContext(caPem, change);

  it('goes on without a protocol by default', () => {
    const { pair, ...outcome } = meet(server(alpn('h2')), client(alpn('imap')));
    expect(outcome).toEqual({ client: null, server: null });
    expect(pair.client.selectedAlpnProtocol()).toBeNull();
  });

  it('refuses with the alert no_application_protocol where it is to', () => {
    expect(meet(server(alpn('h2'), refusing), client(alpn('imap')))).toMatchObject(REFUSED);
  });

  it('accepts a client with a common protocol', () => {
    const { pair, ...outcome } = meet(server(alpn('h2', 'http/1.1'), refusing), client(alpn('imap', 'http/1.1')));
    expect(outcome).toEqual({ client: null, server: null });
    expect(pair.server.selectedAlpnProtocol()).toBe('http/1.1');
  }); // prettier-ignore

  it('accepts a client that offers no protocol, and every client if it has no protocols itself', () => {
    expect(meet(server(alpn('h2'), refusing), client())).toMatchObject({ client: null, server: null });
    expect(meet(server(refusing), client(alpn('h2')))).toMatchObject({ client: null, server: null });
  }); // prettier-ignore

  it('goes by the context that sniCallback chose', () => {
    const other = serverContext(example, (context) => [alpn('h2'), refusing].forEach((change) => change(context))); // prettier-ignore
    const to = (next: ssl.SSLContext): Change => (context) => (context.sniCallback = (peer) => void (peer.context = next)); // prettier-ignore
    const named = (front: ssl.SSLContext) =>
      tryHandshake(makePair({ client: client(alpn('imap')), server: front, serverHostname: 'example.com' })).server; // prettier-ignore
    expect(named(server(alpn('h2'), to(other)))).toEqual(REFUSED.server);
    other.strictAlpn = false;
    expect(named(server(alpn('h2'), refusing, to(other)))).not.toEqual(REFUSED.server);
  });

  it('refuses a client that resumes a session with other protocols', () => {
    const [context, front] = [client(alpn('h2')), server(alpn('h2'), refusing)];
    const { pair } = meet(front, context);
    const session = resumableSession(pair);
    context.setAlpnProtocols(['imap']);
    expect(tryHandshake(makePair({ client: context, server: front, session }))).toMatchObject(REFUSED);
  }); // prettier-ignore

  it('made by createDefaultContext refuses', () => {
    const context = ssl.createDefaultContext(ssl.Purpose.CLIENT_AUTH);
    only(context);
    context.loadCertChain({ cert: localhost.chainPem, key: localhost.keyPem });
    context.setAlpnProtocols(['h2']);
    expect(meet(context, client(alpn('imap')))).toMatchObject(REFUSED);
    expect(meet(context, client())).toMatchObject({ client: null, server: null });
  });
});
