// Checks the detached signature of a source archive, and reports if it could not be checked. The build relies on the
// pinned sha256; the signature helps a person to trust a new sha256.
import fs from 'node:fs';
import { capture } from '../lib/process.mjs';
import { findOnPath } from '../lib/tools.mjs';
import { UserError } from '../lib/user-error.mjs';

/**
 * @param {string} archive
 * @param {string | null} signature path of the .asc file
 * @param {string[]} expectedKeys fingerprints of the channel's signing keys, as pinned
 * @returns {{ verified: boolean, text: string }} throws if the signature is wrong
 */
export function checkSignature(archive, signature, expectedKeys) {
  const not = (why) => ({ verified: false, text: `signature NOT verified: ${why}` });
  if (!signature || !fs.existsSync(signature))
    return not('the archive has no .asc file next to it, and it could not be downloaded');
  if (!findOnPath('gpg')) return not('gpg is not installed');
  const { stdout } = capture('gpg', [
    '--batch',
    '--status-fd',
    '1',
    '--verify',
    signature,
    archive,
  ]);
  return judgeStatus(stdout, archive, expectedKeys);
}

/** Reads gpg's machine-readable status. */
export function judgeStatus(status, archive, expectedKeys) {
  const field = (name) =>
    new RegExp(`^\\[GNUPG:\\] ${name} (.*)$`, 'm').exec(status)?.[1].split(' ');
  const not = (why) => ({ verified: false, text: `signature NOT verified: ${why}` });
  const [bad] = field('BADSIG') ?? [];
  if (bad)
    throw new UserError(
      `the signature does not fit ${archive} (BADSIG by key ${bad}); the archive must not be used.`,
    );
  const [revoked] = field('REVKEYSIG') ?? [];
  if (revoked) return not(`key ${revoked} was revoked`);
  const valid = field('VALIDSIG');
  const [missing] = field('NO_PUBKEY') ?? [];
  if (!valid && missing)
    return not(`key ${missing} is not in gpg's keyring (OpenSSL lists its keys in doc/fingerprints.txt)`); // prettier-ignore
  if (!valid) return not('gpg gave no verdict');
  // The fingerprint of the signing key, the time in seconds, and at the end the fingerprint of its primary key.
  const [signer, , seconds] = valid;
  const primary = valid.at(-1);
  const [expiry] = field('EXPKEYSIG') ? (field('KEYEXPIRED') ?? []) : [];
  if (Number(seconds) > Number(expiry ?? Infinity))
    return not(`key ${primary} had expired when it signed`);
  const pinned = expectedKeys.find((key) => [signer, primary].includes(key));
  if (pinned) return { verified: true, text: `signature verified, by the pinned key ${pinned}` };
  const others = expectedKeys.length === 1 ? 'the pinned key' : 'a pinned key';
  const why =
    expectedKeys.length > 0
      ? `not by ${others} (${expectedKeys.join(', ')})`
      : 'but pin.json names no key for this channel';
  return {
    verified: false,
    text: `signature is good, made by key ${primary}, ${why}: compare the fingerprint yourself`,
  };
}
