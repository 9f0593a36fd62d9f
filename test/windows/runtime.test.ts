// The package in Node for Windows, under Wine: that the addon loads, and that what it needs of the system is there.
import { pbkdf2Sync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import * as ssl from 'hermetic-ssl/ssl';

import { subjectHash } from '../helpers/subject-hash.js';
import { TempDirectory } from '../helpers/temp.js';
import { testPki } from '../helpers/test-pki.js';
import { whyNoWindows, Windows, windowsPath } from './support/wine.js';

interface Answer {
  platform: string;
  version: string;
  random: string[];
  wrongDigests: string[];
  exchanges: string[];
  files: { loaded: number; named: string };
  directories: [name: string, without: number, given: string, named: string][];
  missing: { code: string; errno: number; file: string };
  workers: string[];
  places: Record<string, unknown>;
}

/** In ASCII, in the code page that Windows has here, and outside of every code page. */
const DIRECTORIES = ['plain', 'größe', 'größe-Ω', '証明書'];

let windows: Windows | undefined;
let folder: TempDirectory | undefined;
let answer: Answer;
beforeAll(async () => {
  if (whyNoWindows !== null) return;
  windows = await Windows.start();
  folder = await TempDirectory.create();
  const files = folder.join('größe-Ω');
  await mkdir(files);
  const { localhost, caPem } = await testPki();
  const { chainPem: cert, keyPem: key } = localhost;
  const input = {
    cert,
    key,
    ca: caPem,
    folder: windowsPath(files),
    directories: DIRECTORIES,
    hashedName: `${subjectHash('test root')}.0`,
  };
  answer = (await windows.ask('runtime.mjs', input)) as Answer;
}, 400_000);
afterAll(async () => {
  await windows?.close();
  await folder?.close();
});
beforeEach((test) => {
  if (whyNoWindows !== null) test.skip(whyNoWindows);
});

describe('on Windows', () => {
  it('the addon has its own OpenSSL, the one that it has here', () => {
    expect(answer.platform).toBe('win32');
    expect(answer.version).toBe(ssl.OPENSSL_VERSION);
  });

  it('urandom gives other bytes each time', () => {
    const [first, second] = answer.random;
    expect(first).toMatch(/^[\da-f]{64}$/);
    expect(second).not.toBe(first);
  });

  it('PBKDF2 is what node:crypto computes, also of many at once', () => {
    expect(answer.wrongDigests).toEqual([]);
  });

  it('a client of ours and one of node:tls talk to a server of ours', () => {
    expect(answer.exchanges).toEqual(['TLSv1.3 ping', 'TLSv1.3 ping']);
  });

  it('files have names in any script', () => {
    expect(answer.files.loaded).toBe(1);
    expect(answer.files.named).toMatch(/größe-Ω\\wurzel-Ω\.pem$/);
  });

  it('so have hashed directories', () => {
    const NO_ISSUER = 20;
    expect(answer.directories).toEqual(
      DIRECTORIES.map((name) => [name, NO_ISSUER, 'done', 'done']),
    );
  });

  it('a missing file is the error that Node has for it', () => {
    expect(answer.missing).toEqual({ code: 'ENOENT', errno: -4058, file: 'C:\\none.pem' });
  });

  it('workers may end while the addon goes on', () => {
    expect(answer.workers).toEqual([pbkdf2Sync('a', 'b', 10, 16, 'sha256').toString('hex')]);
  });

  it('getDefaultVerifyPaths names no file: the stores are not files', () => {
    expect(answer.places).toMatchObject({ cafile: null, capath: null });
  });
});
