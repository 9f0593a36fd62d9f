// The inventory of Python's own tests: every method has existing tests here, or a reason; and the page made from it.
import { describe, expect, it } from 'vitest';

import { idOf, missingTests, readInventories, tally } from './support/python-inventory.js';
import { renderPage } from './support/python-tests-page.js';
import { TestTitle } from './support/test-titles.js';

const inventories = readInventories();

describe.each(inventories)('the inventory of $suite', ({ classes, methods }) => {
  it('has every method once, as many of each mark as Python', () => {
    expect(methods).not.toEqual([]);
    expect(new Set(methods.map(idOf)).size).toBe(methods.length);
    const names = [...new Set(methods.map((method) => method.class))];
    const tallies = names.map((name) => [
      name,
      tally(methods.filter((method) => method.class === name)),
    ]);
    expect(Object.fromEntries(tallies)).toEqual(classes);
  });

  it('has tests or a reason for each, and not both', () => {
    const decided = ({ tests, absent }: (typeof methods)[number]): boolean =>
      (tests !== undefined && tests.length > 0) !== (absent !== undefined && absent.length > 0);
    expect(methods.filter((method) => !decided(method)).map(idOf)).toEqual([]);
  });

  it('names tests that exist', () => {
    expect(methods.flatMap(missingTests)).toEqual([]);
  });
});

describe('docs/python/tests.md', () => {
  it('has the counts of the inventories (-u writes it again)', async () => {
    await expect(renderPage(inventories)).toMatchFileSnapshot('../../docs/python/tests.md');
  });
});

describe('a title', () => {
  const title = new TestTitle('f > takes %s and ${x.y} for $name.part', "['bytes', 1, 'two (2)']");

  it.each([
    ['f > takes %s and ${x.y} for $name.part', true],
    ['f > takes bytes and 1 for two (2)', true],
    ['f > takes bytes and 3 for two (2)', false],
    ['f > takes bytes and 1', false],
    ['g > takes bytes and 1 for two (2)', false],
  ])('is meant by %j: %s', (meant, isMeant) => {
    expect(title.isMeantBy(meant)).toBe(isMeant);
  });
});
