// Every public name of Python's modules is here under the naming rule, or listed with the reason why not.
import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as index from 'hermetic-ssl';
import * as os from 'hermetic-ssl/os';
import * as secrets from 'hermetic-ssl/secrets';
import { describe, expect, it } from 'vitest';

import { expectedNames, NOT_CARRIED, pythonNames, toOurs } from './support/python-names.js';

const MODULES: Readonly<Record<string, object>> = { hashlib, hmac, os, secrets };

const key = Buffer.from('key');
/** One object of each list of attributes. */
const OBJECTS: Readonly<Record<string, readonly object[]>> = {
  'hashlib.new': [
    ...[...hashlib.algorithmsAvailable].map((name) => hashlib.new(name)),
    hashlib.blake2b(null, { key }),
  ],
  'hmac.HMAC': [hmac.new(key, null, 'sha256')],
};

/** Those of the names that the object lacks. What it has beside them is none of this test's business. */
const missing = (object: object, names: readonly string[]): string[] =>
  names.filter((name) => !(name in object) || Reflect.get(object, name) === undefined);

describe('the naming rule', () => {
  it.each([
    ['pbkdf2_hmac', 'pbkdf2Hmac'],
    ['token_urlsafe', 'tokenUrlsafe'],
    ['algorithms_guaranteed', 'algorithmsGuaranteed'],
    ['load_verify_locations', 'loadVerifyLocations'],
    ['get_ca_certs', 'getCaCerts'],
    ['getpeercert', 'getpeercert'],
    ['sha3_256', 'sha3_256'],
    ['shake_128', 'shake_128'],
    ['HMAC', 'HMAC'],
    ['SystemRandom', 'SystemRandom'],
    ['DEFAULT_ENTROPY', 'DEFAULT_ENTROPY'],
  ])('makes %s %s', (python, ours) => expect(toOurs(python)).toBe(ours));
});

describe.each(Object.entries(MODULES))('%s', (name, module) => {
  const python = pythonNames.modules[name] ?? [];

  it(`has all of Python's ${python.length} names, or a reason for each that it lacks`, () => {
    expect(python).not.toEqual([]);
    expect(missing(module, expectedNames(name, python))).toEqual([]);
  });

  it("is a namespace of the package's main entry point", () => {
    expect(Reflect.get(index, name)).toBe(module);
  });
});

describe.each(Object.entries(OBJECTS))('the objects of %s', (name, objects) => {
  const python = pythonNames.objects[name] ?? [];

  it(`have all of Python's ${python.length} attributes`, () => {
    expect(python).not.toEqual([]);
    for (const object of objects) expect(missing(object, expectedNames(name, python))).toEqual([]);
  });
});

describe('the lists', () => {
  it('are all looked at', () => {
    expect(Object.keys(MODULES).toSorted()).toEqual(Object.keys(pythonNames.modules).toSorted());
    expect(Object.keys(OBJECTS).toSorted()).toEqual(Object.keys(pythonNames.objects).toSorted());
  });

  it('give a reason only for names of Python that are missing here', () => {
    const lists = { ...pythonNames.modules, ...pythonNames.objects };
    for (const [list, reasons] of Object.entries(NOT_CARRIED)) {
      expect(lists[list]).toEqual(expect.arrayContaining(Object.keys(reasons)));
      const names = Object.keys(reasons).map(toOurs);
      expect(missing(MODULES[list] ?? {}, names)).toEqual(names);
    }
  });

  it("of hashlib's promises have a twin without one each", () => {
    for (const name of ['pbkdf2Hmac', 'scrypt', 'fileDigest'])
      expect(hashlib, `${name}Sync`).toHaveProperty(`${name}Sync`);
  });
});
