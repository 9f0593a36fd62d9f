// The frame of the command line: unknown names, help, colours, completion in real shells, the man page, docs/cli.md.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'dist/cli/main.js');

interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

const spawn = (name: string, args: string[], input = '', env: NodeJS.ProcessEnv = {}): Ran =>
  spawnSync(name, args, { encoding: 'utf8', input, env: { ...process.env, ...env }, timeout: 50_000 }); // prettier-ignore

const run = (...args: string[]): Ran => spawn(process.execPath, [program, ...args]);

function skipWithout(context: TestContext, name: string): void {
  const { status } = spawnSync(name, ['--version'], { timeout: 50_000 });
  if (status !== 0) context.skip(`needs ${name}, which was not found`);
}

/** Runs the program on a terminal of script(1) and returns what the terminal received. */
const onTerminal = (args: string, env: NodeJS.ProcessEnv = {}): string =>
  spawn('script', ['-qec', `${process.execPath} ${program} ${args}`, '/dev/null'], '', {
    TERM: 'xterm',
    NO_COLOR: '',
    ...env,
  }).stdout;

const COMMANDS = [...run('--help').stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(
  ([, name = '']) => name,
);

describe('the command line', () => {
  it.each([
    ['inof', "unknown command 'inof' (did you mean 'info'?)"],
    ['tru', "unknown command 'tru' (did you mean 'trust'?)"],
    ['xylophone', "unknown command 'xylophone'\n"],
    ['--hlp', "unknown option '--hlp' (did you mean '--help'?)"],
  ])('answers %s with: %s', (name, message) => {
    const { status, stderr } = run(name);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Try hermetic-ssl --help.');
  });

  it('names the nearest option, and the values that an option takes', () => {
    expect(run('trust', '--purpos', 'x').stderr).toContain("did you mean '--purpose'?");
    const { status, stderr } = run('trust', '--purpose', 'sever');
    expect(status).toBe(2);
    expect(stderr).toContain("takes server or client, not 'sever' (did you mean 'server'?)");
    expect(stderr).toContain('Try hermetic-ssl trust --help.');
  });

  it.each(COMMANDS)('explains %s with its options and exit codes', (name) => {
    const { status, stdout } = run(name, '--help');
    expect(status).toBe(0);
    expect(stdout).toContain(`usage: hermetic-ssl ${name}`);
    expect(stdout).toMatch(/^exit codes:\n {2}0 {2}\S/m);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(run('help', name).stdout).toBe(stdout);
  });

  it('prints its version', () => {
    expect(run('--version').stdout).toMatch(/^hermetic-ssl \d+\.\d+\.\d+.* \(OpenSSL \d/);
  });

  it('does not fail when its reader closes the pipe', () => {
    const { stdout, stderr } = spawn('bash', [
      '-c',
      `"${process.execPath}" "${program}" man | head -1; echo "\${PIPESTATUS[0]}"`,
    ]);
    expect(stdout).toMatch(/^\.TH .*\n0\n$/);
    expect(stderr).toBe('');
  });
});

describe('colours', () => {
  it('appear on a terminal, and not with NO_COLOR or in a pipe', (context) => {
    skipWithout(context, 'script');
    const escape = '\u001b[';
    expect(onTerminal('connect localhost:1')).toContain(escape);
    expect(onTerminal('connect localhost:1', { NO_COLOR: '1' })).not.toContain(escape);
    expect(onTerminal('connect localhost:1', { TERM: 'dumb' })).not.toContain(escape);
    expect(run('connect', 'localhost:1').stdout).not.toContain(escape);
  });
});

describe('progress', () => {
  /** Accepts connections, and says nothing. */
  const silent = createServer();
  beforeAll(() => new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void silent.close());
  const target = (): string => `127.0.0.1:${(silent.address() as AddressInfo).port}`;

  it.for<readonly [string, () => string, string]>([
    ['connect', () => `connect ${target()} --timeout 2`, 'connecting to 127.0.0.1'],
    [
      'passwd',
      () => 'passwd --algorithm pbkdf2-sha512 --iterations 10000000 < /proc/version',
      'hashing',
    ],
    ['bench', () => 'bench --seconds 9 --json', 'full handshakes'],
  ])('is shown by %s on a terminal after a second', ([, args, what], context) => {
    skipWithout(context, 'script');
    const shown = onTerminal(args());
    expect(shown).toMatch(new RegExp(`\r[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ${what} 1 s\u001b\\[K`));
    expect(shown).toContain('\r\u001b[K'); // the line is taken back
  });

  it('is not shown in a pipe', () => {
    expect(run('connect', target(), '--timeout', '2').stderr).toBe('');
  });
});

const folder = mkdtempSync(path.join(tmpdir(), 'hermetic-ssl-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('completion', () => {
  const bash = (...words: string[]): string[] =>
    spawn(
      'bash',
      ['-c', `eval "$(cat)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hermetic_ssl; printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', ...words], // prettier-ignore
      run('completion', 'bash').stdout,
    ).stdout.trim().split('\n'); // prettier-ignore

  it('works in bash', (context) => {
    skipWithout(context, 'bash');
    expect(bash('hermetic-ssl', '')).toEqual(expect.arrayContaining(COMMANDS));
    expect(bash('hermetic-ssl', 'tr')).toEqual(['trust']);
    expect(bash('hermetic-ssl', 'trust', '--pu')).toEqual(['--purpose']);
    expect(bash('hermetic-ssl', 'trust', '--purpose', 's')).toEqual(['server']);
    expect(bash('hermetic-ssl', 'completion', 'f')).toEqual(['fish']);
  });

  it('works in fish', (context) => {
    skipWithout(context, 'fish');
    const script = path.join(folder, 'completion.fish');
    writeFileSync(script, run('completion', 'fish').stdout);
    const fish = (line: string): string =>
      spawn('fish', ['-N', '-c', `source ${script}; complete -C '${line}'`]).stdout;
    expect(fish('hermetic-ssl tr')).toMatch(/^trust\t/m);
    expect(fish('hermetic-ssl trust --pu')).toMatch(/^--purpose\t/m);
    expect(fish('hermetic-ssl trust --purpose ')).toMatch(/^server\t/m);
  });

  it('is accepted by zsh, and defines the function', (context) => {
    skipWithout(context, 'zsh');
    const { stdout, stderr } = spawn(
      'zsh',
      ['-f', '-c', 'autoload -U compinit && compinit -D -u; eval "$(cat)"; print -- $_comps[hermetic-ssl]; whence -w _hermetic_ssl'], // prettier-ignore
      run('completion', 'zsh').stdout,
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('_hermetic_ssl\n_hermetic_ssl: function\n');
  });
});

describe('the reference', () => {
  it('is a man page that groff accepts without warning', (context) => {
    skipWithout(context, 'groff');
    const page = run('man').stdout;
    const { stdout, stderr } = spawn('groff', ['-man', '-Tutf8', '-ww', '-P-cbou'], page);
    expect(stderr).toBe('');
    for (const name of COMMANDS)
      expect(stdout).toMatch(new RegExp(`^ {3}hermetic-ssl ${name}`, 'm'));
  });

  it('is a published man page', () => {
    const { man } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { man: string }; // prettier-ignore
    expect(readFileSync(path.join(root, man), 'utf8')).toBe(run('man').stdout);
  });

  it('is docs/cli.md', () => {
    expect(readFileSync(path.join(root, 'docs/cli.md'), 'utf8')).toBe(
      run('man', '--markdown').stdout,
    );
  });
});
