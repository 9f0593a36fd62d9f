// Fills an empty project with a package manager, without install scripts, and runs the probe there.
import fs from 'node:fs';
import { Project } from '../project.mjs';

/** Yarn's settings: only the tests' registry, no scripts, no archive that outlives the test. */
const yarnrc = (linker, url) =>
  [
    `npmRegistryServer: "${url}"`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
    `nodeLinker: ${linker}`,
    'enableScripts: false',
    'enableTelemetry: false',
    'enableGlobalCache: false',
    'npmMinimalAgeGate: 0',
  ].join('\n');

const npm = (cli, node) => async (context, id) => {
  const project = new Project(context, id);
  const { [cli]: program, [node]: runtime } = context.programs;
  await project.npm(program, runtime, ['install']);
  project.mustHaveOnePackage();
  return project.probe(runtime, ['probe.mjs'], { node: runtime });
};

async function npmCi(context, id) {
  const project = new Project(context, id);
  const { npm: program, node } = context.programs;
  await project.npm(program, node, ['install', '--package-lock-only']);
  await project.npm(program, node, ['ci']);
  project.mustHaveOnePackage();
  return project.probe(node, ['probe.mjs'], { node });
}

/** For a manager that is a separate program, or a Node script. */
const manager = ({ name, node, files = () => ({}), args, env = () => ({}), probe }) =>
  async (context, id) => {
    const { programs, registry, sandbox } = context;
    const project = new Project(context, id, files(registry.url));
    const runtime = programs[node];
    const [command, first] = /\.c?js$/.test(programs[name])
      ? [runtime, [programs[name]]]
      : [programs[name], []];
    const options = { node: runtime, env: env(sandbox) };
    const { code, stdout, stderr } = await project.run(command, [...first, ...args], options);
    if (code !== 0) throw new Error(`${name} ended with ${code}: ${(stderr + stdout).slice(-1500)}`);
    if (probe) return project.probe(command, [...first, ...probe], options);
    return project.probe(runtime, ['probe.mjs'], options);
  }; // prettier-ignore

const pnpm = (name, node) =>
  manager({
    ...{ name, node },
    files: () => ({ 'pnpm-workspace.yaml': 'minimumReleaseAge: 0\nignoreScripts: true\n' }),
    args: ['install', '--ignore-scripts'],
    env: (sandbox) => ({ XDG_DATA_HOME: sandbox.at('home', 'data'), XDG_CACHE_HOME: sandbox.at('home', 'cache'), CI: '1' }),
  }); // prettier-ignore

const yarn4 = (linker, probe) =>
  manager({
    ...{ name: 'yarn4', node: 'node22', args: ['install'], probe },
    files: (url) => ({ '.yarnrc.yml': yarnrc(linker, url), 'yarn.lock': '' }),
  });

const bun = manager({
  ...{ name: 'bun', node: 'node20', args: ['install', '--ignore-scripts'], probe: ['probe.mjs'] },
});

const deno = manager({
  ...{ name: 'deno', node: 'node20', args: ['install'], probe: ['run', '-A', 'probe.mjs'] },
  files: () => ({
    'deno.json': JSON.stringify({ nodeModulesDir: 'auto', minimumDependencyAge: 0 }),
  }),
  env: () => ({ DENO_NO_UPDATE_CHECK: '1' }),
});

const yarn1 = manager({
  ...{ name: 'yarn1', node: 'node20' },
  args: ['install', '--ignore-scripts', '--non-interactive', '--no-progress'],
});

/** @type {import('../matrix.mjs').Cell[]} */
export const managers = [
  { id: 'npm', title: 'npm of this machine, install', needs: ['npm'], quick: true, run: async (context) => {
      const project = await context.installed();
      project.mustHaveOnePackage();
      if (fs.existsSync(project.at('node_modules', 'hermetic-ssl', 'build'))) throw new Error('it has a build');
      return project.probe(context.programs.node, ['probe.mjs'], { node: context.programs.node });
    } },
  { id: 'npm-ci', title: 'npm of this machine, ci from a lock file', needs: ['npm'], run: npmCi },
  { id: 'npm11', title: 'npm 11 on Node 22', needs: ['npm11', 'node22'], run: npm('npm11', 'node22') },
  { id: 'npm12', title: 'npm 12 on Node 26', needs: ['npm12', 'node26'], run: npm('npm12', 'node26') },
  { id: 'pnpm10', title: 'pnpm 10', needs: ['pnpm10', 'node22'], run: pnpm('pnpm10', 'node22') },
  { id: 'pnpm12', title: 'pnpm 12', needs: ['pnpm12', 'node24'], run: pnpm('pnpm12', 'node24') },
  { id: 'yarn1', title: 'Yarn 1', needs: ['yarn1', 'node20'], run: yarn1 },
  { id: 'yarn4', title: 'Yarn 4, node-modules', needs: ['yarn4', 'node22'], run: yarn4('node-modules') },
  { id: 'yarn4-pnp', title: "Yarn 4, Plug'n'Play", needs: ['yarn4', 'node22'], run: yarn4('pnp', ['node', 'probe.mjs']) },
  { id: 'bun-install', title: 'bun install, run by Bun', needs: ['bun'], run: bun },
  { id: 'deno-install', title: 'deno install, run by Deno', needs: ['deno'], run: deno },
]; // prettier-ignore
