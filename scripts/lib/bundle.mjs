// Bundles the modules of lib/ into the few JavaScript files of dist/. Node finds, reads and links each module of a
// package; for 120 small ones this takes longer than running them.
import path from 'node:path';
import { readManifest } from './manifest.mjs';
import { repoRoot } from './paths.mjs';
import { UserError } from './user-error.mjs';

/** Modules with their own file, because users, package.json, or an application's bundle refer to it. */
const ENTRIES = [
  'errors',
  'cli/main',
  'cli/demo/node-client',
  'cli/development-authority',
  'internal/native/binding',
];

/** Code that must run before `internal/core`, which loads the addon at once; it includes what both need. */
const ALONE = 'internal/sea-addon';

/** lib/errors.ts and its imports, which do not load the addon. */
const ERRORS = /^(?:errors|generated\/constants|internal\/system-error)\.ts$/;

/** The files for the other modules; the first match counts. Code for `hashlib` is separate from code for `ssl` alone. */
const GROUPS = [
  ['cli/table', /^cli\/(?:commands\.ts$|commands\/|frame\/)/], // does not load the addon
  ['cli/shared', /^cli\/(?:development-authority|info|report)\.ts$/],
  ['cli/demo/steps', /^cli\/demo\/(?!node-client)/],
  ['internal/errors', ERRORS],
  ['internal/tls', /^ssl(?:\.ts$|\/)/],
  ['internal/node-tls', /^(?:tls\.ts$|tls\/)/],
  [
    'internal/core',
    /^(?:(?:errors|hashlib|hmac|os|secrets)\.ts$|(?:generated|hashlib|internal|secrets)\/)/,
  ],
];

const LIB = path.join(repoRoot, 'lib');
const within = (pattern) => (file) =>
  pattern.test(path.relative(LIB, file).replaceAll(path.sep, '/'));
const groups = GROUPS.map(([name, pattern]) => ({ name, test: within(pattern) }));

/** The entry points that users may import: lib/<name>.ts for each. */
function publicEntries({ exports }) {
  return Object.values(exports)
    .map((entry) => /^\.\/dist\/(.+)\.js$/.exec(entry.default ?? '')?.[1])
    .filter((name) => name !== undefined);
}

/** Rolldown gives a path only to a module in GROUPS; the others are the command line's own, and the runtime. */
const fileOf = (name) => (name.includes('/') ? `${name}.js` : `cli/${name}.js`);

/**
 * Returns the statement for the import of a builtin.
 *
 * An import of node:fs in an ES module makes Node read all its exports, and load streams and promises for that: 2 ms,
 * which the module itself does not need.
 */
function builtin({ specifiers, source }) {
  if (specifiers.length === 0) return '';
  const found = `process.getBuiltinModule("${source.value}")`;
  const whole = specifiers.find(({ type }) => type !== 'ImportSpecifier')?.local.name;
  const names = specifiers
    .filter(({ type }) => type === 'ImportSpecifier')
    .map(({ imported, local }) =>
      imported.name === local.name ? local.name : `${imported.name}: ${local.name}`,
    );
  const parts = names.length > 0 ? [`{ ${names.join(', ')} } = ${whole ?? found}`] : [];
  return `const ${[...(whole ? [`${whole} = ${found}`] : []), ...parts].join(', ')};`;
}

const RUNTIME = 'cli/rolldown-runtime.js';

/** Makes the value of `import * as ssl` like rolldown's runtime, with fewer allocations for each member. */
const EXPORT_ALL = `const __exportAll = (members) => {
	const property = { get: undefined, enumerable: true, configurable: false };
	for (const name in members) {
		property.get = members[name];
		Object.defineProperty(members, name, property);
	}
	return Object.defineProperty(members, Symbol.toStringTag, { value: "Module" });
};`;

/**
 * Returns the statement for the import of rolldown's runtime, which is in a separate file: that takes longer to find than a
 * copy where it is needed.
 */
function runtime({ specifiers }) {
  if (specifiers.some(({ imported }) => imported.name !== '__exportAll'))
    throw new UserError('rolldown uses more of its runtime than scripts/lib/bundle.mjs knows');
  return EXPORT_ALL;
}

/** Returns the statement that takes the place of an import; undefined for a statement that stays. */
function replacement(statement) {
  if (statement.type !== 'ImportDeclaration') return undefined;
  if (statement.source.value.startsWith('node:')) return builtin(statement);
  return statement.source.value.endsWith('/rolldown-runtime.js') ? runtime(statement) : undefined;
}

/** @param {string} code a chunk, and its syntax tree */
function replaceImports(code, { body }) {
  let text = '';
  let end = 0;
  for (const statement of body) {
    const other = replacement(statement);
    if (other === undefined) continue;
    text += code.slice(end, statement.start) + other;
    ({ end } = statement);
  }
  return text + code.slice(end);
}

const plugin = {
  name: 'hermetic-ssl',
  renderChunk(code) {
    return { code: replaceImports(code, this.parse(code)), map: null };
  },
  generateBundle(_options, files) {
    delete files[RUNTIME];
  },
};

/**
 * Comments stay in the declarations, where editors find them.
 * @param {string} folder output folder
 */
export async function bundle(folder) {
  const manifest = readManifest();
  const shared = { groups, includeDependenciesRecursively: false };
  await write(folder, manifest, [...publicEntries(manifest), ...ENTRIES], shared);
  await write(folder, manifest, [ALONE], false);
}

async function write(folder, manifest, names, codeSplitting) {
  const { rolldown } = await import('rolldown'); // not imported at the top: a build installs it first
  const file = (name) => path.join(LIB, `${name}.ts`);
  const built = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, file(name)])),
    platform: 'node',
    tsconfig: path.join(repoRoot, 'tsconfig.json'),
    transform: { define: { HERMETIC_SSL_VERSION: JSON.stringify(manifest.version) } },
    preserveEntrySignatures: 'allow-extension', // of GROUPS that take no dependencies along
    plugins: [plugin],
  });
  await built.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: ({ name }) => fileOf(name),
    codeSplitting,
    minifyInternalExports: false,
    // Makes the import 5 % faster. Functions and classes keep their names, and line breaks stay, for stack traces.
    minify: { mangle: { keepNames: true }, compress: false, codegen: false },
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await built.close();
}
