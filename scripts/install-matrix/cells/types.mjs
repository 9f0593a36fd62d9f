// Checks the published package with TypeScript, publint and attw, which are tools of the clone.
import path from 'node:path';
import { repoRoot } from '../../lib/paths.mjs';
import { capture } from '../../lib/process.mjs';
import { CellFailure } from '../project.mjs';

const tool = (...parts) => path.join(repoRoot, 'node_modules', ...parts);

function mustPass(what, args, cwd = repoRoot) {
  const { ok, stdout, stderr } = capture(process.execPath, args, { cwd });
  if (!ok) throw new CellFailure(`${what}: ${(stdout + stderr).trim().slice(-1500)}`);
}

const RESOLUTIONS = {
  node16: ['--module', 'node16', '--moduleResolution', 'node16'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
};

const compiles = (name) => async (context) => {
  const project = await context.installed();
  const types = ['--typeRoots', tool('@types'), '--types', 'node', '--lib', 'es2023'];
  const options = [
    '--noEmit',
    '--strict',
    '--ignoreConfig',
    '--pretty',
    'false',
    ...RESOLUTIONS[name],
    ...types,
  ];
  mustPass('tsc', [tool('typescript', 'bin', 'tsc'), ...options, 'typed.mts'], project.folder);
  return {};
};

/** Returns the folder of the main package, as published. */
const published = ({ packages }) => packages.at(-1);

/** @type {import('../matrix.mjs').Cell[]} */
export const types = [
  ...Object.keys(RESOLUTIONS).map((name) => ({
    ...{ id: `types-${name}`, title: `TypeScript, moduleResolution ${name}`, needs: ['node'] },
    run: compiles(name),
  })),
  {
    ...{ id: 'publint', title: 'publint --strict', needs: ['node'] },
    run: async (context) => {
      for (const folder of [
        published(context),
        path.join(published(context), '..', context.binary.host),
      ])
        mustPass('publint', [tool('publint', 'src', 'cli.js'), folder, '--strict']);
      return {};
    },
  },
  {
    ...{ id: 'attw', title: 'attw, profile esm-only', needs: ['node'] },
    run: async (context) => {
      const program = tool('@arethetypeswrong', 'cli', 'dist', 'index.js');
      mustPass('attw', [program, '--pack', published(context), '--profile', 'esm-only']);
      return {};
    },
  },
];
