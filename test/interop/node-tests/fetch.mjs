// Fetches Node's own tests from Debian's source package of nodejs, checked by apt, and prints the folder `test` of it:
//   export HERMETIC_NODE_TESTS=$(node test/interop/node-tests/fetch.mjs)
// Only for a major version of Node that a release of Debian has; Node 26 gets the tests of 24. Needs apt-get, not root.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { cacheDir } from '../../../scripts/lib/paths.mjs';
import { runMain, UserError } from '../../../scripts/lib/user-error.mjs';

/** The releases of Debian by the major version of a nodejs in them. */
const RELEASES = { 20: 'trixie', 22: 'sid', 24: 'forky' };
/** No release has Node 26. The tests of 24 are as new, and node:tls of Node 26 passes all but five of them. */
const SUBSTITUTES = { 26: '24' };
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Returns the newest version that starts with the major version. A release may have several. */
function newestVersion(list, major) {
  const versions = list.split('\n').map((line) => line.split('|')[1]?.trim() ?? '');
  return versions.find((version) => version.startsWith(`${major}.`));
}

function download(release, major, folder) {
  const lists = path.join(folder, 'lists', 'partial');
  fs.mkdirSync(lists, { recursive: true });
  fs.writeFileSync(
    path.join(folder, 'sources.list'),
    `deb-src [signed-by=${KEYS}] http://deb.debian.org/debian ${release} main\n`,
  );
  const settings = {
    'Dir::Etc::SourceList': path.join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': path.join(folder, 'lists'),
    'Dir::Cache': folder,
    'APT::Sandbox::User': '',
  };
  const common = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const run = (...args) => {
    const all = ['-qq', ...common, ...args];
    const { status, stderr, error } = spawnSync('apt-get', all, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new UserError(`apt-get failed: ${error?.message ?? stderr.trim()}`);
  };
  run('update');
  const shown = spawnSync('apt-cache', [...common, 'madison', 'nodejs'], { encoding: 'utf8' });
  const version = newestVersion(shown.stdout ?? '', major);
  if (version === undefined) throw new UserError(`${release} does not have Node ${major}`);
  try {
    run('source', '--download-only', '--only-source', '--tar-only', `nodejs=${version}`);
  } catch (error) {
    // The archive of Node itself comes first; another one of the package may be missing.
    if (findArchive(folder) === undefined) throw error;
  }
}

const archivesIn = (folder) => fs.readdirSync(folder).filter((name) => name.startsWith('nodejs_'));
const findArchive = (folder) => archivesIn(folder).find((name) => /\.orig\.tar\.\w+$/.test(name));

/** Unpacks the tests, and what they read besides. */
function unpack(folder) {
  const archives = archivesIn(folder);
  const archive = findArchive(folder);
  if (archive === undefined) throw new UserError('the source package has no archive of Node');
  const parts = ['test', 'tools', 'lib'].map((name) => `*/${name}`);
  execFileSync('tar', ['-xf', archive, '--strip-components=1', '--wildcards', '--no-wildcards-match-slash', ...parts], { cwd: folder }); // prettier-ignore
  for (const name of archives) fs.rmSync(path.join(folder, name));
  return archive;
}

function main() {
  const [own] = process.versions.node.split('.');
  const major = SUBSTITUTES[own] ?? own;
  const release = RELEASES[major];
  if (release === undefined) throw new UserError(`no release of Debian has Node ${major}`);
  const home = path.join(cacheDir(), 'node-tests', major);
  if (!fs.existsSync(path.join(home, 'test'))) {
    const work = `${home}.${process.pid}`;
    fs.mkdirSync(work, { recursive: true });
    try {
      download(release, major, work);
      const archive = unpack(work);
      if (!archive.startsWith(`nodejs_${major}.`))
        throw new UserError(`${release} has ${archive}, not Node ${major}`);
      fs.rmSync(path.join(work, 'lists'), { recursive: true });
      fs.renameSync(work, home);
    } finally {
      fs.rmSync(work, { recursive: true, force: true });
    }
  }
  console.log(path.join(home, 'test'));
}

await runMain(main);
