// The entry points `hermetic-ssl/addon/<target>` and `hermetic-ssl/addon/sea`, for applications that are bundled into
// one file. They must be imported before any other part of the package.

/** Their entries in the published package.json. */
export const ENTRY_EXPORTS = {
  './addon/sea': {
    types: './dist/internal/sea-addon.d.ts',
    default: './dist/internal/sea-addon.js',
  },
  './addon/*': { types: './addon/addon.d.ts', default: './addon/*.js' },
};

/**
 * Returns the files of a target's entry point. The call of `require` lets every bundler find and include the binary. It
 * is in a separate file, because bundlers keep the order in which ES modules are evaluated, but defer CommonJS modules.
 * @param {string} target for example linux-x64-gnu
 * @param {string} binary the request that its package answers with the binary
 * @returns {Record<string, string>} their contents
 */
export const entryFiles = (target, binary) => ({
  [`${target}.cjs`]: `'use strict';\nmodule.exports = require('${binary}');\n`,
  [`${target}.js`]: `import addon from './${target}.cjs';\nglobalThis[Symbol.for('hermetic-ssl.addon')] = addon;\n`,
});

export const ENTRY_TYPES =
  '/** Imported for its effect: it loads the addon of one platform. */\nexport {};\n';
