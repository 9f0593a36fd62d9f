// Reads a password: from the terminal without showing it, or the first line of standard input.
import { once } from 'node:events';
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

/** Reads lines from the terminal without showing them. Raw mode covers all of them: what is typed between two is hidden too. */
class HiddenInput {
  #buffered = '';

  /** Asks on standard error, so that standard output has only the result. */
  async ask(question: string): Promise<string> {
    process.stderr.write(question);
    let text = '';
    for (;;) {
      while (this.#buffered !== '') {
        const character = String.fromCodePoint(this.#buffered.codePointAt(0) ?? 0);
        this.#buffered = this.#buffered.slice(character.length);
        if (character === KEY.interrupt) this.#interrupt();
        const next = typed(text, character);
        if (next === null) {
          process.stderr.write('\n');
          return text;
        }
        text = next;
      }
      const [chunk] = (await once(process.stdin, 'data')) as [string];
      this.#buffered += chunk;
    }
  }

  #interrupt(): never {
    process.stdin.setRawMode(false);
    process.stderr.write('\n');
    process.exit(INTERRUPTED);
  }
}

async function hidden<T>(work: (input: HiddenInput) => Promise<T>): Promise<T> {
  const { stdin } = process;
  stdin.setRawMode(true).setEncoding('utf8').resume();
  try {
    return await work(new HiddenInput());
  } finally {
    stdin.setRawMode(false).pause();
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
    if (line === null) throw new Error('a password is missing: standard input is empty');
    return line;
  }
  return hidden(async (input) => {
    const password = await input.ask('Password: ');
    if (isNew && (await input.ask('Again: ')) !== password)
      throw new EntriesDiffer('the two entries differ');
    return password;
  });
}
