/** Makes docs/python/differences.md: how much is compared, and where the two sides differ. */
import { LISTED, type Listed } from '../differences/listed.js';
import { RULES } from '../differences/rules.js';
import { SUITES } from '../operations/suites.js';

const HEAD = `# Differences from Python, step by step

[Coming from Python](../python.md#compared-step-by-step) explains the comparison.
`;

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** The table of suites. */
function describeSuites(): string {
  const rows = SUITES.map(({ name, scripts }): [string, number, number] => [
    name,
    scripts.length,
    sum(scripts.map(({ steps }) => steps.length)),
  ]);
  const total = ['together', sum(rows.map(([, count]) => count)), sum(rows.map(([, , n]) => n))];
  return table(['suite', 'operations', 'steps'], [...rows, total]);
}

function peersOf({ when = {} }: Pick<Listed, 'when'>): string {
  const { pythonBelow, opensslBelow, oursBelow, oursFrom } = when;
  const parts = [
    pythonBelow && `Python before ${pythonBelow.join('.')}`,
    opensslBelow && `with OpenSSL before ${opensslBelow.join('.')}`,
    oursBelow && `ours before ${oursBelow.join('.')}`,
    oursFrom && `ours from ${oursFrom.join('.')}`,
  ];
  return parts.filter((text) => text !== undefined).join(', ') || 'all';
}

/** The table of reasons. */
function describeReasons(): string {
  const rules = RULES.map((rule) => ['rule', rule.reason, peersOf(rule), rule.cause]);
  const listed = LISTED.map((group) => [
    Object.keys(group.steps).length,
    group.reason,
    peersOf(group),
    group.cause,
  ]);
  return table(
    ['steps', 'the difference, and its reason', 'peers', 'cause'],
    [...rules, ...listed],
  );
}

/** The page. */
export const renderPage = (): string =>
  [
    HEAD,
    '## The operations\n',
    describeSuites(),
    '\n## The differences\n',
    describeReasons(),
    '',
  ].join('\n');
