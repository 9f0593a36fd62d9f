// Java's cacerts: that of JAVA_HOME, or of the keytool in PATH.
import { existsSync } from 'node:fs';
import path from 'node:path';

import { findProgram, mustRun, runProgram, StoreError } from './program.js';
import type { Place } from './place.js';

/** The password of every cacerts that its user has not changed. */
const PASSWORD = ['-storepass', 'changeit'];

const NAME = process.platform === 'win32' ? 'keytool.exe' : 'keytool';

/** Java 8 has the file below jre/. */
const cacertsOf = (home: string): string | undefined =>
  ['lib/security/cacerts', 'jre/lib/security/cacerts']
    .map((it) => path.join(home, it))
    .find(existsSync);

function placeOf(keytool: string, cacerts: string | undefined): Place {
  const store = cacerts === undefined ? ['-cacerts'] : ['-keystore', cacerts];
  const at = (alias: string): string[] => [...store, ...PASSWORD, '-alias', alias];
  return {
    path: cacerts ?? `cacerts of ${keytool}`,
    has: async ({ alias }) => (await runProgram(keytool, ['-list', ...at(alias)])).isDone,
    add: ({ alias, file }) =>
      mustRun(keytool, ['-importcert', '-noprompt', ...at(alias), '-file', file]),
    remove: ({ alias }) => mustRun(keytool, ['-delete', ...at(alias)]),
  };
}

/** Returns the keystore. @throws StoreError without keytool, if it is wanted */
export function javaPlaces(forAdding: boolean): Place[] {
  const home = process.env['JAVA_HOME'] ?? '';
  const own = path.join(home, 'bin', NAME);
  if (home !== '' && existsSync(own)) return [placeOf(own, cacertsOf(home))];
  const keytool = findProgram(NAME);
  if (keytool !== undefined) return [placeOf(keytool, undefined)];
  if (!forAdding) return [];
  throw new StoreError('keytool is missing. Set JAVA_HOME, or install a Java runtime.');
}
