// The trust benchmark's table in Markdown, and a plot of the times.
import { markdownTable, threeDigits as round } from '../lib/markdown.mjs';

const COLUMNS = [
  'who',
  'first context, ms (CPU)',
  'second, ms (CPU)',
  '1,000 contexts, MB',
  'first, relative to bare OpenSSL',
];

const both = ({ wall, cpu }) => `${round(wall)} (${round(cpu)})`;

/** @param {object[]} results of each peer: label, first, second, memory (bytes a context, or null) */
export function table(results) {
  const bare = results.find(({ label }) => label.includes('X509_STORE_load_file'));
  return markdownTable(
    COLUMNS,
    results.map(({ label, first, second, memory }) => [
      label,
      both(first),
      both(second),
      memory === null ? '–' : round((memory * 1000) / 1e6),
      bare === undefined ? '–' : (first.wall / bare.first.wall).toFixed(2),
    ]),
  );
}

const BAR = { height: 18, gap: 16, left: 250, width: 420 };

/** Draws bars of the time of the first context and, below, of the second. */
export function plot(results) {
  const most = Math.max(...results.map(({ first }) => first.wall));
  const bar = (y, { wall }, color) => {
    const width = Math.max(1, (wall / most) * BAR.width);
    return (
      `<rect x="${BAR.left}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" fill="${color}"/>` +
      `<text x="${(BAR.left + width + 6).toFixed(1)}" y="${y + 14}">${round(wall)} ms</text>`
    );
  };
  const rows = results.map(({ label, first, second }, index) => {
    const y = 40 + index * (2 * BAR.height + BAR.gap);
    return [
      `<text x="${BAR.left - 10}" y="${y + 22}" text-anchor="end">${label}</text>`,
      bar(y, first, '#2b6cb0'),
      bar(y + BAR.height + 2, second, '#b7791f'),
    ].join('\n');
  });
  const height = 40 + results.length * (2 * BAR.height + BAR.gap);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="white"/>
<text x="${BAR.left}" y="20">Time of the <tspan fill="#2b6cb0">first</tspan> and the <tspan fill="#b7791f">second</tspan> context (less is better)</text>
${rows.join('\n')}
</svg>
`;
}
