/** Makes docs/python/tests.md from the inventories. */
import { tally, type Inventory, type Method } from './python-inventory.js';

const HEAD = `# Python's own tests: the counts

[Coming from Python](../python.md#pythons-own-tests) explains the tables. *Portable* methods carry over as they are or, adapted, to
streams and JavaScript. *Covered* methods have tests here; *left out* methods do not, for the reasons below.
`;

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function countsOf(name: string, methods: readonly Method[]): string {
  const { P, A } = tally(methods);
  const covered = methods.filter(({ tests }) => tests !== undefined);
  const { P: p, A: a } = tally(covered);
  return row([
    name,
    methods.length,
    P + A,
    covered.length,
    `${p + a} of ${P + A}`,
    methods.length - covered.length,
  ]);
}

const COLUMNS = [
  row(['', 'methods', 'portable', 'covered', 'covered of the portable', 'left out']),
  row(['---', '---:', '---:', '---:', '---:', '---:']),
];

function summary(inventories: readonly Inventory[]): string[] {
  const all = inventories.flatMap(({ methods }) => methods);
  const rows = inventories.map(({ suite, methods }) => countsOf(`\`${suite}\``, methods));
  return [...COLUMNS, ...rows, countsOf('**all**', all)];
}

function groupBy(methods: readonly Method[], key: (method: Method) => string) {
  const groups = new Map<string, Method[]>();
  for (const method of methods)
    groups.set(key(method), [...(groups.get(key(method)) ?? []), method]);
  return [...groups];
}

const named = (methods: readonly Method[]): string =>
  groupBy(methods, (method) => method.class)
    .map(([name, group]) => `${name}: ${group.map((method) => `\`${method.name}\``).join(', ')}`)
    .join('; ');

function list(title: string, entries: readonly [reason: string, methods: Method[]][]): string[] {
  if (entries.length === 0) return [];
  const rows = entries.map(([reason, methods]) => row([reason, methods.length, named(methods)]));
  return ['', title, '', row([' ', ' ', ' ']), row(['---', '---:', '---']), ...rows];
}

function section({ suite, methods, unlisted }: Inventory): string[] {
  const absent = methods.filter(({ absent: reason }) => reason !== undefined);
  const classes = groupBy(methods, (method) => method.class);
  return [
    '',
    `## ${suite}`,
    '',
    ...COLUMNS,
    ...classes.map(([name, group]) => countsOf(name, group)),
    ...(unlisted === undefined ? [] : ['', unlisted]),
    ...list(
      'Left out:',
      groupBy(absent, (method) => method.absent ?? ''),
    ),
    ...list(
      'Covered, with a difference:',
      groupBy(
        methods.filter(({ note }) => note !== undefined),
        (method) => method.note ?? '',
      ),
    ),
  ];
}

export function renderPage(inventories: readonly Inventory[]): string {
  return [HEAD, ...summary(inventories), ...inventories.flatMap(section), ''].join('\n');
}
