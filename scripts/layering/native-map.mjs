// Compares the table of native/README.md with the files: every file is in one row of its folder, and every name is a file.

const PLATFORM = /_(?:posix|linux|macos|windows)$/;

/** Returns the folder below native/ and the name without ending and platform, as the table has them. */
function groupOf(file) {
  const [, folder, name] = /^native\/(.+)\/([^/.]+)\.\w*$/.exec(file);
  return { folder, name: name.replace(PLATFORM, '') };
}

/** Yields the names of the table: { line, folder, name, pattern }. A `*` stands for any text. */
function* namesOf(table) {
  for (const [index, line] of table.split('\n').entries()) {
    const [, folder, names = ''] = /^\| `([\w/]+)\/` \|([^|]*)\|/.exec(line) ?? [];
    for (const [, name] of names.matchAll(/`([^`]+)`/g)) {
      yield {
        line: index + 1,
        folder,
        name,
        pattern: new RegExp(`^${name.replaceAll('*', '\\w*')}$`),
      };
    }
  }
}

/**
 * Returns the differences.
 * @param {string} table the text of native/README.md
 * @param {string[]} files paths of native code
 * @returns {{ line: number, found: string }[]}
 */
export function mapDifferences(table, files) {
  const groups = files.filter((file) => !file.includes('/generated/')).map(groupOf);
  const names = [...namesOf(table)];
  const has = (row, group) => row.folder === group.folder && row.pattern.test(group.name);
  const gone = names
    .filter((row) => !groups.some((group) => has(row, group)))
    .map(({ line, folder, name }) => ({ line, found: `native/${folder}/${name} does not exist` }));
  const wrong = new Set(
    groups
      .map((group) => ({ group, count: names.filter((row) => has(row, group)).length }))
      .filter(({ count }) => count !== 1)
      .map(({ group, count }) => `native/${group.folder}/${group.name} is in ${count} rows`),
  );
  return [...gone, ...[...wrong].map((found) => ({ line: 1, found }))];
}
