// Common names in place of host names: where they may match, and where never.
import '../../../helpers/reflect-metadata.js';

import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';

import { createAuthority, type IssuedCertificate } from '../../../helpers/certificates.js';
import { VERSIONS, clientContext, serverContext } from '../../../helpers/contexts.js';
import { context as tagged, sequence } from '../../../helpers/der.js';
import { certificateError } from '../../../helpers/expected-errors.js';
import { makePair, tryHandshake } from '../../../helpers/make-pair.js';
import { testPki } from '../../../helpers/test-pki.js';
import * as ssl from 'hermetic-ssl/ssl';

const HOSTNAME_MISMATCH = 62;
const NAME_CONSTRAINTS = '2.5.29.30';
const { root, caPem } = await testPki();
const noSan = await root.issue({ commonName: 'localhost' });

/** Permits the DNS names below good.example. */
const onlyGoodExample = new x509.Extension(
  NAME_CONSTRAINTS,
  true,
  sequence(tagged(0, true, sequence(tagged(2, false, Buffer.from('good.example'))))),
);
const constrained = await createAuthority({
  name: 'constrained',
  parent: root,
  extraExtensions: [onlyGoodExample],
});

describe.each(VERSIONS)('a common name in %s', (_version, only) => {
  function errorOf(
    identity: IssuedCertificate,
    serverHostname: string,
    change: (context: ssl.SSLContext) => void = () => undefined,
  ): Error | null {
    const client = clientContext(caPem, change);
    const server = serverContext(identity, only);
    return tryHandshake(makePair({ client, server, serverHostname })).client;
  }

  it('matches by default, as in Python', () => {
    expect(errorOf(noSan, 'localhost')).toBeNull();
  });

  it('with a wildcard never matches below name constraints', async () => {
    const wildcard = await constrained.issue({ commonName: '*.evil.example' });
    expect(errorOf(wildcard, 'www.evil.example')).toEqual(certificateError(HOSTNAME_MISMATCH));
    const free = await root.issue({ commonName: '*.evil.example' });
    expect(errorOf(free, 'www.evil.example')).toBeNull();
  });

  it('below name constraints does not stand in the way of a subjectAltName that they permit', async () => {
    const named = await constrained.issue({
      commonName: '*.good.example',
      dns: ['*.good.example'],
    });
    expect(errorOf(named, 'www.good.example')).toBeNull();
  });

  it('does not match under createDefaultContext, and the advice of the error works', () => {
    const client = ssl.createDefaultContext(ssl.Purpose.SERVER_AUTH, { cadata: caPem });
    client.verifyFlags &= ~ssl.VERIFY_X509_STRICT;
    const server = serverContext(noSan, only);
    const attempt = () => tryHandshake(makePair({ client, server, serverHostname: 'localhost' }));
    const { client: error } = attempt();
    expect(error).toEqual(certificateError(HOSTNAME_MISMATCH));
    expect(error?.message).toContain('context.hostnameChecksCommonName = true');
    client.hostnameChecksCommonName = true;
    expect(attempt().client).toBeNull();
  });
});

describe('SSLContext.verifyDepth', () => {
  it('is 100, and takes whole numbers from 0 to 100', () => {
    const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    expect(context.verifyDepth).toBe(100);
    for (const depth of [0, 7, 100]) {
      context.verifyDepth = depth;
      expect(context.verifyDepth).toBe(depth);
    }
    const set = (value: unknown) => () =>
      ((context as { verifyDepth: unknown }).verifyDepth = value);
    expect(set(-1)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }));
    expect(set(101)).toThrow(expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }));
    for (const value of ['1', 1.5, null, undefined, 1n])
      expect(set(value)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
    expect(context.verifyDepth).toBe(100);
  });

  it('counts the certificates between the peer and the trust anchor, and the advice of the error works', async () => {
    const { localhost, localhostBelowIntermediate } = await testPki();
    const client = clientContext(caPem, (context) => void (context.verifyDepth = 0));
    const errorOf = (identity: IssuedCertificate) =>
      tryHandshake(makePair({ client, server: serverContext(identity) })).client;
    expect(errorOf(localhost)).toBeNull();
    const error = errorOf(localhostBelowIntermediate);
    expect(error).toEqual(certificateError(22));
    expect(error?.message).toContain('context.verifyDepth');
    client.verifyDepth = 1;
    expect(errorOf(localhostBelowIntermediate)).toBeNull();
  });

  it('holds for clients of a server too', async () => {
    const { localhost, intermediate } = await testPki();
    const deep = await intermediate.issue({ commonName: 'deep', eku: ['clientAuth'] });
    const server = serverContext(localhost, (context) => {
      context.loadVerifyLocations({ cadata: caPem });
      context.verifyMode = ssl.CERT_REQUIRED;
      context.verifyDepth = 0;
    });
    const client = clientContext(caPem, (context) => {
      context.loadCertChain({ cert: deep.chainPem, key: deep.keyPem });
    });
    expect(tryHandshake(makePair({ client, server })).server).toEqual(certificateError(22));
    server.verifyDepth = 1;
    expect(tryHandshake(makePair({ client, server }))).toEqual({ client: null, server: null });
  });
});
