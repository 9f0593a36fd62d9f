// Prints HERMETIC_HOST_FUNCTION(name) for every function of the Node-API version that the addon is compiled for, for
// native/napi/host_functions_windows.cc.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { repoRoot } from './lib/paths.mjs';

const sources = JSON.parse(fs.readFileSync(path.join(repoRoot, 'native', 'sources.json'), 'utf8'));
const version = sources.defines.find((define) => define.startsWith('NAPI_VERSION=')).slice(13);
const { symbols } = createRequire(import.meta.url)('node-api-headers');
const { js_native_api_symbols: engine, node_api_symbols: runtime } = symbols[`v${version}`];
for (const name of [...engine, ...runtime]) console.log(`HERMETIC_HOST_FUNCTION(${name})`);
