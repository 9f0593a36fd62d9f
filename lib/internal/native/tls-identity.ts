// The contract of native/napi/tls_identity.cc: types only.
import type { CancellationHandle, ContextHandle, IdentityHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** Certificates with their keys. */
export interface NativeIdentity {
  /** Returns false if the key needs a password that was not given. Names and bytes of certificates alternate. */
  identityRead(
    keyName: string | null,
    key: Bytes | null,
    password: Bytes | null,
    allowsLegacy: boolean,
    ...certificates: readonly (string | Bytes)[]
  ): Native<IdentityHandle | false>;
  /** The same for a PKCS#12 file. */
  identityReadPkcs12(
    name: string,
    bytes: Bytes,
    password: Bytes | null,
    allowsLegacy: boolean,
  ): Native<IdentityHandle | false>;
  /** Does either on a thread of the pool, with copies of all arguments. */
  identityReadOnPool(
    isPkcs12: boolean,
    cancellation: CancellationHandle | null,
    keyName: string | null,
    key: Bytes | null,
    password: Bytes | null,
    allowsLegacy: boolean,
    ...certificates: readonly (string | Bytes)[]
  ): Native<Promise<Native<IdentityHandle | false>>>;
  /** Whether the bytes begin like PKCS#12. */
  isPkcs12(bytes: Bytes): boolean;
  /** Returns the certificates in DER, the leaf first; of PKCS#12 all that it holds. */
  identityCertificates(identity: IdentityHandle): Native<Buffer[]>;
  identityClose(identity: IdentityHandle): void;
  contextAddIdentity(context: ContextHandle, identity: IdentityHandle): Native<undefined>;
  contextReplaceIdentities(
    context: ContextHandle,
    ...identities: IdentityHandle[]
  ): Native<undefined>;
  /** Returns the certificate that was added last, in DER. */
  contextCertificate(context: ContextHandle): Native<Buffer | null>;
  /** Returns the certificate of its issuer, from its chain or the trusted certificates. */
  contextIssuer(context: ContextHandle): Native<Buffer | null>;
}
