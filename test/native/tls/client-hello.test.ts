// The stop at the ClientHello: what the client has offered, and the OCSP response that answers it.
import { beforeAll, describe, expect, it } from 'vitest';

import type { ClientHello, ContextHandle } from '../../../lib/internal/native/binding.js';
import {
  binding,
  BOTH,
  handshake,
  nativeContext,
  nativePair,
  only,
  read,
  TLS12,
  valueOf,
  write,
  type NativePair,
} from '../../helpers/native-pair.js';
import { testPki } from '../../helpers/test-pki.js';

let client: ContextHandle;
let server: ContextHandle;

/** Makes a handshake, and returns the offers that the server saw. */
function helloOf(pair: NativePair): ClientHello {
  let hello: ClientHello | null = null;
  handshake(pair, {
    onClientHello: (end) => {
      hello = valueOf(binding.connectionClientHello(end));
      valueOf(binding.connectionAnswerClientHello(end, null));
    },
  });
  if (hello === null) throw new Error('the server did not stop');
  return hello;
}

const asking = { asksClientHello: true, serverName: 'example.com' };

/** The DER of an OCSPResponse with status internalError, the smallest one. */
const RESPONSE = Buffer.from('30030a0102', 'hex');

describe.each(BOTH)('the ClientHello, version %i', (version) => {
  beforeAll(async () => {
    client = nativeContext(false);
    server = nativeContext(true, (await testPki()).localhost);
    only(version, client, server);
  });

  it('has everything that a client has offered', () => {
    const pair = nativePair(client, server, asking);
    const wire = Buffer.from('\u0002h2\u0008http/1.1');
    valueOf(binding.connectionSetAlpn(pair.client, wire, false));
    valueOf(binding.connectionRequestOcsp(pair.client));
    expect(helloOf(pair)).toMatchObject({
      serverName: 'example.com',
      alpnProtocols: wire,
      hasTicket: false,
      pskIdentities: [],
      requestsOcspResponse: true,
    });
  });

  it('has nothing that it has not offered', () => {
    const hello = helloOf(nativePair(client, server, { asksClientHello: true }));
    expect(hello).toMatchObject({
      serverName: null,
      alpnProtocols: Buffer.alloc(0),
      requestsOcspResponse: false,
    });
  });

  it('has the ticket of a session', () => {
    const first = nativePair(client, server, asking);
    helloOf(first);
    write(first.server, 'x');
    read(first.client);
    const session = valueOf(binding.connectionSession(first.client));
    if (session === null) throw new Error('no session');
    const second = nativePair(client, server, asking);
    valueOf(binding.connectionResumeSession(second.client, session));
    const { hasTicket, pskIdentities } = helloOf(second);
    expect([hasTicket, pskIdentities.length]).toEqual(version === TLS12 ? [true, 0] : [false, 1]);
    expect(binding.connectionIsResumed(second.server)).toBe(true);
  });

  it('is not read by a server that does not stop at it', () => {
    const pair = nativePair(client, server);
    handshake(pair);
    expect(binding.connectionClientHello(pair.server)).toBeNull();
  });
});

describe.each(BOTH)('an OCSP response, version %i', (version) => {
  beforeAll(async () => {
    client = nativeContext(false);
    server = nativeContext(true, (await testPki()).localhost);
    only(version, client, server);
  });

  it('reaches a client that requests it', () => {
    const pair = nativePair(client, server, asking);
    valueOf(binding.connectionRequestOcsp(pair.client));
    handshake(pair, {
      onClientHello: (end) => {
        valueOf(binding.connectionSetOcspResponse(end, RESPONSE));
        valueOf(binding.connectionAnswerClientHello(end, null));
      },
    });
    expect(binding.connectionOcspResponse(pair.client)).toEqual(RESPONSE);
    expect(binding.connectionOcspResponse(pair.server)).toBeNull();
  });

  it('does not reach a client that does not request it', () => {
    const pair = nativePair(client, server);
    valueOf(binding.connectionSetOcspResponse(pair.server, RESPONSE));
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
    expect(binding.connectionOcspResponse(pair.client)).toBeNull();
  });

  it('may be missing', () => {
    const pair = nativePair(client, server);
    valueOf(binding.connectionRequestOcsp(pair.client));
    expect(handshake(pair)).toEqual({ client: 0, server: 0 });
    expect(binding.connectionOcspResponse(pair.client)).toBeNull();
  });

  it('is set and requested in time', () => {
    const pair = nativePair(client, server);
    handshake(pair);
    for (const late of [
      binding.connectionRequestOcsp(pair.client),
      binding.connectionSetOcspResponse(pair.server, RESPONSE),
    ])
      expect(late).toMatchObject({ nativeError: 'state' });
  });
});
