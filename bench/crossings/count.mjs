// Counts the calls of each function of the addon in this process. Preload it with --import; the measured server
// (bench/tls/serving.mjs) reports the counts.
import { createRequire } from 'node:module';

const addon = createRequire(import.meta.url)('../../build/Release/hermetic_ssl.node');
const counts = new Map();

for (const [name, value] of Object.entries(addon)) {
  if (typeof value !== 'function') continue;
  addon[name] = (...values) => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return value(...values);
  };
}

// The package uses the addon that an application carries (lib/internal/load-addon.ts).
globalThis[Symbol.for('hermetic-ssl.addon')] = addon;
globalThis[Symbol.for('hermetic-ssl.crossings')] = () => Object.fromEntries(counts);
