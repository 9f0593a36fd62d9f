// hashlib.fileDigest and fileDigestSync: every kind of source, constant memory, signals, errors.
import { execFileSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

import {
  blake2b,
  fileDigest,
  fileDigestSync,
  Hash,
  new as newHash,
  sha256,
} from 'hermetic-ssl/hashlib';
import type { FileSource } from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { hasPython } from '../../differential/support/oracles.js';
import { runModule } from '../../differential/support/child.js';

const wrongType = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const wrongValue = { name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' };

/** More than one chunk, and no whole number of them. */
const content = Buffer.alloc(3 * 2 ** 18 + 77, 'a piece of text ');
const expected = sha256(content).hexdigest();

let folder: string;
let file: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'file-digest-'));
  file = path.join(folder, 'file');
  fs.writeFileSync(file, content);
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

async function* pieces(size = 10_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

const SOURCES: [string, () => FileSource][] = [
  ['a path', () => file],
  ['a path as a Buffer', () => Buffer.from(file)],
  ['a URL', () => pathToFileURL(file)],
  ['a ReadStream', () => fs.createReadStream(file)],
  ['a Readable of pieces', () => Readable.from(pieces())],
  ['a PassThrough', () => fs.createReadStream(file).pipe(new PassThrough())],
  ['an async generator', () => pieces()],
  ['a stream of the web', () => Readable.toWeb(fs.createReadStream(file))],
  ['a Blob', () => new Blob([content])],
];

describe('fileDigest', () => {
  it.each(SOURCES)('reads %s', async (_what, source) => {
    const hash = await fileDigest(source(), 'sha256');
    expect(hash).toBeInstanceOf(Hash);
    expect([hash.name, hash.hexdigest()]).toEqual(['sha256', expected]);
  });

  it('reads a FileHandle and a descriptor from where they are, and leaves them open', async () => {
    const handle = await fs.promises.open(file);
    await handle.read(Buffer.alloc(10), 0, 10, null);
    const rest = sha256(content.subarray(10)).hexdigest();
    expect((await fileDigest(handle, 'sha256')).hexdigest()).toBe(rest);
    expect((await fileDigest(handle, 'sha256')).hexdigest()).toBe(sha256().hexdigest());
    expect((await handle.stat()).size).toBe(content.length);
    await handle.close();
    const fd = fs.openSync(file, 'r');
    fs.readSync(fd, Buffer.alloc(10), 0, 10, null);
    expect((await fileDigest(fd, 'sha256')).hexdigest()).toBe(rest);
    expect(fs.fstatSync(fd).size).toBe(content.length);
    fs.closeSync(fd);
  });

  it('takes pieces of any kind of bytes, also empty ones', async () => {
    async function* given(): AsyncGenerator {
      yield new Uint8Array([1, 2]);
      yield new Uint8Array(0);
      yield new Uint16Array([0x0403]);
      yield new DataView(new ArrayBuffer(1));
      yield new ArrayBuffer(1);
    }
    expect((await fileDigest(given(), 'sha256')).digest()).toEqual(
      sha256(Buffer.from([1, 2, 3, 4, 0, 0])).digest(),
    );
  });

  it.each(['sha3_256', 'blake2s', 'md5', 'SHA512', 'shake_128'])(
    'knows the name %s',
    async (name) => {
      const hash = await fileDigest(file, name);
      const direct = newHash(name, content);
      const length = direct.digestSize === 0 ? 32 : undefined;
      expect(hash.hexdigest(length)).toBe(direct.hexdigest(length));
    },
  );

  it('takes a function that starts a hash, or an HMAC', async () => {
    const key = Buffer.from('key');
    expect((await fileDigest(file, sha256)).hexdigest()).toBe(expected);
    const keyed = await fileDigest(file, () => blake2b(null, { key }));
    expect(keyed.hexdigest()).toBe(blake2b(content, { key }).hexdigest());
    const code = await fileDigest(file, () => hmac.new(key, null, 'sha256'));
    expect(code.digest()).toEqual(hmac.digest(key, content, 'sha256'));
    const begun = await fileDigest(file, () => sha256(key));
    expect(begun.digest()).toEqual(sha256(Buffer.concat([key, content])).digest());
  });

  it.skipIf(!hasPython)('agrees with Python (needs python3)', async () => {
    // hashlib.file_digest came with Python 3.11; what it hashes is the whole of the file.
    const source = `import hashlib, sys; print(hashlib.new(sys.argv[2], open(sys.argv[1], 'rb').read()).hexdigest())`;
    for (const name of ['sha256', 'blake2b', 'sha3_512']) {
      const python = execFileSync('python3', ['-c', source, file, name], { encoding: 'utf8' });
      expect((await fileDigest(file, name)).hexdigest()).toBe(python.trim());
    }
  });

  it.skipIf(process.platform === 'win32')(
    'reads what has no size: a FIFO, an empty file',
    async () => {
      const fifo = path.join(folder, 'fifo');
      execFileSync('mkfifo', [fifo]);
      const digest = fileDigest(fifo, 'sha256');
      await fs.promises.writeFile(fifo, content);
      expect((await digest).hexdigest()).toBe(expected);
      expect((await fileDigest('/dev/null', 'sha256')).hexdigest()).toBe(sha256().hexdigest());
    },
  );

  it('closes the file that it opened, however it ends', async () => {
    const count = () => fs.readdirSync('/proc/self/fd').length;
    if (process.platform !== 'linux') return;
    const before = count();
    for (let i = 0; i < 20; i++) {
      await fileDigest(file, 'sha256');
      fileDigestSync(file, 'sha256');
      await fileDigest(folder, 'sha256').catch(() => undefined);
      await fileDigest(file, () => ({
        update() {
          throw new Error('no');
        },
      })).catch(() => undefined);
    }
    // If reading fails, the file is closed after the promise has settled.
    await expect.poll(count).toBeLessThanOrEqual(before);
  });
});

describe('memory', () => {
  it('does not depend on the size of the source', async () => {
    const source = `
      import { fileDigest, fileDigestSync } from 'hermetic-ssl/hashlib';
      import fs from 'node:fs';
      const large = process.argv[1];
      fs.closeSync(fs.openSync(large, 'w'));
      fs.truncateSync(large, 2 ** 29);
      await fileDigest(large, 'sha256');
      const before = process.memoryUsage().rss;
      const signal = new AbortController().signal;
      await fileDigest(large, 'sha256', { signal });
      fileDigestSync(large, 'sha256');
      await fileDigest(fs.createReadStream(large), 'sha256');
      console.log(process.memoryUsage().rss - before);`;
    const large = path.join(folder, 'large');
    const { code, stdout } = await runModule(
      source.replace('process.argv[1]', JSON.stringify(large)),
    );
    fs.rmSync(large);
    expect(code).toBe(0);
    expect(Number(stdout)).toBeLessThan(2 ** 26);
  });
});

describe('a source that cannot be read', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number that is no descriptor', 1.5],
    ['a negative number', -1],
    ['a huge number', 2 ** 31],
    ['an object', {}],
    ['an array', [content]],
    ['bytes', new Uint8Array(3)],
    ['a function', () => content],
    ['a Writable', new Writable()],
  ])('is refused: %s', async (_what, source) => {
    const given = source as unknown as FileSource;
    await expect(fileDigest(given, 'sha256')).rejects.toMatchObject(wrongValue);
    await expect(fileDigest(given, 'sha256')).rejects.toThrow('binary reading mode');
    expect(() => fileDigestSync(given as string, 'sha256')).toThrow(
      expect.objectContaining(wrongValue),
    );
  });

  it('is refused when it gives text', async () => {
    const text = fs.createReadStream(file, 'utf8');
    await expect(fileDigest(text, 'sha256')).rejects.toMatchObject(wrongValue);
    expect(text.destroyed).toBe(true);
    await expect(fileDigest(Readable.from(['a', 'b']), 'sha256')).rejects.toMatchObject(wrongValue);
    await expect(fileDigest(Readable.from([{}]), 'sha256')).rejects.toMatchObject(wrongValue);
  });

  it("gives the system's error", async () => {
    const none = path.join(folder, 'none');
    await expect(fileDigest(none, 'sha256')).rejects.toMatchObject({ code: 'ENOENT', path: none });
    await expect(fileDigest(folder, 'sha256')).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(fileDigest(2 ** 31 - 1, 'sha256')).rejects.toMatchObject({ code: 'EBADF' });
    const writing = fs.openSync(path.join(folder, 'written'), 'w');
    await expect(fileDigest(writing, 'sha256')).rejects.toMatchObject({ code: 'EBADF' });
    fs.closeSync(writing);
    const closed = await fs.promises.open(file);
    await closed.close();
    await expect(fileDigest(closed, 'sha256')).rejects.toMatchObject({ code: 'EBADF' });
  });

  it('gives the error of a stream, also of one that is destroyed before its end', async () => {
    const failing = new Readable({
      read() {
        this.destroy(new Error('broken'));
      },
    });
    await expect(fileDigest(failing, 'sha256')).rejects.toThrow('broken');
    const cut = new PassThrough();
    const digest = fileDigest(cut, 'sha256');
    cut.write(content);
    await nextTurn();
    cut.destroy();
    await expect(digest).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it('is refused when a stream of the web is locked', async () => {
    const stream = Readable.toWeb(fs.createReadStream(file));
    const reader = stream.getReader();
    await expect(fileDigest(stream, 'sha256')).rejects.toThrow(TypeError);
    await reader.cancel();
  });
});

describe('the digest', () => {
  it.each([undefined, null, 1, {}, Symbol('sha256'), content])('must not be %s', async (digest) => {
    const given = digest as string;
    await expect(fileDigest(file, given)).rejects.toMatchObject(wrongType);
    expect(() => fileDigestSync(file, given)).toThrow(expect.objectContaining(wrongType));
  });

  it('must be known, and is looked at before the source', async () => {
    await expect(fileDigest('/nonexistent', 'spam')).rejects.toMatchObject(wrongValue);
    await expect(fileDigest(file, (() => 1) as never)).rejects.toMatchObject(wrongType);
  });

  it('passes on what its function or update throws, and destroys the stream', async () => {
    const error = new Error('mine');
    const fail = () => {
      throw error;
    };
    await expect(fileDigest(file, fail)).rejects.toBe(error);
    const stream = fs.createReadStream(file);
    await expect(fileDigest(stream, () => ({ update: fail }))).rejects.toBe(error);
    expect(stream.destroyed).toBe(true);
  });
});

describe('fileDigestSync', () => {
  it('reads paths and descriptors, from where they are', () => {
    for (const source of [file, Buffer.from(file), pathToFileURL(file)])
      expect(fileDigestSync(source, 'sha256').hexdigest()).toBe(expected);
    expect(fileDigestSync(file, sha256).hexdigest()).toBe(expected);
    const fd = fs.openSync(file, 'r');
    fs.readSync(fd, Buffer.alloc(10), 0, 10, null);
    expect(fileDigestSync(fd, 'sha256').digest()).toEqual(sha256(content.subarray(10)).digest());
    fs.closeSync(fd);
  });

  it("throws the system's error, and refuses streams", () => {
    expect(() => fileDigestSync('/nonexistent', 'sha256')).toThrow('ENOENT');
    const stream = Readable.from(pieces()) as unknown as string;
    expect(() => fileDigestSync(stream, 'sha256')).toThrow(expect.objectContaining(wrongValue));
  });
});

describe('the signal of fileDigest', () => {
  const never = new Readable({ read: () => undefined });

  it('that was aborted before prevents the reading', async () => {
    const reason = new Error('before');
    const signal = AbortSignal.abort(reason);
    await expect(fileDigest('/nonexistent', 'sha256', { signal })).rejects.toBe(reason);
  });

  it.each([
    ['a Readable', () => new Readable({ read: () => undefined })],
    ['a Duplex', () => new Duplex({ read: () => undefined, write: () => undefined })],
    ['a stream of the web', () => new ReadableStream({})],
    [
      'an async iterable',
      () => ({
        [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
      }),
    ],
  ] as [string, () => FileSource][])('ends a read of %s that waits', async (_what, make) => {
    const controller = new AbortController();
    const source = make();
    const digest = fileDigest(source, 'sha256', { signal: controller.signal });
    await nextTurn();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(digest).rejects.toBe(reason);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    if (source instanceof Readable) expect(source.destroyed).toBe(true);
  });

  it('ends the reading of a file', async () => {
    const controller = new AbortController();
    const digest = fileDigest('/dev/zero', 'sha256', { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(digest).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('leaves no listener when the reading ends by itself', async () => {
    const controller = new AbortController();
    await fileDigest(file, 'sha256', { signal: controller.signal });
    await fileDigest(folder, 'sha256', { signal: controller.signal }).catch(() => undefined);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it.each([1, 'signal', {}, null])('must be an AbortSignal, not %s', async (signal) => {
    const options = { signal: signal as unknown as AbortSignal };
    await expect(fileDigest(file, 'sha256', options)).rejects.toMatchObject(wrongType);
    await expect(fileDigest(never, 'sha256', 1 as never)).rejects.toMatchObject(wrongType);
  });
});
