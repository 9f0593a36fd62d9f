// Reads the known releases of OpenSSL and their fixes (deps/openssl/advisories.json), and applies them to a pin.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/paths.mjs';
import { fixedByPatches } from './pin.mjs';

/** The justifications of OpenVEX 0.2.0 for a vulnerability that does not affect a product. */
export const JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
];

/**
 * @typedef {{ id: string | null, about: string, severity: string, fixed: string[], series?: string[], judgement: string,
 *   reason: string, action?: string }} Advisory
 * @typedef {{ version: string, date: string }} Release `date` is YYYY-MM-DD
 * @typedef {{ reviewed: string, releases: Release[], advisories: Advisory[] }} Advisories
 * @typedef {'version' | 'patch' | 'other series' | 'affected' | 'not affected'} State
 */

/** @returns {Advisories} */
export const readAdvisories = () =>
  JSON.parse(fs.readFileSync(path.join(repoRoot, 'deps', 'openssl', 'advisories.json'), 'utf8'));

const seriesOf = (version) => version.split('.').slice(0, 2).join('.');
const patchOf = (version) => Number(version.split('.')[2]);

/** Returns whether a version is its series' first release with the fix, or a later one. */
export const hasFix = (/** @type {Advisory} */ { fixed }, version) =>
  fixed.some(
    (first) => seriesOf(first) === seriesOf(version) && patchOf(first) <= patchOf(version),
  );

/**
 * Returns the state of a pin's entry with regard to an advisory.
 * @param {Advisory} advisory
 * @param {Pick<import('./pin.mjs').PinEntry, 'version' | 'fixes'>} entry
 * @returns {State}
 */
export function stateOf(advisory, entry) {
  if (hasFix(advisory, entry.version)) return 'version';
  if (fixedByPatches(entry).includes(advisory.id)) return 'patch';
  if (advisory.series && !advisory.series.includes(seriesOf(entry.version))) return 'other series';
  return advisory.judgement === 'affected' ? 'affected' : 'not affected';
}

/**
 * Returns how far a pin is behind the newest known release of its series.
 * @param {Pick<import('./pin.mjs').PinEntry, 'version' | 'series'>} entry
 * @param {Release[]} releases
 * @param {Date} now
 * @returns {{ newest: Release, days: number, since: Release, sinceDays: number } | null} `days` since the newest
 *   release, `sinceDays` since the first one that the pin lacks; null when the pin is the newest
 */
export function lagOf({ version, series }, releases, now) {
  const missed = releases
    .filter((release) => seriesOf(release.version) === series)
    .filter((release) => patchOf(release.version) > patchOf(version))
    .toSorted((a, b) => patchOf(a.version) - patchOf(b.version));
  const [since, newest] = [missed[0], missed.at(-1)];
  if (!since || !newest) return null;
  const daysSince = ({ date }) => Math.floor((now.getTime() - Date.parse(date)) / 86_400_000);
  return { newest, days: daysSince(newest), since, sinceDays: daysSince(since) };
}

/**
 * Returns the fixes that a move to another version would lose: patched ones that the version is not known to contain.
 * @param {Pick<import('./pin.mjs').PinEntry, 'fixes'>} entry
 * @param {string} version
 * @param {Advisory[]} advisories
 */
export function lostFixes(entry, version, advisories) {
  const known = advisories.filter((advisory) => hasFix(advisory, version)).map(({ id }) => id);
  return fixedByPatches(entry).filter((id) => !known.includes(id));
}
