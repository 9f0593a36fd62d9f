// Colours and progress: only on a terminal, and never with NO_COLOR.
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/** Returns whether a stream shows colours (https://no-color.org: an empty NO_COLOR has no effect). */
export const hasColours = (stream: { isTTY?: boolean }): boolean =>
  stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';

export type Paint = (style: Style, text: string) => string;

/** Returns the function that styles text for a stream. Node's own check of the stream sees standard output only. */
export const painter = (stream: { isTTY?: boolean }): Paint =>
  hasColours(stream)
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;

/** Returns the text in a style, if standard output shows colours. */
export const paint: Paint = (style, text) => painter(process.stdout)(style, text);

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const PATIENCE = 1000;
const INTERVAL = 100;

/** Runs work; if it takes longer than a second, shows its name on standard error until it is done, on a terminal only. */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work();
  const began = performance.now();
  let turn = 0;
  const show = (): void => {
    const seconds = Math.round(performance.now() - began) / 1000;
    if (seconds * 1000 < PATIENCE) return;
    turn += 1;
    process.stderr.write(
      `\r${FRAMES[turn % FRAMES.length]} ${what} ${seconds.toFixed(0)} s\u001b[K`,
    );
  };
  const timer = setInterval(show, INTERVAL);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (turn > 0) process.stderr.write('\r\u001b[K');
  }
}
