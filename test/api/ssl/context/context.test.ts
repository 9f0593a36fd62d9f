// The plain settings of SSLContext: defaults, what each takes, and what it refuses.
import { describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { clientContext, serverContext, unverified } from '../../../helpers/contexts.js';
import { makePair, tryHandshake } from '../../../helpers/make-pair.js';
import {
  overflowError,
  sslError,
  typeError,
  valueError,
  wrong,
} from '../../../helpers/expected-errors.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, caPem } = await testPki();
const client = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
const server = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
const either = (): ssl.SSLContext => new ssl.SSLContext(ssl.PROTOCOL_TLS);
describe('new SSLContext', () => {
  it.each([
    [ssl.PROTOCOL_TLS, ssl.CERT_NONE, false],
    [ssl.PROTOCOL_TLSv1_2, ssl.CERT_NONE, false],
    [ssl.PROTOCOL_TLS_SERVER, ssl.CERT_NONE, false],
    [ssl.PROTOCOL_TLS_CLIENT, ssl.CERT_REQUIRED, true],
  ])('with protocol %i has verify mode %i and checks host names: %s', (protocol, mode, checks) => {
    const context = new ssl.SSLContext(protocol);
    expect(context).toMatchObject({ protocol, verifyMode: mode, checkHostname: checks });
  });

  it('takes PROTOCOL_TLS when no protocol is given', () => {
    expect(new ssl.SSLContext().protocol).toBe(ssl.PROTOCOL_TLS);
  });

  it.each([-1, 0, 1, 42])('refuses protocol %i', (protocol) => {
    const refused = valueError(`invalid or unsupported protocol version ${protocol}`);
    expect(() => new ssl.SSLContext(protocol)).toThrow(refused);
  });

  it('refuses a number that only looks like a protocol once it is cut to 32 bits', () => {
    expect(() => new ssl.SSLContext(2 ** 32 + ssl.PROTOCOL_TLS_CLIENT)).toThrow(overflowError());
  });

  it.each([['16'], [null], [16.5], [16n], [{}]])('refuses %o as a protocol', (protocol) => {
    expect(() => new ssl.SSLContext(wrong(protocol))).toThrow(typeError('protocol'));
  });

  it('has a protocol that cannot be written', () => {
    expect(() => Object.assign(client(), { protocol: ssl.PROTOCOL_TLS_SERVER })).toThrow(TypeError);
  });
});

describe('SSLContext.options', () => {
  const BASE =
    (ssl.OP_ALL & ~0x800n) |
    ssl.OP_NO_SSLv3 | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE |
    ssl.OP_SINGLE_DH_USE | ssl.OP_SINGLE_ECDH_USE | ssl.OP_ENABLE_MIDDLEBOX_COMPAT; // prettier-ignore

  it("has Python's defaults", () => {
    expect(server().options).toBe(client().options);
    expect(client().options & BASE).toBe(BASE);
    expect(client().options & ssl.OP_NO_TICKET).toBe(0n);
    expect(client().options & ssl.OP_IGNORE_UNEXPECTED_EOF).toBe(0n);
    expect(client().options & ssl.OP_LEGACY_SERVER_CONNECT).toBe(0n);
  });

  it('is replaced as a whole: bits are set and cleared exactly', () => {
    const context = client();
    context.options |= ssl.OP_NO_TICKET;
    expect(context.options & ssl.OP_NO_TICKET).toBe(ssl.OP_NO_TICKET);
    context.options &= ~ssl.OP_NO_TICKET;
    expect(context.options & ssl.OP_NO_TICKET).toBe(0n);
    context.options = 0n;
    expect(context.options).toBe(0n);
    context.options = ssl.OP_ALL;
    expect(context.options).toBe(ssl.OP_ALL);
  });

  it('keeps bits above the 32nd', () => {
    const context = client();
    context.options |= 1n << 35n;
    expect(context.options >> 35n).toBe(1n);
  });

  it('refuses a value that is not a mask of 64 bits', () => {
    const set = (options: unknown) => () => void (client().options = wrong(options));
    expect(set(-1n)).toThrow(valueError('non-negative'));
    expect(set(2n ** 64n)).toThrow(overflowError());
    expect(set(2n ** 100n)).toThrow(overflowError());
    for (const value of [null, 'abc', 4, undefined])
      expect(set(value)).toThrow(typeError('options'));
  });
});

describe('SSLContext.verifyFlags', () => {
  it('is VERIFY_X509_TRUSTED_FIRST by default', () => {
    for (const context of [client(), server(), either()])
      expect(context.verifyFlags).toBe(ssl.VERIFY_X509_TRUSTED_FIRST);
  });

  it.each([
    ssl.VERIFY_DEFAULT,
    ssl.VERIFY_CRL_CHECK_LEAF,
    ssl.VERIFY_CRL_CHECK_CHAIN,
    ssl.VERIFY_CRL_CHECK_LEAF | ssl.VERIFY_X509_STRICT,
    ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_ALLOW_PROXY_CERTS,
  ])('set to %i is exactly that', (flags) => {
    const context = server();
    context.verifyFlags = flags;
    expect(context.verifyFlags).toBe(flags);
    context.verifyFlags = ssl.VERIFY_DEFAULT;
    expect(context.verifyFlags).toBe(0);
  });

  it('refuses a value that is not a mask of 32 bits', () => {
    const set = (flags: unknown) => () => void (client().verifyFlags = wrong(flags));
    expect(set(-1)).toThrow(valueError('non-negative'));
    expect(set(2 ** 32)).toThrow(overflowError());
    for (const value of [null, '4', 4n, 0.5, Number.NaN])
      expect(set(value)).toThrow(typeError('verifyFlags'));
  });
});

describe('SSLContext.verifyMode and checkHostname', () => {
  it('refuses CERT_NONE while host names are checked, and changes nothing', () => {
    const context = client();
    const refused = valueError('verifyMode cannot be CERT_NONE while checkHostname is true');
    expect(() => void (context.verifyMode = ssl.CERT_NONE)).toThrow(refused);
    expect(context).toMatchObject({ verifyMode: ssl.CERT_REQUIRED, checkHostname: true });
  });

  it('turns CERT_NONE into CERT_REQUIRED when host names are to be checked', () => {
    const context = client();
    unverified(context);
    expect(context).toMatchObject({ verifyMode: ssl.CERT_NONE, checkHostname: false });
    context.checkHostname = true;
    expect(context).toMatchObject({ verifyMode: ssl.CERT_REQUIRED, checkHostname: true });
  });

  it('keeps CERT_OPTIONAL when host names are to be checked', () => {
    const context = client();
    context.checkHostname = false;
    context.verifyMode = ssl.CERT_OPTIONAL;
    context.checkHostname = true;
    expect(context.verifyMode).toBe(ssl.CERT_OPTIONAL);
  });

  it('keeps the mode when host names are no longer checked', () => {
    const context = client();
    context.checkHostname = false;
    expect(context.verifyMode).toBe(ssl.CERT_REQUIRED);
  });

  it('refuses other modes and other types', () => {
    const set = (mode: unknown) => () => void (server().verifyMode = wrong(mode));
    for (const mode of [2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 64, -(2 ** 31) - 1])
      expect(set(mode)).toThrow(overflowError('verifyMode'));
    for (const mode of [-1, 3, 42, 2 ** 31 - 1])
      expect(set(mode)).toThrow(
        valueError('verifyMode must be CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED'),
      );
    for (const mode of [null, undefined, '1', true, 1.5])
      expect(set(mode)).toThrow(typeError('verifyMode'));
    expect(() => void (client().checkHostname = wrong(1))).toThrow(typeError('checkHostname'));
  });
});

describe('SSLContext.hostnameChecksCommonName', () => {
  it('is true by default and writable both ways', () => {
    const context = client();
    expect(context.hostnameChecksCommonName).toBe(true);
    context.hostnameChecksCommonName = false;
    expect(context.hostnameChecksCommonName).toBe(false);
    context.hostnameChecksCommonName = true;
    expect(context.hostnameChecksCommonName).toBe(true);
    expect(() => void (context.hostnameChecksCommonName = wrong(null))).toThrow(typeError());
  });
});

describe('SSLContext.minimumVersion and maximumVersion', () => {
  const { TLSVersion } = ssl;

  it('are TLS 1.2 and the highest by default', () => {
    for (const context of [client(), server(), either()]) {
      expect(context.minimumVersion).toBe(TLSVersion.TLSv1_2);
      expect(context.maximumVersion).toBe(TLSVersion.MAXIMUM_SUPPORTED);
    }
  });

  it('resolve the ends of the range as Python does', () => {
    const context = server();
    context.minimumVersion = TLSVersion.MINIMUM_SUPPORTED;
    expect(context.minimumVersion).toBe(TLSVersion.MINIMUM_SUPPORTED);
    context.minimumVersion = TLSVersion.MAXIMUM_SUPPORTED;
    expect(context.minimumVersion).toBe(TLSVersion.TLSv1_3);
    context.maximumVersion = TLSVersion.MINIMUM_SUPPORTED;
    expect(context.maximumVersion).toBe(TLSVersion.TLSv1);
    context.maximumVersion = TLSVersion.MAXIMUM_SUPPORTED;
    expect(context.maximumVersion).toBe(TLSVersion.MAXIMUM_SUPPORTED);
    context.maximumVersion = TLSVersion.TLSv1_2;
    expect(context.maximumVersion).toBe(TLSVersion.TLSv1_2);
  });

  it('refuse a value that is not a version', () => {
    const context = client();
    const refused = valueError('Unsupported TLS/SSL version 0x2a');
    expect(() => void (context.minimumVersion = wrong(42))).toThrow(refused);
    expect(() => void (context.maximumVersion = wrong(42))).toThrow(refused);
    expect(() => void (context.minimumVersion = wrong(2 ** 32 + 771))).toThrow(overflowError());
    expect(() => void (context.maximumVersion = wrong('TLSv1.2'))).toThrow(typeError());
    expect(context.minimumVersion).toBe(TLSVersion.TLSv1_2);
  });

  it('cannot be changed for a protocol of one version', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLSv1_2);
    expect(context).toMatchObject({
      minimumVersion: TLSVersion.MINIMUM_SUPPORTED,
      maximumVersion: TLSVersion.MAXIMUM_SUPPORTED,
    });
    const refused = valueError("doesn't support modification");
    expect(() => void (context.minimumVersion = TLSVersion.TLSv1)).toThrow(refused);
    expect(() => void (context.maximumVersion = TLSVersion.TLSv1_3)).toThrow(refused);
  });

  it('may exclude every version; the handshake then says so', () => {
    const context = clientContext(caPem);
    context.minimumVersion = TLSVersion.TLSv1_3;
    context.maximumVersion = TLSVersion.TLSv1_2;
    const outcome = tryHandshake(makePair({ client: context, server: serverContext(localhost) }));
    expect(outcome.client).toEqual(sslError('NO_PROTOCOLS_AVAILABLE'));
  });
});

describe('SSLContext.securityLevel', () => {
  it('is 2, part of the cipher list, and cannot be written', () => {
    const context = client();
    expect(context.securityLevel).toBe(2);
    context.setCiphers('DEFAULT:@SECLEVEL=1');
    expect(context.securityLevel).toBe(1);
    expect(() => Object.assign(context, { securityLevel: 0 })).toThrow(TypeError);
  });
});

describe('SSLContext.numTickets', () => {
  it('is 2 by default and settable for a server', () => {
    const context = server();
    expect(context.numTickets).toBe(2);
    for (const count of [1, 0, 5]) {
      context.numTickets = count;
      expect(context.numTickets).toBe(count);
    }
  });

  it('refuses numbers below 0 or above 32 bits, other types and clients', () => {
    expect(() => void (server().numTickets = -1)).toThrow(
      valueError('numTickets must be non-negative'),
    );
    expect(() => void (server().numTickets = 2 ** 32)).toThrow(overflowError('numTickets'));
    expect(() => void (server().numTickets = wrong(null))).toThrow(typeError('numTickets'));
    expect(client().numTickets).toBe(2);
    expect(() => void (client().numTickets = 1)).toThrow(valueError('not a server context'));
  });
});

describe('SSLContext.sniCallback', () => {
  it('is null by default, holds one function, and is removed by null', () => {
    const context = server();
    const callback = (): undefined => undefined;
    expect(context.sniCallback).toBeNull();
    context.sniCallback = callback;
    expect(context.sniCallback).toBe(callback);
    context.sniCallback = null;
    expect(context.sniCallback).toBeNull();
  });

  it('refuses values that cannot be called, and client contexts', () => {
    for (const value of [4, '', true, {}, undefined])
      expect(() => void (server().sniCallback = wrong(value))).toThrow(
        typeError('sniCallback must be a function or null'),
      );
    const refused = valueError('sniCallback cannot be set on a PROTOCOL_TLS_CLIENT context');
    expect(() => void (client().sniCallback = () => undefined)).toThrow(refused);
  });
});
