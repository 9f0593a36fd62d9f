// Five settings of the build without which the addon silently runs the runtime's OpenSSL, or ends the process. Each has a
// test of the real addon, and a control made without the setting, which shows that the test can fail.
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Cleanup } from '../helpers/cleanup.js';
import { readElf } from '../helpers/elf.js';
import { TempDirectory } from '../helpers/temp.js';
import { complaints } from './support/hermeticity.js';
import { addonPath, isElf, repoRoot } from './support/paths.js';
import {
  HIDING,
  opensslHeaders,
  recompile,
  relink,
  whyNoControls,
  withFirst,
  without,
} from './support/relink.js';
import { run } from './support/run.js';
import { ONLY_WORKERS, TERMINATED_IN_A_CALL } from './support/worker-programs.js';

const cleanup = new Cleanup();
let folder: TempDirectory;
beforeAll(async () => (folder = cleanup.add(await TempDirectory.create('controls of '))));
afterAll(() => cleanup.run());

/** Skips, with a reason that the reporter prints, where no control can be made. */
function needControls(test: { skip(reason?: string): void }): void {
  const why = whyNoControls();
  if (why !== null) test.skip(`no control can be linked: ${why}`);
}

const runNode = (program: string, file: string) =>
  run(process.execPath, ['-e', program, file], { timeout: 60_000 });

const PRINT_IDENTITY = `
  const addon = require(process.argv[1]);
  console.log(JSON.stringify(addon.startError ?? addon.version()));`;

/** Loads the file in a child process and returns which library answered. */
async function identityOf(file: string): Promise<Record<string, unknown>> {
  const { output } = await runNode(PRINT_IDENTITY, file);
  return JSON.parse(output) as Record<string, unknown>;
}

// Two functions of OpenSSL as a library has them that was built without hidden visibility, in an archive as usual.
const INCLUDE = '#include <openssl/opensslv.h>\n';
const VISIBLE = `${INCLUDE}unsigned long OpenSSL_version_num(void) { return OPENSSL_VERSION_NUMBER; }
const char *OpenSSL_version(int type) { return type == 0 ? OPENSSL_VERSION_TEXT : ""; }
`;

/** An archive that comes before libcrypto.a, whose own two functions are then not taken. */
async function visibleArchive(): Promise<string> {
  const source = await folder.write('visible.c', VISIBLE);
  const object = folder.join('visible.o');
  const archive = folder.join('visible.a');
  const compiled = await run('cc', ['-fPIC', '-I', opensslHeaders(), '-c', source, '-o', object]);
  expect(compiled.output).toBe('');
  expect((await run('ar', ['rcs', archive, object])).code).toBe(0);
  return archive;
}

describe('hiding the symbols of the private OpenSSL', () => {
  const beforeLibcrypto = (archive: string) => (command: string) =>
    command.replace(/ (\S+libcrypto\.a)/, ` '${archive}' -Wl,--allow-multiple-definition $1`);

  it('keeps even an OpenSSL with visible symbols to itself', async (test) => {
    needControls(test);
    const archive = await visibleArchive();
    await relink(folder.join('hidden.node'), beforeLibcrypto(archive));
    expect(complaints(readElf(folder.join('hidden.node')))).toEqual([]);
    expect(await identityOf(folder.join('hidden.node'))).toHaveProperty('openssl');
  });

  it("is noticed when it is missing: by the exports, and at load by the version of the runtime's", async (test) => {
    needControls(test);
    const archive = await visibleArchive();
    const out = folder.join('unhidden.node');
    await relink(out, (command) => without(...HIDING)(beforeLibcrypto(archive)(command)));
    expect(complaints(readElf(out))).toContain('exports OpenSSL_version_num');
    const { message } = await identityOf(out);
    expect(message).toContain(
      `the OpenSSL that answers is OpenSSL ${process.versions.openssl.replace(/\+.*/, '')}`,
    );
    expect(message).toContain('its symbols were bound to another library');
  });

  it('is noticed at load even where both versions are the same', async (test) => {
    needControls(test);
    const name = 'OpenSSL_version_num';
    const text = `${INCLUDE}unsigned long __wrap_${name}(void) { return OPENSSL_VERSION_NUMBER; }\n`;
    const source = await folder.write('same.c', text);
    const same = folder.join('same.so');
    const args = ['-shared', '-fPIC', '-I', opensslHeaders(), source, '-o', same];
    expect(await run('cc', args)).toMatchObject({ code: 0, output: '' });
    const out = folder.join('elsewhere.node');
    await relink(out, (command) => `${command} -Wl,--wrap=${name} '${same}'`);
    expect(complaints(readElf(out))).toContainEqual(expect.stringContaining(name));
    const { message } = await identityOf(out);
    expect(message).toContain(`the OpenSSL that answers lies in ${same}, not in ${out}`);
  });

  it('has the package refuse to start on the runtime’s OpenSSL', async (test) => {
    needControls(test);
    const out = folder.join('unhidden.node');
    if (!existsSync(out)) return test.skip('the control was not linked');
    const { code, output } = await run(
      process.execPath,
      ['--input-type=module', '-e', "await import('hermetic-ssl')"],
      { env: { HERMETIC_SSL_BINARY: out } },
    );
    expect(code).toBe(1);
    expect(output).toContain('ERR_HERMETIC_SSL_BINARY');
  });
});

describe('-z nodelete', () => {
  it('keeps the code in place when every worker that loaded it has ended', async () => {
    expect(await runNode(ONLY_WORKERS, addonPath)).toEqual({
      code: 0,
      signal: null,
      output: 'done\n',
    });
  });

  it('is noticed when it is missing: by the flags, and by a crash', async (test) => {
    needControls(test);
    const out = folder.join('deletable.node');
    await relink(out, without('nodelete,-z,'));
    expect(complaints(readElf(out))).toEqual([expect.stringContaining('-z nodelete')]);
    expect((await runNode(ONLY_WORKERS, out)).signal).toBe('SIGSEGV');
  });
});

describe('NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', () => {
  it('lets a worker be terminated inside a call', { timeout: 60_000 }, async () => {
    expect(await runNode(TERMINATED_IN_A_CALL, addonPath)).toEqual({
      code: 0,
      signal: null,
      output: 'done\n',
    });
  });

  it(
    'is noticed when it is missing: termination aborts the process',
    { timeout: 120_000 },
    async (test) => {
      needControls(test);
      const source = 'native/napi/library.cc';
      const object = folder.join('library.o');
      const define = "'-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'";
      const compiled = await recompile(source, object, without(define));
      expect(compiled.code).toBe(0);
      const out = folder.join('throwing.node');
      // In front, so that the linker takes its copies of the inline functions.
      const first = withFirst(`'${object}'`);
      await relink(out, (command) =>
        first(without('Release/obj.target/hermetic_ssl/native/napi/library.o')(command)),
      );
      const { signal, output } = await runNode(TERMINATED_IN_A_CALL, out);
      // "recursively" when two workers are terminated at the same moment.
      expect(output).toMatch(/^terminate called (after throwing .*4Napi5Error|recursively)/);
      expect(signal).toBe('SIGABRT');
    },
  );
});

describe('the include folders', () => {
  it("do not include the runtime's in the recorded commands", (test) => {
    needControls(test);
    const record = join(
      repoRoot,
      'build/Release/.deps/Release/obj.target/hermetic_ssl/native/openssl/library.o.d',
    );
    const includes = [
      ...readFileSync(record, 'utf8')
        .split('\n', 1)[0]!
        .matchAll(/-(?:I|isystem )(\S+)/g),
    ];
    expect(includes.map(([, name]) => name?.replace(/linked\/.*\//, ''))).toEqual([
      '../.', '../deps/openssl/include', '../node_modules/node-api-headers/include', '../node_modules/node-addon-api',
    ]); // prettier-ignore
  });

  /** Compiles one file with a folder in front of all others. */
  const compileBehind = (include: string) =>
    recompile('native/openssl/library.cc', folder.join('mixed.o'), withFirst(`'-I${include}'`));

  it('of another patch release are a compile error when they come first', async (test) => {
    needControls(test);
    const text = readFileSync(join(opensslHeaders(), 'openssl', 'opensslv.h'), 'utf8');
    await folder.write(
      'patched/openssl/opensslv.h',
      text.replace(/(FULL_VERSION_STR ".*)"/, '$19"'),
    );
    const { code, output } = await compileBehind(folder.join('patched'));
    expect(output).toContain('this is not the header of the linked OpenSSL');
    expect(code).not.toBe(0);
    await folder.write('same/openssl/opensslv.h', text);
    expect(await compileBehind(folder.join('same'))).toMatchObject({ code: 0 });
  });

  it('of the runtime are a compile error when they come first', async (test) => {
    needControls(test);
    const include = join(process.execPath, '..', '..', 'include', 'node');
    if (!existsSync(join(include, 'openssl', 'opensslv.h')))
      return test.skip('this Node ships without the headers of OpenSSL');
    const { code, output } = await compileBehind(include);
    expect(output).toContain('this is not the header of the linked OpenSSL');
    expect(code).not.toBe(0);
  });
});

describe('clean-up hooks', () => {
  const HOOK = 'napi_add_async_cleanup_hook';

  it('are synchronous ones only', (test) => {
    if (!isElf) return test.skip('the addon is not an ELF file');
    const names = readElf(addonPath).imports.map(({ name }) => name);
    expect(names).toContain('napi_add_env_cleanup_hook');
    expect(names).not.toContain(HOOK);
  });

  it('are noticed when one is asynchronous', async (test) => {
    needControls(test);
    const source = await folder.write(
      'hook.c',
      `int ${HOOK}(void);\nint F(void) { return ${HOOK}(); }\n`,
    );
    const out = folder.join('hook.node');
    const linked = await run('cc', ['-shared', '-fPIC', '-nostdlib', source, '-o', out]);
    expect(linked.output).toBe('');
    expect(complaints(readElf(out))).toContainEqual(expect.stringContaining(`imports ${HOOK}`));
  });
});

describe('a copy of the addon under another name', () => {
  it('runs the OpenSSL of its own file', async (test) => {
    if (!isElf) return test.skip('the addon is not an ELF file');
    const copy = folder.join('copy of it.node');
    copyFileSync(addonPath, copy);
    expect(await identityOf(copy)).toMatchObject({ image: copy, ownImage: copy });
  });
});
