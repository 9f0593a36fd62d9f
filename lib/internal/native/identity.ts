// The typed contract of the addon's certificates with their keys (native/napi/tls_identity.cc): types only.
import type { Bytes, CancellationHandle, Native } from './contract.js';
import type { ContextHandle } from './tls.js';

declare const kind: unique symbol;

/** A certificate chain with its key (native/tls/certificates/identity.h). Functions return a `state` record once it is closed. */
export interface IdentityHandle {
  readonly [kind]: 'identity';
}

/** Certificates with their keys (native/napi/tls_identity.cc). */
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
  /** Returns the certificates in PEM, DER or PKCS#7, each as DER (native/napi/input.cc). */
  readCertificates(name: string, bytes: Bytes): Native<Buffer[]>;
  /** Returns why no certificate can be read from the bytes, as a sentence without its subject; empty if one can. */
  whyNoCertificates(bytes: Bytes): string;
  identityClose(identity: IdentityHandle): void;
  contextAddIdentity(context: ContextHandle, identity: IdentityHandle): Native<undefined>;
  contextReplaceIdentities(
    context: ContextHandle,
    ...identities: IdentityHandle[]
  ): Native<undefined>;
}
