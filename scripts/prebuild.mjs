// Makes the prebuilt binaries, prebuilds/<target>/hermetic_ssl.node, on one Linux machine for every platform.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { installDependencies } from './lib/dependencies.mjs';
import { ensureOpenssl } from './openssl/ensure.mjs';
import { repoRoot } from './lib/paths.mjs';
import { runMain, UserError } from './lib/user-error.mjs';
import { zigPrograms } from './lib/zig.mjs';
import { hostTarget, TARGETS } from './prebuild/targets.mjs';

const USAGE = `usage: node scripts/prebuild.mjs [--target NAME]... [--all] [--channel lts|latest] [--out DIR]
  --target   one of ${Object.keys(TARGETS).join(', ')}; without any, this machine's
  --out      instead of prebuilds/`;

/**
 * @param {string} name
 * @param {{ channel?: string, out?: string }} [options]
 * @returns {Promise<string>} the binary
 */
export async function prebuild(name, { channel, out = path.join(repoRoot, 'prebuilds') } = {}) {
  const target = TARGETS[name];
  Object.assign(process.env, await zigPrograms(target.zig), {
    HERMETIC_OPENSSL_TARGET: target.openssl,
    HERMETIC_PREBUILD_TARGET: name,
    ...(channel ? { HERMETIC_OPENSSL_CHANNEL: channel } : {}),
  });
  const openssl = await ensureOpenssl();
  const cwd = path.join(repoRoot, `build-prebuild-${name}`);
  fs.rmSync(cwd, { recursive: true, force: true });
  fs.mkdirSync(cwd);
  const { default: prebuildify } = await import('prebuildify');
  await promisify(prebuildify)({
    cwd,
    name: 'hermetic_ssl',
    napi: true,
    targets: [process.versions.node],
    platform: target.os,
    arch: target.cpu,
    nodeGyp: path.join(repoRoot, 'scripts', 'prebuild', 'compile.mjs'),
  });
  const made = path.join(cwd, 'prebuilds', `${target.os}-${target.cpu}`, 'hermetic_ssl.node');
  const file = path.join(out, name, 'hermetic_ssl.node');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.copyFileSync(made, file); // not renamed: `out` may be on another file system
  // Writes the package's information about the OpenSSL in the binary.
  for (const part of ['LICENSE.txt', 'build-info.json'])
    fs.copyFileSync(
      path.join(openssl.prefix, part),
      path.join(path.dirname(file), `openssl-${part}`),
    );
  fs.rmSync(cwd, { recursive: true, force: true });
  return file;
}

function parse(args) {
  const options = {
    target: { type: 'string', multiple: true },
    all: { type: 'boolean' },
    channel: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UserError(`${error.message}\n${USAGE}`);
  }
}

function namesOf({ all, target = [] }) {
  if (all) return Object.keys(TARGETS);
  const names = target.length > 0 ? target : [hostTarget()].filter(Boolean);
  const unknown = names.find((name) => !Object.hasOwn(TARGETS, name));
  if (names.length === 0 || unknown)
    throw new UserError(`${unknown ? `unknown target "${unknown}"` : 'which target?'}\n${USAGE}`);
  return names;
}

if (process.argv[1] === import.meta.filename) {
  await runMain(async () => {
    const { help, ...options } = parse(process.argv.slice(2));
    if (help) return console.log(USAGE);
    await installDependencies();
    const out = options.out && path.resolve(options.out);
    for (const name of namesOf(options))
      console.log(await prebuild(name, { ...options, ...(out ? { out } : {}) }));
  });
}
