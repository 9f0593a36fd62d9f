// Stores of Windows in other places than the user's own: the machine, the policies of both; and revocation lists in a
// store. Run by Node for Windows under Wine.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  createAuthority,
  type Authority,
  type IssuedCertificate,
} from '../helpers/certificates.js';
import { derOfPem } from '../helpers/der.js';
import { PURPOSES } from '../helpers/trusted-pem.js';
import { registryFile, type Place, type StoredItem } from './support/registry.js';
import { whyNoWindows, Windows, windowsPath } from './support/wine.js';

const OK = 'done';
const NO_LIST = 3;
const NO_ISSUER = 20;
const REVOKED = 23;
const REJECTED = 28;

/** The name of each place in our sources. */
const NAMES: Readonly<Record<Place, string>> = {
  user: 'current user',
  userPolicy: 'group policy of the user',
  machine: 'local machine',
  machinePolicy: 'group policy of the machine',
};
const PLACES = Object.keys(NAMES) as Place[];

type Outcomes = Readonly<Record<string, number | string>>;

interface Answer {
  sources: Readonly<Record<string, string>>;
  enumerated: string[];
  numLists: number;
  plain: Outcomes;
  checked: Outcomes;
  fromFile: Outcomes;
  withoutFile: Outcomes;
  warnings: string[];
}

class Setup {
  readonly items: StoredItem[] = [];
  readonly known: Record<string, string> = {};
  readonly servers: Record<string, { cert: string; key: string }> = {};
  readonly roots: string[] = [];

  async authority(name: string, ...items: Omit<StoredItem, 'der'>[]): Promise<Authority> {
    const authority = await createAuthority({ name });
    for (const item of items) this.items.push({ ...item, der: authority.certDer });
    this.known[authority.certDer.toString('base64')] = name;
    this.roots.push(authority.certPem);
    return authority;
  }

  async serve(name: string, authority: Authority): Promise<IssuedCertificate> {
    const leaf = await authority.issue({ commonName: name, dns: ['localhost'] });
    this.servers[name] = { cert: leaf.chainPem, key: leaf.keyPem };
    return leaf;
  }
}

async function addPlaces(setup: Setup): Promise<void> {
  for (const place of PLACES) {
    await setup.serve(place, await setup.authority(place, { store: 'Root', place }));
    const refused = await setup.authority(
      `${place}Disallowed`,
      { store: 'Root', place: 'user' },
      { store: 'Disallowed', place },
    );
    await setup.serve(`${place}Disallowed`, refused);
  }
}

const { serverAuth, emailProtection } = PURPOSES;

async function addSeveralPlaces(setup: Setup): Promise<void> {
  const user = { store: 'Root', place: 'user' } as const;
  const machine = { store: 'Root', place: 'machine' } as const;
  const cases = {
    mailHere: [{ ...user, usages: [emailProtection] }],
    mailHereAllThere: [{ ...user, usages: [emailProtection] }, machine],
    mailHereServersThere: [
      { ...user, usages: [emailProtection] },
      { ...machine, usages: [serverAuth] },
    ],
    nothingHereMailThere: [
      { ...user, usages: [] },
      { ...machine, usages: [emailProtection] },
    ],
    nothingHereAllThere: [{ ...machine, usages: [] }, user],
    alsoIntermediateForMail: [user, { store: 'CA', place: 'user', usages: [emailProtection] }],
  } as const;
  for (const [name, items] of Object.entries(cases))
    await setup.serve(name, await setup.authority(name, ...items));
}

async function addLists(setup: Setup): Promise<void> {
  const listed = await setup.authority('listed', { store: 'Root' });
  await setup.serve('good', listed);
  const revoked = await setup.serve('revoked', listed);
  const list = await listed.crl({ revoked: [revoked] });
  setup.items.push({ store: 'CA', folder: 'CRLs', der: derOfPem(list) });
}

let windows: Windows | undefined;
let answer: Answer;
beforeAll(async () => {
  if (whyNoWindows !== null) return;
  windows = await Windows.start();
  const setup = new Setup();
  await addPlaces(setup);
  await addSeveralPlaces(setup);
  await addLists(setup);
  await windows.importRegistry(await windows.write('items.reg', registryFile(setup.items)));
  const { known, servers, roots } = setup;
  const file = windowsPath(await windows.write('lists.pem', ''));
  answer = (await windows.ask('places.mjs', { known, servers, roots: roots.join(''), file })) as Answer;
}, 400_000); // prettier-ignore
afterAll(() => windows?.close());
beforeEach((test) => {
  if (whyNoWindows !== null) test.skip(whyNoWindows);
});

describe('the stores of each place', () => {
  it.each(PLACES)('%s: ROOT has anchors', (place) => {
    expect(answer.sources[place]).toBe(`Windows: ROOT, ${NAMES[place]}`);
    expect(answer.enumerated).toContain(place);
    expect(answer.plain[place]).toBe(OK);
  });

  it.each(PLACES)('%s: Disallowed counts against ROOT', (place) => {
    expect(answer.plain[`${place}Disallowed`]).toBe(REJECTED);
  });
});

describe('a place without such a store', () => {
  it('causes no warning: the enterprise has no store under Wine', () => {
    expect(answer.warnings).toEqual([]);
  });
});

describe('a root that several places have', () => {
  it.each([
    ['mailHere', NO_ISSUER],
    ['mailHereAllThere', OK],
    ['mailHereServersThere', OK],
    ['nothingHereMailThere', NO_ISSUER],
    ['nothingHereAllThere', OK],
    ['alsoIntermediateForMail', OK],
  ])('%s', (name, outcome) => {
    expect(answer.plain[name]).toBe(outcome);
  });
});

describe('a revocation list of a store', () => {
  it('is in default contexts, for those who ask for the check', () => {
    expect(answer.plain).toMatchObject({ good: OK, revoked: OK });
    expect(answer.checked).toMatchObject({ good: OK, revoked: REVOKED, machine: NO_LIST });
  });

  it('is what enumCrls gives, for a context of one’s own', () => {
    expect(answer.numLists).toBeGreaterThan(0);
    expect(answer.withoutFile).toMatchObject({ good: NO_LIST, revoked: NO_LIST });
    expect(answer.fromFile).toMatchObject({ good: OK, revoked: REVOKED });
  });
});
