// The tables of the TLS benchmark in Markdown, and a plot of processor time relative to node:tls.
import { markdownTable, threeDigits } from '../lib/markdown.mjs';

const total = ({ user, system }) => user + system;
const split = ({ user, system }) =>
  Number.isNaN(user) ? '–' : `${threeDigits(user)} + ${threeDigits(system)}`;

const OURS = /^hermetic-ssl(?<way> over streams)?, /;

/** The name of a column of this package without that of the package. */
const shortName = (kind) => kind.replace(OURS, '').concat(OURS.exec(kind)?.groups.way ?? '');

/** The pairs of this package and node:tls in the same Node, by their columns. */
const pairsOf = (kinds) =>
  kinds
    .map((kind, column) => [column, kinds.indexOf(kind.replace(OURS, 'node:tls, '))])
    .filter(([ours, theirs]) => theirs >= 0 && theirs !== ours);

/**
 * @param {{ kinds: string[], rows: { name: string, figures: { user: number, system: number, rate: number }[] }[] }} results
 * @returns {string} microseconds of processor time in all; ratios; then user and system apart
 */
export function tables({ kinds, rows }) {
  const pairs = pairsOf(kinds);
  const ratioNames = pairs.map(([ours]) => `ratio, ${shortName(kinds[ours])}`);
  const totals = rows.map(({ name, figures }) => [
    name,
    ...figures.map((figure) => threeDigits(total(figure))),
    ...pairs.map(([ours, theirs]) => (total(figures[ours]) / total(figures[theirs])).toFixed(2)),
  ]);
  const splits = rows.map(({ name, figures }) => [name, ...figures.map(split)]);
  const rates = rows.map(({ name, figures }) => [name, ...figures.map(({ rate }) => threeDigits(rate))]);
  return [
    markdownTable(['CPU of the server, us', ...kinds, ...ratioNames], totals),
    markdownTable(['user + system, us', ...kinds], splits),
    markdownTable(['units a second', ...kinds], rates),
  ].join('\n\n');
} // prettier-ignore

const BAR = { height: 16, gap: 26, left: 300, scale: 260, width: 760, most: 1.6 };
const COLORS = ['#2b6cb0', '#63b3ed', '#c05621', '#f6ad55'];

function bar(y, ratio, color) {
  const width = Math.min(ratio, BAR.most) * BAR.scale;
  return (
    `<rect x="${BAR.left}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" fill="${color}"/>` +
    `<text x="${(BAR.left + width + 6).toFixed(1)}" y="${y + 13}">${ratio.toFixed(2)}</text>`
  );
}

/**
 * Draws bars of the server's processor time relative to that of node:tls in the same Node, which is the line at 1.
 * @param {{ title: string, kinds: string[], rows: object[] }[]} groups
 * @param {string} caption the machine and the date
 */
export function plot(groups, caption) {
  let y = 64;
  const parts = [];
  for (const { title, kinds, rows } of groups) {
    const pairs = pairsOf(kinds);
    parts.push(`<text x="20" y="${y}" font-weight="bold">${title}</text>`);
    y += 12;
    for (const { name, figures } of rows) {
      parts.push(
        `<text x="${BAR.left - 10}" y="${y + 14 * pairs.length}" text-anchor="end">${name}</text>`,
      );
      for (const [index, [ours, theirs]] of pairs.entries()) {
        const ratio = total(figures[ours]) / total(figures[theirs]);
        parts.push(bar(y + index * (BAR.height + 2), ratio, COLORS[index]));
      }
      y += pairs.length * (BAR.height + 2) + 12;
    }
    y += BAR.gap;
  }
  const one = BAR.left + BAR.scale;
  const legend = pairsOf(groups[0].kinds).map(
    ([ours], index) => `<tspan fill="${COLORS[index]}">${shortName(groups[0].kinds[ours])}</tspan>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${BAR.width}" height="${y}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="white"/>
<text x="20" y="20">Processor time of hermetic-ssl's server relative to node:tls in the same Node (less is better): ${legend.join(', ')}</text>
<text x="20" y="40" fill="#555">${caption}</text>
${parts.join('\n')}
<line x1="${one}" y1="56" x2="${one}" y2="${y - 20}" stroke="black" stroke-dasharray="4"/>
</svg>
`;
} // prettier-ignore
