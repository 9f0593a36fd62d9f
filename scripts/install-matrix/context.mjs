// The shared context of the cells: the registry with all packages, the sandbox, the programs, one installation by npm.
import fs from 'node:fs';
import path from 'node:path';
import { compileTypescript } from '../lib/typescript.mjs';
import { findBinary, makePackages } from './packages.mjs';
import { makeIdentity, Project } from './project.mjs';
import { Registry } from './registry.mjs';
import { Sandbox } from './sandbox.mjs';
import { ensureTools, PROGRAMS } from './tools.mjs';

/**
 * @typedef {object} Context
 * @property {Sandbox} sandbox
 * @property {Registry} registry
 * @property {{ host: string, what: string }} binary which one was packed
 * @property {string} identity certificate, key and authority, as JSON
 * @property {Record<string, string>} programs paths: `node` and `npm` are this machine's
 * @property {{ registry: string, runtimes?: string }} modules the tools' node_modules
 * @property {string[]} packages the folders that were published
 * @property {string} version of all of them
 * @property {() => Promise<Project>} installed the installation by npm that most cells use
 * @property {() => void} close
 */

/** Returns npm's program, from its link on PATH or from the npm that runs this. */
function ownNpm() {
  const folders = [
    path.dirname(process.execPath),
    ...(process.env.PATH ?? '').split(path.delimiter),
  ];
  const links = folders.map((folder) => path.join(folder, 'npm'));
  const link = links.find((file) => fs.existsSync(file));
  return link === undefined ? undefined : fs.realpathSync(link);
}

async function gatherPrograms(sandbox, { full }) {
  const modules = { registry: await ensureTools('registry') };
  const programs = { node: process.execPath, npm: ownNpm() };
  programs.esbuild = sandbox.at('esbuild');
  const esbuild = path.join('@esbuild', `linux-${process.arch}`, 'bin', 'esbuild');
  fs.copyFileSync(path.join(modules.registry, esbuild), programs.esbuild);
  if (full) {
    modules.runtimes = await sandbox.adopt(await ensureTools('runtimes'), 'tools');
    for (const [name, file] of Object.entries(PROGRAMS)) {
      const program = path.join(modules.runtimes, file);
      if (fs.existsSync(program)) programs[name] = program;
    }
  }
  return { modules, programs };
}

/**
 * @param {{ full: boolean }} options whether to get the runtimes and package managers as well
 * @returns {Promise<Context>}
 */
export async function makeContext({ full }) {
  const binary = findBinary();
  await compileTypescript();
  const sandbox = new Sandbox();
  let registry;
  const close = () => {
    registry?.close();
    sandbox.close();
  };
  try {
    const gathered = await gatherPrograms(sandbox, { full });
    registry = await Registry.start(gathered.modules.registry, sandbox.at('registry'));
    const packages = makePackages(sandbox.at('packages'), binary);
    await Promise.all(packages.slice(0, -1).map((folder) => registry.publish(folder)));
    await registry.publish(packages.at(-1)); // last, as in a release, after its dependencies
    const manifest = path.join(packages.at(-1), 'package.json');
    const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    const context = { version, sandbox, registry, binary, packages, ...gathered, close };
    context.identity = await makeIdentity();
    let project;
    context.installed = () => (project ??= installByNpm(context));
    return context;
  } catch (error) {
    close();
    throw error;
  }
}

async function installByNpm(context) {
  const project = new Project(context, 'npm');
  const { node, npm } = context.programs;
  await project.npm(npm, node, ['install']);
  return project;
}
