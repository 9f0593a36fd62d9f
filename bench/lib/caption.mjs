// The line of a plot that names the machine and the date: a picture is copied without the page around it.
import { cpus } from 'node:os';
import { processorsAllowed } from './machine.mjs';

const HEIGHT = 28;

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Returns the machine and the date of today. */
export const captionOf = () =>
  `${cpus()[0]?.model.trim()}, ${processorsAllowed().length} processors; ${new Date().toISOString().slice(0, 10)}`;

/** Adds a line below a picture whose height is a number of pixels. */
export function withCaption(svg, caption) {
  const [, height] = /<svg [^>]*?height="(\d+)"/.exec(svg);
  const text = `<text x="20" y="${Number(height) + HEIGHT - 10}" fill="#555">${escape(caption)}</text>`;
  return svg
    .replace(`height="${height}"`, `height="${Number(height) + HEIGHT}"`)
    .replace('</svg>', `${text}\n</svg>`);
}
