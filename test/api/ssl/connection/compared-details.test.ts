// Details that the comparison with Python (docs/python.md) found, for machines without Python.
import { afterAll, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { CertificateOptions } from '../../../helpers/certificates.js';
import { VERSIONS, clientContext, serverContext } from '../../../helpers/contexts.js';
import { context as tagged, ia5String, oid, utf8String } from '../../../helpers/der.js';
import {
  eofError,
  overflowError,
  sslError,
  typeError,
  valueError,
  wrong,
} from '../../../helpers/expected-errors.js';
import { connectedPair, makePair, thrown, tryHandshake } from '../../../helpers/make-pair.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, localhost, caPem } = await testPki();
const folder = await TempDirectory.create();
const certificate = await folder.write('certificate.pem', localhost.certPem);
afterAll(() => folder.close());

/** A value that TypeScript would not let through. */
const empty = new Uint8Array(0);

describe.each(VERSIONS)('a connection in %s', (_version, only) => {
  const contexts = () => ({ client: clientContext(caPem, only), server: serverContext(localhost) });

  it.each([40, 112, 255])(
    'that sniCallback refused with alert %d ends each further step',
    (alert) => {
      const { client, server } = contexts();
      let numAsked = 0;
      server.sniCallback = () => {
        numAsked += 1;
        return wrong(alert);
      };
      const pair = makePair({ client, server });
      expect(tryHandshake(pair).server).toEqual(sslError('CALLBACK_FAILED'));
      for (let i = 0; i < 3; i++) {
        expect(thrown(() => pair.server.read())).toEqual(eofError());
        expect(thrown(() => pair.server.doHandshake())).toEqual(eofError());
        expect(thrown(() => pair.server.write(Buffer.from('x')))).toEqual(eofError());
      }
      expect(numAsked).toBe(1);
    },
  );

  it('writes nothing at all after its close_notify, not even no bytes', () => {
    const { client } = connectedPair(contexts());
    expect(client.write(empty)).toBe(0);
    expect(thrown(() => client.unwrap())).toBeInstanceOf(ssl.SSLWantReadError);
    expect(thrown(() => client.write(empty))).toEqual(sslError('PROTOCOL_IS_SHUTDOWN'));
  });

  it('goes on writing where its user has written the end', () => {
    const { client, server, toServer } = connectedPair(contexts());
    toServer.writeEof();
    expect(client.write(Buffer.from('late'))).toBe(4);
    expect(server.read().toString()).toBe('late');
    expect(thrown(() => server.read())).toEqual(eofError());
  });
});

describe('an alternative name', () => {
  const UPN = '1.3.6.1.4.1.311.20.2.3';
  const otherName = (type: string, value: Uint8Array) =>
    tagged(0, true, oid(type), tagged(0, true, value));

  async function shown(options: CertificateOptions): Promise<unknown> {
    const identity = await root.issue(options);
    const client = clientContext(caPem, (context) => void (context.checkHostname = false));
    const pair = connectedPair({ client, server: serverContext(identity) });
    return pair.client.getpeercert()?.subjectAltName;
  }

  it('of a registered kind has the name of the kind', async () => {
    expect(await shown({ registeredId: '1.2.840.113549.1.1.1' })).toEqual([
      ['Registered ID', 'rsaEncryption'],
    ]);
    expect(await shown({ registeredId: '1.2.3.4.5' })).toEqual([['Registered ID', '1.2.3.4.5']]);
  });

  it('of the other kinds shows those that OpenSSL knows, whole', async () => {
    const rawNames = [
      otherName(UPN, utf8String('user@example')),
      otherName('1.3.6.1.5.5.7.8.9', utf8String('m\u00e4il@example')),
      otherName('1.3.6.1.5.5.7.8.5', utf8String('xmpp@example')),
      otherName('1.3.6.1.5.5.7.8.7', ia5String('_srv.example')),
      otherName('1.3.6.1.5.5.7.8.8', utf8String('realm')),
      otherName(UPN, utf8String('good\0evil')),
      otherName(UPN, ia5String('of another type')),
      otherName('1.2.3.4', utf8String('unknown')),
    ];
    expect(await shown({ rawNames })).toEqual([
      ['othername', 'UPN:user@example'],
      ['othername', 'SmtpUTF8Mailbox:m\u00e4il@example'],
      ['othername', 'XmppAddr:xmpp@example'],
      ['othername', 'SRVName:_srv.example'],
      ['othername', 'NAIRealm:realm'],
      ['othername', 'UPN:good\0evil'],
      ['othername', '<unsupported>'],
      ['othername', '<unsupported>'],
    ]);
  });
});

describe('SSLContext', () => {
  const server = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);

  it('distinguishes a version that is too small from one that is too large', () => {
    for (const name of ['minimumVersion', 'maximumVersion'] as const) {
      expect(() => void (server()[name] = wrong(-(2 ** 31) - 1))).toThrow(valueError('version'));
      expect(() => void (server()[name] = wrong(-(2 ** 63)))).toThrow(valueError('version'));
      expect(() => void (server()[name] = wrong(2 ** 31))).toThrow(overflowError(name));
    }
  });

  it('refuses a value that is not a function before it looks at the protocol', () => {
    const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    expect(() => client.setServernameCallback(wrong(1))).toThrow(typeError('callback'));
    expect(() => client.setServernameCallback(() => undefined)).toThrow(valueError());
  });

  it.each(['a\0b', Buffer.from('a\0b')])('refuses the path %j', (path) => {
    const refused = valueError('NUL character');
    expect(() => server().loadCertChain(path)).toThrow(refused);
    expect(() => server().loadCertChain(certificate, path)).toThrow(refused);
    expect(() => server().loadDhParams(path)).toThrow(refused);
    expect(() => void (server().keylogFilename = path)).toThrow(refused);
  });

  it('says what is wrong with what follows the leaf in its file', async () => {
    const key = localhost.keyPem.replace(/\n[^\n]{20}/, '\n!');
    const file = await folder.write('damaged.pem', localhost.certPem + key);
    expect(() => server().loadCertChain(file)).toThrow(
      sslError('BAD_BASE64_DECODE', { library: 'PEM' }),
    );
  });
});

describe('MemoryBIO.read', () => {
  it('refuses a size that 32 bits do not hold, and takes nothing', () => {
    const bio = new ssl.MemoryBIO();
    bio.write(Buffer.from('abc'));
    for (const size of [2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 64])
      expect(() => bio.read(size)).toThrow(overflowError('size'));
    expect(bio.read().toString()).toBe('abc');
  });
});
