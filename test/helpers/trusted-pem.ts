/** "TRUSTED CERTIFICATE": a certificate with what it is trusted and distrusted for (OpenSSL: openssl-x509, -addtrust). */
import { pem, type IssuedCertificate } from './certificates.js';
import { oid, sequence, tlv } from './der.js';

/** Purposes by the names of the openssl program. */
export const PURPOSES = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  anyExtendedKeyUsage: '2.5.29.37.0',
} as const;
export type PurposeName = keyof typeof PURPOSES;

export interface Settings {
  readonly trust?: readonly PurposeName[];
  readonly reject?: readonly PurposeName[];
}

const REJECTED = 0xa0;
const oids = (names: readonly PurposeName[]) => names.map((name) => oid(PURPOSES[name]));

export function trustedPem(
  { certDer }: Pick<IssuedCertificate, 'certDer'>,
  { trust, reject }: Settings,
): string {
  const settings = sequence(
    ...(trust === undefined ? [] : [sequence(...oids(trust))]),
    ...(reject === undefined ? [] : [tlv(REJECTED, ...oids(reject))]),
  );
  return pem('TRUSTED CERTIFICATE', Buffer.concat([certDer, settings]));
}
