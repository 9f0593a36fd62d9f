/** docs/differential.md: how much is compared, and where the two sides differ. */
import { LISTED, type Listed } from '../differences/listed.js';
import { RULES } from '../differences/rules.js';
import { SUITES } from '../operations/suites.js';

const HEAD = `# Python's behaviour, compared step by step

\`test/differential/python.test.ts\` performs the same operations with our modules and with the machine's own \`ssl\`,
\`hashlib\`, \`hmac\`, \`secrets\` and \`os\`, in one child process per suite, and compares the outcome of every step: the result,
or the kind of error (TypeError, ValueError, OverflowError, SSLError with library and reason, OSError with its errno; here
the classes that [python-names.md](python-names.md) gives them). An operation is a script of steps, written once, as data
(\`test/differential/operations/\`); random operations print their seed.

The reference is Python 3.15. The machine's Python is older, so each difference is listed with its reason
(\`test/differential/differences/\`) and with the behaviour here. A difference that is not listed fails, and so does a listed one
that no longer exists. A rule is a difference that affects many steps in the same way; each must explain at least one. The lists
were made with Python 3.11 to 3.13 on OpenSSL 3.0 and with both OpenSSL channels here; with another Python the test is skipped.
The test generates this page: \`npx vitest run test/differential/python.test.ts -u\`.
`;

const TAIL = `
Two things are never compared: the words of OpenSSL's messages, and the reason of an SSLEOFError, which here is always
UNEXPECTED_EOF_WHILE_READING and in Python only while OpenSSL still reports it. OpenSSL 4 calls every alert TLS_ALERT_...; such
names count as equal.
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
  const told = [
    pythonBelow && `Python before ${pythonBelow.join('.')}`,
    opensslBelow && `with OpenSSL before ${opensslBelow.join('.')}`,
    oursBelow && `ours before ${oursBelow.join('.')}`,
    oursFrom && `ours from ${oursFrom.join('.')}`,
  ];
  return told.filter((text) => text !== undefined).join(', ') || 'all';
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
  return table(['steps', 'what differs here, and why', 'peers', 'cause'], [...rules, ...listed]);
}

/** The page. */
export const renderPage = (): string =>
  [
    HEAD,
    '## What is compared\n',
    describeSuites(),
    '\n## What differs\n',
    describeReasons(),
    TAIL,
  ].join('\n');
