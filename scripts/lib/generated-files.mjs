// Writes a generator's changed texts, or lists the checked-in files that are out of date.
import fs from 'node:fs';
import path from 'node:path';

export function readOrEmpty(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

/** @param {Record<string, string>} outputs path below `root` -> text */
export function writeGenerated(outputs, root) {
  for (const [name, text] of Object.entries(outputs)) {
    const file = path.join(root, name);
    const changed = readOrEmpty(file) !== text;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (changed) fs.writeFileSync(file, text);
    console.log(`${changed ? 'written' : 'unchanged'}  ${name}`);
  }
}

/** The names of the files below `root` that differ from their text or are missing. */
export function staleFiles(outputs, root) {
  return Object.keys(outputs).filter(
    (name) => readOrEmpty(path.join(root, name)) !== outputs[name],
  );
}
