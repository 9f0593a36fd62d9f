// The certificate stores of Windows: which of their certificates are trusted, and for what. Run by Node for Windows under
// Wine; the certificates lie in the user's stores, as the registry has them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  createAuthority,
  type Authority,
  type AuthorityOptions,
  type IssuedCertificate,
} from '../helpers/certificates.js';
import { derOfPem } from '../helpers/der.js';
import { PURPOSES } from '../helpers/trusted-pem.js';
import { registryFile, type StoredItem } from './support/registry.js';
import { whyNoWindows, Windows, windowsPath } from './support/wine.js';

const { serverAuth, clientAuth, emailProtection } = PURPOSES;
const NO_ISSUER = 20;
const BAD_PURPOSE = 26;
const REJECTED = 28;

interface Listed {
  source: string;
  isAnchor: boolean;
  trustedFor: string | string[];
  distrustedFor: string | string[];
}

interface Seen {
  listed: Record<string, Listed>;
  verified: Record<string, number | string>;
}

interface Answer extends Seen {
  numListed: number;
  root: Record<string, [encoding: string, trust: true | string[]]>;
  rootInLowerCase: Answer['root'];
  ca: Answer['root'];
  numRoot: number;
  numDistinct: number;
  crls: [name: string, encoding: string][];
  noStore: Record<string, unknown>;
  noStoreOfCrls: Record<string, unknown>;
  nul: string;
  later: Seen;
  named: Seen;
}

interface Case {
  readonly options?: Partial<AuthorityOptions>;
  readonly properties?: Omit<StoredItem, 'store' | 'der'>;
  /** The trust that `enumCertificates` reports for it; `outcome` is the result for a server below it. */
  readonly trust: true | string[];
  readonly outcome: number | 'done';
}

/** Roots in the store ROOT. */
const ROOTS: Readonly<Record<string, Case>> = {
  plain: { trust: true, outcome: 'done' },
  forServers: { properties: { usages: [serverAuth] }, trust: [serverAuth], outcome: 'done' },
  forMail: { properties: { usages: [emailProtection] }, trust: [emailProtection], outcome: NO_ISSUER },
  forNothing: { properties: { usages: [] }, trust: [], outcome: NO_ISSUER },
  forMuch: {
    properties: { usages: [serverAuth, clientAuth] },
    trust: [serverAuth, clientAuth],
    outcome: 'done',
  },
  saysClients: { options: { eku: ['clientAuth'] }, trust: [clientAuth], outcome: BAD_PURPOSE },
  saysServersForMail: {
    options: { eku: ['serverAuth'] },
    properties: { usages: [emailProtection] },
    trust: [emailProtection],
    outcome: NO_ISSUER,
  },
  disallowed: { trust: true, outcome: REJECTED },
}; // prettier-ignore

interface Identity {
  readonly cert: string;
  readonly key: string;
}

class Stores {
  readonly items: StoredItem[] = [];
  readonly known: Record<string, string> = {};
  readonly servers: Record<string, Identity> = {};

  put(name: string, item: StoredItem): void {
    this.items.push(item);
    this.known[Buffer.from(item.der).toString('base64')] = name;
  }

  async serve(name: string, authority: Authority, sent: 'leaf' | 'chain' = 'chain'): Promise<void> {
    const leaf: IssuedCertificate = await authority.issue({ commonName: name, dns: ['localhost'] });
    this.servers[name] = { cert: sent === 'leaf' ? leaf.certPem : leaf.chainPem, key: leaf.keyPem };
  }
}

async function addRoots(stores: Stores): Promise<Record<string, Authority>> {
  const authorities: Record<string, Authority> = {};
  for (const [name, { options, properties }] of Object.entries(ROOTS)) {
    const authority = await createAuthority({ name, ...options });
    stores.put(name, { store: 'Root', der: authority.certDer, ...properties });
    await stores.serve(name, authority);
    authorities[name] = authority;
  }
  return authorities;
}

async function addIntermediates(stores: Stores, plain: Authority): Promise<void> {
  const below = (name: string, parent: Authority) => createAuthority({ name, parent });
  const known = await below('intermediate', plain);
  stores.put('intermediate', { store: 'CA', der: known.certDer });
  await stores.serve('intermediate', known, 'leaf');

  const stranger = await createAuthority({ name: 'stranger' });
  const lost = await below('intermediateOfStranger', stranger);
  stores.put('intermediateOfStranger', { store: 'CA', der: lost.certDer });
  await stores.serve('intermediateOfStranger', lost, 'leaf');

  const bad = await below('disallowedIntermediate', plain);
  stores.put('disallowedIntermediate', { store: 'Disallowed', der: bad.certDer });
  await stores.serve('disallowedIntermediate', bad);
  stores.put('list', { store: 'CA', folder: 'CRLs', der: derOfPem(await plain.crl()) });
}

/** Returns changes to the stores while the module runs: a new root, and other purposes of an existing one. */
async function moreItems(stores: Stores, forMail: Authority): Promise<StoredItem[]> {
  const added = await createAuthority({ name: 'added' });
  stores.known[added.certDer.toString('base64')] = 'added';
  await stores.serve('added', added);
  return [
    { store: 'Root', der: added.certDer },
    { store: 'Root', der: forMail.certDer, usages: [serverAuth] },
  ];
}

/** A root that is in no store, as a bundle. */
async function addOutsider(stores: Stores): Promise<string> {
  const outsider = await createAuthority({ name: 'outsider' });
  stores.known[outsider.certDer.toString('base64')] = 'outsider';
  await stores.serve('outsider', outsider);
  return outsider.certPem;
}

async function ask(windows: Windows): Promise<Answer> {
  const stores = new Stores();
  const { plain, forMail, disallowed } = await addRoots(stores);
  if (!plain || !forMail || !disallowed) throw new Error('a root is missing');
  stores.items.push({ store: 'Disallowed', der: disallowed.certDer });
  await addIntermediates(stores, plain);
  const more = registryFile(await moreItems(stores, forMail));
  await windows.importRegistry(await windows.write('items.reg', registryFile(stores.items)));
  const bundle = windowsPath(await windows.write('bundle.pem', await addOutsider(stores)));
  const { known, servers } = stores;
  const file = windowsPath(await windows.write('more.reg', more));
  return (await windows.ask('stores.mjs', { known, servers, more: file, bundle })) as Answer;
}

let windows: Windows | undefined;
let answer: Answer;
beforeAll(async () => {
  if (whyNoWindows !== null) return;
  windows = await Windows.start();
  answer = await ask(windows);
}, 400_000);
afterAll(() => windows?.close());
beforeEach((test) => {
  if (whyNoWindows !== null) test.skip(whyNoWindows);
});

describe('a root of the store ROOT', () => {
  it.each(Object.entries(ROOTS))('%s', (name, { trust, outcome }) => {
    const [encoding, listed] = answer.root[name] ?? [];
    expect(encoding).toBe('x509_asn');
    expect(listed).toEqual(trust === true ? true : trust.toSorted());
    expect(answer.verified[name]).toBe(outcome);
  });

  it('is listed with its store and the purposes that were set', () => {
    const source = 'Windows: ROOT, current user';
    const anchor = { source, isAnchor: true, trustedFor: 'all', distrustedFor: [] };
    const { listed } = answer;
    expect(listed['plain']).toEqual(anchor);
    expect(listed['saysClients']).toEqual(anchor);
    expect(listed['forMail']).toEqual({ ...anchor, trustedFor: [emailProtection] });
    expect(listed['forNothing']).toEqual({ ...anchor, trustedFor: [] });
    expect(listed['disallowed']).toEqual({
      ...anchor,
      source: 'Windows: Disallowed, current user',
      trustedFor: [],
      distrustedFor: 'all',
    });
  });
});

describe('an intermediate', () => {
  it('of the store CA completes a chain, and is not an anchor', () => {
    expect(answer.listed['intermediate']).toMatchObject({
      source: 'Windows: CA, current user',
      isAnchor: false,
    });
    expect(answer.verified['intermediate']).toBe('done');
    expect(answer.verified['intermediateOfStranger']).toBe(NO_ISSUER);
    expect(Object.keys(answer.ca)).toEqual(
      expect.arrayContaining(['intermediate', 'intermediateOfStranger']),
    );
  });

  it('of the store Disallowed makes its chain fail', () => {
    expect(answer.listed['disallowedIntermediate']).toMatchObject({
      source: 'Windows: Disallowed, current user',
      distrustedFor: 'all',
    });
    expect(answer.verified['disallowedIntermediate']).toBe(REJECTED);
  });
});

describe('enumCertificates and enumCrls', () => {
  it('list each entry of all places once', () => {
    expect(answer.numDistinct).toBe(answer.numRoot);
    expect(answer.numRoot).toBeGreaterThanOrEqual(Object.keys(ROOTS).length);
    expect(answer.crls).toContainEqual(['list', 'x509_asn']);
  });

  it('take the name of a store in any case', () => {
    expect(answer.rootInLowerCase).toEqual(answer.root);
  });

  it('refuse the name of no store as Node refuses a file', () => {
    const error = { code: 'ENOENT', errno: -4058, syscall: 'CertOpenStore' };
    expect(answer.noStore).toMatchObject({ ...error, path: 'no such store' });
    expect(answer.noStoreOfCrls).toMatchObject({ ...error, path: 'no such störe' });
    expect(answer.noStore['message']).toMatch(/^ENOENT: no such file/);
    expect(answer.nul).toBe('ERR_INVALID_ARG_VALUE');
  });
});

describe('a process that runs', () => {
  it('sees what comes into the stores, and what is set there', () => {
    expect(answer.listed['added']).toBeUndefined();
    expect(answer.verified['added']).toBe(NO_ISSUER);
    expect(answer.later.listed['added']).toMatchObject({ isAnchor: true });
    expect(answer.later.verified['added']).toBe('done');
    expect(answer.later.verified['forMail']).toBe('done');
  });
});

describe('SSL_CERT_FILE', () => {
  it('names additional trusted certificates', () => {
    expect(answer.later.verified).toMatchObject({ plain: 'done', outsider: NO_ISSUER });
    expect(answer.named.verified).toMatchObject({ plain: 'done', outsider: 'done' });
    expect(answer.named.listed['outsider']?.source).toMatch(/^Z:\\.*\\bundle\.pem$/);
  });
});
