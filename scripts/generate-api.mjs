// Writes the reference of the public API, docs/api/, from the doc comments of lib/: a page for each entry point.
//   node scripts/generate-api.mjs [--check] [--output ROOT] [--source ROOT]
// Fails with a list if a public name has no doc comment, if a declaration uses a type that users cannot import, or if a
// link in a comment is broken. --check writes nothing and fails if a checked-in page is out of date. --output and
// --source name another root than the repository.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readModuleDoc } from './api/comments.mjs';
import { readDeclarations } from './api/declarations.mjs';
import { Places } from './api/links.mjs';
import { PageWriter, writeIndex } from './api/markdown.mjs';
import { ModelReader } from './api/model.mjs';
import { undocumented } from './api/undocumented.mjs';
import { staleFiles, writeGenerated } from './lib/generated-files.mjs';
import { readManifest } from './lib/manifest.mjs';
import { repoRoot } from './lib/paths.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const FOLDER = 'docs/api';
const byName = (a, b) => (a.name < b.name ? -1 : 1);

/** Returns the entry points of package.json: their specifiers and declaration files. */
function entryPoints(root) {
  const { name, exports } = readManifest(root);
  return Object.entries(exports)
    .filter(([, target]) => target.types !== undefined)
    .map(([subpath, { types }]) => ({
      specifier: path.posix.join(name, subpath),
      file: `${subpath === '.' ? 'index' : subpath.slice('./'.length)}.md`,
      declarations: types.slice('./'.length),
      source: types.replace('./dist/', 'lib/').replace(/\.d\.ts$/, '.ts'),
    }));
}

function failWith(problem, names) {
  if (names.length > 0) throw new UserError([problem, ...names].join('\n  '));
}

/** @returns {Record<string, string>} path below the root -> text */
function render(root) {
  const points = entryPoints(root);
  const reader = new ModelReader(
    readDeclarations(
      root,
      points.map(({ declarations }) => declarations),
    ),
  );
  const pages = points.map(({ declarations, ...point }) => ({
    ...point,
    intro: readModuleDoc(fs.readFileSync(path.join(root, point.source), 'utf8')),
    entries: reader.read(declarations).toSorted(byName),
  }));
  const places = new Places(pages);
  failWith('public names without a doc comment:', undocumented(pages, places));
  const texts = pages.map((page) => new PageWriter(page, places, reader).write());
  failWith('the pages would have gaps:', places.problems);
  return Object.fromEntries([
    [`${FOLDER}/README.md`, writeIndex(pages)],
    ...pages.map(({ file }, i) => [`${FOLDER}/${file}`, texts[i]]),
  ]);
}

function check(outputs, root) {
  const known = new Set(Object.keys(outputs));
  const folder = path.join(root, FOLDER);
  const present = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  const left = present.map((name) => `${FOLDER}/${name}`).filter((name) => !known.has(name));
  failWith('without an entry point; delete:', left);
  const stale = staleFiles(outputs, root);
  failWith('run `npm run docs` and check the result in; out of date:', stale);
  console.log(`generate-api: ${known.size} pages are up to date`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean' },
      output: { type: 'string', default: repoRoot },
      source: { type: 'string', default: repoRoot },
    },
  });
  const outputs = render(path.resolve(values.source));
  const root = path.resolve(values.output);
  if (values.check) check(outputs, root);
  else writeGenerated(outputs, root);
}

await runMain(main);
