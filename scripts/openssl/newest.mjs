// Looks for releases of OpenSSL that are newer than the pinned ones, in the same series; prints `channel version` on
// each line, or nothing. `npm run openssl:update -- version --channel channel` is what follows.
//   node scripts/openssl/newest.mjs [--json] [--repository URL or path]
import { parseArgs } from 'node:util';
import { readPin } from './pin.mjs';
import { capture } from '../lib/process.mjs';
import { runMain, UserError } from '../lib/user-error.mjs';

const REPOSITORY = 'https://github.com/openssl/openssl.git';

/** Returns the versions of a repository's tags: releases only, without alphas and betas. */
export function releasesIn(tags) {
  return [...tags.matchAll(/refs\/tags\/openssl-(\d+\.\d+\.\d+)$/gm)].map(([, version]) => version);
}

const patchOf = (version) => Number(version.split('.')[2]);

/**
 * @param {import('./pin.mjs').Pin} pin
 * @param {string[]} releases
 * @returns {{ channel: string, version: string }[]} the newest of each channel that has a newer one
 */
export function newerThan(pin, releases) {
  return Object.entries(pin.channels).flatMap(([channel, { version, series }]) => {
    const newest = releases
      .filter((release) => release.startsWith(`${series}.`))
      .toSorted((a, b) => patchOf(a) - patchOf(b))
      .at(-1);
    const isNewer = newest !== undefined && patchOf(newest) > patchOf(version);
    return isNewer ? [{ channel, version: newest }] : [];
  });
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const options = { json: { type: 'boolean' }, repository: { type: 'string' } };
    const { values } = parseArgs({ options });
    const from = String(values.repository ?? REPOSITORY);
    const { ok, stdout, stderr } = capture('git', ['ls-remote', '--tags', '--refs', from]);
    if (!ok)
      throw new UserError(`the releases of OpenSSL could not be read from ${from}:\n${stderr}`);
    const releases = releasesIn(stdout);
    if (releases.length === 0) throw new UserError(`${from} has no tag of an OpenSSL release`);
    const newer = newerThan(readPin(), releases);
    if (values.json) return console.log(JSON.stringify(newer));
    for (const { channel, version } of newer) console.log(`${channel} ${version}`);
  });
}
