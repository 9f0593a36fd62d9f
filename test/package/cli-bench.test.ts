// hermetic-ssl bench as a user runs it: the text, the JSON and the picture.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { TempDirectory } from '../helpers/temp.js';

const program = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

const run = (...args: string[]) =>
  spawnSync(process.execPath, [program, 'bench', '--seconds', '1', ...args], { encoding: 'utf8', timeout: 55_000 }); // prettier-ignore

interface Outcome {
  machine: string;
  date: string;
  ours: string;
  runtime: string;
  results: { name: string; unit: string; figures: { side: string; median: number }[] }[];
}

describe('hermetic-ssl bench', () => {
  it('measures both sides in every case, and draws them', async () => {
    const folder = await TempDirectory.create();
    const file = folder.join('bench.svg');
    const { status, stdout, stderr } = run('--json', '--svg', file);
    expect([status, stderr]).toEqual([0, '']);
    const { results, ...facts } = JSON.parse(stdout) as Outcome;
    expect(results.map(({ name }) => name)).toEqual([
      'full handshakes',
      'requests of 100 bytes',
      'bulk data',
      'PBKDF2-HMAC-SHA256',
      'SHA-256 of 100 bytes',
      'SHA-256 of 100 kB',
    ]);
    for (const { figures } of results) {
      expect(figures.map(({ side }) => side)).toEqual(['hermetic-ssl', 'the runtime']);
      for (const { median } of figures) expect(median).toBeGreaterThan(0);
    }
    const svg = readFileSync(file, 'utf8');
    expect(svg.match(/<rect x/g)).toHaveLength(12);
    expect(svg.match(/<path d/g)).toHaveLength(12); // from the slowest run to the fastest
    for (const fact of [facts.machine, facts.date, facts.ours, facts.runtime])
      expect(svg).toContain(fact);
    await folder.close();
  });

  it('prints a bar for each figure', () => {
    const { status, stdout } = run();
    expect(status).toBe(0);
    expect(stdout.match(/^ {2}(?:hermetic-ssl|the runtime) +[█▏▎▍▌▋▊▉]+ +[\d.,]+ \S.* ± \d+ %$/gm)).toHaveLength(12); // prettier-ignore
  });
});
