import { describe, expect, it } from 'vitest';

import { identity, nodeTls, ourTls, type Tls } from './support.js';

/** Calls that fail, with the module to call. */
const calls: Record<string, (tls: Tls) => unknown> = {
  'a key that is a number': (tls) => tls.createSecureContext({ key: 1 as never }),
  'a certificate that is an object': (tls) => tls.createSecureContext({ cert: {} as never }),
  'a certificate in an array': (tls) => tls.createSecureContext({ cert: [true as never] }),
  'an authority that is a function': (tls) => tls.createSecureContext({ ca: (() => 1) as never }),
  'a passphrase that is a number': (tls) =>
    tls.createSecureContext({ ...identity, passphrase: 1 as never }),
  'ciphers that are a number': (tls) => tls.createSecureContext({ ciphers: 1 as never }),
  'ciphers that do not exist': (tls) => tls.createSecureContext({ ciphers: 'NONE-OF-THEM' }),
  'a curve that is a number': (tls) => tls.createSecureContext({ ecdhCurve: 1 as never }),
  'a curve that does not exist': (tls) => tls.createSecureContext({ ecdhCurve: 'no-curve' }),
  'empty signature algorithms': (tls) => tls.createSecureContext({ sigalgs: '' }),
  'ticket keys of 10 bytes': (tls) => tls.createSecureContext({ ticketKeys: Buffer.alloc(10) }),
  'a version that does not exist': (tls) =>
    tls.createSecureContext({ minVersion: 'TLSv9' as never }),
  'a version with a method': (tls) =>
    tls.createSecureContext({ minVersion: 'TLSv1.2', secureProtocol: 'TLS_method' }),
  'an engine': (tls) => tls.createSecureContext({ clientCertEngine: 1 as never }),
  'a negative session timeout': (tls) => tls.createSecureContext({ sessionTimeout: -1 }),
  'options that are text': (tls) => tls.createServer('text' as never),
  'a callback that is text': (tls) => tls.createServer({ SNICallback: 'text' as never }),
  'a handshake timeout that is text': (tls) =>
    tls.createServer({ handshakeTimeout: 'text' as never }),
  'both kinds of ALPN': (tls) =>
    tls.createServer({ ALPNProtocols: ['a'], ALPNCallback: () => 'a' } as never),
  'a context of another kind': (tls) => tls.connect({ port: 1, secureContext: {} as never }),
  'a name for a context that is empty': (tls) => tls.createServer().addContext('', identity),
};

function failureOf(call: () => unknown): Record<string, unknown> {
  try {
    call();
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException;
    return { name, code, message };
  }
  return { name: 'no error' };
}

describe('arguments of hermetic-ssl/tls', () => {
  it.each(Object.keys(calls))('refuses %s as node:tls does', (name) => {
    const theirs = failureOf(() => calls[name]!(nodeTls));
    expect(theirs['name']).not.toBe('no error');
    expect(failureOf(() => calls[name]!(ourTls))).toEqual(theirs);
  });

  it('refuses options of connect as Node 24 does, where Node 20 reports a bug of its own', () => {
    const connect = (options: object) => failureOf(() => ourTls.connect({ port: 1, ...options }));
    expect(connect({ checkServerIdentity: 'text' })['message']).toBe(
      `The "options.checkServerIdentity" property must be of type function. Received type string ('text')`,
    );
    const text = connect({ minDHSize: 'text' });
    expect(text['code']).toBe('ERR_INVALID_ARG_TYPE');
    const isOld = process.versions.node.startsWith('20.');
    expect(text['message']).toMatch(isOld ? /not a number: text/ : /must be of type number/);
    expect(connect({ minDHSize: 0 })['code']).toBe('ERR_OUT_OF_RANGE');
  });
});
