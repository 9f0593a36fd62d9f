// Text that no host name contains: white space, control characters, and parts of a URL. It is refused before anything is
// sent, with a message that names the argument and says what to pass; the tests follow it.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { typeError, valueError } from '../../../helpers/expected-errors.js';
import { thrown } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';

const { caPem } = await testPki();
const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
const named = (serverHostname: string | Uint8Array): ssl.SSLObject =>
  context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO(), { serverHostname });

/** Texts that are refused, and the name that the message says to pass, or null. */
const REFUSED: readonly (readonly [given: string, instead: string | null])[] = [
  [' a.example', 'a.example'], ['a.example\n', 'a.example'], ['\t\u00e4.example\r\n', '\u00e4.example'], ['::1 ', '::1'],
  ['a b.example', null], ['a\r\nb', null], ['a\u001bb', null], ['\x7f', null], ['a\u0085b', null], ['a\u00a0b', null], ['\u00e4 b', null],
  [' ', null], ['a\u2028b', null], ['a\u3000b', null],
  ['https://a.example/', 'a.example'], [' https://a.example:8443/path?query#part', 'a.example'], ['http://10.0.0.1', '10.0.0.1'],
  ['a.example?query', 'a.example'], ['https://[::1]:443/', '::1'],
  ['a.example:443', 'a.example'], ['10.0.0.1:443', '10.0.0.1'], ['a.example/path', 'a.example'], ['\u00e4.example:443', '\u00e4.example'],
  ['[::1]', '::1'], ['[2001:db8::1]:443', '2001:db8::1'], ['[fe80::1%eth0]', 'fe80::1%eth0'],
  ['user@a.example', null], ['a%6d.example', null], ['a\\b', null], ['1::2::3', null], ['[x]', null], ['::1%', null], [':443', null],
]; // prettier-ignore

/** The name in the message's last words, to be passed as they say. */
const instead = (error: Error): string | null =>
  /; pass only the (?:name|address), '([^']*)'$/.exec(error.message)?.[1] ?? null;

describe('serverHostname', () => {
  it.each(REFUSED)('%j is refused, and the message says what to pass: %j', (name, expected) => {
    const error = thrown(() => named(name)) as Error;
    expect(error).toEqual(valueError('is not a valid host name: it contains'));
    expect(error.message).toMatch(/^serverHostname "/);
    expect(error.message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u); // nothing that acts on a terminal
    expect(instead(error)).toBe(expected);
    if (expected === null) expect(error.message).toMatch(/; pass a host name or an IP address$/);
    else expect(() => named(expected)).not.toThrow();
  }); // prettier-ignore

  it.each(['a.example\n', 'a.example:443'])('%j is refused as bytes too', (name) => {
    expect(() => named(Buffer.from(name))).toThrow(valueError('is not a valid host name'));
  });

  it('names the cause', () => {
    expect(() => named('a b')).toThrow('"a b" is not a valid host name: it contains white space or a control character');
    expect(() => named('a:1')).toThrow('"a:1" is not a valid host name: it contains more than a name, such as a port');
  }); // prettier-ignore

  it('with a NUL is refused', () => {
    expect(() => named('a\0b')).toThrow(typeError('serverHostname must not contain a NUL'));
  });

  it.each(['a.example', 'a_b.example', '_srv.example', '10.0.0.1', '::1', 'fe80::1%eth0', '*.example', 'xn--4ca.example', '\u00e4.example', '10.0.1'])('%j is taken', (name) => {
    expect(() => named(name)).not.toThrow();
  }); // prettier-ignore

  it('is checked by wrapSocket too, and the socket is not taken', () => {
    const transport = new Socket();
    expect(() => context.wrapSocket(transport, { serverHostname: 'a:1' })).toThrow(valueError('serverHostname "a:1"'));
    expect(transport.destroyed).toBe(false);
    transport.destroy();
  }); // prettier-ignore
});

describe('connect', () => {
  it.each(['a b', 'localhost:443', 'https://localhost/', '[::1]', 'a\0b'])('refuses the host %j under that name, before it is resolved', async (host) => {
    const error = await ssl.connect({ host, port: 1 }).catch((cause: unknown) => cause);
    expect((error as Error).message).toMatch(/^host /);
    expect(error).toHaveProperty('code', host.includes('\0') ? 'ERR_INVALID_ARG_TYPE' : 'ERR_INVALID_ARG_VALUE');
  }); // prettier-ignore

  it('is followed by getServerCertificate', async () => {
    await expect(ssl.getServerCertificate(['localhost:443', 443])).rejects.toThrow(valueError('host "localhost:443"'));
  }); // prettier-ignore

  it('leaves the host to the resolver where another name is matched', async () => {
    const connecting = ssl.connect({ host: '[::1]', port: 1, serverHostname: 'localhost' });
    await expect(connecting).rejects.toHaveProperty('syscall');
  });
});

describe('capath', () => {
  const load = (capath: string) => () => context.loadVerifyLocations({ capath });

  it('that is a file is refused, with the way out', () => {
    const error = thrown(load(import.meta.filename));
    expect(error).toMatchObject({ code: 'ENOTDIR', path: import.meta.filename });
    expect(error?.message).toMatch(/capath names a directory; pass a file as cafile$/);
  });

  it('that is refused can be passed as cafile, as the message says', () => {
    const cafile = join(mkdtempSync(join(tmpdir(), 'capath-')), 'ca.pem');
    writeFileSync(cafile, caPem);
    expect(load(cafile)).toThrow('pass a file as cafile');
    const fresh = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    fresh.loadVerifyLocations({ cafile });
    expect(fresh.certStoreStats().x509).toBe(1);
  });

  it('that is refused changes nothing', () => {
    const fresh = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    const capath = import.meta.filename;
    expect(() => ssl.createDefaultContext(undefined, { capath })).toThrow('ENOTDIR');
    expect(() => fresh.loadVerifyLocations({ capath, cadata: 'no PEM' })).toThrow('ENOTDIR');
    expect(fresh.certStoreStats()).toEqual({ x509: 0, x509Ca: 0, crl: 0 });
  });

  it('that is a directory, or nothing yet, is taken', () => {
    const folder = mkdtempSync(join(tmpdir(), 'capath-'));
    expect(load(folder)).not.toThrow();
    expect(load(join(folder, 'later'))).not.toThrow();
  });
});
