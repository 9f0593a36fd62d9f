// Reads a password: from the terminal without showing it, or the first line of standard input.
import { createInterface } from 'node:readline/promises';

const KEY = {
  interrupt: '\u0003',
  end: '\u0004',
  backspace: '\b',
  erase: '\u007f',
  kill: '\u0015',
} as const;
const INTERRUPTED = 130;

/** Applies a typed character; returns the text, or null at the end of the line. */
function typed(text: string, character: string): string | null {
  if (character === '\r' || character === '\n' || character === KEY.end) return null;
  if (character === KEY.erase || character === KEY.backspace) return text.replace(/.$/su, '');
  if (character === KEY.kill) return '';
  return text + character;
}

/** Asks on the terminal. The prompt is on standard error, so that standard output has only the result. */
async function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true).setEncoding('utf8').resume();
  try {
    return await new Promise<string>((resolve) => {
      let text = '';
      const read = (chunk: string): void => {
        for (const character of chunk) {
          if (character === KEY.interrupt) {
            stdin.setRawMode(false);
            stderr.write('\n');
            process.exit(INTERRUPTED);
          }
          const next = typed(text, character);
          if (next === null) {
            stdin.off('data', read);
            resolve(text);
            return;
          }
          text = next;
        }
      };
      stdin.on('data', read);
    });
  } finally {
    stdin.setRawMode(false).pause();
    stderr.write('\n');
  }
}

async function firstLine(): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  try {
    for await (const line of lines) return line;
    return null;
  } finally {
    lines.close();
    process.stdin.destroy();
  }
}

/** Thrown if the two entries of a new password differ. */
export class EntriesDiffer extends Error {}

/** Returns the password. A new one is asked for twice on a terminal. @throws EntriesDiffer, or Error without a password */
export async function readPassword({ isNew }: { isNew: boolean }): Promise<string> {
  if (!process.stdin.isTTY) {
    const line = await firstLine();
    if (line === null) throw new Error('there is no password: standard input is empty');
    return line;
  }
  const password = await askHidden('Password: ');
  if (isNew && (await askHidden('Again: ')) !== password)
    throw new EntriesDiffer('the two entries differ');
  return password;
}
