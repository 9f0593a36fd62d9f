// node build-vite.mjs <node_modules of the tools> <entry> <cjs|esm> <folder> <file>
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, entry, format, outDir, entryFileNames] = process.argv.slice(2);
const vite = path.join(modules, 'vite', 'dist', 'node', 'index.js');
const { build } = await import(pathToFileURL(vite).href);
await build({
  logLevel: 'warn',
  configFile: false,
  ssr: { noExternal: true },
  build: {
    ssr: entry,
    outDir,
    ssrEmitAssets: true,
    rolldownOptions: {
      moduleTypes: { '.node': 'copy' },
      output: { format, entryFileNames },
    },
  },
});
