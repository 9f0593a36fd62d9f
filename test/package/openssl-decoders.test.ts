// The decoders of compressed certificates, which the pin names: how their archives are obtained, verified, unpacked into
// OpenSSL's source, and recorded. With a stand-in for the OpenSSL source and archives made by the test.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FAKE_BUILD,
  makeSandbox,
  namesIn,
  pinFakeSource,
  repoRoot,
  run,
  sha256Of,
  timesBuilt,
  type Sandbox,
} from './openssl-fixtures.js';

interface Decoder {
  name: string;
  archive: string;
  sha256: string;
  parts: string[];
  [name: string]: unknown;
}
interface Pin {
  channels: { lts: { decoders?: Decoder[] } };
}

const SCRIPT = 'openssl/build.mjs';
/** Writes down the sources below crypto/comp at the time of make. */
const list = (file: string): string =>
  `(cd ../source/openssl-*/crypto/comp && find . -type f | sort; cat build.info) > '${file}'`;
let sandbox: Sandbox;
let listing: string;

beforeEach(() => {
  sandbox = makeSandbox('a cache with spaces');
  listing = path.join(sandbox.root, 'listing');
  pinFakeSource(sandbox, {
    commands: [...FAKE_BUILD, list(listing)],
    files: { 'crypto/comp/build.info': 'LIBS=../../libcrypto\n' },
  });
});
afterEach(() => sandbox.remove());

const build = () => run(SCRIPT, [], sandbox.env);

function readPin(): Pin {
  return JSON.parse(fs.readFileSync(sandbox.pin, 'utf8')) as Pin;
}

function changePin(decoders: Decoder[]): void {
  const pin = readPin();
  pin.channels.lts.decoders = decoders;
  fs.writeFileSync(sandbox.pin, JSON.stringify(pin));
}

/** Makes the archive of a library, and returns its pin. */
function fakeDecoder(name: string, files: Record<string, string>, parts: string[]): Decoder {
  const folder = `${name}-1.0`;
  const all = { LICENSE: `the licence of ${name}\n`, ...files };
  for (const [file, text] of Object.entries(all)) {
    const place = path.join(sandbox.root, folder, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, text);
  }
  const archive = `${name}_1.0.orig.tar.gz`;
  const file = path.join(sandbox.sources, archive);
  execFileSync('tar', ['-czf', file, '-C', sandbox.root, folder]);
  return { name, version: '1.0', archive, pool: `x/${name}`, sha256: sha256Of(file), urls: ['http://127.0.0.1:9/x'], folder, parts, license: 'MIT' }; // prettier-ignore
}

const pinBoth = (): Decoder[] => {
  const zlib = fakeDecoder('zlib', { 'inflate.c': '', 'zlib.h': '', 'test/x.c': '' }, ['.']);
  const zstd = fakeDecoder('zstd', { 'lib/zstd.h': '', 'lib/dec/a.c': '' }, ['lib', 'lib/dec']);
  changePin([zlib, zstd]);
  return [zlib, zstd];
};

describe.skipIf(process.platform === 'win32')('the decoders of the pin', () => {
  it('are copied into the source with the names of their libraries, those parts alone', async () => {
    pinBoth();
    const { status, stderr } = await build();
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain('adding the decoder of zlib 1.0');
    const text = fs.readFileSync(listing, 'utf8');
    const files = text.split('\n').filter((line) => line.startsWith('./'));
    expect(files).toEqual([
      './build.info',
      './encoders.c',
      './zlib/LICENSE',
      './zlib/zlib.h',
      './zlib/zlib_inflate.c',
      './zstd/LICENSE',
      './zstd/lib/dec/zstd_a.c',
      './zstd/lib/zstd.h',
    ]);
    const rules = path.join(repoRoot, 'deps', 'openssl', 'decoders', 'build.info');
    expect(text).toContain(`LIBS=../../libcrypto\n\n${fs.readFileSync(rules, 'utf8')}`);
  });

  it('are recorded: licences, a header for the addon, build-info.json without addresses', async () => {
    const [zlib] = pinBoth();
    const { stdout } = await build();
    const read = (name: string): string => fs.readFileSync(path.join(stdout.trim(), name), 'utf8');
    expect(read('LICENSE.txt')).toMatch(
      /^licence\n[^]*the licence of zlib\n[^]*the licence of zstd\n$/,
    );
    expect(read('include/hermetic/openssl_fixes.h')).toContain(
      '#define HERMETIC_OPENSSL_DECODERS "zlib 1.0, zstd 1.0"',
    );
    const { decoders } = JSON.parse(read('build-info.json')) as { decoders: Decoder[] };
    const { urls: _, ...rest } = zlib!;
    expect(decoders[0]).toEqual(rest);
  });

  it('come from the cache without a network', async () => {
    pinBoth();
    const first = await build();
    expect(first.stderr).toContain('the source of zlib 1.0: from HERMETIC_OPENSSL_SOURCE');
    const downloads = path.join(sandbox.cache, 'downloads');
    fs.mkdirSync(downloads, { recursive: true });
    for (const name of namesIn(sandbox.sources))
      fs.renameSync(path.join(sandbox.sources, name), path.join(downloads, name));
    fs.rmSync(path.join(sandbox.cache, 'openssl'), { recursive: true });
    const second = await build();
    expect(second.status).toBe(0);
    expect(second.stderr).toContain('the source of zstd 1.0: from the download cache');
    expect(timesBuilt(sandbox)).toBe(2);
    expect((await build()).status).toBe(0);
    expect(timesBuilt(sandbox)).toBe(2);
  });

  it('of a wrong checksum stop the build', async () => {
    const [zlib, zstd] = pinBoth();
    changePin([zlib!, { ...zstd!, sha256: '0'.repeat(64) }]);
    const { status, stderr } = await build();
    expect(status).toBe(1);
    expect(stderr).toContain('the source of zstd 1.0');
    expect(stderr).toContain('0'.repeat(64));
    expect(timesBuilt(sandbox)).toBe(0);
  });

  it('that lack a part stop the build', async () => {
    const [zlib, zstd] = pinBoth();
    changePin([zlib!, { ...zstd!, parts: ['lib', 'gone'] }]);
    const { status, stderr } = await build();
    expect(status).toBe(1);
    expect(stderr).toContain('does not hold zstd-1.0/gone, which deps/openssl/pin.json names');
    expect(timesBuilt(sandbox)).toBe(0);
  });
});
