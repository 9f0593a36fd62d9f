// The options of createSecureContext, each checked and applied.
import { isTicketKeyRing } from '../ssl/engine/ticket-keys.js';
import {
  getCertificateCompressionAlgorithms,
  type CertificateCompression,
} from '../ssl/certificates/certificate-compression.js';
import { VerifyFlags } from '../ssl/enums.js';
import {
  bufferOf,
  requireInt32,
  requireObject,
  requireString,
  requireTextOrView,
  requireView,
} from './check.js';
import type { ContextFacade } from './context-facade.js';
import {
  compressionNeedsTls13,
  invalidType,
  invalidValue,
  noCompression,
  operationFailed,
  tlsError,
} from './errors.js';
import { siblings } from './exports.js';
import { applyDhParam } from './dh-params.js';
import { loadFailure, noCipherMatch } from './load-failure.js';
import { TLSVersion } from '../ssl/constants.js';

type Given = Record<string, unknown>;
type Apply = (context: ContextFacade, options: Given, name: string) => void;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function shaped<T>(take: () => T, otherwise?: string): T {
  try {
    return take();
  } catch (error) {
    throw otherwise === undefined ? loadFailure(error as Error) : operationFailed(otherwise);
  }
}

function shapedSuites(take: () => void): void {
  try {
    take();
  } catch (error) {
    throw noCipherMatch(error as Error);
  }
}

/** The names of suites of TLS 1.3 begin so; OpenSSL has a list of its own for them. */
const isSuite = (name: string): boolean => /^!?TLS_/.test(name);

const applyCiphers: Apply = ({ ssl }, options, name) => {
  const { ciphers = siblings().DEFAULT_CIPHERS } = options;
  if (isGiven(ciphers)) requireString(ciphers, `${name}.ciphers`);
  const text =
    ciphers === null || ciphers === '' ? siblings().DEFAULT_CIPHERS : (ciphers as string);
  const names = text.split(':').filter((one) => one !== '');
  const suites = names.filter((one) => isSuite(one));
  const others = names.filter((one) => !isSuite(one));
  if (names.length === 0) throw invalidValue(`${name}.ciphers`, text.split(':'));
  if (suites.length > 0) shapedSuites(() => ssl.setCiphersuites(suites.join(':')));
  if (others.length > 0) {
    shaped(() => ssl.setCiphers(others.join(':')));
  } else if (ssl.maximumVersion !== TLSVersion.TLSv1_2 && ssl.minimumVersion < TLSVersion.TLSv1_3) {
    ssl.minimumVersion = TLSVersion.TLSv1_3;
  }
};

const applyCa: Apply = (context, { ca, allowPartialTrustChain }, name) => {
  if (ca) {
    for (const cert of listOf(ca)) {
      requireTextOrView(cert, `${name}.ca`);
      context.addCACert(cert);
    }
  } else {
    context.addRootCerts();
  }
  if (allowPartialTrustChain) context.ssl.verifyFlags |= VerifyFlags.VERIFY_X509_PARTIAL_CHAIN;
};

function applyKey(context: ContextFacade, key: unknown, passphrase: unknown, name: string): void {
  requireTextOrView(key, `${name}.key`);
  if (isGiven(passphrase)) requireString(passphrase, `${name}.passphrase`);
  context.setKey(key, passphrase as string | undefined);
}

const applyCertificates: Apply = (context, { cert, key, passphrase }, name) => {
  if (cert) {
    for (const one of listOf(cert)) {
      requireTextOrView(one, `${name}.cert`);
      context.setCert(one);
    }
  }
  if (!key) return;
  if (!Array.isArray(key)) return applyKey(context, key, passphrase, name);
  for (const one of key as (Given | null | undefined)[]) {
    const { pem = one, passphrase: own = passphrase } = one ?? {};
    applyKey(context, pem, own, name);
  }
};

const applySigalgs: Apply = ({ ssl }, { sigalgs }, name) => {
  if (!isGiven(sigalgs)) return;
  requireString(sigalgs, `${name}.sigalgs`);
  if (sigalgs === '') throw invalidValue(`${name}.sigalgs`, sigalgs);
  shaped(() => ssl.setServerSigalgs(sigalgs), 'Failed to set sigalgs');
};

const applyEngine: Apply = (_context, options, name) => {
  const { privateKeyIdentifier: identifier, privateKeyEngine: engine, key } = options;
  if (!isGiven(identifier)) return;
  if (!isGiven(engine)) throw invalidValue(`${name}.privateKeyEngine`, engine);
  if (key) throw invalidValue(`${name}.privateKeyIdentifier`, identifier);
  const texts = ['string', 'null', 'undefined'];
  if (typeof identifier !== 'string')
    throw invalidType(`${name}.privateKeyIdentifier`, texts, identifier);
  if (typeof engine !== 'string') throw invalidType(`${name}.privateKeyEngine`, texts, engine);
  throw tlsError('ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED');
};

const applyCurve: Apply = ({ ssl }, options, name) => {
  const { ecdhCurve = siblings().DEFAULT_ECDH_CURVE || 'auto' } = options;
  requireString(ecdhCurve, `${name}.ecdhCurve`);
  if (ecdhCurve !== 'auto') shaped(() => ssl.setGroups(ecdhCurve), 'Failed to set ECDH curve');
};

const applyDh: Apply = ({ ssl }, { dhparam }, name) => {
  if (!isGiven(dhparam)) return;
  requireTextOrView(dhparam, `${name}.dhparam`);
  applyDhParam(ssl, dhparam);
};

const applyCrl: Apply = (context, { crl }, name) => {
  if (!isGiven(crl)) return;
  for (const one of listOf(crl)) {
    requireTextOrView(one, `${name}.crl`);
    context.addCRL(one);
  }
};

const applyPfx: Apply = (context, { pfx, passphrase }) => {
  if (!isGiven(pfx)) return;
  for (const one of listOf(pfx) as (Given | string | ArrayBufferView)[]) {
    const { buf = one, passphrase: own = passphrase } = Array.isArray(pfx)
      ? (one as Given)
      : { buf: one };
    requireTextOrView(buf, 'pfx');
    if (own) requireTextOrView(own, 'passphrase');
    context.loadPKCS12(bufferOf(buf), own ? bufferOf(own as string) : undefined);
  }
};

const applyClientCertEngine: Apply = (_context, { clientCertEngine }, name) => {
  if (typeof clientCertEngine === 'string')
    throw tlsError('ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED');
  if (isGiven(clientCertEngine))
    throw invalidType(
      `${name}.clientCertEngine`,
      ['string', 'null', 'undefined'],
      clientCertEngine,
    );
};

const applySessions: Apply = (context, options, name) => {
  const { sessionIdContext, ticketKeys, sessionTimeout } = options;
  if (isGiven(sessionIdContext)) {
    requireString(sessionIdContext, `${name}.sessionIdContext`);
    context.setSessionIdContext(sessionIdContext);
  }
  if (isTicketKeyRing(ticketKeys)) {
    context.ssl.ticketKeys = ticketKeys;
  } else if (isGiven(ticketKeys)) {
    requireView(ticketKeys, `${name}.ticketKeys`);
    if (ticketKeys.byteLength !== 48)
      throw invalidValue(`${name}.ticketKeys`, ticketKeys.byteLength, 'must be exactly 48 bytes');
    context.setTicketKeys(bufferOf(ticketKeys));
  }
  if (!isGiven(sessionTimeout)) return;
  requireInt32(sessionTimeout, `${name}.sessionTimeout`, 0);
  context.setSessionTimeout(sessionTimeout);
};

/** The algorithms that node:tls knows. */
const COMPRESSIONS: readonly unknown[] = ['zlib', 'brotli', 'zstd'];

function requireCompressions(
  list: readonly unknown[],
  name: string,
): asserts list is readonly CertificateCompression[] {
  if (list.length > 3) throw invalidValue(name, list, 'can specify at most 3 algorithms');
  const wrong = list.findIndex((one) => !COMPRESSIONS.includes(one));
  if (wrong >= 0)
    throw invalidValue(`${name}[${wrong}]`, list[wrong], "must be 'zlib', 'brotli', or 'zstd'");
}

const applyCompression: Apply = ({ ssl }, { certificateCompression: list }, name) => {
  if (!isGiven(list)) return;
  if (!Array.isArray(list)) throw invalidType(`${name}.certificateCompression`, ['Array'], list);
  if (list.length === 0) return;
  requireCompressions(list, `${name}.certificateCompression`);
  if (getCertificateCompressionAlgorithms().length === 0) throw noCompression();
  const { maximumVersion } = ssl;
  if (maximumVersion !== TLSVersion.MAXIMUM_SUPPORTED && maximumVersion < TLSVersion.TLSv1_3)
    throw compressionNeedsTls13();
  if (new Set(list).size < list.length)
    throw operationFailed('Failed to set certificate compression preference');
  ssl.certificateCompression = list;
};

/** In this order, as in Node: the suites may set the security level, which decides about certificates. */
const APPLY: readonly Apply[] = [
  ...[applyCiphers, applyCa, applyCertificates, applyCompression, applySigalgs, applyEngine],
  ...[applyCurve, applyDh, applyCrl, applyPfx, applyClientCertEngine, applySessions],
];

/** Applies the options to a context. @param name the name of the options, for messages */
export function configure(context: ContextFacade, options: unknown, name = 'options'): void {
  requireObject(options, name);
  for (const apply of APPLY) apply(context, options as Given, name);
}
