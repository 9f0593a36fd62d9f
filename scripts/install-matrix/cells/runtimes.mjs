// Tries the runtimes in an npm installation.

const plain =
  (name, args = [], from) =>
  async (context) => {
    const project = await context.installed();
    const node = context.programs[name];
    return project.probe(node, [...args, 'probe.mjs'], { node, from });
  };

const worker = (name) => async (context) => {
  const project = await context.installed();
  const node = context.programs[name];
  return project.probe(node, ['worker.mjs'], { node });
};

const required = (name) => async (context) => {
  const project = await context.installed();
  const node = context.programs[name];
  const { code, stdout, stderr } = await project.run(node, ['required.cjs'], { node });
  if (code !== 0 || !stdout.includes('probe:')) throw new Error(stdout + stderr);
  return { runtime: `Node ${name.slice(4)}` };
};

const ALLOWED = ['--allow-addons', '--allow-fs-read=*'];
/** Node 26 requires another permission for networking. */
const PERMISSIONS = {
  node20: ['--experimental-permission', ...ALLOWED],
  node22: ['--permission', ...ALLOWED],
  node24: ['--permission', ...ALLOWED],
  node26: ['--permission', ...ALLOWED, '--allow-net'],
};
// --allow-net is for the probe.
const DENO = ['--no-prompt', '--allow-ffi', '--allow-read', '--allow-net', '--allow-env'];
const NODES = ['node20', 'node22', 'node24', 'node26'];
const title = (name) => `Node ${name.slice(4)}`;

/** @type {import('../matrix.mjs').Cell[]} */
export const runtimes = [
  ...NODES.map((name) => ({ id: name, title: title(name), needs: [name], run: plain(name) })),
  { id: 'bun', title: 'Bun', needs: ['bun'], run: plain('bun') },
  { id: 'deno', title: 'Deno -A', needs: ['deno'], run: plain('deno', ['run', '-A']) },
  { id: 'deno-permissions', title: `Deno ${DENO.join(' ')}`, needs: ['deno'], run: plain('deno', ['run', ...DENO], 'unreadable') },
  ...NODES.map((name) => ({
    ...{ id: `${name}-worker`, title: `${title(name)}, two worker threads`, needs: [name] },
    run: worker(name),
  })),
  { id: 'bun-worker', title: 'Bun, two worker threads', needs: ['bun'], run: worker('bun') },
  ...NODES.map((name) => ({
    ...{ id: `${name}-require`, title: `${title(name)}, by require()`, needs: [name] },
    run: required(name),
  })),
  ...Object.entries(PERMISSIONS).map(([name, args]) => ({
    ...{ id: `${name}-permission`, title: `${title(name)} ${args.join(' ')}`, needs: [name] },
    run: plain(name, args),
  })),
  { id: 'electron', title: 'Electron', needs: [], lacks: 'its package downloads the program from outside npm' },
]; // prettier-ignore
