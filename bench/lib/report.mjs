// The TLS benchmark's table in Markdown, and a plot of the ratios.
import { markdownTable, threeDigits as round } from './markdown.mjs';

const cpu = ({ user, system }) => `${round(user + system)} (${round(user)} + ${round(system)})`;

const COLUMNS = [
  'scenario',
  'unit',
  'hermetic-ssl',
  'node:tls',
  'ratio',
  'server CPU us/unit: hermetic-ssl (user + system)',
  'node:tls',
  'ratio',
];

const total = ({ user, system }) => user + system;

function rowOf({ name, unit, ours, node }) {
  const ratios = [ours.rate / node.rate, total(ours) / total(node)].map((value) =>
    value.toFixed(2),
  );
  return [
    ...[name, unit, round(ours.rate), round(node.rate), ratios[0]],
    ...[cpu(ours), cpu(node), ratios[1]],
  ];
}

export const table = (results) => markdownTable(COLUMNS, results.map(rowOf), 2);

const BAR = { height: 18, gap: 30, left: 230, scale: 220, width: 760 };

function bar(y, ratio, color) {
  const width = Math.min(ratio, 1.6) * BAR.scale;
  return (
    `<rect x="${BAR.left}" y="${y}" width="${width.toFixed(1)}" height="${BAR.height}" fill="${color}"/>` +
    `<text x="${(BAR.left + width + 6).toFixed(1)}" y="${y + 14}">${ratio.toFixed(2)}</text>`
  );
}

/** Draws bars of rate and processor time relative to node:tls, which is the line at 1. */
export function plot(results) {
  const rows = results.map(({ name, ours, node }, index) => {
    const y = 40 + index * (2 * BAR.height + BAR.gap);
    return [
      `<text x="${BAR.left - 10}" y="${y + 22}" text-anchor="end">${name}</text>`,
      bar(y, ours.rate / node.rate, '#2b6cb0'),
      bar(y + BAR.height + 2, total(ours) / total(node), '#b7791f'),
    ].join('\n');
  });
  const height = 40 + results.length * (2 * BAR.height + BAR.gap);
  const one = BAR.left + BAR.scale;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${BAR.width}" height="${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="white"/>
<text x="${BAR.left}" y="20">hermetic-ssl relative to node:tls: <tspan fill="#2b6cb0">rate</tspan> (more is better), <tspan fill="#b7791f">server CPU time</tspan> (less is better)</text>
${rows.join('\n')}
<line x1="${one}" y1="30" x2="${one}" y2="${height - 10}" stroke="black" stroke-dasharray="4"/>
</svg>
`;
}
