// Applications of one executable file.
import fs from 'node:fs';
import path from 'node:path';
import { BINARY } from '../../prebuild/manifests.mjs';
import { CellFailure, mustSucceed } from '../project.mjs';

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Makes an empty folder for the executable, owned by the sandbox's user. */
const folderFor = (context, id) => context.sandbox.makeFolder(path.join('alone', id));

/** Bundles an application into CommonJS, and configures its executable. */
async function prepare(context, project, { id, app, node, withAsset }) {
  const main = project.at(`${id}.cjs`);
  const args = [app, '--bundle', '--platform=node', '--format=cjs', `--outfile=${main}`];
  mustSucceed(
    'esbuild',
    await project.run(context.programs.esbuild, [...args, '--log-level=error']),
  );
  const addon = project.at('node_modules', '@hermetic-ssl', context.binary.host, BINARY);
  const folder = folderFor(context, id);
  const configuration = {
    ...{ main, disableExperimentalSEAWarning: true },
    ...(withAsset ? { assets: { [BINARY]: addon } } : {}),
  };
  return {
    folder,
    configuration,
    executable: path.join(folder, 'app'),
    runtime: context.programs[node],
  };
}

const write = (context, file, value) => context.sandbox.write(file, JSON.stringify(value));

/** Up to Node 24: a blob, injected into a copy of Node by postject. */
async function injectBlob(context, project, { id, configuration, executable, runtime }) {
  const [file, output] = [project.at(`${id}.json`), project.at(`${id}.blob`)];
  write(context, file, { ...configuration, output });
  const options = { node: runtime };
  const args = ['--experimental-sea-config', file];
  mustSucceed('node', await project.run(runtime, args, options));
  fs.copyFileSync(runtime, executable);
  fs.chmodSync(executable, 0o777);
  const postject = path.join(context.modules.runtimes, 'postject', 'dist', 'cli.js');
  const injected = [postject, executable, 'NODE_SEA_BLOB', output, '--sentinel-fuse', FUSE];
  mustSucceed('postject', await project.run(runtime, injected, options));
}

/** From Node 25.5 on: by Node itself. */
async function buildSea(context, project, { id, configuration, executable, runtime }) {
  const file = project.at(`${id}.json`);
  write(context, file, { ...configuration, output: executable, executable: runtime });
  mustSucceed('node', await project.run(runtime, ['--build-sea', file], { node: runtime }));
}

const sea = (node, make) => async (context, id) => {
  const project = await context.installed();
  const made = await prepare(context, project, { id, app: 'app-sea.mjs', node, withAsset: true });
  await make(context, project, { id, ...made });
  const outcome = await project.probe(made.executable, [], { cwd: made.folder });
  const left = fs.readdirSync(context.sandbox.at('tmp')).filter((name) => name.startsWith('hermetic-ssl-'));
  if (left.length > 0) throw new CellFailure(`it leaves ${left.join(', ')} behind`);
  return outcome;
}; // prettier-ignore

const seaBeside = (node, make) => async (context, id) => {
  const project = await context.installed();
  const made = await prepare(context, project, { id, app: 'probe.mjs', node, withAsset: false });
  await make(context, project, { id, ...made });
  const platform = path.join('node_modules', '@hermetic-ssl', context.binary.host);
  fs.cpSync(project.at(platform), path.join(made.folder, platform), { recursive: true });
  return project.probe(made.executable, [], { cwd: made.folder, from: made.folder });
};

const compiled = (name, args) => async (context, id) => {
  const project = await context.installed();
  const folder = folderFor(context, id);
  const executable = path.join(folder, 'app');
  const env = { DENO_NO_UPDATE_CHECK: '1' };
  const { code, stdout, stderr } = await project.run(context.programs[name], args(executable), {
    env,
  });
  if (code !== 0) throw new CellFailure(`${name}: ${(stderr + stdout).slice(-1000)}`);
  const outcome = await project.probe(executable, [], { cwd: folder, from: '.node' });
  if (outcome.images.some((image) => image.startsWith(project.folder)))
    throw new CellFailure(`it needs ${outcome.images.join(', ')}`);
  return outcome;
};

const bun = compiled('bun', (file) => [
  'build',
  '--compile',
  'app-carrying.mjs',
  '--outfile',
  file,
]);

/** @type {import('../matrix.mjs').Cell[]} */
export const singleFiles = [
  { id: 'sea-24', title: 'Node 24, the addon as an asset', needs: ['node24', 'esbuild'], run: sea('node24', injectBlob) },
  { id: 'sea-26', title: 'Node 26, the addon as an asset', needs: ['node26', 'esbuild'], run: sea('node26', buildSea) },
  { id: 'sea-26-beside', title: 'Node 26, node_modules next to the file', needs: ['node26', 'esbuild'], run: seaBeside('node26', buildSea) },
  { id: 'bun-compile', title: 'bun build --compile', needs: ['bun'], run: bun },
  { id: 'deno-compile', title: 'deno compile', needs: [], lacks: 'it downloads its runtime from outside npm' },
]; // prettier-ignore
