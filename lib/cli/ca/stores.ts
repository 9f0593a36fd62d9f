// The stores of trusted certificates that `hermetic-ssl ca` changes when asked.
import { readFileSync } from 'node:fs';

import { digest } from '../../hashlib.js';
import { pemCertToDerCert } from '../../ssl.js';
import { certificateFile } from './folder.js';
import { javaPlaces } from './java-store.js';
import { nssPlaces } from './nss-store.js';
import type { Place, Root } from './place.js';
import { systemPlaces } from './system-store.js';

export const STORES = ['system', 'nss', 'java'] as const;
export type StoreName = (typeof STORES)[number];

const PLACES: Readonly<Record<StoreName, (forAdding: boolean) => Place[]>> = {
  system: systemPlaces,
  nss: nssPlaces,
  java: javaPlaces,
};

/**
 * Returns the places of a store. Places that only `add` would make are included if `forAdding`.
 * @throws StoreError if this machine lacks the program that changes them
 */
export const placesOf = (name: StoreName, forAdding: boolean): Place[] => PLACES[name](forAdding);

/** Returns the authority's certificate as stores know it. */
export function rootOf(): Root {
  const file = certificateFile();
  const id = digest('sha256', pemCertToDerCert(readFileSync(file, 'utf8')), 'hex').slice(0, 16);
  return { file, alias: `hermetic-ssl-${id}` };
}
