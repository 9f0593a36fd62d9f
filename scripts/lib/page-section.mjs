// Writes a generated part of docs/testing.md, between two marks with its name.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';
import { UserError } from './user-error.mjs';

const PAGE = path.join(repoRoot, 'docs', 'testing.md');

/** Puts the text between the marks of this name. */
export function writeSection(name, text) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = fs.readFileSync(PAGE, 'utf8').split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new UserError(`${PAGE} has no ${begin} ... ${end}`);
  fs.writeFileSync(PAGE, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}
