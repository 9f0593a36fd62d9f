// The contract of native/napi/tls_context_suites.cc: types only.
import type { ContextHandle } from './handles.js';
import type { Bytes, Native } from './types.js';

/** A suite that a context allows (Python: ssl.SSLContext.get_ciphers; SSL_CIPHER_get_name(3)). */
export interface CipherDescription {
  /** OpenSSL's number: its lower 16 bits are the IANA number. */
  id: number;
  /** OpenSSL's name: `'TLS_AES_256_GCM_SHA384'`. */
  name: string;
  /** The version of TLS that introduced it: `'TLSv1.3'`. */
  protocol: string;
  /** OpenSSL's one-line description. */
  description: string;
  /** Secret bits of the cipher. */
  strengthBits: number;
  /** Key bits that the cipher processes: more than the secret bits in an export suite. */
  algBits: number;
  /** Whether the cipher is authenticated encryption. */
  aead: boolean;
  /** The cipher by OpenSSL's long name: `'aes-256-gcm'`; null for a suite without a cipher. */
  symmetric: string | null;
  /** The digest of its MAC; null for an AEAD suite. */
  digest: string | null;
  /** The key exchange: `'kx-ecdhe'`; `'kx-any'` under TLS 1.3. */
  kea: string | null;
  /** The authentication: `'auth-rsa'`; `'auth-any'` under TLS 1.3. */
  auth: string | null;
}

/** The suites, groups and protocols that a context allows. */
export interface NativeContextSuites {
  contextSetCiphers(context: ContextHandle, list: string): Native<undefined>;
  contextSetCiphersuites(context: ContextHandle, list: string): Native<undefined>;
  contextSetGroups(context: ContextHandle, list: string): Native<undefined>;
  contextSetEcdhCurve(context: ContextHandle, name: string): Native<undefined>;
  contextGroups(context: ContextHandle, withAliases: boolean): Native<string[]>;
  contextSetServerSigalgs(context: ContextHandle, list: string): Native<undefined>;
  contextSetClientSigalgs(context: ContextHandle, list: string): Native<undefined>;
  /** Returns every signature algorithm that TLS can use. */
  sigalgs(): Native<string[]>;
  /** Returns the number of bits of the prime. */
  contextLoadDhParams(context: ContextHandle, name: string, pem: Bytes): Native<number>;
  /** Makes a server choose the parameters by the strength of its key. */
  contextSetDhAuto(context: ContextHandle, chooses: boolean): void;
  contextSetAlpnProtocols(context: ContextHandle, wire: Bytes): Native<undefined>;
  contextStrictAlpn(context: ContextHandle): boolean;
  contextSetStrictAlpn(context: ContextHandle, isStrict: boolean): void;
  contextCiphers(context: ContextHandle): Native<CipherDescription[]>;
}
