// A user's empty project: made, filled by a package manager, and tried.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repoRoot } from '../lib/paths.mjs';
import { hostTarget } from '../prebuild/targets.mjs';

const PROGRAMS = path.join(repoRoot, 'scripts', 'install-matrix', 'programs');
const PBKDF2 = 'c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a'; // of 4096 rounds

/** Thrown for a failed cell; the message becomes its entry. */
export class CellFailure extends Error {}

const brief = (text) => text.trim().split('\n').slice(-25).join('\n').slice(-1500);

/** Throws unless a program has succeeded. */
export function mustSucceed(what, { code, stdout, stderr }) {
  if (code !== 0) throw new CellFailure(`${what} ended with ${code}: ${brief(stderr + stdout)}`);
  return stdout;
}

/** Makes a certificate for localhost, from an authority that exists in this process only. */
export async function makeIdentity() {
  const file = path.join(repoRoot, 'dist', 'cli', 'development-authority.js');
  const { makeAuthority } = await import(pathToFileURL(file).href);
  const authority = makeAuthority('authority of the installations');
  const { certificate: cert, key } = authority.issue(['localhost']);
  return JSON.stringify({ cert: String(cert), key: String(key), ca: authority.certificate });
}

export class Project {
  /**
   * @param {import('./context.mjs').Context} context
   * @param {string} name unique
   * @param {Record<string, string>} [files] files in addition to package.json and the programs
   */
  constructor(context, name, files = {}) {
    this.context = context;
    this.folder = context.sandbox.makeFolder(path.join('projects', name));
    const manifest = {
      name: 'project',
      private: true,
      dependencies: { 'hermetic-ssl': context.version },
    };
    const npmrc = `registry=${context.registry.url}\nignore-scripts=true\n`;
    const all = { 'package.json': JSON.stringify(manifest), '.npmrc': npmrc, ...files };
    for (const [file, text] of Object.entries(all)) context.sandbox.write(this.at(file), text);
    for (const file of fs.readdirSync(PROGRAMS))
      fs.copyFileSync(path.join(PROGRAMS, file), this.at(file));
  }

  at(...parts) {
    return path.join(this.folder, ...parts);
  }

  /** Runs a program in the project; `node` is available on PATH under that name. */
  run(command, args, { node, env = {}, cwd = this.folder } = {}) {
    const { sandbox, identity } = this.context;
    const more = { PROBE_IDENTITY: identity, ...env };
    return sandbox.run(command, args, { cwd, env: sandbox.environment(node, more) });
  }

  /** Installs with npm, run by a Node. */
  async npm(cli, node, args, env = {}) {
    const cache = { npm_config_cache: this.context.sandbox.at('home', '.npm'), ...env };
    const silent = ['--no-audit', '--no-fund', '--no-update-notifier'];
    return mustSucceed(
      'npm',
      await this.run(node, [cli, ...args, ...silent], { node, env: cache }),
    );
  }

  /** Returns the platform packages that an installation has put into node_modules. */
  platformPackages() {
    const scope = this.at('node_modules', '@hermetic-ssl');
    return fs.existsSync(scope) ? fs.readdirSync(scope) : [];
  }

  /** Throws unless exactly this platform's package was installed. */
  mustHaveOnePackage() {
    const found = this.platformPackages();
    if (found.length !== 1 || found[0] !== hostTarget())
      throw new CellFailure(`installed the packages [${found.join(', ')}]`);
  }

  /** Runs the probe, or a program that carries it, and checks the result. */
  async probe(command, args, { from = 'hermetic_ssl.node', ...options } = {}) {
    const outcome = readProbe(mustSucceed('the probe', await this.run(command, args, options)));
    const expected = { tls: 'TLSv1.3 echo hello', pbkdf2: PBKDF2, random: true };
    for (const [key, value] of Object.entries(expected))
      if (outcome[key] !== value)
        throw new CellFailure(`${key} is ${JSON.stringify(outcome[key])}`);
    if (!outcome.images.some((image) => image.includes(from)))
      throw new CellFailure(`the addon came from ${JSON.stringify(outcome.images)}`);
    return outcome;
  }
}

/** Parses the last output of such a program. */
export function readProbe(stdout) {
  const line = stdout.split('\n').findLast((each) => each.startsWith('probe:'));
  if (line === undefined) throw new CellFailure(`printed no outcome: ${brief(stdout)}`);
  return JSON.parse(line.slice('probe:'.length));
}
