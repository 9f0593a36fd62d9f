// Checks the detached signature of a source archive, and says plainly when it could not be checked. The pinned sha256 is
// what the build relies on; a signature is what a person should see before trusting a new sha256.
import fs from 'node:fs';
import { capture } from './process.mjs';
import { findOnPath } from './tools.mjs';
import { UserError } from './user-error.mjs';

/**
 * @param {string} archive
 * @param {string | null} signature path of the .asc file
 * @param {string | null} expectedKey fingerprint of the channel's signing key, as pinned
 * @returns {{ verified: boolean, text: string }} throws when the signature is wrong
 */
export function checkSignature(archive, signature, expectedKey) {
  const not = (why) => ({ verified: false, text: `signature NOT verified: ${why}` });
  if (!signature || !fs.existsSync(signature))
    return not('there is no .asc file beside the archive and none could be downloaded');
  if (!findOnPath('gpg')) return not('gpg is not installed');
  const { stdout } = capture('gpg', [
    '--batch',
    '--status-fd',
    '1',
    '--verify',
    signature,
    archive,
  ]);
  return judgeStatus(stdout, archive, expectedKey);
}

/** Reads gpg's machine-readable answer. */
export function judgeStatus(status, archive, expectedKey) {
  const field = (name) => new RegExp(`^\\[GNUPG:\\] ${name} (\\S+)(.*)$`, 'm').exec(status);
  const bad = field('BADSIG');
  if (bad)
    throw new UserError(
      `the signature does not fit ${archive} (BADSIG by key ${bad[1]}); the archive must not be used.`,
    );
  const revoked = field('REVKEYSIG');
  if (revoked)
    return { verified: false, text: `signature NOT verified: key ${revoked[1]} was revoked` };
  const valid = field('VALIDSIG');
  if (!valid) {
    const missing = field('NO_PUBKEY')?.[1];
    const why = missing
      ? `key ${missing} is not in gpg's keyring (OpenSSL lists its keys in doc/fingerprints.txt)`
      : 'gpg gave no verdict';
    return { verified: false, text: `signature NOT verified: ${why}` };
  }
  const fingerprint = valid[2].trim().split(' ').at(-1) || valid[1];
  const keys = [valid[1], fingerprint];
  if (expectedKey && keys.includes(expectedKey))
    return { verified: true, text: `signature verified, by the pinned key ${expectedKey}` };
  const pinned = expectedKey
    ? `not the pinned key ${expectedKey}`
    : 'but pin.json names no key for this channel';
  return {
    verified: false,
    text: `signature is good, made by key ${fingerprint}, ${pinned}: compare the fingerprint yourself`,
  };
}
