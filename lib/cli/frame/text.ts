// Lines of text for a terminal: wrapping, columns, and the width of characters.
import { stripVTControlCharacters } from 'node:util';

/** Returns the columns to use: those of the terminal, between 60 and 120; 80 for a file or a pipe. */
export const columns = (): number =>
  Math.min(120, Math.max(60, process.stdout.isTTY ? process.stdout.columns : 80));

/** The characters that a terminal shows of a text with colours. */
const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Breaks text at spaces into lines of at most `width` characters. A longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>;

/** Returns the width of a terminal; Infinity for a file or a pipe, whose reader expects one line for each item. */
export const widthFor = (stream: Stream): number => (stream.isTTY ? stream.columns : Infinity);

/** Breaks a text at spaces for a terminal, which would break it within words. Later lines begin below the end of `head`. */
export function folded(text: string, stream: Stream, head = ''): string {
  const indent = widthOf(head);
  return head + wrap(text, widthFor(stream) - indent).join(`\n${' '.repeat(indent)}`);
}

/** Returns rows of a term and its explanation, which is wrapped in a column of its own. */
export function definitions(rows: readonly (readonly [string, string])[], width: number): string[] {
  const longest = Math.min(26, Math.max(...rows.map(([term]) => term.length)));
  const indent = ' '.repeat(longest + 4);
  return rows.flatMap(([term, text]) => {
    const lines = wrap(text, width - indent.length);
    if (term.length > longest) return [`  ${term}`, ...lines.map((line) => indent + line)];
    const [first = '', ...rest] = lines;
    return [`  ${term.padEnd(longest)}  ${first}`, ...rest.map((line) => indent + line)];
  });
}

/** Replaces control characters: text of a peer or a certificate must not reach the terminal as commands. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');

/** Shortens text to a number of characters. */
export const clip = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;
