/**
 * The inventory of Python's own tests: test/fixtures/python-test-*.json has every test method of a suite with the tests
 * here that pin the same behaviour, or the reason for their absence. docs/python/tests.md is made from it.
 */
import fs from 'node:fs';
import path from 'node:path';

import { readTestTitles, type TestTitle } from './test-titles.js';

/** How well a test carries over: as it is, adapted to streams and JavaScript, or not. */
export type Mark = 'P' | 'A' | 'N';

export interface Method {
  readonly class: string;
  readonly name: string;
  readonly mark: Mark;
  /** The behaviour that it pins, in our words. */
  readonly pins?: string;
  /** Differences of our test, and adaptations. */
  readonly note?: string;
  /** File and full title, `group > test`, as the source has it or with values in the place of its placeholders. */
  readonly tests?: readonly (readonly [file: string, title: string])[];
  /** The reason why no test exists. */
  readonly absent?: string;
}

export interface Inventory {
  readonly origin: string;
  /** Python's name of the suite. */
  readonly suite: string;
  /** Other tests of the suite, in sentences, if their names are not known. */
  readonly unlisted?: string;
  /** How many methods of each mark each class has. */
  readonly classes: Readonly<Record<string, Readonly<Record<Mark, number>>>>;
  readonly methods: readonly Method[];
}

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const fixtures = path.join(root, 'test', 'fixtures');

/** Every suite's inventory, by the name of the suite. */
export function readInventories(): Inventory[] {
  const files = fs.readdirSync(fixtures).filter((name) => /^python-test-\w+\.json$/.test(name));
  const read = (name: string) => fs.readFileSync(path.join(fixtures, name), 'utf8');
  return files
    .map((name) => JSON.parse(read(name)) as Inventory)
    .toSorted((a, b) => (a.suite < b.suite ? -1 : 1));
}

export const idOf = ({ class: name, name: method }: Method): string => `${name}.${method}`;

const titles = new Map<string, readonly TestTitle[]>();

function titlesOf(file: string): readonly TestTitle[] {
  const known = titles.get(file);
  if (known !== undefined) return known;
  const full = path.join(root, file);
  const read = fs.existsSync(full) ? readTestTitles(full) : [];
  titles.set(file, read);
  return read;
}

/** The tests that a method names and that do not exist. */
export function missingTests(method: Method): string[] {
  return (method.tests ?? [])
    .filter(([file, title]) => !titlesOf(file).some((known) => known.isMeantBy(title)))
    .map(([file, title]) => `${idOf(method)}: ${file}: ${title}`);
}

export type Tally = Record<Mark, number>;

/** How many of the methods have each mark. */
export function tally(methods: readonly Method[]): Tally {
  const count = (mark: Mark) => methods.filter((method) => method.mark === mark).length;
  return { P: count('P'), A: count('A'), N: count('N') };
}
