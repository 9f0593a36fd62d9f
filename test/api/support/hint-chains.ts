// Chains that are refused with a hint, and pass when the hint has been followed: on clients and on servers.
import { expect } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { createAuthority, type IssuedCertificate } from '../../helpers/certificates.js';
import { clientContext, serverContext, tls12, type Change } from '../../helpers/contexts.js';
import { makePair, tryHandshake } from '../../helpers/make-pair.js';
import { runHint } from '../../helpers/run-hint.js';
import { testPki } from '../../helpers/test-pki.js';

const { root, localhost, caPem } = await testPki();

export const LOCALHOST = { commonName: 'localhost', dns: ['localhost'] };

/** Runs the statement of a hint, with the names that it uses. */
function run(statement: string, context: ssl.SSLContext): void {
  runHint(statement, { context, VerifyFlags: ssl.VerifyFlags });
}

export interface Meeting {
  readonly identity: IssuedCertificate;
  readonly ca: string;
  readonly change?: Change;
  /** Of the end that shows the certificate. */
  readonly shown?: Change;
}

/** The end that verifies, and the error of the other one's certificate. */
export function verified({ identity, ca, change, shown }: Meeting, isServer: boolean) {
  const ends = (more: Change): Error | null => {
    const show: Change = (context) => {
      shown?.(context);
      context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
    };
    const verify: Change = (context) => {
      change?.(context);
      if (isServer) context.verifyMode = ssl.CERT_REQUIRED;
      more(context);
    };
    if (!isServer) {
      const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
      show(server);
      return tryHandshake(makePair({ client: clientContext(ca, verify), server })).client;
    }
    const client = clientContext(caPem, tls12);
    client.setCiphers('DEFAULT:@SECLEVEL=0');
    show(client);
    const server = serverContext(localhost, (context) => {
      context.loadVerifyLocations({ cadata: ca });
      verify(context);
    });
    return tryHandshake(makePair({ client, server })).server;
  };
  return ends;
}

/** A certificate fails with the hint, and passes when the statement in the hint has been run. */
export function passesBy(
  meeting: Meeting,
  hint: string | RegExp,
  statement?: RegExp,
  sides = [false, true],
): void {
  for (const isServer of sides) {
    const ends = verified(meeting, isServer);
    const error = ends(() => undefined);
    expect(error).toBeInstanceOf(ssl.SSLCertVerificationError);
    const text = (error as ssl.SSLCertVerificationError).hint ?? '';
    expect(text).toMatch(hint);
    const found = statement === undefined ? null : statement.exec(text)![0];
    expect(ends((context) => found !== null && run(found, context))).toBeNull();
  }
}

const level0: Change = (context) => context.setCiphers('DEFAULT:@SECLEVEL=0');
export const anyEku = { eku: ['serverAuth', 'clientAuth'] };
const SET_CIPHERS = /context\.setCiphers\('.*?'\)$/;

export async function weakChains(): Promise<void> {
  const small = await createAuthority({ name: 'small', key: 'rsa1024' });
  const sha1 = await createAuthority({ name: 'sha1', key: 'rsa2048-sha1' });
  const both = await createAuthority({ name: 'both', key: 'rsa1024', parent: sha1 });
  const options = { ...LOCALHOST, ...anyEku };
  const rows: [IssuedCertificate, string, RegExp, number][] = [
    [await root.issue({ ...options, key: 'rsa1024' }), caPem, /^its key/, 1],
    [await small.issue(options), small.certPem, /^an issuer's key/, 1],
    [await sha1.issue(options), sha1.certPem, /^the hash/, 0],
    [await both.issue(options), sha1.certPem, /^an issuer's key|^the hash/, 0],
    [await both.issue({ ...options, key: 'rsa1024' }), sha1.certPem, /^its key/, 0],
  ];
  for (const [identity, ca, says, level] of rows) {
    const meeting = { identity, ca, shown: level0 };
    passesBy(meeting, says, SET_CIPHERS);
    passesBy(meeting, new RegExp(`'DEFAULT:@SECLEVEL=${level}'\\)$`), SET_CIPHERS);
    // No higher level helps: the one that is named is needed.
    for (const isServer of [false, true]) {
      const ends = verified(meeting, isServer);
      expect(
        ends((context) => context.setCiphers(`DEFAULT:@SECLEVEL=${level + 1}`)),
      ).not.toBeNull();
    }
  }
  const identity = await root.issue({ ...options, key: 'rsa2048' });
  const change: Change = (context) => context.setCiphers('DEFAULT:@SECLEVEL=3');
  passesBy({ identity, ca: caPem, shown: level0, change }, /'DEFAULT:@SECLEVEL=2'\)$/, SET_CIPHERS);
}
