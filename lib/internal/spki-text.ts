// The text form of a public key's hash, as HTTP's pins and other programs write it (RFC 7469, 2.1.1, without quotes).

/** `'sha256/'` and the base64 of a SHA-256. */
export const spkiText = (hash: Buffer): string => `sha256/${hash.toString('base64')}`;
