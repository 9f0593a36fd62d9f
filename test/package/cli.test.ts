// The command line as a user runs it: a child process, its output and its exit code.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Milliseconds that a command may take, and `npm start` once everything is built. */
const LIMIT = 30_000;

const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'dist/cli/main.js');

function run(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): { status: number | null; stdout: string; stderr: string } {
  const options = { encoding: 'utf8', env: { ...process.env, ...env }, timeout: LIMIT } as const;
  return spawnSync(process.execPath, [program, ...args], options);
}

interface Step {
  label: string;
  ok: boolean;
  skipped: boolean;
  detail: string;
}
interface Told {
  ok: boolean;
  sections: { title: string; steps: Step[] }[];
}

const stepsOf = (stdout: string) =>
  (JSON.parse(stdout) as Told).sections.flatMap(({ steps }) => steps);

describe('hermetic-ssl', () => {
  it('explains itself with --help, and without a command, which is an error', () => {
    expect(run(['--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('usage: hermetic-ssl') as string,
    });
    expect(run([])).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('usage: hermetic-ssl') as string,
    });
  });

  it.each([[['frobnicate']], [['info', 'again']], [['info', '--loud']]])(
    'refuses %j with exit code 2',
    (args) => {
      const { status, stderr } = run(args);
      expect(status).toBe(2);
      expect(stderr).toContain('--help');
    },
  );
});

describe('hermetic-ssl info', () => {
  it('prints the same facts as text and as JSON', () => {
    const facts = JSON.parse(run(['info', '--json']).stdout) as Record<string, string | string[]>;
    expect(facts['openssl']).toContain(` ${String(facts['pin'])} `);
    expect(facts['hashes']).toContain('sha3_512');
    expect(facts['suites']).toContain('TLS_AES_256_GCM_SHA384');
    const text = run(['info']).stdout;
    for (const key of Object.keys(facts)) expect(text).toContain(key);
    expect(text).toContain(String(facts['openssl']));
  });
});

describe('hermetic-ssl demo', () => {
  it('passes, ends by itself and prints every step', () => {
    const { status, stdout } = run(['demo']);
    expect(stdout).toMatch(/All \d+ steps passed/);
    expect(status).toBe(0);
    expect(stdout).not.toContain('✗');
    for (const name of ['alpha.test', 'beta.test', 'gamma.test', 'PBKDF2', 'Random bytes'])
      expect(stdout).toContain(name);
  });

  // With another binary, the one that npm start would build does not exist.
  it.skipIf(process.env['HERMETIC_SSL_BINARY'])(
    'is run by npm start, within 30 seconds once built',
    () => {
      const options = { cwd: root, encoding: 'utf8', timeout: LIMIT } as const;
      const { status, stdout } = spawnSync('npm', ['start', '--silent'], options);
      expect(stdout).toMatch(/All \d+ steps passed/);
      expect(status).toBe(0);
    },
  );

  it('gives one JSON document with --json', () => {
    const steps = stepsOf(run(['demo', '--json']).stdout);
    expect(steps.length).toBeGreaterThan(15);
    expect(steps.every(({ ok }) => ok)).toBe(true);
  });

  it('fails with exit code 1 when a step fails', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hermetic-ssl-cli-'));
    try {
      const curl = path.join(folder, 'curl');
      writeFileSync(curl, '#!/bin/sh\necho no >&2\nexit 7\n');
      chmodSync(curl, 0o755);
      const { status, stdout } = run(['demo', '--json'], {
        PATH: `${folder}:${process.env['PATH'] ?? ''}`,
      });
      expect(status).toBe(1);
      expect(stepsOf(stdout).filter(({ ok }) => !ok)).toMatchObject([
        { label: 'verified by curl' },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('counts a client that the machine lacks as not taken, neither passed nor failed', () => {
    const { status, stdout } = run(['demo', '--json'], { PATH: '/nowhere' });
    expect(status).toBe(0);
    const skipped = stepsOf(stdout).filter((step) => step.skipped);
    expect(skipped.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['verified by curl', 'verified by python3, ssl']),
    );
  });
});
