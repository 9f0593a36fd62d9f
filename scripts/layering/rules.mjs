// The rules of the architecture diagram as data: the scope, the pattern and the reason of each.

/**
 * A pattern that only some files may contain. Comments are removed before the search.
 * @typedef {{ name: string, why: string, where: RegExp, except?: RegExp, pattern: RegExp }} PatternRule
 */

const NATIVE = /^native\/.*\.(h|cc|inc)$/;
const LIB = /^lib\/.*\.ts$/;

/** lib files that may use node:crypto, only for its X509Certificate. */
export const X509_CERTIFICATE_USERS = [
  'lib/ssl/transport/net-socket-surface.ts',
  'lib/tls/certificate.ts',
];

/** lib files that use the runtime's TLS as a peer, and are not part of the package's own TLS. */
export const RUNTIME_TLS_USERS = [
  'lib/cli/bench/runtime.ts',
  'lib/cli/demo/node-client.ts',
  'lib/tls/runtime.ts',
];

/** lib files that measure the runtime's node:crypto. */
const RUNTIME_CRYPTO_USERS = ['lib/cli/bench/runtime.ts'];

/** lib files that have one object of exports, as the modules of Node that they stand for. */
export const DEFAULT_EXPORTERS = ['lib/tls.ts', 'lib/https.ts'];

const anyOf = (files) => new RegExp(`^(?:${files.join('|') || '(?!)'})$`);

/** @type {PatternRule[]} */
export const PATTERN_RULES = [
  {
    name: 'napi-only-in-napi',
    why: 'the work is testable without a JavaScript engine; only native/napi knows one exists',
    where: NATIVE,
    except: /^native\/napi\//,
    pattern: /#\s*include\s*[<"](?:napi|napi-inl|node_api\w*|js_native_api\w*)\.h[>"]/,
  },
  {
    name: 'base-without-openssl',
    why: 'native/base is what the work is written in: values and text, with nothing of OpenSSL',
    where: /^native\/base\//,
    pattern: /#\s*include\s*<openssl\//,
  },
  {
    name: 'free-only-in-ptr',
    why: 'an owning pointer frees what OpenSSL allocates; a free call elsewhere is a leak or a double free to come',
    where: NATIVE,
    except: /^native\/openssl\/ptr\.h$/,
    pattern: /\b\w+_free(?:_all|_ex)?\s*\(/,
  },
  {
    name: 'error-queue-only-in-error',
    why: 'the error queue is captured at the failing call, by one function; a second reader finds it empty',
    where: NATIVE,
    except: /^native\/openssl\/error\.cc$/,
    pattern: /\bERR_(?:get_error|peek|clear)\w*/,
  },
  {
    name: 'js-errors-only-in-throw',
    why: 'lib/errors.ts builds the error classes; native code returns records, and throw.cc reports a broken contract',
    where: NATIVE,
    except: /^native\/napi\/throw\.cc$/,
    pattern: /\b(?:Type|Range|Syntax)?Error::New\s*\(|\bnapi_(?:throw|create)_(?:\w+_)?error\b/,
  },
  {
    name: 'no-memcmp',
    why: 'memcmp leaks where secrets differ: CRYPTO_memcmp for secrets, std::equal for public data',
    where: NATIVE,
    pattern: /\bmemcmp\s*\(/,
  },
  {
    name: 'addon-only-in-internal',
    why: 'lib/internal alone finds and loads the addon (load-addon.ts), and types what it exports',
    where: LIB,
    except: /^lib\/internal\//,
    pattern: /\bcreateRequire\b|\bprocess\.dlopen\b|\brequire\s*\(|['"`][^'"`\n]*\.node['"`]/,
  },
  {
    name: 'no-runtime-tls',
    why: "the package exists to be independent of the runtime's own OpenSSL (types may be imported)",
    where: LIB,
    except: anyOf(RUNTIME_TLS_USERS),
    pattern: /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*['"](?:node:)?tls['"]/,
  },
  {
    name: 'no-runtime-crypto',
    why: "the package exists to be independent of the runtime's own OpenSSL (types may be imported)",
    where: LIB,
    except: anyOf([...X509_CERTIFICATE_USERS, ...RUNTIME_CRYPTO_USERS]),
    pattern: /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*['"](?:node:)?crypto['"]/,
  },
  {
    name: 'no-enum',
    why: 'enum emits code and cannot hold bigint; an `as const` object with a type of the same name does',
    where: LIB,
    pattern: /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w+/m,
  },
  {
    name: 'changes-wake-connections',
    why: 'a connection keeps the settings of its making: changing() makes those first that do not exist yet (lib/ssl/engine/dormant.ts)',
    where: LIB,
    except: /^lib\/internal\//,
    pattern: /\bbinding\.context(?:Add|Load|Replace|Set)\w+\((?!\s*changing\()/,
  },
  {
    name: 'no-default-export',
    why: 'a name is the same wherever it is imported',
    where: LIB,
    except: anyOf(DEFAULT_EXPORTERS),
    pattern: /\bexport\s+default\b|\bas\s+default\b/,
  },
];

const BASE = ['base', 'openssl', 'threads'];

/** The folders of native/ that a folder of native/ may include, besides itself. */
export const MAY_INCLUDE = {
  base: [],
  openssl: ['base'],
  threads: ['base', 'openssl'],
  entropy: BASE,
  digest: BASE,
  kdf: BASE,
  input: BASE,
  trust: [...BASE, 'input'],
  tls: [...BASE, 'input', 'trust'],
  transport: BASE,
  stream: [...BASE, 'tls', 'transport'],
  napi: [
    ...[...BASE, 'entropy', 'digest', 'kdf', 'input', 'trust', 'tls'],
    ...['transport', 'stream'],
  ],
};

const ssl = (name) => `lib/ssl/${name}.ts`;
/**
 * The circles of imports, of types too, that there may be: every file of a circle is in one of these lists. This one is the
 * public classes, whose signatures name each other (a context makes sockets, a socket has a context).
 */
export const CIRCLES = [
  [
    ...['context', 'object', 'socket', 'connection-info', 'session', 'callbacks'],
    ...['wrap-options', 'with-connection-info', 'transport/net-socket-surface'],
  ].map(ssl),
];

/** The engine's own view of a context is lib/ssl/engine/context.ts. */
export const ENGINE = /^lib\/ssl\/engine\//;
export const CONTEXT = ssl('context');

/** Rules that need more than a pattern; check-layering.mjs has their code. */
export const WHY = {
  includes:
    'arrows of the picture point one way: napi, then the work (siblings apart), then native/openssl, then native/base',
  circles:
    'a file of a circle cannot be read without the others; only public classes that name each other may form one',
  'engine-context':
    'the engine knows the members of a context that it uses (lib/ssl/engine/context.ts), not the class that uses it',
  'file-length':
    'a file of more than 400 lines of code has two responsibilities (line 1 of generated and table files says so)',
  'errors-without-addon':
    'an error class can be imported where the addon cannot be loaded, or need not be',
  map: 'native/README.md is the map of the C++ files, with each of them in one row',
  sources: 'native/sources.json is the one source list of both builds',
};

export const MAX_LINES = 400;
