// The tests' registry: verdaccio on this machine, without an uplink. All packages are published to it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../lib/user-error.mjs';

const START = `
const { runServer } = require(process.argv[1]);
runServer(process.argv[2]).then((app) => {
  const server = app.listen(0, '127.0.0.1', () => console.log('port=' + server.address().port));
});`;

// JSON is valid YAML. Without uplinks, only packages that are published here exist.
const configuration = (folder) => ({
  storage: path.join(folder, 'storage'),
  auth: { htpasswd: { file: path.join(folder, 'htpasswd') } },
  uplinks: {},
  packages: { '**': { access: '$all', publish: '$all' } },
  max_body_size: '100mb',
  log: { type: 'stdout', format: 'json', level: 'error' },
  web: { enable: false },
});

export class Registry {
  #server;

  constructor(server, folder, port) {
    this.#server = server;
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}/`;
    // npm requires a login to publish, although this registry does not check it.
    this.npmrc = path.join(folder, 'npmrc');
    fs.writeFileSync(this.npmrc, `registry=${this.url}\n//127.0.0.1:${port}/:_authToken=nobody\n`);
  }

  /**
   * @param {string} modules the node_modules that has verdaccio
   * @param {string} folder for its files
   */
  static async start(modules, folder) {
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'config.yaml');
    fs.writeFileSync(file, JSON.stringify(configuration(folder)));
    const server = spawn(
      process.execPath,
      ['--no-warnings', '-e', START, path.join(modules, 'verdaccio'), file],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    server.stdout.setEncoding('utf8');
    for (let said = ''; ;) {
      const [text] = await Promise.race([once(server.stdout, 'data'), once(server, 'exit')]);
      if (typeof text !== 'string') throw new UserError(`the registry did not start: ${said}`);
      const port = /port=(\d+)/.exec((said += text))?.[1];
      if (port !== undefined) return new Registry(server, folder, port);
    }
  }

  /** Publishes a package's folder, as a release does, except for the provenance. */
  async publish(folder) {
    const args = ['publish', folder, '--userconfig', this.npmrc, '--ignore-scripts'];
    try {
      await promisify(execFile)('npm', args);
    } catch (error) {
      throw new UserError(`${folder} could not be published:\n${error.stderr}`);
    }
  }

  close() {
    this.#server.kill();
  }
}
