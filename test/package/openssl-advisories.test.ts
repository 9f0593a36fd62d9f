// deps/openssl/advisories.json: it is complete, its meaning for a pin, and the pages made from it: the table of
// SECURITY.md, the OpenVEX document and the bill of materials of a platform package.
import { describe, expect, it } from 'vitest';

import { load, repoRoot } from './openssl-fixtures.js';
import { run } from './support/run.js';

interface Entry {
  version: string;
  series: string;
  fixes?: {
    from: string;
    archive: string;
    sha256: string;
    patches: { file: string; fixes: string[] }[];
  };
}
interface Advisory {
  id: string | null;
  about: string;
  fixed: string[];
  series?: string[];
  judgement: string;
}
interface Statement {
  vulnerability: { name: string };
  products: { '@id': string; subcomponents: { '@id': string }[] }[];
  status: string;
  justification?: string;
  impact_statement?: string;
  action_statement?: string;
}
interface Modules {
  readPin: () => { channels: Record<string, Entry> };
  readAdvisories: () => { reviewed: string; releases: object[]; advisories: Advisory[] };
  stateOf: (advisory: Advisory, entry: Entry) => string;
  lagOf: (entry: Entry, releases: object[], now: Date) => object | null;
  JUSTIFICATIONS: string[];
  problemsOf: (pin: object, known: object) => string[];
  exploitability: (about: object) => Record<string, unknown> & { statements: Statement[] };
  billOfMaterials: (about: object) => { components: Record<string, unknown>[] };
}
const { readPin } = await load<Modules>('pin.mjs');
const { readAdvisories, stateOf, lagOf, JUSTIFICATIONS } = await load<Modules>('advisories.mjs');
const { problemsOf } = await load<Modules>('../generate-advisories.mjs');
const { exploitability } = await load<Modules>('../prebuild/vex.mjs');
const { billOfMaterials } = await load<Modules>('../prebuild/sbom.mjs');

const known = readAdvisories();
const advisory = (id: string): Advisory => {
  const found = known.advisories.find((one) => one.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const entry = (version: string, ...fixes: string[]): Entry => ({
  version,
  series: version.slice(0, 3),
  ...(fixes.length > 0 && {
    fixes: { from: 'Debian 1', archive: 'a.tar.xz', sha256: 'c'.repeat(64), patches: [{ file: 'a.patch', fixes }] },
  }),
}); // prettier-ignore

describe('the advisories', () => {
  it('are whole: every patch of the pin is reviewed, every judgement has its reason', () => {
    expect(problemsOf(readPin(), known)).toEqual([]);
    const [first] = known.advisories;
    const patched = { channels: { lts: entry('3.5.7', 'CVE-2026-0') } };
    const unfounded = { ...known, advisories: [{ ...first, judgement: 'harmless' }] };
    const helpless = { ...known, advisories: [{ ...first, judgement: 'affected' }] };
    expect(problemsOf(patched, known)).toEqual(['CVE-2026-0 is patched, but not reviewed']);
    expect(problemsOf({ channels: { lts: entry('3.5.6') } }, known)).toHaveLength(1);
    expect(problemsOf({ channels: {} }, unfounded)[0]).toMatch(/has no judgement of OpenVEX/);
    expect(problemsOf({ channels: {} }, helpless)[0]).toMatch(/^what to do about .* is missing$/);
  });

  it('name each vulnerability once', () => {
    const ids = known.advisories.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^CVE-\d{4}-\d{4,}$/);
  });

  it.each([
    ['3.5.7', [], 'CVE-2026-63072', 'not affected'],
    ['3.5.7', ['CVE-2026-63072'], 'CVE-2026-63072', 'patch'],
    ['3.5.8', [], 'CVE-2026-63072', 'version'],
    ['3.5.10', [], 'CVE-2026-63072', 'version'],
    ['4.0.2', [], 'CVE-2026-63072', 'version'],
    ['4.0.2', [], 'CVE-2026-84783', 'not affected'],
    ['3.5.7', [], 'CVE-2026-84783', 'other series'],
    ['3.5.7', [], 'CVE-2026-54872', 'affected'],
    ['3.5.9', [], 'CVE-2026-54872', 'version'],
  ])('say of OpenSSL %s with the patches %j about %s: %s', (version, fixes, id, state) => {
    expect(stateOf(advisory(id), entry(version, ...fixes))).toBe(state);
  });

  it('are what SECURITY.md says', async () => {
    const { code, output } = await run(process.execPath, ['scripts/generate-advisories.mjs', '--check'], { cwd: repoRoot });
    expect({ code, output }).toEqual({ code: 0, output: '' });
  }); // prettier-ignore
});

describe('how far a pin is behind', () => {
  const releases = [
    { version: '3.5.7', date: '2026-06-09' },
    { version: '3.5.9', date: '2026-09-29' },
    { version: '3.5.8', date: '2026-08-25' },
    { version: '4.0.3', date: '2026-09-29' },
  ];
  const now = new Date('2026-10-01T12:00:00Z');

  it('counts from the newest release of its series and from the first that it lacks', () => {
    expect(lagOf(entry('3.5.7'), releases, now)).toMatchObject({
      ...{ newest: { version: '3.5.9' }, days: 2 },
      ...{ since: { version: '3.5.8' }, sinceDays: 37 },
    });
  });

  it('is nothing for the newest one', () => {
    expect(lagOf(entry('3.5.9'), releases, now)).toBeNull();
  });
});

describe('the OpenVEX document of a platform package', () => {
  const manifest = { name: '@hermetic-ssl/linux-x64', version: '1.2.3' };
  const make = (openssl: Entry) => exploitability({ manifest, openssl, known });
  const pinned = Object.values(readPin().channels);

  it('has the fields that version 0.2.0 asks for', () => {
    for (const openssl of pinned) {
      const document = make(openssl);
      expect(document).toMatchObject({ '@context': 'https://openvex.dev/ns/v0.2.0', version: 1 });
      expect(document['@id']).toMatch(/^[a-z]+:\S+$/);
      expect(document['author']).toMatch(/./);
      expect(document['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(document.statements).toHaveLength(known.advisories.filter(({ id }) => id).length);
      for (const statement of document.statements) expectValid(statement);
    }
  });

  /** OpenVEX 0.2.0: the status, and what each status has to be accompanied by. */
  function expectValid(statement: Statement): void {
    const { status, justification, action_statement: action, impact_statement: impact } = statement;
    expect(['not_affected', 'affected', 'fixed']).toContain(status);
    expect(justification !== undefined).toBe(status === 'not_affected');
    expect(impact !== undefined).toBe(status === 'not_affected');
    expect(action !== undefined).toBe(status === 'affected');
    if (justification) expect(JUSTIFICATIONS).toContain(justification);
    expect(statement.products).toHaveLength(1);
  }

  it('is about the names of the bill of materials', () => {
    const openssl = entry('3.5.7', 'CVE-2026-63072');
    const [product] = make(openssl).statements[0]?.products ?? [];
    const about = { manifest: { ...manifest, license: 'x' }, binary: Buffer.from(''), openssl: { ...openssl, arguments: [] }, nodeAddonApi: {} };
    const [component] = billOfMaterials(about).components;
    expect(product?.['@id']).toBe('pkg:npm/%40hermetic-ssl/linux-x64@1.2.3');
    expect(product?.subcomponents.map((part) => part['@id'])).toEqual([component?.['purl']]);
  }); // prettier-ignore

  it('says fixed where the version or a patch has the fix', () => {
    const statusIn = (openssl: Entry, id: string) =>
      make(openssl).statements.find(({ vulnerability }) => vulnerability.name === id)?.status;
    expect(statusIn(entry('3.5.7'), 'CVE-2026-63072')).toBe('not_affected');
    expect(statusIn(entry('3.5.7', 'CVE-2026-63072'), 'CVE-2026-63072')).toBe('fixed');
    expect(statusIn(entry('3.5.8'), 'CVE-2026-63072')).toBe('fixed');
    expect(statusIn(entry('3.5.8'), 'CVE-2026-54872')).toBe('affected');
  });
});

describe('the bill of materials', () => {
  it('says which security patches were applied', () => {
    const openssl = { ...entry('3.5.7', 'CVE-2026-63072'), arguments: [] };
    const about = { manifest: { name: 'a', version: '1', license: 'x' }, binary: Buffer.from(''), openssl, nodeAddonApi: {} };
    const [component] = billOfMaterials(about).components;
    expect(component).toMatchObject({
      version: '3.5.7',
      description: expect.stringContaining('OpenSSL 3.5.7 + fixes'),
      pedigree: {
        patches: [{ type: 'backport', resolves: [{ type: 'security', id: 'CVE-2026-63072' }] }],
        notes: expect.stringContaining('a.patch, of a.tar.xz'),
      },
    });
  }); // prettier-ignore
});
