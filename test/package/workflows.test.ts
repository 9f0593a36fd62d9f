// The workflows under .github: actions pinned by hash, and no rights but those that a job names.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { load } from './openssl-fixtures.js';
import { repoRoot } from './support/paths.js';

const { TARGETS } = await load<{ TARGETS: object }>('../prebuild/targets.mjs');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: number;
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = path.join(repoRoot, '.github', 'workflows');
const files = readdirSync(folder).filter((name) => name.endsWith('.yml'));
const textOf = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
const jobsOf = (file: string): [string, Job][] =>
  Object.entries((parse(textOf(file)) as Workflow).jobs);
const stepsOf = (file: string): Step[] => jobsOf(file).flatMap(([, { steps = [] }]) => [...steps]);

/** The rights beyond reading the code, each with the job that needs it. */
const RIGHTS = {
  'openssl.yml open': { contents: 'write', 'pull-requests': 'write' },
  'release.yml publish': { contents: 'read', 'id-token': 'write' },
  'site.yml publish': { contents: 'write' },
};

it('are there', () => {
  expect(files).toEqual([
    'ci.yml',
    'openssl.yml',
    'prebuilt.yml',
    'release.yml',
    'sanitizers.yml',
    'site.yml',
  ]);
});

describe.each(files)('.github/workflows/%s', (file) => {
  it('pins every action by the hash of a commit, and says which version it is', () => {
    const lines = textOf(file).match(/^.*\buses:.*$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines)
      expect(line).toMatch(/uses: (?:[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.\/\.github\/workflows\/[\w-]+\.yml)$/);
  }); // prettier-ignore

  it('gives no rights to all, and to each job only those that it needs', () => {
    expect((parse(textOf(file)) as Workflow).permissions).toEqual({});
    for (const [name, { permissions }] of jobsOf(file)) {
      const known: Readonly<Record<string, object>> = RIGHTS;
      expect(permissions, name).toEqual(known[`${file} ${name}`] ?? { contents: 'read' });
    }
  });

  it('bounds the time of every job', () => {
    for (const [name, job] of jobsOf(file))
      if (job.uses === undefined) expect(job['timeout-minutes'], name).toBeGreaterThan(0);
  });

  it('puts nothing of an event into a shell, and runs no install scripts', () => {
    for (const { run } of stepsOf(file)) {
      expect(run ?? '').not.toContain('${{');
      expect(run ?? '').not.toMatch(/npm (?:ci|install)(?!.*--ignore-scripts)/);
    }
  });

  it('leaves no credentials with the code, but where it pushes', () => {
    const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    const leaving = checkouts.filter((step) => step.with?.['persist-credentials'] !== false);
    expect(leaving).toHaveLength(file === 'openssl.yml' ? 1 : 0);
  });

  it('runs scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(repoRoot, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const commands = stepsOf(file).map(({ run = '' }) => run);
    for (const [, name = ''] of commands.join('\n').matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
    for (const [, name = ''] of commands.join('\n').matchAll(/node scripts\/([\w-]+\.mjs)/g))
      expect(readdirSync(path.join(repoRoot, 'scripts'))).toContain(name);
  });
});

describe('the binaries that are published', () => {
  const targets = Object.keys(TARGETS).toSorted();
  const jobs = new Map(jobsOf('prebuilt.yml'));
  const runsOf = (job: string) => jobs.get(job)?.steps?.map(({ run = '' }) => run) ?? [];

  it('are made for every platform, and each file is read', () => {
    const runs = runsOf('make');
    const indexOf = (wanted: RegExp) => runs.findIndex((run) => wanted.test(run));
    const make = indexOf(/scripts\/prebuild\.mjs --all/);
    const read = indexOf(/vitest run test\/package\/prebuilt-/);
    const linker = indexOf(/apt-get install .*\blld-\d/);
    expect([linker, make, read].toSorted((a, b) => a - b)).toEqual([linker, make, read]);
    expect(linker).toBeGreaterThanOrEqual(0);
    const tests = readdirSync(path.join(repoRoot, 'test', 'package'));
    const ofFiles = tests.filter((name) => /^prebuilt-.*\.test\.ts$/.test(name));
    for (const name of ofFiles) expect(runs[read]).toContain(`test/package/${name}`);
  });

  it('are tried on every platform, with every Node', () => {
    const tried = ['try', 'try-musl'].map((name) => jobs.get(name)?.strategy?.matrix ?? {});
    const all = tried.flatMap(({ target = [] }) => target.map(String));
    expect(all.toSorted()).toEqual(targets);
    for (const { node, target = [], include = [] } of tried) {
      expect(node).toEqual([20, 22, 24, 26]);
      expect(include.map((entry) => (entry as { target: string }).target)).toEqual(target);
    }
  });

  it('are published all together or not at all', () => {
    const pack = stepsOf('release.yml').map(({ run = '' }) => run);
    expect(pack.filter((run) => run.includes('scripts/pack.mjs --complete'))).toHaveLength(1);
  });
});
