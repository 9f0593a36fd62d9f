// A connection from its handshake to its end: certificates that are shown, demanded or missing, closes, sessions.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import {
  VERSIONS,
  clientContext,
  serverContext,
  tls12,
  tls13,
  unverified,
  type Change,
} from '../../../helpers/contexts.js';
import { eofError, sslError, valueError } from '../../../helpers/expected-errors.js';
import {
  connectedPair,
  makePair,
  resumableSession,
  thrown,
  tryHandshake,
  type Pair,
} from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, embeddedNul, allNames, caPem } = await testPki();

const empty = Buffer.alloc(0);
const connected = (only: Change, client: Change = () => undefined): Pair =>
  connectedPair({ client: clientContext(caPem, client), server: serverContext(localhost, only) });
const asking = (mode: ssl.VerifyMode, only: Change = () => undefined): ssl.SSLContext =>
  serverContext(localhost, (context) => {
    only(context);
    context.loadVerifyLocations({ cadata: caPem });
    context.verifyMode = mode;
  });

describe('a connection', () => {
  it('has no certificate before the handshake, shows it unverified only in binary form, and keeps names whole', () => {
    const early = makePair({ client: clientContext(caPem), server: serverContext(localhost) });
    for (const options of [{}, { binaryForm: true } as const])
      expect(() => early.client.getpeercert(options as object)).toThrow(
        valueError('handshake not done yet'),
      );
    const careless = connected(() => undefined, unverified);
    expect(careless.client.getpeercert()).toEqual({});
    expect(careless.client.getpeercert({ binaryForm: true })).toEqual(localhost.certDer);
    const client = clientContext(caPem);
    const optional = connectedPair({ client, server: asking(ssl.CERT_OPTIONAL) });
    expect(optional.server.getpeercert()).toBeNull();
    const names = (identity: typeof embeddedNul) =>
      connectedPair({
        client: clientContext(caPem, (context) => void (context.checkHostname = false)),
        server: serverContext(identity),
      }).client.getpeercert()?.subjectAltName;
    expect(names(embeddedNul)).toContainEqual(['DNS', 'alt.example.org\0example.com']);
    expect(names(allNames)).toContainEqual(['IP Address', '0:0:0:0:0:0:0:1']);
  });

  it('fails the first read of a TLS 1.3 client that lacks a demanded certificate, and the handshake before that', () => {
    const server = sslError('PEER_DID_NOT_RETURN_A_CERTIFICATE');
    const demanding = (only: Change): Pair =>
      makePair({ client: clientContext(caPem), server: asking(ssl.CERT_REQUIRED, only) });
    const recent = demanding(tls13);
    expect(tryHandshake(recent)).toEqual({ client: null, server });
    expect(() => recent.client.read()).toThrow(sslError('TLSV13_ALERT_CERTIFICATE_REQUIRED'));
    const client = sslError('SSLV3_ALERT_HANDSHAKE_FAILURE');
    expect(tryHandshake(demanding(tls12))).toEqual({ client, server });
  });

  it('keeps one direction open after the other is closed', () => {
    for (const [, only] of VERSIONS) {
      const { client, server } = connected(only);
      expect(thrown(() => client.unwrap())).toBeInstanceOf(ssl.SSLWantReadError);
      expect(() => client.write(Buffer.from('x'))).toThrow(sslError('PROTOCOL_IS_SHUTDOWN'));
      expect([server.read(), server.read()]).toEqual([empty, empty]);
      expect(server.write(Buffer.from('bye'))).toBe(3);
      expect(client.read().toString()).toBe('bye');
      expect(server.unwrap()).toBeNull();
      expect([client.unwrap(), client.unwrap()]).toEqual([null, null]);
    }
  });

  it('reports a truncation and an invalid record, each time they are read', () => {
    for (const [, only] of VERSIONS) {
      const cut = connected(only);
      cut.toClient.writeEof();
      for (let i = 0; i < 2; i++) {
        expect(() => cut.client.read()).toThrow(eofError());
        expect(() => cut.client.write(Buffer.from('x'))).toThrow(eofError());
      }
      const ignoring = connected(
        only,
        (context) => void (context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF),
      );
      ignoring.toClient.writeEof();
      expect(ignoring.client.read()).toEqual(empty);
      for (const junk of ['garbage, no record', `\x17\x03\x03\x00\x20${'x'.repeat(32)}`]) {
        const garbled = connected(only);
        expect(thrown(() => garbled.client.read())).toBeInstanceOf(ssl.SSLWantReadError);
        garbled.toClient.write(Buffer.from(junk, 'latin1'));
        expect(() => garbled.client.read()).toThrow(sslError('RECORD_LAYER_FAILURE'));
        for (let i = 0; i < 2; i++) expect(() => garbled.client.read()).toThrow(eofError());
      }
    }
  });

  it('takes a session on a client before its handshake only, and then has no verified chain', () => {
    for (const [version, only] of VERSIONS) {
      const [client, server] = [clientContext(caPem), serverContext(localhost, only)];
      const session = resumableSession(connectedPair({ client, server }));
      const set = (pair: Pair) => () => void (pair.client.session = session);
      const another = clientContext(caPem);
      expect(set(makePair({ client: another, server }))).toThrow(
        valueError('Session refers to a different SSLContext.'),
      );
      expect(set(connectedPair({ client, server }))).toThrow(
        valueError('Cannot set session after handshake.'),
      );
      const bios = [new ssl.MemoryBIO(), new ssl.MemoryBIO()] as const;
      expect(() => server.wrapBio(...bios, { serverSide: true, session })).toThrow(
        valueError('session can only be specified in client mode'),
      );
      const resumed = connectedPair({ client, server, session });
      expect([resumed.client.sessionReused, resumed.server.sessionReused]).toEqual([true, true]);
      expect(resumed.client.getVerifiedChain()).toEqual([]);
      expect(resumed.client.getUnverifiedChain()).toHaveLength(1);
      const without = serverContext(localhost, only);
      without.numTickets = 0;
      const { hasTicket } = resumableSession(connectedPair({ client, server: without }));
      expect([version, hasTicket]).toEqual([version, version === 'TLSv1.2']);
    }
  });
});
