// The name of the server, as it is given, sent and matched.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { CertificateOptions } from '../../../helpers/certificates.js';
import { clientContext, serverContext, unverified } from '../../../helpers/contexts.js';
import {
  certificateError,
  typeError,
  valueError,
  wrong,
} from '../../../helpers/expected-errors.js';
import { makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, localhost, idn, caPem } = await testPki();
const wrap = (serverHostname: unknown, context = clientContext(caPem)): ssl.SSLObject =>
  context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), {
    serverHostname: wrong(serverHostname),
  });

type Matching = (target: string, options?: { checksCommonName: boolean }) => Error | null;

/** How the handshake with a certificate of these names ends for a client that asks for `target`. */
async function certificateOf(options: CertificateOptions): Promise<Matching> {
  const server = serverContext(await root.issue(options));
  return (target, { checksCommonName } = { checksCommonName: true }) => {
    const client = clientContext(caPem);
    client.hostnameChecksCommonName = checksCommonName;
    return tryHandshake(makePair({ client, server, serverHostname: target })).client;
  };
}

/** The types of the extensions in the ClientHello of this record (RFC 8446, 4.1.2). */
function extensionsOf(record: Buffer): number[] {
  let at = 5 + 4 + 2 + 32; // the headers of record and message, the version, the random
  at += 1 + record.readUInt8(at); // the session's number
  at += 2 + record.readUInt16BE(at); // the suites
  at += 1 + record.readUInt8(at); // the compressions
  const end = at + 2 + record.readUInt16BE(at);
  const types: number[] = [];
  for (at += 2; at < end; at += 4 + record.readUInt16BE(at + 2))
    types.push(record.readUInt16BE(at));
  return types;
}
const SERVER_NAME = 0;

/** The ClientHello that asks for a name, and the names that the server's callback is given. */
function asked(serverHostname: string): { extensions: number[]; names: (string | null)[] } {
  const names: (string | null)[] = [];
  const server = serverContext(localhost, (context) => {
    context.sniCallback = (_peer, name) => void names.push(name);
  });
  const pair = makePair({ client: clientContext(caPem, unverified), server, serverHostname });
  expect(() => pair.client.doHandshake()).toThrow(ssl.SSLWantReadError);
  const hello = pair.toServer.read();
  pair.toServer.write(hello);
  expect(tryHandshake(pair)).toEqual({ client: null, server: null });
  return { extensions: extensionsOf(hello), names };
}

describe('serverHostname', () => {
  it('is required by a context that checks host names', () => {
    for (const name of [null, undefined, ''])
      expect(() => wrap(name)).toThrow(valueError('checkHostname requires serverHostname'));
  });

  it('must not have a leading dot, a NUL character or bytes that are not ASCII', () => {
    expect(() => wrap('.example.com')).toThrow(valueError('leading dot'));
    expect(() => wrap('a\0b')).toThrow(typeError('NUL'));
    expect(() => wrap(Buffer.from('k\xf6nig.example', 'latin1'))).toThrow(valueError('ASCII'));
    expect(wrap(Buffer.from('localhost')).serverHostname).toBe('localhost');
  });

  it('is not sent if it is an address, and then matches addresses only', async () => {
    expect(asked('127.0.0.1')).toEqual({
      extensions: expect.not.arrayContaining([SERVER_NAME]),
      names: [null],
    });
    expect(asked('localhost')).toEqual({
      extensions: expect.arrayContaining([SERVER_NAME]),
      names: ['localhost'],
    });
    const named = await certificateOf({ commonName: 'localhost', dns: ['localhost'] });
    expect(named('127.0.0.1')).toEqual(
      certificateError(64, "IP address mismatch, certificate is not valid for '127.0.0.1'."),
    );
    const spelled = await certificateOf({ commonName: 'x', dns: ['127.0.0.9'] });
    expect(spelled('127.0.0.9')).toEqual(certificateError(64));
  });

  it('matches the common name of a certificate without a DNS name, but never an address there', async () => {
    const strictly = { checksCommonName: false };
    for (const names of [{ emails: ['user@example.com'] }, { ips: ['192.0.2.7'] }]) {
      const match = await certificateOf({ commonName: 'host.example.com', ...names });
      expect(match('host.example.com')).toBeNull();
      expect(match('host.example.com', strictly)).toEqual(certificateError(62));
    }
    const address = await certificateOf({ commonName: '10.9.9.9' });
    expect(address('10.9.9.9')).toEqual(certificateError(64));
    expect(address('10.9.9.9', strictly)).toEqual(certificateError(64));
  });

  it('matches a wildcard in place of one whole label at the left', async () => {
    const wildcard = await certificateOf({ commonName: 'x', dns: ['*.example.com'] });
    for (const target of ['a.b.example.com', 'example.com', 'a.b.example.com.'])
      expect([target, wildcard(target)]).toEqual([target, certificateError(62)]);
    for (const target of ['a.example.com', 'A.EXAMPLE.COM', 'a.example.com.'])
      expect([target, wildcard(target)]).toEqual([target, null]);
    const dns = ['f*.part.com', '*.tld', 'xn--*.idn.com'];
    const never = await certificateOf({ commonName: 'x', dns });
    for (const target of [
      'foo.part.com',
      'f.part.com',
      'example.tld',
      'xn--a.idn.com',
      'xn--.idn.com',
    ])
      expect([target, never(target)]).toEqual([target, certificateError(62)]);
  });

  it('is sent and shown in A-labels if it is beyond ASCII', () => {
    expect(wrap('pythön.org').serverHostname).toBe('xn--pythn-mua.org');
    expect(asked('pythön.org').names).toEqual(['xn--pythn-mua.org']);
    // Python maps by IDNA 2003, where ß is ss. Browsers and registries have gone on to IDNA 2008, where it is a letter of
    // its own, and so have we: another host answers for the old form.
    const connect = (serverHostname: string): Error | null =>
      tryHandshake(
        makePair({ client: clientContext(caPem), server: serverContext(idn), serverHostname }),
      ).client;
    expect(wrap('königsgäßchen.idna2003.example').serverHostname).toBe(
      'xn--knigsgchen-b4a3dun.idna2003.example',
    );
    expect(connect('königsgäßchen.idna2003.example')).toEqual(certificateError(62));
    expect(connect('königsgäßchen.idna2008.example')).toBeNull();
    // A caller that wants the old form has to write it.
    expect(connect('königsgässchen.idna2003.example')).toBeNull();
    expect(connect('xn--knigsgsschen-lcb0w.idna2003.example')).toBeNull();
  });
});
