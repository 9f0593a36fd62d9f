// The entry points `hermetic-ssl/addon/<target>` and `hermetic-ssl/addon/sea`, for applications that are made into one
// file. They must be imported before anything else of the package.

/** What the published package.json has of them. */
export const ENTRY_EXPORTS = {
  './addon/sea': {
    types: './dist/internal/sea-addon.d.ts',
    default: './dist/internal/sea-addon.js',
  },
  './addon/*': { types: './addon/addon.d.ts', default: './addon/*.js' },
};

/**
 * The files of a target's entry point. The call of `require` is what every bundler can follow to the binary, which it
 * then carries along. It has a file of its own: bundlers keep the order in which ES modules are evaluated, but put off
 * what CommonJS does.
 * @param {string} target for example linux-x64-gnu
 * @param {string} binary the request that its package answers with the binary
 * @returns {Record<string, string>} their texts
 */
export const entryFiles = (target, binary) => ({
  [`${target}.cjs`]: `'use strict';\nmodule.exports = require('${binary}');\n`,
  [`${target}.js`]: `import addon from './${target}.cjs';\nglobalThis[Symbol.for('hermetic-ssl.addon')] = addon;\n`,
});

export const ENTRY_TYPES =
  '/** Imported for its effect: it loads the addon of one platform. */\nexport {};\n';
