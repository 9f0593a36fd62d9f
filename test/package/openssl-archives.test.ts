// The libraries that were really built: what the configuration leaves out is not in them, what the package needs is, and
// no path of the build machine. Skipped for a channel that is not in the cache.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, makeSandbox, run, writePin, type Sandbox } from './openssl-fixtures.js';

interface Openssl {
  prefix: string;
  includeDir: string;
  libDir: string;
  version: string;
}
interface Pin {
  channels: Record<string, { version: string; decoders?: { name: string }[] }>;
}
interface Modules {
  readPin: () => Pin;
  describeBuild: (channel: string, entry: object) => object;
  findBuilt: (build: object) => Openssl | null;
  inventory: (openssl: Openssl) => {
    algorithms: Map<string, string>;
    functions: Map<string, string>;
  };
  compileProbe: (source: string, folder: string, openssl: Openssl) => string;
  runProbe: (program: string) => string;
  findPaths: (bytes: Buffer, paths: string[], name: string) => string[];
  forbiddenPaths: (workDirs: string[]) => string[];
}

const { readPin } = await load<Modules>('pin.mjs');
const { describeBuild } = await load<Modules>('configure.mjs');
const { findBuilt } = await load<Modules>('ensure.mjs');
const { inventory } = await load<Modules>('compare.mjs');
const { compileProbe, runProbe } = await load<Modules>('probe.mjs');
const { findPaths, forbiddenPaths } = await load<Modules>('inspect.mjs');

const ARCHIVES = ['libssl.a', 'libcrypto.a'];

function built(channel: string): Openssl | null {
  const entry = readPin().channels[channel];
  try {
    return entry ? findBuilt(describeBuild(channel, entry)) : null;
  } catch {
    return null;
  }
}

function absent(channel: string): string {
  return `OpenSSL of channel ${channel} is not in the cache (node scripts/openssl/build.mjs --channel ${channel})`;
}

describe.each(['lts', 'latest'])('the OpenSSL of channel %s', (channel) => {
  const openssl = built(channel);

  it('lacks what no public name reaches', (context) => {
    if (!openssl) return context.skip(absent(channel));
    const { functions, algorithms } = inventory(openssl);
    // Not DTLS: its code shares files with TLS and stays in part, without a protocol version to speak.
    const unwanted = /^(CMS|OSSL_CMP|OSSL_CRMF|TS|CT|SCT|SRP|ENGINE|OSSL_QUIC)_|_ocb$/;
    expect([...functions.keys()].filter((name) => unwanted.test(name))).toEqual([]);
    const gone = /SM4|IDEA|SEED|BF-|CAST|RC5|OCB|SIV$|MDC2|WHIRLPOOL|ARGON|GOST/i;
    const left = [...algorithms.keys()].filter((name) => gone.test(name));
    // AES-GCM-SIV is not switched off by no-siv, which is about AES-SIV.
    expect(left.filter((name) => !name.includes('GCM-SIV'))).toEqual([]);
  });

  it('has what the package needs', (context) => {
    if (!openssl) return context.skip(absent(channel));
    const { functions, algorithms } = inventory(openssl);
    const needed = ['OCSP_basic_verify', 'PKCS12_parse', 'EVP_KDF_derive', 'SHA256_Transform'];
    const suspend = ['SSL_CTX_set_client_hello_cb', 'SSL_CTX_set_cert_cb'];
    for (const name of [...needed, ...suspend]) expect(functions.has(name), name).toBe(true);
    for (const name of ['digest MD4 (legacy)', 'digest SM3', 'kdf SCRYPT', 'kem ML-KEM-768'])
      expect(algorithms.has(name), name).toBe(true);
    expect(algorithms.has('TLS group X25519MLKEM768')).toBe(true);
    expect(algorithms.has('TLS suite ECDHE-ECDSA-CAMELLIA128-SHA256')).toBe(true);
  });

  it('verifies the tag of an empty message by EVP_Cipher: the fix of CVE-2026-75803 is in it', (context) => {
    if (!openssl) return context.skip(absent(channel));
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'probe-'));
    try {
      const source = path.join(import.meta.dirname, 'support', 'empty_aead.c');
      expect(runProbe(compileProbe(source, folder, openssl))).toBe('right 1, wrong 0\n');
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }); // prettier-ignore

  it('has the decoders of compressed certificates that the pin names, and no encoder', (context) => {
    if (!openssl) return context.skip(absent(channel));
    const archive = path.join(openssl.libDir, 'libcrypto.a');
    const symbols = execFileSync('nm', [archive], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
    const { decoders = [] } = readPin().channels[channel]!;
    expect(decoders.map(({ name }) => name)).toEqual(channel === 'lts' ? ['zlib', 'brotli', 'zstd'] : []);
    const wanted = [' T inflate', ' T BrotliDecoderDecompress', ' T ZSTD_decompress'];
    for (const name of wanted) expect(symbols.includes(`${name}\n`), name).toBe(decoders.length > 0);
    expect(symbols).not.toMatch(/ [Tt] (deflate_fast|BrotliCreateBackwardReferences|ZSTD_compressBlock)/);
    // Weak symbols, which another library of the process could supply.
    expect(symbols).not.toContain('ZSTD_trace');
    const { functions } = inventory(openssl);
    expect(functions.has('COMP_expand_block')).toBe(decoders.length > 0);
  }); // prettier-ignore

  it('has code of their own for the larger curves of NIST', (context) => {
    if (!openssl) return context.skip(absent(channel));
    const archive = path.join(openssl.libDir, 'libcrypto.a');
    const symbols = execFileSync('nm', [archive], { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
    expect(symbols).toContain(' T ossl_ec_GFp_nistp384_method');
    expect(symbols).toContain(' T EC_GFp_nistp521_method');
  }); // prettier-ignore

  it('holds no path of the build machine and can load nothing', (context) => {
    if (!openssl) return context.skip(absent(channel));
    for (const name of ARCHIVES) {
      const bytes = fs.readFileSync(path.join(openssl.libDir, name));
      expect(findPaths(bytes, forbiddenPaths([]), name)).toEqual([]);
    }
    const archives = ARCHIVES.map((name) => path.join(openssl.libDir, name));
    const symbols = execFileSync('nm', ['-g', ...archives], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(symbols).not.toMatch(/ U (dlopen|dlsym|makecontext)\b/);
  });
});

describe('the legacy provider', () => {
  it('is in the archives and off: its digests are refused', () => {
    for (const name of ['md4', 'MD4', 'whirlpool'])
      for (const ask of [
        () => hashlib.new(name),
        () => hmac.new(Buffer.from('key'), undefined, name),
        () => hashlib.pbkdf2HmacSync(name, Buffer.from('password'), Buffer.from('salt'), 1),
      ])
        expect(ask, name).toThrow(/unsupported hash algorithm/);
    expect(hashlib.algorithmsAvailable).not.toContain('md4');
  });
});

describe('HERMETIC_OPENSSL_PREFIX with real libraries', () => {
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = makeSandbox();
    writePin(sandbox, '0'.repeat(64));
  });
  afterAll(() => sandbox.remove());

  it('refuses the headers of one channel with the libraries of the other', async (context) => {
    const [lts, latest] = [built('lts'), built('latest')];
    if (!lts || !latest) return context.skip('needs both channels in the cache');
    const prefix = path.join(sandbox.root, 'mixed');
    fs.mkdirSync(prefix);
    fs.symlinkSync(lts.includeDir, path.join(prefix, 'include'));
    fs.symlinkSync(latest.libDir, path.join(prefix, 'lib'));
    const env = { ...sandbox.env, HERMETIC_OPENSSL_PREFIX: prefix };
    const { status, stderr } = await run('openssl/build.mjs', [], env);
    expect(status).toBe(1);
    expect(stderr).toContain(`headers are OpenSSL ${lts.version}`);
    expect(stderr).toContain(`libraries are OpenSSL ${latest.version}`);
  });

  it('accepts a finished prefix of this cache', async (context) => {
    const lts = built('lts');
    if (!lts) return context.skip(absent('lts'));
    const env = { ...sandbox.env, HERMETIC_OPENSSL_PREFIX: lts.prefix };
    const { status, stdout } = await run('openssl/build.mjs', ['--print'], env);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${lts.prefix}\n` });
  });
});
