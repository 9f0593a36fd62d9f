/** Contents of the platform's own stores: on Windows they count in addition to SSL_CERT_FILE and SSL_CERT_DIR. */
import * as ssl from 'hermetic-ssl/ssl';

import { withTrust } from './trust-environment.js';

/** How much of it a client's context has; on Linux, where there are no such stores, nothing. */
export const STORES: ssl.CertStoreStats =
  process.platform === 'win32'
    ? withTrust({}, () => ssl.createDefaultContext().certStoreStats())
    : { x509: 0, x509Ca: 0, crl: 0 };

/** Whether a certificate is from such a store. */
export const isFromStore = ({ source }: ssl.SystemCertificate): boolean =>
  source.startsWith('Windows: ');
