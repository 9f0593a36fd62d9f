// Writes a generated part of a page of docs/, between two marks with its name.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './paths.mjs';
import { UserError } from './user-error.mjs';

/** Puts the text between the marks of this name in a page of docs/. */
export function writeSection(page, name, text) {
  const file = path.join(repoRoot, 'docs', page);
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = fs.readFileSync(file, 'utf8').split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new UserError(`${file} has no ${begin} ... ${end}`);
  fs.writeFileSync(file, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}
