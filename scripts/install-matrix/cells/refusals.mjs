// Checks installations that lack the platform's package: the error's text, and a library's fallback.
import fs from 'node:fs';
import { CellFailure, mustSucceed, Project, readProbe } from '../project.mjs';

const TELL = `import('hermetic-ssl').then(
  () => console.log('\\nprobe:{"loaded":true}'),
  ({ code, message }) => console.log('\\nprobe:' + JSON.stringify({ code, message })),
);`;

/** Checks that the import fails as documented, under each available runtime. */
async function mustRefuse(context, project, words) {
  fs.writeFileSync(project.at('tell.mjs'), TELL);
  const runs = { node: ['tell.mjs'], bun: ['tell.mjs'], deno: ['run', '-A', 'tell.mjs'] };
  for (const [name, args] of Object.entries(runs)) {
    const program = context.programs[name];
    if (program === undefined) continue;
    const told = readProbe(mustSucceed(name, await project.run(program, args, { node: program })));
    const said = told.message ?? '';
    const missing = words.find((word) => !said.includes(word));
    if (told.code !== 'ERR_HERMETIC_SSL_BINARY' || missing)
      throw new CellFailure(`${name}: ${told.code} ${said} (without "${missing}")`);
  }
  return { note: 'ERR_HERMETIC_SSL_BINARY' };
}

async function omitted(context, id) {
  const project = new Project(context, id);
  const { npm, node } = context.programs;
  await project.npm(npm, node, ['install', '--omit=optional']);
  const { host } = context.binary;
  return mustRefuse(context, project, [
    `@hermetic-ssl/${host} is not installed`,
    '--omit=optional',
  ]);
}

/** As older versions of npm write it if only another platform's package is present. */
async function foreignLock(context, id) {
  const project = new Project(context, id);
  const { npm, node } = context.programs;
  await project.npm(npm, node, ['install', '--package-lock-only']);
  const lock = JSON.parse(fs.readFileSync(project.at('package-lock.json'), 'utf8'));
  const ours = `@hermetic-ssl/${context.binary.host}`;
  delete lock.packages[`node_modules/${ours}`];
  context.sandbox.write(project.at('package-lock.json'), JSON.stringify(lock));
  const { code, stderr } = await project.run(node, [npm, 'ci'], { node });
  if (code === 0 || !stderr.includes(`Missing: ${ours}@`)) throw new CellFailure(`npm: ${stderr}`);
  return { note: 'npm refuses, and names the package' };
}

async function foreignModules(context, id) {
  const project = new Project(context, id);
  const { npm, node } = context.programs;
  await project.npm(npm, node, ['install', '--os=darwin', '--cpu=arm64']);
  if (project.platformPackages().join() !== 'darwin-arm64')
    throw new CellFailure(`installed ${project.platformPackages().join()}`);
  const words = [`@hermetic-ssl/${context.binary.host} is not installed`, 'another system'];
  return mustRefuse(context, project, words);
}

async function fallsBack(context, id) {
  const project = new Project(context, id);
  const { npm, node } = context.programs;
  await project.npm(npm, node, ['install', '--omit=optional']);
  const { code, stdout, stderr } = await project.run(node, ['fallback.mjs'], { node });
  const { fallback } = readProbe(mustSucceed('the program', { code, stdout, stderr }));
  if (!fallback.startsWith('c5e478d59288c841')) throw new CellFailure(`derived ${fallback}`);
  if (!stderr.includes('[ERR_HERMETIC_SSL_BINARY] Warning:')) throw new CellFailure('no warning');
  return { note: 'node:crypto, with a warning' };
}

/** @type {import('../matrix.mjs').Cell[]} */
export const refusals = [
  { id: 'omit', title: 'npm install --omit=optional', needs: ['npm'], quick: true, run: omitted },
  { id: 'foreign-lock', title: "npm ci, a lock file without this platform's package", needs: ['npm'], run: foreignLock },
  { id: 'foreign-modules', title: 'node_modules of another system', needs: ['npm'], run: foreignModules },
  { id: 'fallback', title: 'a library that can do without', needs: ['npm'], quick: true, run: fallsBack },
]; // prettier-ignore
