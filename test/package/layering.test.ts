// Each rule of scripts/check-layering.mjs fires on a small bad tree, and the repository itself is clean.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const repoRoot = path.resolve(import.meta.dirname, '..', '..');
const script = path.join(repoRoot, 'scripts', 'check-layering.mjs');

function check(root: string) {
  const result = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
  return { status: result.status, output: result.stdout + result.stderr };
}

/** Checks a tree of the given files; every .cc file is listed in native/sources.json unless the tree has its own. */
function checkFiles(files: Record<string, string>) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'layering-'));
  try {
    const sources = Object.keys(files).filter((name) => name.endsWith('.cc'));
    const tree = { 'native/sources.json': JSON.stringify({ sources }), ...files };
    for (const [name, text] of Object.entries(tree)) {
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), text);
    }
    return check(root);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** [rule, file, text that breaks it] */
const violations: [string, string, string][] = [
  ['napi-only-in-napi', 'native/tls/context/context.h', '#include <napi.h>\n'],
  ['napi-only-in-napi', 'native/openssl/error.h', '#include <node_api.h>\n'],
  ['free-only-in-ptr', 'native/tls/context/context.cc', 'void F(SSL* s) { SSL_free(s); }\n'],
  ['free-only-in-ptr', 'native/openssl/error.cc', 'void F(BIO* b) { BIO_free_all(b); }\n'],
  ['error-queue-only-in-error', 'native/tls/status.cc', 'auto code = ERR_peek_last_error();\n'],
  ['error-queue-only-in-error', 'native/napi/addon.cc', 'ERR_clear_error();\n'],
  ['error-queue-only-in-error', 'native/digest/mac.cc', 'auto code = ERR_get_error();\n'],
  ['js-errors-only-in-throw', 'native/napi/hash.cc', 'throw Napi::Error::New(env, "no");\n'],
  ['js-errors-only-in-throw', 'native/napi/hash.cc', 'throw Napi::TypeError::New(env, "no");\n'],
  ['js-errors-only-in-throw', 'native/napi/hash.cc', 'napi_throw_type_error(env, code, text);\n'],
  ['no-memcmp', 'native/digest/compare.cc', 'return memcmp(a, b, n) == 0;\n'],
  ['includes', 'native/tls/context/context.cc', '#include "native/digest/hash.h"\n'],
  ['includes', 'native/trust/system_roots.h', '#include "native/tls/context/context.h"\n'],
  ['includes', 'native/kdf/pbkdf2.cc', '#include "../napi/convert.h"\n'],
  ['includes', 'native/openssl/error.cc', '#include "native/threads/pool.h"\n'],
  ['includes', 'native/misc/misc.cc', 'int x;\n'],
  ['addon-only-in-internal', 'lib/os.ts', "import { createRequire } from 'node:module';\n"],
  ['addon-only-in-internal', 'lib/ssl/context.ts', "load('../build/Release/hermetic_ssl.node');\n"],
  ['no-runtime-tls', 'lib/ssl/socket.ts', "import { TLSSocket } from 'node:tls';\n"],
  ['no-runtime-crypto', 'lib/hmac.ts', "const c = await import('node:crypto');\n"],
  ['no-enum', 'lib/constants.ts', 'export enum VerifyMode { CERT_NONE }\n'],
  [
    'changes-wake-connections',
    'lib/ssl/context.ts',
    'binding.contextSetVerifyDepth(this.handle, 1);\n',
  ],
  ['no-default-export', 'lib/hmac.ts', 'export default 1;\n'],
  ['file-length', 'lib/ssl/context.ts', 'let long;\n'.repeat(401)],
  ['sources', 'native/sources.json', '{ "sources": ["native/tls/gone.cc"] }\n'],
];

/** [what, files] */
const circles: [string, Record<string, string>][] = [
  [
    'values',
    {
      'lib/ssl/alpn.ts': "import { b } from './names.js';\n",
      'lib/ssl/names.ts': "import { a } from './alpn.js';\n",
    },
  ],
  [
    'types',
    {
      'lib/ssl/alpn.ts': "import type { B } from './names.js';\n",
      'lib/ssl/names.ts': "import { type C } from './engine/codes.js';\n",
      'lib/ssl/engine/codes.ts': "export type { A } from '../alpn.js';\n",
    },
  ],
  [
    'a public class and another file',
    {
      'lib/ssl/context.ts': "import { SSLObject } from './object.js';\n",
      'lib/ssl/object.ts': "import { type C } from './alpn.js';\n",
      'lib/ssl/alpn.ts': "import type { SSLContext } from './context.js';\n",
    },
  ],
];

describe('check-layering', () => {
  it.each(violations)('reports %s in %s', (rule, file, text) => {
    const { status, output } = checkFiles({ [file]: text });
    expect(status).toBe(1);
    expect(output).toContain(`${rule}: `);
    expect(output).toMatch(/ {4}because \S/);
    expect(output).toContain(' 1 violations');
  });

  it('reports a source file that the list does not name', () => {
    const { status, output } = checkFiles({
      'native/tls/context/context.cc': 'int x;\n',
      'native/sources.json': '{ "sources": [] }',
    });
    expect(status).toBe(1);
    expect(output).toContain('native/tls/context/context.cc:1: sources');
  });

  it('reports a way from the errors to the addon, however long, except for types', () => {
    const binding = { 'lib/internal/native/binding.ts': 'export const binding = 1;\n' };
    const errors = (text: string) =>
      checkFiles({
        ...binding,
        'lib/errors.ts': text,
        'lib/internal/a.ts': "export * from './b.js';\n",
        'lib/internal/b.ts': "import {\n  binding,\n} from './native/binding.js';\nbinding;\n",
      });
    const { status, output } = errors("import { a } from './internal/a.js';\na;\n");
    expect(status).toBe(1);
    expect(output).toContain('lib/errors.ts:1: errors-without-addon');
    expect(errors("import './internal/b.js';\n").status).toBe(1);
    expect(errors("import type { A } from './internal/a.js';\n").status).toBe(0);
  });

  it('names the line of a violation', () => {
    const { output } = checkFiles({ 'native/tls/a.cc': 'int a;\n\n  SSL_free(s);\n' });
    expect(output).toContain('native/tls/a.cc:3: free-only-in-ptr');
  });

  it.each(circles)('reports a circle of %s', (_what, files) => {
    const { status, output } = checkFiles(files);
    expect(status).toBe(1);
    expect(output).toContain('lib/ssl/alpn.ts:1: circles: circle of lib/ssl/');
    expect(output).toContain(' 1 violations');
  });

  it('reports an engine that imports SSLContext, for its type too', () => {
    const { status, output } = checkFiles({
      'lib/ssl/context.ts': 'export class SSLContext {}\n',
      'lib/ssl/engine/connection.ts':
        "// from '../../ssl/context.js'\nimport type { SSLContext } from '../context.js';\n",
      'lib/ssl/engine/dormant.ts': "// import type { SSLContext } from '../context.js';\n",
    });
    expect(status).toBe(1);
    expect(output).toContain('lib/ssl/engine/connection.ts:1: engine-context: ');
    expect(output).toContain(' 1 violations');
  });

  it('compares the map of the C++ files with the files', () => {
    const row = (names: string) =>
      `| folder | files |\n|---|---|\n| \`tls/\` | ${names} | work |\n`;
    const files = { 'native/tls/a.cc': 'int a;\n', 'native/tls/b_posix.cc': 'int b;\n' };
    const found = (names: string) =>
      checkFiles({ ...files, 'native/README.md': row(names) }).output.match(/map: .*/g) ?? [];
    expect(found('`a`, `b`')).toEqual([]);
    expect(found('`*`')).toEqual([]);
    expect(found('`a`')).toEqual(['map: native/tls/b is in 0 rows']);
    expect(found('`a`, `b`, `c`')).toEqual(['map: native/tls/c does not exist']);
    expect(found('`a*`, `a`, `b`')).toEqual(['map: native/tls/a is in 2 rows']);
  });

  it('accepts the circle of the public classes', () => {
    const { output } = checkFiles({
      'lib/ssl/context.ts': "import { SSLObject } from './object.js';\n",
      'lib/ssl/object.ts': "import type { SSLContext } from './context.js';\n",
    });
    expect(output).toContain(' 0 violations');
  });

  it('accepts what the picture allows', () => {
    const { status, output } = checkFiles({
      'native/openssl/ptr.h': 'inline void F(SSL* s) { SSL_free(s); }\n',
      'native/openssl/error.cc': 'auto code = ERR_get_error();\n',
      'native/napi/throw.cc': '#include <napi.h>\nthrow Napi::TypeError::New(env, "no");\n',
      'native/tls/context/context.cc':
        '#include "native/trust/system_roots.h"\n#include "native/threads/pool.h"\n' +
        '// memcmp(a, b, n) and SSL_free(s) in a comment\n#include <openssl/ssl.h>\n',
      'lib/internal/native/binding.ts': "import { createRequire } from 'node:module';\n",
      'lib/ssl/socket.ts': "import type { TLSSocket } from 'node:tls';\nconst kind = 'enum';\n",
      'lib/generated/constants.ts': `// Generated by a script.\n${'// row\n'.repeat(500)}`,
    });
    expect(output).toContain(' 0 violations');
    expect(status).toBe(0);
  });

  it('finds nothing in this repository', () => {
    const { status, output } = check(repoRoot);
    expect(output).toContain(' 0 violations');
    expect(status).toBe(0);
  });
});
