// Publishes all packages to a local registry, installs them as a user would, with every package manager, and tries them
// in every runtime, bundle and kind of executable that npm provides for this machine:
//   node scripts/install-matrix.mjs             prints the table
//   node scripts/install-matrix.mjs --write     puts it into docs/support.md
//   node scripts/install-matrix.mjs --quick     the short form, which the tests run everywhere
//   node scripts/install-matrix.mjs npm pnpm12  the cells of these names only; --list prints the names
import { parseArgs } from 'node:util';
import { makeContext } from './install-matrix/context.mjs';
import { MATRIX, runCell } from './install-matrix/matrix.mjs';
import { describeUser } from './install-matrix/sandbox.mjs';
import { render, writePage } from './install-matrix/table.mjs';
import { installDependencies } from './lib/dependencies.mjs';
import { runMain, UserError } from './lib/user-error.mjs';

const OPTIONS = {
  write: { type: 'boolean' },
  quick: { type: 'boolean' },
  list: { type: 'boolean' },
};

function chosenCells({ quick }, names) {
  const all = Object.entries(MATRIX).flatMap(([group, cells]) =>
    cells.map((cell) => ({ ...cell, group })),
  );
  const unknown = names.find((name) => all.every(({ id }) => id !== name));
  if (unknown) throw new UserError(`unknown cell ${unknown}; --list prints the names`);
  return all.filter((cell) => (names.length > 0 ? names.includes(cell.id) : !quick || cell.quick));
}

async function runAll(cells, context) {
  const rows = [];
  for (const cell of cells) {
    const outcome = await runCell(cell, context);
    const time = `${outcome.seconds.toFixed(1)} s`.padStart(7);
    console.error(`${outcome.status.padEnd(8)}${time}  ${cell.id}: ${outcome.note}`);
    rows.push({ group: cell.group, title: cell.title, ...outcome });
  }
  return rows;
}

const describe = ({ binary }) =>
  `Node ${process.versions.node} on ${process.platform} ${process.arch}; the binary is ${binary.what}. As ${describeUser()}, ` +
  'in a path with blanks and letters that are not ASCII, with a PATH that has no compiler and no shell, without install ' +
  'scripts, with no network but the registry of the tests.';

await runMain(async () => {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const cells = chosenCells(values, positionals);
  if (values.list) return console.log(cells.map(({ id, title }) => `${id}: ${title}`).join('\n'));
  await installDependencies();
  const context = await makeContext({ full: !values.quick });
  try {
    const rows = await runAll(cells, context);
    const table = render(rows, describe(context));
    if (values.write) writePage(table);
    else console.log(table);
    return rows.some(({ status }) => status === 'failed') ? 1 : 0;
  } finally {
    context.close();
  }
});
