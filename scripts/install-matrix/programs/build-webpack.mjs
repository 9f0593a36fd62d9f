// node build-webpack.mjs <node_modules of the tools> <entry> <cjs|esm> <folder> <file>
import { createRequire } from 'node:module';
import path from 'node:path';

const [modules, entry, format, folder, filename] = process.argv.slice(2);
const webpack = createRequire(path.join(modules, 'x.js'))('webpack');
const isEsm = format === 'esm';
const configuration = {
  mode: 'production',
  target: 'node20',
  entry: path.resolve(entry),
  output: {
    path: folder,
    filename,
    publicPath: '',
    assetModuleFilename: '[name][ext]',
    ...(isEsm ? { module: true, chunkFormat: 'module', library: { type: 'module' } } : {}),
  },
  experiments: { outputModule: isEsm },
  module: { rules: [{ test: /\.node$/, type: 'asset/resource' }] },
  optimization: { minimize: false }, // for the time that it takes
};
webpack(configuration, (error, stats) => {
  if (error || stats.hasErrors() || stats.hasWarnings()) {
    console.error(error ?? stats.toString({ all: false, errors: true, warnings: true }));
    process.exitCode = 1;
  }
});
