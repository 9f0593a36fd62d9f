/** Looks for bytes in the memory of another process of this user, on Linux: bytes that were wiped are not in it. */
import { open, readFile, type FileHandle } from 'node:fs/promises';

const WINDOW = 1 << 20;

/** Returns how often the bytes are in the memory that the process can write to. */
export async function countInMemory(pid: number, needle: Buffer): Promise<number> {
  const maps = await readFile(`/proc/${pid}/maps`, 'latin1');
  const memory = await open(`/proc/${pid}/mem`);
  let count = 0;
  try {
    for (const [, begin = '', end = ''] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm))
      count += await countIn(memory, Number.parseInt(begin, 16), Number.parseInt(end, 16), needle);
  } finally {
    await memory.close();
  }
  return count;
}

async function countIn(
  memory: FileHandle,
  begin: number,
  end: number,
  needle: Buffer,
): Promise<number> {
  const chunk = Buffer.alloc(WINDOW + needle.length - 1); // windows overlap
  let count = 0;
  for (let at = begin; at < end; at += WINDOW) {
    const length = Math.min(chunk.length, end - at);
    let num = 0;
    try {
      num = (await memory.read(chunk, 0, length, at)).bytesRead;
    } catch {
      continue; // unmapped meanwhile
    }
    const bytes = chunk.subarray(0, num);
    for (let i = bytes.indexOf(needle); i !== -1; i = bytes.indexOf(needle, i + 1)) count += 1;
  }
  return count;
}
