// `hermetic-ssl bench`: this package next to the runtime's own TLS and hashes, on this machine.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

import { linked } from '../internal/native/binding.js';
import { CASES, type Case } from './bench/cases.js';
import { ours } from './bench/ours.js';
import { figureOf, verdict, type Result } from './bench/result.js';
import { runtime } from './bench/runtime.js';
import type { Side } from './bench/side.js';
import { svgOf } from './bench/svg.js';
import { bar } from './connect/page.js';
import { makeAuthority } from './development-authority.js';
import type { Arguments } from './frame/command.js';
import { paint, withProgress } from './frame/style.js';
import { folded } from './frame/text.js';

const SECONDS = 10;
const RUNS = 5;
const BAR_WIDTH = 30;
/** A share of the median. */
const NOISY = 0.3;

/** The sides take turns, so that a disturbance of the machine concerns both. The first run of each is not counted. */
async function measure(
  { name, unit, run }: Case,
  sides: readonly Side[],
  milliseconds: number,
): Promise<Result> {
  // prettier-ignore
  const runs = sides.map((): number[] => []);
  for (let round = 0; round <= RUNS; round += 1)
    for (const [index, side] of sides.entries()) {
      const figure = await run(side, milliseconds);
      if (round > 0) runs[index]?.push(figure);
    }
  return {
    name,
    unit,
    figures: sides.map((side, index) => figureOf(side.name, runs[index] ?? [])),
  };
}

function lines({ name, unit, figures }: Result): string[] {
  const most = Math.max(...figures.map(({ median }) => median));
  const rows = figures.map(({ side, median, noise }, index) => {
    const drawn = bar(median / most, BAR_WIDTH).padEnd(BAR_WIDTH);
    const figure = median.toLocaleString('en', { maximumSignificantDigits: 3 });
    return `  ${side.padEnd(13)} ${paint(index === 0 ? 'cyan' : 'dim', drawn)} ${figure} ${unit} ${paint('dim', `± ${Math.round(noise * 100)} %`)}`;
  });
  return ['', `${paint('bold', name)}  ${paint('dim', verdict(figures))}`, ...rows];
}

const disturbed = (noise: number): string =>
  folded(
    `The runs of a side differ by up to ± ${Math.round(noise * 100)} %: other programs disturb the measurement. Repeat it when the machine is quiet, or with a longer --seconds.`,
    process.stdout,
  );

const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} processors, ${process.platform}`;

/** Runs the command and returns the exit code. @throws the errors of the file of --svg */
export async function bench(args: Arguments): Promise<number> {
  const authority = makeAuthority('hermetic-ssl bench');
  const pair = authority.issue(['localhost']);
  const sides = [ours(pair, authority.certificate), runtime(pair, authority.certificate)];
  const share = (args.number('seconds', SECONDS) * 1000) / CASES.length / sides.length / (RUNS + 1);
  const { openssl, node } = process.versions;
  const facts = { machine: machine(), date: new Date().toISOString().slice(0, 10), ours: linked.openssl, runtime: `node ${node}, OpenSSL ${openssl}` }; // prettier-ignore
  const isText = !args.has('json');
  if (isText) console.log(`${facts.machine}, ${facts.date}\n${facts.ours}; ${facts.runtime}`);
  const results: Result[] = [];
  for (const each of CASES) {
    const result = await withProgress(each.name, () => measure(each, sides, share));
    results.push(result);
    if (isText) console.log(lines(result).join('\n'));
  }
  const noise = Math.max(...results.flatMap(({ figures }) => figures.map((it) => it.noise)));
  if (isText && noise > NOISY) console.log(`\n${disturbed(noise)}`);
  if (!isText) console.log(JSON.stringify({ ...facts, results }, null, 2));
  const svg = args.value('svg');
  if (svg !== undefined)
    writeFileSync(
      svg,
      svgOf(results, `${facts.machine}, ${facts.date}`, `${facts.ours}; ${facts.runtime}`),
    );
  return 0;
}
