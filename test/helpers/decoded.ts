/** A certificate as `getpeercert` and `getCaCerts` describe it. */
import * as ssl from 'hermetic-ssl/ssl';

export function decoded(der: Buffer): ssl.CertificateDict {
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.loadVerifyLocations({ cadata: der });
  const [certificate] = context.getCaCerts();
  if (certificate === undefined) throw new Error('not loaded');
  return certificate;
}
