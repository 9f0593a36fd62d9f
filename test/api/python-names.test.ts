// Every public name of Python's modules, with its value where it has one, is here under the naming rule; or it is listed
// with the reason why not, in the documentation as in the helper.
import { readFileSync } from 'node:fs';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as index from 'hermetic-ssl';
import * as os from 'hermetic-ssl/os';
import * as secrets from 'hermetic-ssl/secrets';
import * as ssl from 'hermetic-ssl/ssl';
import { afterAll, describe, expect, it } from 'vitest';

import { duplexPair } from '../helpers/duplex-pair.js';
import { ABSENT, absentOf, expectedNames, pythonNames, toOurs } from '../helpers/python-names.js';
import { discard } from '../helpers/tls-pair.js';

const MODULES: Readonly<Record<string, object>> = { hashlib, hmac, os, secrets, ssl };

const key = Buffer.from('key');
const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
context.checkHostname = false;
context.verifyMode = ssl.CERT_NONE;
const socket = context.wrapSocket(duplexPair()[0]);
afterAll(() => discard(socket));

/** The objects that each list of attributes describes. */
const OBJECTS: Readonly<Record<string, readonly object[]>> = {
  'ssl.SSLContext': [context],
  'ssl.SSLObject': [context.wrapBio(new ssl.MemoryBIO(), new ssl.MemoryBIO())],
  'ssl.SSLSocket': [socket],
  'ssl.MemoryBIO': [new ssl.MemoryBIO()],
  'ssl.SSLSession': [ssl.SSLSession.prototype], // a session needs a connection
  'ssl.SSLError': [new ssl.SSLError('text')],
  'ssl.SSLCertVerificationError': [
    new ssl.SSLCertVerificationError('text', { verifyCode: 1, verifyMessage: 'text' }),
  ],
  'ssl.DefaultVerifyPaths': [ssl.getDefaultVerifyPaths()],
  'hashlib.new': [
    ...[...hashlib.algorithmsAvailable].map((name) => hashlib.new(name)),
    hashlib.blake2b(null, { key }),
  ],
  'hmac.HMAC': [hmac.new(key, null, 'sha256')],
  'secrets.SystemRandom': [new secrets.SystemRandom()],
};

const ENUMS = Object.entries(pythonNames.enums);
const ours = (name: string): Readonly<Record<string, unknown>> =>
  Reflect.get(ssl, name) as Record<string, unknown>;
/** An option is a bigint here. */
const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

/** Returns the names that the object lacks. Additional names are not checked. */
const missing = (object: object, names: readonly string[]): string[] =>
  names.filter((name) => !(name in object));

describe('the naming rule', () => {
  it.each([
    ['pbkdf2_hmac', 'pbkdf2Hmac'],
    ['token_urlsafe', 'tokenUrlsafe'],
    ['algorithms_guaranteed', 'algorithmsGuaranteed'],
    ['load_verify_locations', 'loadVerifyLocations'],
    ['get_ca_certs', 'getCaCerts'],
    ['getpeercert', 'getpeercert'],
    ['DER_cert_to_PEM_cert', 'derCertToPemCert'],
    ['sha3_256', 'sha3_256'],
    ['shake_128', 'shake_128'],
    ['HMAC', 'HMAC'],
    ['SystemRandom', 'SystemRandom'],
    ['DEFAULT_ENTROPY', 'DEFAULT_ENTROPY'],
    ['HAS_TLSv1_3', 'HAS_TLSv1_3'],
    ['PROTOCOL_SSLv23', 'PROTOCOL_SSLv23'],
  ])('makes %s %s', (python, expected) => expect(toOurs(python)).toBe(expected));
});

describe.each(Object.entries(MODULES))('%s', (name, module) => {
  const python = pythonNames.modules[name] ?? [];

  it(`has all of Python's ${python.length} names, or a reason for each that it lacks`, () => {
    expect(python).not.toEqual([]);
    expect(missing(module, expectedNames(name, python))).toEqual([]);
  });

  it("is a namespace of the package's main entry point", () => {
    const space = Reflect.get(index, name) as object;
    expect(Object.keys(space).toSorted()).toEqual(Object.keys(module).toSorted());
    for (const [each, value] of Object.entries(module))
      expect(Reflect.get(space, each)).toBe(value);
  });
});

describe.each(Object.entries(OBJECTS))('the objects of %s', (name, objects) => {
  const python = pythonNames.objects[name] ?? [];

  it(`have all of Python's ${python.length} attributes, or a reason for each that they lack`, () => {
    expect(python).not.toEqual([]);
    for (const object of objects) expect(missing(object, expectedNames(name, python))).toEqual([]);
  });
});

describe.each(ENUMS)('ssl.%s', (name, members) => {
  it("has Python's members, with their values", () => {
    const found = Object.keys(members).map((member) => [member, plain(ours(name)[member])]);
    expect(Object.fromEntries(found)).toEqual(members);
  });
});

describe('the members of an enum', () => {
  const own = ['TLSVersion', 'Purpose']; // whose members are not constants in Python either
  const others = ENUMS.filter(([name]) => !own.includes(name));

  it.each(others)('of %s are constants of ssl too', (_name, members) => {
    const found = Object.keys(members).map((name) => [name, plain(Reflect.get(ssl, name))]);
    expect(Object.fromEntries(found)).toEqual(members);
  });
});

describe.each(Object.entries(pythonNames.constants))('the constants of %s', (name, constants) => {
  it("have Python's values", () => {
    expect(MODULES[name]).toMatchObject(constants);
  });
});

describe('the lists', () => {
  it('are all looked at', () => {
    expect(Object.keys(MODULES).toSorted()).toEqual(Object.keys(pythonNames.modules).toSorted());
    expect(Object.keys(OBJECTS).toSorted()).toEqual(Object.keys(pythonNames.objects).toSorted());
  });

  it('give a reason only for names of Python that are missing here', () => {
    const lists = { ...pythonNames.modules, ...pythonNames.objects };
    for (const owner of new Set(ABSENT.map((absence) => absence.of))) {
      const names = absentOf(owner);
      expect(lists[owner]).toEqual(expect.arrayContaining(names));
      const [object = MODULES[owner]] = OBJECTS[owner] ?? [];
      expect(missing(object ?? {}, names.map(toOurs))).toEqual(names.map(toOurs));
    }
  });

  it('of what is absent are the same in docs/python.md', () => {
    const page = readFileSync(new URL('../../docs/python.md', import.meta.url), 'utf8');
    const table = /^## Absent$(.*?)^(?!\||\s*$)/ms.exec(page)?.[1] ?? '';
    const rows = [...table.matchAll(/^\| (?:`(\S+)`) \| (.*) \| (.*) \|$/gm)];
    const listed = rows.map(([, owner, names = '', why]) => ({
      of: owner,
      names: [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
      why,
    }));
    const known = ABSENT.map((absence) => ({ ...absence, names: absence.names.split(/\s+/) }));
    expect(listed).toEqual(known);
  });

  it("of hashlib's promises have a twin without one each", () => {
    for (const name of ['pbkdf2Hmac', 'scrypt', 'fileDigest'])
      expect(hashlib, `${name}Sync`).toHaveProperty(`${name}Sync`);
  });
});
