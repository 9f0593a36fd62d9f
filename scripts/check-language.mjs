// Counts habits of speech in the repository's English: `node scripts/check-language.mjs [--list] [root]`. Exit code 1
// if a habit occurs more often than docs/conventions.md allows, with its places; --list prints every place.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ALLOWED_PER_10_000, HABITS } from './language/habits.mjs';
import { KINDS, passages, textFiles } from './language/texts.mjs';
import { repoRoot } from './lib/paths.mjs';

const WORD = /[A-Za-z][A-Za-z'’-]*/g;
const countOf = (text, pattern) => (text.match(pattern) ?? []).length;

/**
 * Counts words, and finds each habit's places, for each kind of text.
 * @returns {Map<string, { words: number, places: Map<string, { file: string, line: number, found: string }[]> }>}
 */
export function countHabits(root) {
  const counts = new Map(
    KINDS.map((kind) => [
      kind,
      { words: 0, places: new Map(HABITS.map(({ name }) => [name, []])) },
    ]),
  );
  for (const file of textFiles(root)) {
    for (const { kind, text, line } of passages(root, file)) {
      const count = counts.get(kind);
      count.words += countOf(text, WORD);
      for (const { name, pattern } of HABITS)
        for (const match of text.trim().matchAll(pattern))
          count.places.get(name).push({
            file,
            line: line + text.slice(0, match.index).split('\n').length - 1,
            found: text
              .trim()
              .slice(Math.max(0, match.index - 30), match.index + 50)
              .replace(/\s+/g, ' '),
          });
    }
  }
  return counts;
}

const rate = (count, words) => (words === 0 ? 0 : (count * 10_000) / words);

/** Prints how often a habit occurs, and its places if they are asked for or if there are too many. */
function report(kind, words, { name, instead }, places, lists) {
  const perTenThousand = rate(places.length, words);
  const isOver = perTenThousand > ALLOWED_PER_10_000;
  const remedy = isOver ? `; write ${instead}` : '';
  console.log(
    `${isOver ? 'OVER' : 'ok  '} ${kind}: ${name}: ${places.length} in ${words} words, ${perTenThousand.toFixed(1)} per 10,000${remedy}`,
  );
  if (lists || isOver)
    for (const { file, line, found } of places) console.log(`    ${file}:${line}: ${found}`);
  return isOver;
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean' } },
  });
  const counts = countHabits(path.resolve(positionals[0] ?? repoRoot));
  const areOver = [...counts].flatMap(([kind, { words, places }]) =>
    HABITS.map((habit) => report(kind, words, habit, places.get(habit.name), values.list)),
  );
  process.exitCode = areOver.includes(true) ? 1 : 0;
}

if (process.argv[1] === import.meta.filename) main();
