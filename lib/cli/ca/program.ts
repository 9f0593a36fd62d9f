// Runs the programs that change the stores of certificates.
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** A store that could not be changed, with the way out. */
export class StoreError extends Error {}

/** Returns the path of a program in PATH or in the folders of administrators, undefined if it does not exist. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

export interface Ended {
  readonly isDone: boolean;
  readonly output: string;
}

const LIMIT = 120_000;

/** Runs a program to its end. */
export const runProgram = (file: string, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      { timeout: LIMIT, env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout, stderr) =>
        // prettier-ignore
        resolve({ isDone: error === null, output: `${stdout}${stderr}`.trim() }),
    );
    child.stdin?.end();
  });

/** Runs a program. @throws StoreError if it fails */
export async function mustRun(file: string, args: readonly string[]): Promise<void> {
  const { isDone, output } = await runProgram(file, args);
  if (!isDone) throw new StoreError(`${path.basename(file)} failed: ${output || 'without a message'}`); // prettier-ignore
}
