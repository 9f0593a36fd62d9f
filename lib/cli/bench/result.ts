// The results of `hermetic-ssl bench`.

export interface Figure {
  readonly side: string;
  readonly median: number;
  readonly slowest: number;
  readonly fastest: number;
  /** Half the distance between the fastest and the slowest run, as a share of the median. */
  readonly noise: number;
}

export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly figures: readonly Figure[];
}

/** Returns the median of the runs of a side, and their noise. */
export function figureOf(side: string, runs: readonly number[]): Figure {
  const sorted = runs.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const [slowest, fastest] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  const noise = Math.round(((fastest - slowest) / 2 / median) * 100) / 100;
  return { side, median, slowest, fastest, noise };
}

/** Returns the comparison of two figures in words. */
export function verdict([first, second]: readonly Figure[]): string {
  if (first === undefined || second === undefined) return '';
  if (first.slowest <= second.fastest && second.slowest <= first.fastest)
    return 'no difference above the noise';
  const ratio = first.median / second.median;
  return `${ratio.toFixed(2)} times the runtime`;
}
