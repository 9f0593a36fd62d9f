// Where secrets may be logged to: what exists and others may open is refused, and so is a link; what the message says is
// followed. And SSLKEYLOGFILE, which a program outlives when it cannot be written.
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';

import { afterAll, describe, expect, it } from 'vitest';

import { clientContext, serverContext } from '../../../helpers/contexts.js';
import { valueError } from '../../../helpers/expected-errors.js';
import { connectedPair, handshake, makePair, thrown } from '../../../helpers/make-pair.js';
import { cleanEnv } from '../../../helpers/peers.js';
import { runHint } from '../../../helpers/run-hint.js';
import { moduleAnswer } from '../../../helpers/run-module.js';
import { TempDirectory } from '../../../helpers/temp.js';
import { testPki } from '../../../helpers/test-pki.js';

const { localhost, caPem } = await testPki();
const folder = await TempDirectory.create();
afterAll(() => folder.close());

let files = 0;
const newName = (): string => folder.join(`place-${(files += 1)}`);
function newFile(mode: number, text = 'earlier\n'): string {
  const file = newName();
  fs.writeFileSync(file, text);
  fs.chmodSync(file, mode);
  return file;
}

const set = (file: string | Buffer) => () => (clientContext(caPem).keylogFilename = file);
/** Sets it, connects, and gives what the file then holds. */
function logged(file: string): string {
  const client = clientContext(caPem);
  client.keylogFilename = file;
  connectedPair({ client, server: serverContext(localhost) });
  return fs.readFileSync(file, 'utf8');
}
const SECRET = /^CLIENT_TRAFFIC_SECRET_0 [0-9a-f]{64} /m;

const isPosix = process.platform !== 'win32';
const isRoot = process.geteuid?.() === 0;

describe.skipIf(!isPosix)('a file that exists', () => {
  it.each([0o600, 0o700, 0o400 | 0o200, 0o200])(
    'is taken with mode %o, and appended to',
    (mode) => {
      const file = newFile(mode);
      fs.chmodSync(file, mode);
      set(file)();
      fs.chmodSync(file, 0o600);
      expect(logged(file)).toMatch(/^earlier\n/);
      expect(fs.readFileSync(file, 'utf8')).toMatch(SECRET);
    },
  );

  it.each([0o644, 0o640, 0o604, 0o660, 0o620, 0o602, 0o610, 0o777])(
    'is refused with mode %o, left as it is, and taken when the hint was followed',
    (mode) => {
      const file = newFile(mode);
      const error = thrown(set(file));
      expect(error).toEqual(
        valueError(`keylogFilename '${file}' is open to other users (mode ${mode.toString(8)})`),
      );
      expect(fs.statSync(file).mode & 0o777).toBe(mode);
      expect(fs.readFileSync(file, 'utf8')).toBe('earlier\n');
      const hint = /fs\.chmodSync\(.*?\)(?=, or )/.exec(error!.message)![0];
      runHint(hint, { fs });
      expect(logged(file)).toMatch(SECRET);
    },
  );

  it('the other way out is a new file, which is for its owner alone whatever the umask', () => {
    const before = process.umask(0);
    try {
      const file = newName();
      expect(logged(file)).toMatch(SECRET);
      expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it('a hint with quotation marks in the name can be followed as well', () => {
    const file = `${newName()} 'a' "b" \\`;
    fs.writeFileSync(file, '', { mode: 0o644 });
    const hint = /fs\.chmodSync\(.*\)(?=, or )/.exec(thrown(set(file))!.message)![0];
    runHint(hint, { fs });
    expect(logged(file)).toMatch(SECRET);
  });

  it('that is opened to others later is refused by the next connection', () => {
    const client = clientContext(caPem);
    const file = newName();
    client.keylogFilename = file;
    fs.chmodSync(file, 0o644);
    const pair = makePair({ client, server: serverContext(localhost) });
    expect(thrown(() => handshake(pair))).toEqual(valueError('is open to other users (mode 644)'));
    expect(fs.readFileSync(file, 'utf8')).not.toMatch(SECRET);
  });

  it('that belongs to another user is refused', (test) => {
    if (!isRoot) return test.skip('needs to be root, which can give a file away');
    const file = newFile(0o600);
    fs.chownSync(file, 65_534, 65_534);
    expect(set(file)).toThrow(
      valueError('belongs to another user: name a file that does not exist yet'),
    );
  });

  it('that has a second name is refused', () => {
    const file = newFile(0o600);
    fs.linkSync(file, newName());
    expect(set(file)).toThrow(valueError('has 2 names (hard links): name a file that does not'));
  });
});

describe.skipIf(!isPosix)('what is not a file', () => {
  it('a symbolic link is refused, whatever it leads to, and what it leads to is taken', () => {
    const [target, missing] = [newFile(0o600), newName()];
    for (const to of [target, missing]) {
      const link = newName();
      fs.symlinkSync(to, link);
      const error = thrown(set(link));
      expect(error).toEqual(
        valueError(`keylogFilename '${link}' is a symbolic link: name the file`),
      );
      expect(set(Buffer.from(link))).toThrow(valueError('is a symbolic link'));
    }
    expect(fs.existsSync(missing)).toBe(false);
    const link = newName();
    fs.symlinkSync(target, link);
    expect(logged(fs.realpathSync(link))).toMatch(SECRET);
  });

  it('a link that takes the place of the file later is refused by the next connection', () => {
    const client = clientContext(caPem);
    const [file, victim] = [newName(), newFile(0o600)];
    client.keylogFilename = file;
    fs.unlinkSync(file);
    fs.symlinkSync(victim, file);
    const pair = makePair({ client, server: serverContext(localhost) });
    expect(thrown(() => handshake(pair))).toEqual(valueError('is a symbolic link'));
    expect(fs.readFileSync(victim, 'utf8')).toBe('earlier\n');
  });

  it('a folder that is reached by a link is taken', () => {
    const [real, link] = [newName(), newName()];
    fs.mkdirSync(real);
    fs.symlinkSync(real, link);
    expect(logged(`${link}/keys.log`)).toMatch(SECRET);
  });

  it('a folder is refused', () => {
    expect(thrown(set(folder.path))).toMatchObject({ code: 'EISDIR' });
  });

  it('a FIFO without a reader is an error at once, with one it is written to, and not when it is open to others', () => {
    const [fifo, open] = [newName(), newName()];
    for (const [name, mode] of [[fifo, '600'], [open, '644']] as const) {
      execFileSync('mkfifo', ['-m', mode, name]);
      expect(thrown(set(name))).toMatchObject({ code: 'ENXIO' });
    }
    const flags = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK;
    const readers = [fs.openSync(fifo, flags), fs.openSync(open, flags)] as const;
    try {
      expect(set(open)).toThrow(valueError('is open to other users (mode 644)'));
      const client = clientContext(caPem);
      client.keylogFilename = fifo;
      connectedPair({ client, server: serverContext(localhost) });
      const buffer = Buffer.alloc(65_536);
      expect(buffer.toString('latin1', 0, fs.readSync(readers[0], buffer))).toMatch(SECRET);
    } finally {
      readers.forEach((reader) => fs.closeSync(reader));
    }
  }); // prettier-ignore

  it('a character device is taken: it keeps nothing', () => {
    const client = clientContext(caPem);
    client.keylogFilename = '/dev/null';
    connectedPair({ client, server: serverContext(localhost) });
  });

  it('the socket of a server is an error', async () => {
    const name = newName();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(name, resolve));
    expect(thrown(set(name))).toMatchObject({ code: 'ENXIO' });
    server.close();
  });
});

const PROGRAM = `
  import * as ssl from 'hermetic-ssl/ssl';
  const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
  server.loadCertChain({ cert: ${JSON.stringify(localhost.chainPem)}, key: ${JSON.stringify(localhost.keyPem)} });
  const connect = (client) => {
    const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
    const ends = [client.wrapBio(a, b, { serverHostname: 'localhost' }), server.wrapBio(b, a, { serverSide: true })];
    for (let i = 0; i < 6; i++) try { ends[i % 2].doHandshake(); } catch (error) { if (!(error instanceof ssl.SSLWantReadError)) throw error; }
    return ends[0].version();
  };
  const make = () => ssl.createDefaultContext(undefined, { cadata: ${JSON.stringify(caPem)} });
`;

/** Runs a program with these descriptors, as a shell redirects them. */
function run(body: string, redirection: string) {
  const command = `exec "$0" --input-type=module --eval "$1" ${redirection}`;
  return spawnSync('/bin/sh', ['-c', command, process.execPath, PROGRAM + body], {
    encoding: 'utf8',
    env: cleanEnv(),
  });
}

describe.skipIf(!isPosix)("a name of the process's own descriptors", () => {
  const body = (name: string) => `
    const client = make();
    client.keylogFilename = ${JSON.stringify(name)};
    console.log(connect(client));`;

  it.each(['/dev/stderr', '/dev/fd/2', '/proc/self/fd/2', '/dev//stderr'])('%s, a pipe', (name) => {
    const { status, stdout, stderr } = run(body(name), '2>&1 >/dev/null | cat >&2');
    expect([status, stdout, stderr]).toEqual([0, '', expect.stringMatching(SECRET)]);
  });

  it('/dev/fd/3, a file of the user alone, also one that has no name any more', () => {
    const file = newFile(0o600, '');
    expect(run(body('/dev/fd/3'), `3>>'${file}'`)).toMatchObject({ status: 0, stderr: '' });
    expect(fs.readFileSync(file, 'utf8')).toMatch(SECRET);
  });

  it('/dev/stderr, a file that others may open', () => {
    const file = newFile(0o644, '');
    const { status } = run(body('/dev/stderr'), `2>>'${file}'`);
    expect([status, fs.readFileSync(file, 'utf8')]).toEqual([
      1,
      expect.stringContaining("'/dev/stderr' is open to other users (mode 644)"),
    ]);
    expect(fs.readFileSync(file, 'utf8')).not.toMatch(SECRET);
  });

  it('/dev/fd/999, which is not open', () => {
    const { status, stderr } = run(body('/dev/fd/999'), '');
    expect([status, stderr]).toEqual([1, expect.stringContaining('EBADF')]);
  });

  it('descriptors of another process are links', () => {
    const file = newFile(0o600, '');
    const descriptor = fs.openSync(file, 'a');
    try {
      expect(set(`/proc/${process.pid}/fd/${descriptor}`)).toThrow(
        valueError('is a symbolic link'),
      );
    } finally {
      fs.closeSync(descriptor);
    }
  });
});

interface Answer {
  warnings: { name: string; code: string; message: string }[];
  value: unknown;
}

const answer = (body: string, SSLKEYLOGFILE: string): Promise<Answer> =>
  moduleAnswer(
    `${PROGRAM}
    import fs from 'node:fs';
    const warnings = [];
    process.on('warning', ({ name, code, message }) => warnings.push({ name, code, message }));
    const value = await (async () => { ${body} })();
    await new Promise(setImmediate);
    console.log(JSON.stringify({ warnings, value }));`,
    { env: { SSLKEYLOGFILE } },
  ) as Promise<Answer>;

describe('SSLKEYLOGFILE', () => {
  const warning = (why: string) => ({
    name: 'HermeticSslWarning',
    code: 'HERMETIC_KEYLOG_UNUSABLE',
    message: expect.stringMatching(
      new RegExp(`^secrets of connections are not logged to the file that the environment variable SSLKEYLOGFILE names: .*${why}`),
    ) as string,
  }); // prettier-ignore

  it.each([
    ['is in a folder that does not exist', () => folder.join('missing', 'keys.log'), 'ENOENT'],
    ['is a folder', () => folder.path, 'EISDIR'],
    ['has a file for a folder', () => `${newFile(0o600)}/keys.log`, 'ENOTDIR'],
    ['is open to others', () => newFile(0o644), 'is open to other users \\(mode 644\\)'],
    ['has too long a name', () => folder.join('x'.repeat(5_000)), 'ENAMETOOLONG'],
  ])('that %s is one warning, and the program goes on', async (_what, file, why) => {
    const body = `return [connect(make()), make().keylogFilename, connect(make())];`;
    expect(await answer(body, file())).toEqual({
      warnings: [warning(why)],
      value: ['TLSv1.3', null, 'TLSv1.3'],
    });
  });

  it('that cannot be written any more is one warning, in whatever connection', async () => {
    const own = folder.join('own');
    fs.mkdirSync(own);
    const body = `
      const client = make();
      const first = connect(client);
      fs.rmSync(${JSON.stringify(own)}, { recursive: true });
      return [first, connect(client), connect(client), make().keylogFilename];`;
    expect(await answer(body, `${own}/keys.log`)).toEqual({
      warnings: [warning('ENOENT')],
      value: ['TLSv1.3', 'TLSv1.3', 'TLSv1.3', null],
    });
  });

  it('that can be written is written to, without a warning', async () => {
    const file = newName();
    const body = `const client = make(); return [connect(client), client.keylogFilename];`;
    expect(await answer(body, file)).toEqual({ warnings: [], value: ['TLSv1.3', file] });
    expect(fs.readFileSync(file, 'utf8')).toMatch(SECRET);
  });

  it('does not concern a keylogFilename of the program, which throws', async () => {
    const body = `
      const client = make();
      try { client.keylogFilename = ${JSON.stringify(folder.join('missing', 'x'))}; return 'taken'; } catch (error) { return error.code; }`;
    expect(await answer(body, newName())).toEqual({ warnings: [], value: 'ENOENT' });
  });
});
