/** Clients and servers with a verifyCallback, and what its refusals look like. */
import { expect } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from '../../helpers/certificates.js';
import { NO_CHANGE, clientContext, serverContext, type Change } from '../../helpers/contexts.js';
import { testPki } from '../../helpers/test-pki.js';

const { localhost, client: good, caPem } = await testPki();

/** May give anything. */
export type Callback = (...args: Parameters<ssl.VerifyCallback>) => unknown;

export const HELLO = Buffer.from('hello');
export const boom = new Error('boom');

/** A client's context that trusts the tests' root and has this callback. */
export const askingClient = (callback: Callback, change = NO_CHANGE): ssl.SSLContext =>
  clientContext(caPem, (context) => {
    change(context);
    context.verifyCallback = callback as ssl.VerifyCallback;
  });

export interface Sides {
  readonly client: ssl.SSLContext;
  readonly server: ssl.SSLContext;
}

export interface SideSettings {
  /** For the client's context. */
  readonly only?: Change;
  /** The client's identity; by default one with a certificate that the server trusts. */
  readonly identity?: IssuedCertificate | null;
  readonly mode?: ssl.VerifyMode;
  /** For the server's context. */
  readonly change?: Change;
}

/** A server with this callback that demands a certificate, and a client that has one. */
export function askingServer(callback: Callback | null, settings: SideSettings = {}): Sides {
  const { only = NO_CHANGE, identity = good, mode = ssl.CERT_REQUIRED, change } = settings;
  const client = clientContext(caPem, (context) => {
    only(context);
    context.postHandshakeAuth = true;
    if (identity !== null) context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
  });
  const server = serverContext(localhost, (context) => {
    context.loadVerifyLocations({ cadata: caPem });
    context.verifyMode = mode;
    context.verifyCallback = callback as ssl.VerifyCallback | null;
    change?.(context);
  });
  return { client, server };
}

/** The error of a peer that the callback alone has refused. */
export const refusal = (hint: string): Error =>
  expect.objectContaining({
    name: 'SSLCertVerificationError',
    verifyCode: 50,
    hint: `context.verifyCallback ${hint}`,
  }) as Error;

/** A promise that is settled by hand. */
export function deferred(): { promise: Promise<unknown>; resolve: (value: unknown) => void } {
  let resolve: (value: unknown) => void = () => undefined;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Throws what may be no Error. */
export function throwing(thing: unknown): Callback {
  return () => {
    throw thing;
  };
}
