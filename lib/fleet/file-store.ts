// A store in a directory, for the processes of one host, or of several that share a file system.
import { link, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { urandom } from '../os.js';
import { requireString } from '../internal/validate.js';
import type { FleetStore } from './store.js';

const EXPIRY_LEN = 8;
/** One in so many writes looks for expired files. */
const SWEEP_EVERY = 256;

const hasCode = (error: unknown, code: string): boolean =>
  (error as NodeJS.ErrnoException).code === code;

/** Returns null if the file does not exist. */
async function unlessMissing<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

class FileStore implements FleetStore {
  readonly #directory: string;
  #numWrites = 0;

  constructor(directory: string) {
    this.#directory = path.resolve(directory);
  }

  async get(key: string): Promise<Buffer | null> {
    return valid(await unlessMissing(readFile(this.#fileOf(key))));
  }

  async set(key: string, value: Buffer, seconds: number): Promise<void> {
    await this.#write(value, seconds, (temporary) => rename(temporary, this.#fileOf(key)));
  }

  async setIfAbsent(key: string, value: Buffer, seconds: number): Promise<boolean> {
    const file = this.#fileOf(key);
    if ((await this.get(key)) !== null) return false;
    await rm(file, { force: true }); // expired
    try {
      await this.#write(value, seconds, (temporary) => link(temporary, file));
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#fileOf(key), { force: true });
  }

  async take(key: string): Promise<Buffer | null> {
    const temporary = this.#temporary();
    if ((await unlessMissing(rename(this.#fileOf(key), temporary).then(() => true))) === null)
      return null;
    try {
      return valid(await readFile(temporary));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Keys have characters that file names cannot have, and differ in case. */
  #fileOf(key: string): string {
    return path.join(this.#directory, Buffer.from(key).toString('hex'));
  }

  #temporary(): string {
    return path.join(this.#directory, `.${urandom(16).toString('hex')}`);
  }

  async #write(
    value: Buffer,
    seconds: number,
    publish: (temporary: string) => Promise<void>,
  ): Promise<void> {
    const temporary = this.#temporary();
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const expiry = Buffer.alloc(EXPIRY_LEN);
    expiry.writeDoubleBE(Date.now() + seconds * 1000);
    try {
      await writeFile(temporary, Buffer.concat([expiry, value]), { mode: 0o600, flag: 'wx' });
      await publish(temporary);
    } finally {
      await rm(temporary, { force: true });
    }
    this.#numWrites += 1;
    if (this.#numWrites % SWEEP_EVERY === 0) await this.#sweep();
  }

  async #sweep(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      if (name.startsWith('.')) continue;
      const file = path.join(this.#directory, name);
      if (valid(await unlessMissing(readFile(file))) === null) await rm(file, { force: true });
    }
  }
}

/** Returns the value in a file; null for one that has expired, or was not written by a store. */
function valid(content: Buffer | null): Buffer | null {
  if (content === null || content.length < EXPIRY_LEN) return null;
  return content.readDoubleBE(0) > Date.now() ? content.subarray(EXPIRY_LEN) : null;
}

/**
 * Returns a store in a directory, which is created for this user only. Renaming and linking in it must be atomic, as they are
 * in local file systems and in NFS.
 */
export function fileStore(directory: string): FleetStore {
  requireString(directory, 'directory');
  return new FileStore(directory);
}
