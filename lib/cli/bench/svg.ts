// The picture of `hermetic-ssl bench`.
import type { Result } from './result.js';

const [WIDTH, ROW, TOP, LEFT, BAR] = [720, 52, 56, 190, 360];

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function barsOf({ name, unit, figures }: Result, index: number): string {
  const most = Math.max(...figures.map(({ median }) => median));
  const y = TOP + index * ROW;
  const bars = figures.map(({ side, median }, place) => {
    const [width, top] = [Math.max(1, (BAR * median) / most), y + place * 18];
    const text = `${side}: ${median.toLocaleString('en', { maximumSignificantDigits: 3 })} ${unit}`;
    return `<rect x="${LEFT}" y="${top}" width="${width.toFixed(1)}" height="15" fill="${place === 0 ? '#2f81f7' : '#8b949e'}"/><text x="${LEFT + 6}" y="${top + 12}" font-size="11">${escape(text)}</text>`;
  });
  return `<text x="${LEFT - 10}" y="${y + 20}" text-anchor="end">${escape(name)}</text>${bars.join('')}`;
}

/** Returns the picture. */
export function svgOf(results: readonly Result[], title: string): string {
  const height = TOP + results.length * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="28" font-size="15">${escape(title)}</text>
${results.map(barsOf).join('\n')}
</svg>
`;
}
