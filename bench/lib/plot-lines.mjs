// Line plots as SVG: panels side by side, x in powers of two, y from 0.
const PANEL = { width: 300, height: 260, left: 62, top: 56, gap: 76 };
const TICKS = 5;

function niceStep(most) {
  const rough = most / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough);
}

function scales(lines, left) {
  const points = lines.flatMap((line) => line.points);
  const lastX = Math.log2(Math.max(...points.map(([x]) => x)));
  const most = Math.max(...points.map(([, y]) => y));
  const step = niceStep(most);
  const top = Math.ceil(most / step) * step;
  return {
    step,
    top,
    x: (value) => left + (Math.log2(value) / Math.max(1, lastX)) * PANEL.width,
    y: (value) => PANEL.top + PANEL.height * (1 - value / top),
  };
}

function axes({ lines, title }, { step, top, x, y }, left, xTitle) {
  const bottom = PANEL.top + PANEL.height;
  const marks = [];
  for (let value = 0; value <= top; value += step) {
    const at = y(value).toFixed(1);
    marks.push(
      `<line x1="${left}" y1="${at}" x2="${left + PANEL.width}" y2="${at}" stroke="#ddd"/>`,
      `<text x="${left - 6}" y="${Number(at) + 4}" text-anchor="end">${value.toLocaleString('en')}</text>`,
    );
  }
  for (const [value] of lines[0].points) {
    marks.push(
      `<text x="${x(value).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${value}</text>`,
    );
  }
  const middle = left + PANEL.width / 2;
  return [
    ...marks,
    `<text x="${middle}" y="${PANEL.top - 12}" text-anchor="middle" font-weight="bold">${title}</text>`,
    `<text x="${middle}" y="${bottom + 38}" text-anchor="middle">${xTitle}</text>`,
  ];
}

const dash = ({ isDashed }) => (isDashed ? ' stroke-dasharray="5 4"' : '');

function drawLine(line, { x, y }) {
  const places = line.points.map(([px, py]) => [x(px).toFixed(1), y(py).toFixed(1)]);
  const path = places.map((place) => place.join(',')).join(' ');
  return [
    `<polyline points="${path}" fill="none" stroke="${line.color}" stroke-width="2"${dash(line)}/>`,
    ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2.5" fill="${line.color}"/>`),
  ];
}

function legend(lines, top) {
  return lines.flatMap((line, index) => {
    const x = PANEL.left + (index % 3) * (PANEL.width + PANEL.gap);
    const y = top + Math.floor(index / 3) * 20;
    return [
      `<line x1="${x}" y1="${y - 4}" x2="${x + 30}" y2="${y - 4}" stroke="${line.color}" stroke-width="2"${dash(line)}/>`,
      `<text x="${x + 38}" y="${y}">${line.title}</text>`,
    ];
  });
}

/**
 * @param {{ title: string, lines: { title: string, color: string, isDashed?: boolean, points: [number, number][] }[] }[]} panels
 * @param {{ title: string, xTitle: string }} words
 */
export function linePlot(panels, { title, xTitle }) {
  const bodies = panels.flatMap((panel, index) => {
    const left = PANEL.left + index * (PANEL.width + PANEL.gap);
    const scale = scales(panel.lines, left);
    const drawn = panel.lines.flatMap((line) => drawLine(line, scale));
    return [...axes(panel, scale, left, xTitle), ...drawn];
  });
  const width = PANEL.left + panels.length * (PANEL.width + PANEL.gap);
  const legendTop = PANEL.top + PANEL.height + 68;
  const height = legendTop + Math.ceil(panels[0].lines.length / 3) * 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="${PANEL.left}" y="22" font-size="15">${title}</text>
${[...bodies, ...legend(panels[0].lines, legendTop)].join('\n')}
</svg>
`;
}
