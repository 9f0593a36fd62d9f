// Gives both builds of the addon one field of the private OpenSSL: its version, or the path of a link to it below the
// clone, relative and without spaces, regardless of the cache's own path. Builds OpenSSL first if necessary.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureOpenssl } from './ensure.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { runMain, UserError } from '../lib/user-error.mjs';

const LINKS = 'deps/openssl/linked';

await runMain(async () => {
  const { field } = parseArgs({ options: { field: { type: 'string' } } }).values;
  const openssl = await ensureOpenssl();
  if (field === 'version') return console.log(openssl.version);
  if (field === 'root') return console.log(link(openssl));
  throw new UserError('usage: node scripts/openssl/link.mjs --field root|version');
});

// A name per build changes the compiler's command line, so that make recompiles after a change of channel.
function link({ prefix, version, key }) {
  const name = `${LINKS}/${version}-${key}`;
  const absolute = path.join(repoRoot, name);
  fs.mkdirSync(path.dirname(absolute), { recursive: true });
  if (!pointsTo(absolute, prefix)) replaceLink(absolute, prefix);
  return name;
}

function pointsTo(absolute, prefix) {
  try {
    return fs.readlinkSync(absolute) === prefix;
  } catch {
    return false;
  }
}

// Done by a rename, since two builds may do this at once.
function replaceLink(absolute, prefix) {
  const temporary = `${absolute}.${process.pid}`;
  fs.rmSync(temporary, { force: true });
  fs.symlinkSync(prefix, temporary, process.platform === 'win32' ? 'junction' : 'dir');
  fs.renameSync(temporary, absolute);
}
