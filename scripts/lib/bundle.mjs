// The JavaScript of dist/: the modules of lib/ in a few files. Node finds, reads and links each module of a package, and 120
// small ones take longer than all that they do.
import path from 'node:path';
import { readManifest } from './manifest.mjs';
import { repoRoot } from './paths.mjs';
import { UserError } from './user-error.mjs';

/** The modules that have a file of their own, since somebody names it: a user, package.json, or an application's bundle. */
const ENTRIES = [
  'cli/main',
  'cli/demo/node-client',
  'cli/development-authority',
  'internal/binding',
];

/** What must run before `internal/core`, which loads the addon at once: it takes along what both need. */
const ALONE = 'internal/sea-addon';

/** Where the other modules go; the first that fits. What `hashlib` needs is apart from what only `ssl` needs. */
const GROUPS = [
  ['cli/shared', /^cli\/(?:development-authority|info|report)\.ts$/],
  ['cli/demo/steps', /^cli\/demo\/(?!node-client)/],
  ['internal/tls', /^ssl(?:\.ts$|\/)/],
  ['internal/core', /^(?:(?:errors|hashlib|hmac|os|secrets)\.ts$|generated\/|internal\/)/],
];

const LIB = path.join(repoRoot, 'lib');
const within = (pattern) => (file) =>
  pattern.test(path.relative(LIB, file).replaceAll(path.sep, '/'));
const groups = GROUPS.map(([name, pattern]) => ({ name, test: within(pattern) }));

/** What a package's user may import: lib/<name>.ts for each. */
function publicEntries({ exports }) {
  return Object.values(exports)
    .map((entry) => /^\.\/dist\/(.+)\.js$/.exec(entry.default ?? '')?.[1])
    .filter((name) => name !== undefined);
}

/** Rolldown gives a path only to a module with a place in GROUPS; the command line's own are left, and its runtime. */
const fileOf = (name) => (name.includes('/') ? `${name}.js` : `cli/${name}.js`);

const IMPORT = /^import (?:(\w+)(?:, )?)?(?:\{ ([^}]*) \})? ?from "(node:[\w/]+)";$/gm;

/**
 * Node fills an ES module's view of node:fs with all that it exports, and loads its streams and promises for that: 2 ms, which
 * the module itself does not take.
 */
function loadBuiltins(code) {
  const text = code.replaceAll(IMPORT, (_, whole, names, specifier) => {
    const found = `process.getBuiltinModule("${specifier}")`;
    const parts = names && `{ ${names.replaceAll(' as ', ': ')} }`;
    if (!whole) return `const ${parts} = ${found};`;
    return `const ${whole} = ${found}${parts ? `, ${parts} = ${whole}` : ''};`;
  });
  const left = /^import .*"node:.*/m.exec(text);
  if (left) throw new UserError(`an import that scripts/lib/bundle.mjs cannot read: ${left[0]}`);
  return text;
}

const RUNTIME = 'cli/rolldown-runtime.js';
const RUNTIME_IMPORT = /^import \{ __exportAll \} from ".*\/rolldown-runtime\.js";$/m;

/** What `import * as ssl` gives, as rolldown's runtime makes it, with less to allocate for each member. */
const EXPORT_ALL = `const __exportAll = (members) => {
	const property = { get: undefined, enumerable: true, configurable: false };
	for (const name in members) {
		property.get = members[name];
		Object.defineProperty(members, name, property);
	}
	return Object.defineProperty(members, Symbol.toStringTag, { value: "Module" });
};`;

/** Rolldown keeps its runtime in a file of its own, which takes longer to find than to write down where it is needed. */
function carryRuntime(code) {
  const text = code.replace(RUNTIME_IMPORT, EXPORT_ALL);
  if (text.includes('/rolldown-runtime.js"'))
    throw new UserError('rolldown uses more of its runtime than scripts/lib/bundle.mjs knows');
  return text;
}

const plugin = {
  name: 'hermetic-ssl',
  renderChunk: (code) => ({ code: carryRuntime(loadBuiltins(code)), map: null }),
  generateBundle(_options, files) {
    delete files[RUNTIME];
  },
};

/**
 * Comments stay in the declarations, where a user's editor finds them.
 * @param {string} folder where the files are written
 */
export async function bundle(folder) {
  const manifest = readManifest();
  const shared = { groups, includeDependenciesRecursively: false };
  await write(folder, manifest, [...publicEntries(manifest), ...ENTRIES], shared);
  await write(folder, manifest, [ALONE], false);
}

async function write(folder, manifest, names, codeSplitting) {
  const { rolldown } = await import('rolldown'); // not above: who builds installs it first
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
    // A twentieth less to import. Functions and classes keep their names, and the lines stay, for stack traces.
    minify: { mangle: { keepNames: true }, compress: false, codegen: false },
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await built.close();
}
