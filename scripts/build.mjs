// Builds everything that a user runs: node_modules, the private OpenSSL, the addon (by node-gyp, or by CMake with
// --cmake) and dist/. Builds only what is out of date.
import { parseArgs } from 'node:util';
import { buildAddonByCmake, buildAddonByGyp } from './lib/build-addon.mjs';
import { installDependencies } from './lib/dependencies.mjs';
import { ensureOpenssl } from './openssl/ensure.mjs';
import { runMain, UserError } from './lib/user-error.mjs';
import { compileTypescript } from './lib/typescript.mjs';

const USAGE = `usage: node scripts/build.mjs [--channel lts|latest] [--cmake] [--build-dir DIR] [--sanitizer address|undefined|address,undefined|thread]
  --cmake       by cmake-js, into build-cmake/ (or DIR), instead of node-gyp into build/
  --sanitizer   implies --cmake; into build-<sanitizer>/, build-address-undefined/ for two`;

/** @param {{ channel?: string, cmake?: boolean, buildDir?: string, sanitizer?: string }} [options] */
export async function build({ channel, cmake = false, buildDir, sanitizer } = {}) {
  if (channel) process.env.HERMETIC_OPENSSL_CHANNEL = channel;
  await installDependencies();
  await ensureOpenssl();
  const binary =
    cmake || sanitizer ? await buildAddonByCmake({ buildDir, sanitizer }) : await buildAddonByGyp();
  await compileTypescript();
  return binary;
}

function parse(args) {
  const options = {
    channel: { type: 'string' },
    cmake: { type: 'boolean' },
    'build-dir': { type: 'string' },
    sanitizer: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  };
  try {
    const { 'build-dir': buildDir, ...rest } = parseArgs({ args, options }).values;
    return { buildDir, ...rest };
  } catch (error) {
    throw new UserError(`${error.message}\n${USAGE}`);
  }
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const { help, ...options } = parse(process.argv.slice(2));
    if (help) return console.log(USAGE);
    console.log(`built ${await build(options)}`);
  });
}
