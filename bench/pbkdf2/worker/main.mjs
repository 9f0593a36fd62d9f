// The measured process: reads one JSON command a line, answers each with one JSON line. Runs in Node, Bun and Deno.
//   <runtime> main.mjs hermetic|crypto|webcrypto|noble
import process from 'node:process';
import { createInterface } from 'node:readline';

import { implementation } from './implementations.mjs';
import { runLoad } from './load.mjs';
import { callOf, runWindow } from './window.mjs';

const HASHES = ['sha1', 'sha256', 'sha512'];
const [, , kind] = process.argv;
const engine = await implementation(kind);

function runtimeName() {
  if (process.versions.bun !== undefined) return `Bun ${process.versions.bun}`;
  if (globalThis.Deno !== undefined) return `Deno ${globalThis.Deno.version.deno}`;
  return `Node ${process.versions.node}`;
}

/**
 * Returns the addon's engines for this processor, and for each hash the kernels that it tested, timed and chooses from;
 * null from a build that does not report them. Call it after the first derivation, which reads HERMETIC_PBKDF2_ENGINE.
 */
async function engines() {
  if (kind !== 'hermetic') return null;
  const { binding } = await import('../../../dist/internal/native/binding.js');
  if (binding.pbkdf2Kernels === undefined) return null;
  const kernels = HASHES.map((hash) => [hash, binding.pbkdf2Kernels(hash)]);
  return { names: binding.pbkdf2Engines(), kernels: Object.fromEntries(kernels) };
}

async function cryptoLibrary() {
  if (kind === 'noble') return 'JavaScript';
  if (kind === 'hermetic') return (await import('hermetic-ssl/ssl')).OPENSSL_VERSION;
  // Bun and Deno report a version for compatibility, but use another library.
  if (process.versions.bun !== undefined) return 'BoringSSL';
  return globalThis.Deno === undefined ? `OpenSSL ${process.versions.openssl}` : 'Rust crates';
}

/** Derives a key with each hash, to compare all peers' results. */
async function answers() {
  const derive = engine.derive ?? engine.deriveSync;
  const keys = HASHES.map((hash) => derive(...callOf({ hash, iterations: [100], length: 80 }, 0)));
  return (await Promise.all(keys)).map((key) => Buffer.from(key).toString('hex'));
}

const COMMANDS = {
  info: async () => ({
    answers: await answers(),
    runtime: runtimeName(),
    library: await cryptoLibrary(),
    modes: [
      ...(engine.deriveSync === undefined ? [] : ['sync']),
      ...(engine.derive === undefined ? [] : ['async']),
    ],
    isConfigurable: engine.configure !== undefined,
    engines: await engines(),
  }),
  configure: async ({ options }) => {
    await engine.configure(options);
    return {};
  },
  window: (wish) => runWindow(engine, wish),
  load: (wish) => runLoad(engine, wish),
};

async function answer(line) {
  const command = JSON.parse(line);
  try {
    return { value: await COMMANDS[command.name](command) };
  } catch (error) {
    return { error: String(error?.message ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
process.exit(0);
