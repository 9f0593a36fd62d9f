// hermetic-ssl passwd as a user runs it: in a pipe, and on the terminal of script(1).
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';

import { hashSync, verifySync } from 'hermetic-ssl/password';

import { Child } from '../helpers/child.js';

const program = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const LIMIT = 25_000;
const PASSWORD = 'correct horse – battery';

const run = (args: string[], input = `${PASSWORD}\n`) =>
  spawnSync(process.execPath, [program, 'passwd', ...args], { encoding: 'utf8', input, timeout: 50_000 }); // prettier-ignore

describe('hermetic-ssl passwd', () => {
  it('hashes the first line of standard input, in the form that was asked for', () => {
    const { status, stdout, stderr } = run(['--iterations', '1000'], `${PASSWORD}\nrest\n`);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\$pbkdf2-sha256\$i=1000,l=32\$/);
    expect(verifySync(PASSWORD, stdout.trim())).toBe(true);
    const { stored } = JSON.parse(run(['--format', 'django', '--json']).stdout) as {
      stored: string;
    };
    expect(stored).toMatch(/^pbkdf2_sha256\$/);
    expect(verifySync(PASSWORD, stored)).toBe(true);
  });

  it('verifies a password', () => {
    const stored = hashSync(PASSWORD, { iterations: 1000 });
    const right = run(['--verify', stored]);
    expect([right.status, right.stdout]).toEqual([0, expect.stringContaining('✓ the password matches')]); // prettier-ignore
    expect(right.stdout).toContain('hash the password again');
    const wrong = run(['--verify', stored, '--json'], 'wrong\n');
    expect(wrong.status).toBe(1);
    expect(JSON.parse(wrong.stdout)).toEqual({ matches: false, needsRehash: true });
  });

  it('finds the iterations for a time, next to OWASP’s figure', () => {
    const tuned = (ms: string) => JSON.parse(run(['--tune', '--ms', ms, '--json']).stdout) as Record<string, number>; // prettier-ignore
    const [short, long] = [tuned('10'), tuned('1000')];
    expect(short['owasp']).toBe(600_000);
    expect((long['iterations'] ?? 0) / (short['iterations'] ?? 0)).toBeGreaterThan(10);
    expect(run(['--tune', '--ms', '10']).stdout).toMatch(
      /OWASP’s figure +600,000 iterations, \d+ ms/,
    );
  });

  it.each([
    [['--verify', 'nonsense'], 'hermetic-ssl: '],
    [['--tune', '--verify', 'x'], 'exclude each other'],
    [['--ms', '5'], '--ms goes with --tune'],
    [['--iterations', '0'], 'takes a number from 1'],
    [['--format', 'phd'], "did you mean 'phc'?"],
  ])('refuses %j with exit code 2', (args, message) => {
    const { status, stdout, stderr } = run(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('reports that standard input is empty', () => {
    const { status, stderr } = run([], '');
    expect(status).toBe(2);
    expect(stderr).toContain('a password is missing');
  });
});

describe('hermetic-ssl passwd on a terminal', () => {
  beforeEach((context) => {
    if (spawnSync('script', ['--version']).status !== 0)
      context.skip('needs script, which was not found');
  });

  const start = (args: string) =>
    Child.start('script', [
      '-qec',
      `'${process.execPath}' '${program}' passwd ${args}`,
      '/dev/null',
    ]);

  it('asks twice, without showing the password, and takes back characters', async () => {
    const child = start('--iterations 1000');
    await child.waitFor(/Password: /, LIMIT);
    child.stdin.write('secretx\u007f\r');
    await child.waitFor(/Again: /, LIMIT);
    child.stdin.write('secret\r');
    expect((await child.finish(LIMIT)).code).toBe(0);
    expect(child.stdout).not.toContain('secret');
    const [stored = ''] = /\$pbkdf2\S+/.exec(child.stdout) ?? [];
    expect(verifySync('secret', stored)).toBe(true);
  });

  it('takes both entries from one paste', async () => {
    const child = start('--iterations 1000');
    await child.waitFor(/Password: /, LIMIT);
    child.stdin.write('secret\rsecret\r');
    expect((await child.finish(LIMIT)).code).toBe(0);
    expect(child.stdout).not.toContain('secret');
  });

  it('fails when the entries differ, and ends at Ctrl+C', async () => {
    const child = start('--iterations 1000');
    await child.waitFor(/Password: /, LIMIT);
    child.stdin.write('one\r');
    await child.waitFor(/Again: /, LIMIT);
    child.stdin.write('two\r');
    expect((await child.finish(LIMIT)).code).toBe(1);
    expect(child.stdout).toContain('the two entries differ');
    const stopped = start('--verify x');
    expect((await stopped.finish(LIMIT)).code).toBe(2);
    const interrupted = start('');
    await interrupted.waitFor(/Password: /, LIMIT);
    interrupted.stdin.write('\u0003');
    expect((await interrupted.finish(LIMIT)).code).toBe(130);
  });
});
