/** Which Pythons, and which OpenSSL on either side, a difference concerns. */
import { OPENSSL_VERSION_INFO } from 'hermetic-ssl/ssl';

import type { Versions } from '../support/python.js';

type Version = readonly [number, number];

/** The reason for a difference: ours on purpose, the age of that Python, or the OpenSSL of one side. */
export type Cause = 'on purpose' | 'older Python' | 'OpenSSL';

/** All that is named has to hold. */
export interface Peers {
  readonly pythonBelow?: Version;
  /** The OpenSSL that Python uses. */
  readonly opensslBelow?: Version;
  /** The OpenSSL that is linked here. */
  readonly oursBelow?: Version;
  readonly oursFrom?: Version;
}

const isBelow = ([major, minor]: Version, limit: Version): boolean =>
  major < limit[0] || (major === limit[0] && minor < limit[1]);

const OURS: Version = [OPENSSL_VERSION_INFO[0], OPENSSL_VERSION_INFO[1]];

export function concerns(peers: Peers, { python, openssl }: Versions): boolean {
  const { pythonBelow, opensslBelow, oursBelow, oursFrom } = peers;
  return (
    (pythonBelow === undefined || isBelow(python, pythonBelow)) &&
    (opensslBelow === undefined || isBelow(openssl, opensslBelow)) &&
    (oursBelow === undefined || isBelow(OURS, oursBelow)) &&
    (oursFrom === undefined || !isBelow(OURS, oursFrom))
  );
}
