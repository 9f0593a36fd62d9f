// Bundles an application from an npm installation into one file. "Alone" is a bundle that has been moved to an empty
// folder, with the binary that the bundler has put next to it; otherwise the binary comes from node_modules.
import fs from 'node:fs';
import path from 'node:path';
import { mustSucceed } from '../project.mjs';

/** Moves a bundle to a folder without node_modules above it; returns the folder. */
function moveAway(context, project, id) {
  const folder = context.sandbox.makeFolder(path.join('alone', id));
  fs.cpSync(project.at('bundles', id), folder, { recursive: true });
  return folder;
}

/** Runs a bundle, alone or in its original folder. */
async function tryBundle(context, project, { id, file, node = 'node', alone }) {
  const runtime = context.programs[node];
  const options = { node: runtime, from: 'node_modules/@hermetic-ssl' };
  if (!alone) return project.probe(runtime, [project.at('bundles', id, file)], options);
  const folder = moveAway(context, project, id);
  return project.probe(runtime, [path.join(folder, file)], {
    ...options,
    cwd: folder,
    from: folder,
  });
}

const esbuild =
  (app, { format, alone }) =>
  async (context, id) => {
    const project = await context.installed();
    const file = format === 'esm' ? 'app.mjs' : 'app.cjs';
    const args = [app, '--bundle', '--platform=node', `--format=${format}`, '--loader:.node=file'];
    const outfile = `--outfile=${project.at('bundles', id, file)}`;
    const build = [...args, outfile, '--log-level=warning'];
    mustSucceed('esbuild', await project.run(context.programs.esbuild, build));
    return tryBundle(context, project, { id, file, alone });
  };

/** Returns a bundler that is a script of this project's programs, run by Node. */
const scripted =
  (script, app, { format, alone, node = 'node22' }) =>
  async (context, id) => {
    const project = await context.installed();
    const runtime = context.programs[node];
    const file = format === 'esm' ? 'app.mjs' : 'app.cjs';
    const args = [script, context.modules.runtimes, app, format, project.at('bundles', id), file];
    mustSucceed(script, await project.run(runtime, args, { node: runtime }));
    return tryBundle(context, project, { id, file, node, alone });
  };

const CARRIED = 'app-carrying.mjs';
const PLAIN = 'probe.mjs';
const formats = { cjs: 'CommonJS', esm: 'ES modules' };

const cellsOf = (name, make, needs) =>
  Object.entries(formats).flatMap(([format, said]) => [
    {
      id: `${name}-${format}-alone`,
      title: `${name}, ${said}, alone`,
      needs,
      quick: name === 'esbuild' && format === 'cjs',
      run: make(CARRIED, { format, alone: true }),
    },
    {
      id: `${name}-${format}`,
      title: `${name}, ${said}, with node_modules`,
      needs,
      run: make(PLAIN, { format, alone: false }),
    },
  ]);

/** @type {import('../matrix.mjs').Cell[]} */
export const bundles = [
  ...cellsOf('esbuild', esbuild, ['esbuild']),
  ...cellsOf('webpack', (app, options) => scripted('build-webpack.mjs', app, options), ['webpack', 'node22']),
  ...cellsOf('vite', (app, options) => scripted('build-vite.mjs', app, options), ['vite', 'node22']),
]; // prettier-ignore
