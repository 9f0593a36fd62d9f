// The picture of `hermetic-ssl bench`.
import { verdict, type Result } from './result.js';

const [WIDTH, ROW, TOP, LEFT, BAR] = [720, 52, 76, 190, 360];
const [HEIGHT, STEP] = [15, 18];
const COLOURS = ['#2f81f7', '#8b949e'];

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A line from the slowest run to the fastest. */
function whisker(from: number, to: number, y: number): string {
  const ends = [from, to].map((x) => `M${x.toFixed(1)} ${y - 3}v6`).join('');
  return `<path d="M${from.toFixed(1)} ${y}H${to.toFixed(1)}${ends}" stroke="#000" stroke-width="1" fill="none"/>`;
}

function barsOf({ name, unit, figures }: Result, index: number): string {
  const most = Math.max(...figures.map(({ fastest }) => fastest));
  const y = TOP + index * ROW;
  const widthOf = (value: number): number => Math.max(1, (BAR * value) / most);
  const bars = figures.map(({ side, median, slowest, fastest }, place) => {
    const top = y + place * STEP;
    const text = `${side}: ${median.toLocaleString('en', { maximumSignificantDigits: 3 })} ${unit}`;
    return [
      `<rect x="${LEFT}" y="${top}" width="${widthOf(median).toFixed(1)}" height="${HEIGHT}" fill="${COLOURS[place]}"/>`,
      whisker(LEFT + widthOf(slowest), LEFT + widthOf(fastest), top + HEIGHT / 2),
      `<text x="${LEFT + 6}" y="${top + 12}" font-size="11">${escape(text)}</text>`,
    ].join('');
  });
  const compared = `<text x="${LEFT - 10}" y="${y + 30}" text-anchor="end" font-size="11" fill="#57606a">${escape(verdict(figures))}</text>`;
  return `<text x="${LEFT - 10}" y="${y + 14}" text-anchor="end">${escape(name)}</text>${compared}${bars.join('')}`;
}

/** Returns the picture. The line below its title names the versions. */
export function svgOf(results: readonly Result[], title: string, versions: string): string {
  const height = TOP + results.length * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="26" font-size="15">${escape(title)}</text>
<text x="16" y="46" font-size="11" fill="#57606a">${escape(versions)}. More is better; a line spans the slowest and the fastest run.</text>
${results.map(barsOf).join('\n')}
</svg>
`;
}
