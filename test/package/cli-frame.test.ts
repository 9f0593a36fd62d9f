// The frame of the command line: unknown names, help, colours, completion in real shells, the man page, docs/cli.md.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'dist/cli/main.js');

interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program next to others: most of the time of these tests is starts of Node. */
const spawn = (name: string, args: string[], input = '', env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 50_000 };
    const child = execFile(name, args, options, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined).end(input);
  }); // prettier-ignore

const run = (...args: string[]): Promise<Ran> => spawn(process.execPath, [program, ...args]);

function skipWithout(context: TestContext, name: string): void {
  const { status } = spawnSync(name, ['--version'], { timeout: 50_000 });
  if (status !== 0) context.skip(`needs ${name}, which was not found`);
}

/** Runs the program on a terminal of script(1) and returns what the terminal received. */
const onTerminal = async (args: string, env: NodeJS.ProcessEnv = {}): Promise<string> => {
  const command = `stty cols 80 rows 24; '${process.execPath}' '${program}' ${args}`;
  const { stdout } = await spawn('script', ['-qec', command, '/dev/null'], '', {
    TERM: 'xterm',
    NO_COLOR: '',
    ...env,
  });
  return stdout;
};

const folder = mkdtempSync(path.join(tmpdir(), 'hermetic-ssl-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COMMANDS = [...(await run('--help')).stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(
  ([, name = '']) => name,
);

const widest = (text: string): number =>
  Math.max(
    ...stripVTControlCharacters(text)
      .split(/\r?\n/)
      .map((line) => line.length),
  );

describe.concurrent('the command line', () => {
  it.each([
    ['inof', "unknown command 'inof' (did you mean 'info'?)"],
    ['tru', "unknown command 'tru' (did you mean 'trust'?)"],
    ['xylophone', "unknown command 'xylophone'\n"],
    ['--hlp', "unknown option '--hlp' (did you mean '--help'?)"],
  ])('answers %s with: %s', async (name, message) => {
    const { status, stderr } = await run(name);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Try hermetic-ssl --help.');
  });

  it('names the nearest option, the values that an option takes, and a missing operand', async () => {
    const [option, value, operand] = await Promise.all([
      run('trust', '--purpos', 'x'),
      run('trust', '--purpose', 'sever'),
      run('connect'),
    ]);
    expect(option.stderr).toContain("did you mean '--purpose'?");
    expect(value.status).toBe(2);
    expect(value.stderr).toContain("takes server or client, not 'sever' (did you mean 'server'?)");
    expect(value.stderr).toContain('Try hermetic-ssl trust --help.');
    expect(operand.stderr).toMatch(/^hermetic-ssl: HOST\[:PORT\] is missing$/m);
  });

  it.each(COMMANDS)('explains %s with its options and exit codes', async (name) => {
    const [{ status, stdout }, help] = await Promise.all([run(name, '--help'), run('help', name)]);
    expect(status).toBe(0);
    expect(stdout).toContain(`usage: hermetic-ssl ${name}`);
    expect(stdout).toMatch(/^exit codes:\n {2}0 {2}\S/m);
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    expect(help.stdout).toBe(stdout);
  });

  it('prints its version', async () => {
    const { stdout } = await run('--version');
    expect(stdout).toMatch(/^hermetic-ssl \d+\.\d+\.\d+.* \(OpenSSL \d/);
  });

  it.for([
    ['--help', 'usage:'],
    ['info', 'package'],
    ['trust', 'subject'],
    ['connect localhost:1', 'refuses the connection (ECONNREFUSED)'],
    ['connect no.such.host.invalid', 'no.such.host.invalid'],
    ['connect localhost --starttls smpt', 'did you mean'],
    ['ca issue a.test example.com', 'may not issue'],
  ] as const)('breaks no word and no row of "%s" on a terminal of 80 columns', async ([args, part], context) => {
    skipWithout(context, 'script');
    const shown = await onTerminal(args, { XDG_DATA_HOME: folder });
    expect(shown).toContain(part);
    expect(widest(shown)).toBeLessThanOrEqual(80);
  }); // prettier-ignore

  it('names itself once when the addon cannot be loaded', async () => {
    const env = { HERMETIC_SSL_BINARY: path.join(folder, 'missing.node') };
    const { status, stderr } = await spawn(process.execPath, [program, 'info'], '', env);
    expect(status).toBe(2);
    expect(stderr).toContain('missing.node');
    expect(stderr.match(/^hermetic-ssl: /gm)).toHaveLength(1);
    expect(stderr).not.toContain('hermetic-ssl: hermetic-ssl:');
  });

  it('does not break lines in a pipe, whose reader may count them', async () => {
    const { stdout } = await run('info');
    expect(stdout).toMatch(/^suites +\S+(?: \S+){9,}$/m);
  });

  it('does not fail when its reader closes the pipe', async () => {
    const { stdout, stderr } = await spawn('bash', [
      '-c',
      `"${process.execPath}" "${program}" man | head -1; echo "\${PIPESTATUS[0]}"`,
    ]);
    expect(stdout).toMatch(/^\.TH .*\n0\n$/);
    expect(stderr).toBe('');
  });
});

describe.concurrent('colours', () => {
  it('appear on a terminal, and not with NO_COLOR or in a pipe', async (context) => {
    skipWithout(context, 'script');
    const escape = '\u001b[';
    const [coloured, plain, dumb, piped] = await Promise.all([
      onTerminal('connect localhost:1'),
      onTerminal('connect localhost:1', { NO_COLOR: '1' }),
      onTerminal('connect localhost:1', { TERM: 'dumb' }),
      run('connect', 'localhost:1'),
    ]);
    expect(coloured).toContain(escape);
    for (const text of [plain, dumb, piped.stdout]) {
      expect(text).toContain('not connected');
      expect(text).not.toContain(escape);
    }
  });
});

describe.concurrent('progress', () => {
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
  ])('is shown by %s on a terminal after a second', async ([, args, what], context) => {
    skipWithout(context, 'script');
    const shown = await onTerminal(args());
    expect(shown).toMatch(new RegExp(`\r[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ${what} 1 s\u001b\\[K`));
    expect(shown).toContain('\r\u001b[K'); // the line is taken back
  });

  it('is not shown in a pipe', async () => {
    expect((await run('connect', target(), '--timeout', '2')).stderr).toBe('');
  });
});

describe.concurrent('completion', () => {
  const bash = async (...words: string[]): Promise<string[]> => {
    const command = `eval "$(cat)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hermetic_ssl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const script = (await run('completion', 'bash')).stdout;
    const { stdout } = await spawn('bash', ['-c', command, 'bash', ...words], script);
    return stdout.trim().split('\n');
  };

  it('works in bash', async (context) => {
    skipWithout(context, 'bash');
    const found = await Promise.all([
      bash('hermetic-ssl', ''),
      bash('hermetic-ssl', 'tr'),
      bash('hermetic-ssl', 'trust', '--pu'),
      bash('hermetic-ssl', 'trust', '--purpose', 's'),
      bash('hermetic-ssl', 'completion', 'f'),
    ]);
    const all = expect.arrayContaining(COMMANDS) as string[];
    expect(found).toEqual([all, ['trust'], ['--purpose'], ['server'], ['fish']]);
  });

  it('works in fish', async (context) => {
    skipWithout(context, 'fish');
    const script = path.join(folder, 'completion.fish');
    writeFileSync(script, (await run('completion', 'fish')).stdout);
    const fish = async (line: string): Promise<string> =>
      (await spawn('fish', ['-N', '-c', `source ${script}; complete -C '${line}'`])).stdout;
    expect(await fish('hermetic-ssl tr')).toMatch(/^trust\t/m);
    expect(await fish('hermetic-ssl trust --pu')).toMatch(/^--purpose\t/m);
    expect(await fish('hermetic-ssl trust --purpose ')).toMatch(/^server\t/m);
  });

  /** Keeps compinit from reading the completions of all other programs, more than a thousand files. */
  const FEW_COMPLETIONS = 'few=(${(M)fpath:#*/Completion(|/Base)}); (( $#few )) && fpath=($few)';

  it('is accepted by zsh, and defines the function', async (context) => {
    skipWithout(context, 'zsh');
    const { stdout, stderr } = await spawn(
      'zsh',
      ['-f', '-c', `${FEW_COMPLETIONS}; autoload -U compinit && compinit -D -u; eval "$(cat)"; print -- $_comps[hermetic-ssl]; whence -w _hermetic_ssl`], // prettier-ignore
      (await run('completion', 'zsh')).stdout,
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('_hermetic_ssl\n_hermetic_ssl: function\n');
  });
});

describe.concurrent('the reference', () => {
  it('is a man page that groff accepts without warning', async (context) => {
    skipWithout(context, 'groff');
    const page = (await run('man')).stdout;
    const { stdout, stderr } = await spawn('groff', ['-man', '-Tutf8', '-ww', '-P-cbou'], page);
    expect(stderr).toBe('');
    for (const name of COMMANDS)
      expect(stdout).toMatch(new RegExp(`^ {3}hermetic-ssl ${name}`, 'm'));
  });

  it('is a published man page', async () => {
    const { man } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { man: string }; // prettier-ignore
    expect(readFileSync(path.join(root, man), 'utf8')).toBe((await run('man')).stdout);
  });

  it('is docs/cli.md', async () => {
    const { stdout } = await run('man', '--markdown');
    expect(readFileSync(path.join(root, 'docs/cli.md'), 'utf8')).toBe(stdout);
  });
});
