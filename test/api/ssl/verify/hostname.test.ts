// Which names a certificate answers for, and how the name of the server may be written.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, unverified } from '../../../helpers/contexts.js';
import {
  certificateError,
  sslError,
  typeError,
  valueError,
  wrong,
} from '../../../helpers/expected-errors.js';
import { certificateFor, hostnameCases } from '../../../helpers/hostname-cases.js';
import { connectedPair, makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { root, localhost, idn, caPem } = await testPki();
/** The exact messages that Python has for the two codes. */
const mismatch = (code: 62 | 64, target: string): Error =>
  certificateError(
    code,
    code === 62
      ? `Hostname mismatch, certificate is not valid for '${target}'.`
      : `IP address mismatch, certificate is not valid for '${target}'.`,
  );

describe('host names', () => {
  it.each(hostnameCases())('$name', async (row) => {
    const client = clientContext(caPem);
    client.hostnameChecksCommonName = row.hostnameChecksCommonName ?? true;
    const server = serverContext(await certificateFor(row, root));
    const outcome = tryHandshake(makePair({ client, server, serverHostname: row.target }));
    if (row.expected === 'ok') return expect(outcome).toEqual({ client: null, server: null });
    expect(outcome.client).toEqual(mismatch(row.expected, row.target.toLowerCase()));
    expect(outcome.server).toEqual(sslError('SSLV3_ALERT_BAD_CERTIFICATE'));
  });

  it('are not looked at when checkHostname is off, although the certificate is verified', () => {
    const client = clientContext(caPem, (context) => void (context.checkHostname = false));
    const pair = connectedPair({
      client,
      server: serverContext(localhost),
      serverHostname: 'other.example',
    });
    expect(pair.client.getpeercert()?.subject).toEqual([[['commonName', 'localhost']]]);
  });

  it('are named in the message with the certificate that was shown instead', () => {
    const options = {
      client: clientContext(caPem),
      server: serverContext(localhost),
      serverHostname: 'example.org',
    };
    expect(tryHandshake(makePair(options)).client?.message).toBe(
      "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'example.org'." +
        ' (certificate of CN = localhost, issued by O = hermetic-ssl tests, CN = test root)' +
        '; it is for "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"',
    );
  });
});

describe('serverHostname', () => {
  const wrap = (serverHostname: unknown, context = clientContext(caPem)): ssl.SSLObject =>
    context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), {
      serverHostname: wrong(serverHostname),
    });

  it('is required while host names are checked', () => {
    for (const name of [null, undefined])
      expect(() => wrap(name)).toThrow(valueError('checkHostname requires serverHostname'));
    expect(wrap(null, clientContext(caPem, unverified)).serverHostname).toBeNull();
  });

  it('is refused on a server', () => {
    const server = (): unknown =>
      serverContext(localhost).wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), {
        serverSide: true,
        serverHostname: 'localhost',
      });
    expect(server).toThrow(valueError('serverHostname can only be specified in client mode'));
  });

  it.each([
    '',
    '.',
    '.example.com',
    'a..example.com',
    '..',
    'example.com..',
    '::1.',
    `${'a'.repeat(64)}.com`,
    '例え。。jp',
  ])('refuses %o', (name) => {
    expect(() => wrap(name)).toThrow(valueError('serverHostname'));
  });

  it('refuses a NUL character, other types, and more than 255 characters', () => {
    expect(() => wrap('a\0b.example')).toThrow(typeError('NUL'));
    for (const name of [4, true, ['localhost'], {}])
      expect(() => wrap(name)).toThrow(typeError('serverHostname'));
    expect(() => wrap(`${'a.'.repeat(128)}com`)).toThrow(ssl.SSLError);
  });

  it.each([
    ['LocalHost', 'localhost'],
    ['localhost.', 'localhost'],
    ['LocalHost.', 'localhost'],
    ['pythön.org', 'xn--pythn-mua.org'],
    ['pythön.org.', 'xn--pythn-mua.org'],
    ['pythön.org。', 'xn--pythn-mua.org'],
    ['10.0.0.1.', '10.0.0.1'],
    ['königsgäßchen.idna2008.example', 'xn--knigsgchen-b4a3dun.idna2008.example'],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['10.0.1', '10.0.1'],
    ['under_score.example', 'under_score.example'],
  ])('%s is sent and shown as %s', (name, sent) => {
    expect(wrap(name).serverHostname).toBe(sent);
  });

  it('maps ß as IDNA 2008 does, not to ss as Python does: browsers and registries agree on it', () => {
    const connect = (serverHostname: string): Error | null =>
      tryHandshake(
        makePair({ client: clientContext(caPem), server: serverContext(idn), serverHostname }),
      ).client;
    expect(connect('könig.idn.example')).toBeNull();
    expect(connect('königsgäßchen.idna2008.example')).toBeNull();
    expect(connect('βόλος.idna2008.example')).toBeNull();
    expect(connect('xn--knigsgsschen-lcb0w.idna2003.example')).toBeNull();
    expect(connect('königsgäßchen.idna2003.example')).toEqual(certificateError(62));
  });

  it.each([
    ['localhost', 'localhost'],
    ['LOCALHOST', 'localhost'],
    ['localhost.', 'localhost'],
    ['pythön.org', 'xn--pythn-mua.org'],
    ['pythön.org。', 'xn--pythn-mua.org'],
    ['127.0.0.1.', null],
    ['127.0.0.1', null],
    ['::1', null],
    [null, null],
  ])('%s reaches the server as %s', (serverHostname, seen) => {
    const names: unknown[] = [];
    const server = serverContext(localhost, (context) => {
      context.sniCallback = (_peer, name) => void names.push(name);
    });
    connectedPair({ client: clientContext(caPem, unverified), server, serverHostname });
    expect(names).toEqual([seen]);
  });
});
