/**
 * Key pairs for test certificates, in every PEM form that a TLS library has to read. A label makes a key shared by all
 * who ask for it in this process, because RSA keys are slow to make.
 */
import { KeyObject, webcrypto } from 'node:crypto';

export type KeyKind =
  | 'rsa1024'
  | 'rsa2048-sha1'
  | 'rsa2048'
  | 'rsa3072'
  | 'ecdsa-p256'
  | 'ecdsa-p384'
  | 'ed25519';

export interface KeyPair {
  readonly kind: KeyKind;
  readonly publicKey: webcrypto.CryptoKey;
  readonly privateKey: webcrypto.CryptoKey;
  readonly signingAlgorithm: { name: string; hash: string };
  /** PKCS#8, "BEGIN PRIVATE KEY". */
  readonly keyPem: string;
  readonly keyDer: Buffer;
  /** PKCS#1 or SEC1, "BEGIN RSA/EC PRIVATE KEY"; null for Ed25519, which has no such form. */
  readonly traditionalKeyPem: string | null;
  readonly publicKeyPem: string;
  /** "BEGIN ENCRYPTED PRIVATE KEY", PBES2 with AES-256-CBC. */
  encryptedKeyPem(password: string): string;
  /** The old OpenSSL form with "Proc-Type: 4,ENCRYPTED"; null for Ed25519. */
  encryptedTraditionalKeyPem(password: string): string | null;
}

type Algorithm = webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams | { name: 'Ed25519' };

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};

const ALGORITHMS: Readonly<Record<KeyKind, { generate: Algorithm; hash: string }>> = {
  rsa1024: { generate: { ...RSA, modulusLength: 1024 }, hash: 'SHA-256' },
  'rsa2048-sha1': { generate: { ...RSA, modulusLength: 2048, hash: 'SHA-1' }, hash: 'SHA-1' },
  rsa2048: { generate: { ...RSA, modulusLength: 2048 }, hash: 'SHA-256' },
  rsa3072: { generate: { ...RSA, modulusLength: 3072 }, hash: 'SHA-256' },
  'ecdsa-p256': { generate: { name: 'ECDSA', namedCurve: 'P-256' }, hash: 'SHA-256' },
  'ecdsa-p384': { generate: { name: 'ECDSA', namedCurve: 'P-384' }, hash: 'SHA-384' },
  ed25519: { generate: { name: 'Ed25519' }, hash: 'SHA-512' },
};

const shared = new Map<string, Promise<KeyPair>>();

/** Returns a new key pair, or with a label the pair that this process already made under that label. */
export function createKey(kind: KeyKind, label?: string): Promise<KeyPair> {
  if (label === undefined) return generate(kind);
  const id = `${kind}/${label}`;
  const pair = shared.get(id) ?? generate(kind);
  shared.set(id, pair);
  return pair;
}

async function generate(kind: KeyKind): Promise<KeyPair> {
  const { generate: algorithm, hash } = ALGORITHMS[kind];
  const pair = (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  return describe(kind, pair, { name: algorithm.name, hash });
}

function describe(
  kind: KeyKind,
  pair: webcrypto.CryptoKeyPair,
  signingAlgorithm: KeyPair['signingAlgorithm'],
): KeyPair {
  const key = KeyObject.from(pair.privateKey);
  const type = traditionalType(kind);
  return {
    kind,
    ...pair,
    signingAlgorithm,
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    keyDer: key.export({ type: 'pkcs8', format: 'der' }),
    traditionalKeyPem: type && (key.export({ type, format: 'pem' }) as string),
    publicKeyPem: KeyObject.from(pair.publicKey).export({ type: 'spki', format: 'pem' }) as string,
    encryptedKeyPem: (passphrase) =>
      key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }) as string,
    encryptedTraditionalKeyPem: (passphrase) =>
      type && (key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase }) as string),
  };
}

function traditionalType(kind: KeyKind): 'pkcs1' | 'sec1' | null {
  if (kind.startsWith('rsa')) return 'pkcs1';
  return kind.startsWith('ecdsa') ? 'sec1' : null;
}
