// Writes the state of the pinned OpenSSL into SECURITY.md, from deps/openssl/pin.json and advisories.json:
//   node scripts/generate-advisories.mjs [--check]
// --check writes nothing, and fails if the page differs from the data, or if the data is incomplete.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { JUSTIFICATIONS, lagOf, readAdvisories, stateOf } from './openssl/advisories.mjs';
import { readOrEmpty, staleFiles, writeGenerated } from './lib/generated-files.mjs';
import { repoRoot } from './lib/paths.mjs';
import { fixedByPatches, isFixed, readPin, versionText } from './openssl/pin.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const FILE = 'SECURITY.md';
const BEGIN = '<!-- begin: npm run generate:advisories -->';
const END = '<!-- end: npm run generate:advisories -->';

/** Returns the problems of the data. */
export function problemsOf({ channels }, { releases, advisories }) {
  const known = new Set(advisories.map(({ id }) => id));
  const patched = Object.values(channels).flatMap(fixedByPatches);
  return [
    ...patched.filter((id) => !known.has(id)).map((id) => `${id} is patched, but not reviewed`),
    ...Object.values(channels)
      .filter(({ version }) => !releases.some((release) => release.version === version))
      .map(({ version }) => `the date of OpenSSL ${version} is not known`),
    ...advisories.flatMap(({ about, judgement, reason, action }) => {
      if (judgement === 'affected') return action ? [] : [`what to do about "${about}" is missing`];
      if (!JUSTIFICATIONS.includes(judgement)) return [`"${about}" has no judgement of OpenVEX`];
      return reason ? [] : [`"${about}" has no reason`];
    }),
  ];
}

const longDate = (date) =>
  new Date(date).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }); // prettier-ignore

function describeChannel([name, entry], { releases }) {
  const { date } = releases.find(({ version }) => version === entry.version);
  const patches = isFixed(entry)
    ? ` The fixes are ${entry.fixes.patches.length} patches of ${entry.fixes.from}, which the build applies.`
    : '';
  const lag = lagOf(entry, releases, new Date());
  const behind = lag
    ? ` OpenSSL ${lag.newest.version} (${longDate(lag.newest.date)}) is newer.`
    : '';
  return `- **Channel \`${name}\`: OpenSSL ${versionText(entry)}** (${longDate(date)}).${patches}${behind}`;
}

const CELLS = {
  version: () => 'fixed',
  patch: () => 'fixed by a patch',
  'other series': ({ series }) => `not in it, only in ${series.join(', ')}`,
  affected: () => '**affected**',
  'not affected': () => 'not affected',
};

const row = (cells) => `| ${cells.join(' | ')} |`;

function tableOf(entries, advisories) {
  const names = entries.map(([name, entry]) => `\`${name}\`, ${versionText(entry)}`);
  const head = ['advisory', 'about', 'severity', 'fixed in', ...names, 'without the fix'];
  const rows = advisories.map((advisory) => [
    advisory.id ?? 'without a number',
    advisory.about,
    advisory.severity,
    advisory.fixed.join(', '),
    ...entries.map(([, entry]) => CELLS[stateOf(advisory, entry)](advisory)),
    advisory.action ? `${advisory.reason}. ${advisory.action}` : advisory.reason,
  ]);
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** Returns the generated part of the page. */
export function stateText(pin, known) {
  const entries = Object.entries(pin.channels);
  return [
    `Reviewed on ${longDate(known.reviewed)}.`,
    entries.map((entry) => describeChannel(entry, known)).join('\n'),
    tableOf(entries, known.advisories),
  ].join('\n\n');
}

function pageWith(text) {
  const page = readOrEmpty(path.join(repoRoot, FILE));
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new UserError(`${FILE} lacks the line ${BEGIN} or ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`;
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values;
    const [pin, known] = [readPin(), readAdvisories()];
    const problems = problemsOf(pin, known);
    if (problems.length > 0)
      throw new UserError(`deps/openssl/advisories.json: ${problems.join('; ')}`);
    const outputs = { [FILE]: pageWith(stateText(pin, known)) };
    if (!check) return writeGenerated(outputs, repoRoot);
    const stale = staleFiles(outputs, repoRoot);
    if (stale.length > 0)
      throw new UserError(`${stale.join(', ')} is not up to date: npm run generate:advisories`);
  });
}
