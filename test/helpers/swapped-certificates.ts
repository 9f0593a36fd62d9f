/** Contexts with replaced certificates, and the certificates that clients for one kind of key get from them. */
import type * as ssl from 'hermetic-ssl/ssl';

import type { IssuedCertificate } from './certificates.js';
import { clientContext, tls12, type Change } from './contexts.js';
import { handshake, makePair, tryHandshake, type Pair } from './make-pair.js';
import { testPki } from './test-pki.js';

/** Returns the argument of loadCertChain for a certificate of the tests. */
export const chainOf = ({ chainPem, keyPem }: IssuedCertificate): ssl.CertChainInMemory => ({
  cert: chainPem,
  key: keyPem,
});
/** Makes these the certificates of the context. */
export const replace = (context: ssl.SSLContext, ...certificates: IssuedCertificate[]): void =>
  context.replaceCertChains(certificates.map(chainOf));

const SIGALGS = {
  RSA: 'rsa_pss_rsae_sha256',
  ECDSA: 'ecdsa_secp256r1_sha256',
  Ed25519: 'ed25519',
} as const;
export type Kind = keyof typeof SIGALGS;

/** A client that takes one kind of certificate alone. */
const clientFor =
  (kind: Kind, version: Change): Change =>
  (context) => {
    version(context);
    context.setServerSigalgs(SIGALGS[kind]);
    if (version === tls12 && kind === 'RSA') context.setCiphers('ECDHE-RSA-AES128-GCM-SHA256');
  };
const { caPem } = await testPki();
/** A pair whose client trusts the tests' root. */
export const pairWith = (server: ssl.SSLContext, change: Change = () => undefined): Pair =>
  makePair({ client: clientContext(caPem, change), server });
/** The certificate that an end was shown. */
export const leafOf = (end: ssl.SSLObject): Buffer | null => end.getpeercert({ binaryForm: true });
/** Returns the certificate that the next client sees. */
export const shown = (server: ssl.SSLContext, change?: Change): Buffer | null =>
  leafOf(handshake(pairWith(server, change)).client);

/** Every kind of certificate that clients get from the context. */
export function kindsShown(server: ssl.SSLContext, version: Change): Partial<Record<Kind, Buffer>> {
  const kinds: Partial<Record<Kind, Buffer>> = {};
  for (const kind of Object.keys(SIGALGS) as Kind[]) {
    const pair = pairWith(server, clientFor(kind, version));
    const outcome = tryHandshake(pair);
    const leaf = outcome.client === null ? leafOf(pair.client) : null;
    if (leaf !== null) kinds[kind] = leaf;
    else if (!/NO_SHARED|NO_SUITABLE/.test(outcome.server?.message ?? ''))
      throw new Error(`no certificate for ${kind}`, { cause: outcome.server ?? outcome.client });
  }
  return kinds;
}
