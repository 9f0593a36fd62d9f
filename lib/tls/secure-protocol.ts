// The versions of TLS that a context allows: `minVersion` and `maxVersion`, or the older `secureProtocol`.
import { TLSVersion } from '../ssl/constants.js';
import { siblings } from './exports.js';
import { invalidMethod, invalidVersion, versionConflict } from './errors.js';

const VERSIONS: ReadonlyMap<unknown, TLSVersion> = new Map([
  ['TLSv1', TLSVersion.TLSv1],
  ['TLSv1.1', TLSVersion.TLSv1_1],
  ['TLSv1.2', TLSVersion.TLSv1_2],
  ['TLSv1.3', TLSVersion.TLSv1_3],
]);

/** The lowest and the highest version. */
export type VersionRange = readonly [least: TLSVersion, most: TLSVersion];

/** The end that a method of `secureProtocol` is for; null for either. */
export type MethodRole = 'server' | 'client' | null;

function versionOf(given: unknown, which: 'minimum' | 'maximum'): TLSVersion {
  const { DEFAULT_MIN_VERSION, DEFAULT_MAX_VERSION } = siblings();
  const version = given ?? (which === 'minimum' ? DEFAULT_MIN_VERSION : DEFAULT_MAX_VERSION);
  const known = VERSIONS.get(version);
  if (known === undefined) throw invalidVersion(version, which);
  return known;
}

const METHOD = /^(SSLv23|SSLv2|SSLv3|TLSv1_1|TLSv1_2|TLSv1|TLS)(?:_(server|client))?_method$/;
const ONE_VERSION: Readonly<Record<string, TLSVersion>> = {
  TLSv1: TLSVersion.TLSv1,
  TLSv1_1: TLSVersion.TLSv1_1,
  TLSv1_2: TLSVersion.TLSv1_2,
};

/** Returns the range of a method. SSLv23 is every version up to 1.2, TLS every version at all. */
function rangeOfMethod(name: string, range: VersionRange): VersionRange {
  const match = METHOD.exec(name);
  if (match === null) throw invalidMethod(`Unknown method: ${name}`);
  const [, method = ''] = match;
  if (method === 'SSLv2' || method === 'SSLv3') throw invalidMethod(`${method} methods disabled`);
  const only = ONE_VERSION[method];
  if (only !== undefined) return [only, only];
  if (method === 'SSLv23') return [range[0], TLSVersion.TLSv1_2];
  return [TLSVersion.TLSv1, TLSVersion.TLSv1_3];
}

/** Returns the versions that the options allow. */
export function versionRange(
  secureProtocol: unknown,
  minVersion: unknown,
  maxVersion: unknown,
): VersionRange {
  if (secureProtocol) {
    if (minVersion !== undefined && minVersion !== null)
      throw versionConflict(minVersion, secureProtocol);
    if (maxVersion !== undefined && maxVersion !== null)
      throw versionConflict(maxVersion, secureProtocol);
  }
  const range = [versionOf(minVersion, 'minimum'), versionOf(maxVersion, 'maximum')] as const;
  return typeof secureProtocol === 'string' && secureProtocol !== ''
    ? rangeOfMethod(secureProtocol, range)
    : range;
}
