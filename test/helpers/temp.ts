/** A temporary directory with a fixed lifetime: made by a test file, removed when its tests are done. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Content = string | Uint8Array;

export class TempDirectory {
  private constructor(readonly path: string) {}

  static async create(prefix = 'hermetic-ssl-'): Promise<TempDirectory> {
    return new TempDirectory(await mkdtemp(join(tmpdir(), prefix)));
  }

  join(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  /** Writes one file, private to this user because it may be a key; returns its path. */
  async write(name: string, content: Content): Promise<string> {
    const path = this.join(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode: 0o600 });
    return path;
  }

  /** Writes several files at once and returns their paths under the same keys. */
  async writeFiles<Name extends string>(
    files: Readonly<Record<Name, Content>>,
  ): Promise<Record<Name, string>> {
    const entries = Object.entries<Content>(files);
    const written = entries.map(
      async ([name, content]) => [name, await this.write(name, content)] as const,
    );
    return Object.fromEntries(await Promise.all(written)) as Record<Name, string>;
  }

  async close(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}
