// hermetic-ssl ca as a user runs it: the authority's files, its limits, and the stores of NSS, Java and the system.
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, copyFileSync, realpathSync } from 'node:fs'; // prettier-ignore
import { createServer } from 'node:https';
import path from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';

import { Child } from '../helpers/child.js';
import { freePort } from '../helpers/free-port.js';
import { TempDirectory } from '../helpers/temp.js';

const program = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const folders: TempDirectory[] = [];
afterAll(() => Promise.all(folders.map((folder) => folder.close())));

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

const LIMIT = 55_000;

/** A user with an empty home. */
async function makeUser(more: NodeJS.ProcessEnv = {}) {
  const home = await TempDirectory.create();
  folders.push(home);
  const { XDG_DATA_HOME: _data, JAVA_HOME: _java, ...rest } = process.env;
  const env = { ...rest, HOME: home.path, ...more };
  const spawn = (name: string, args: readonly string[]): Ran => {
    const { status, stdout, stderr } = spawnSync(name, args, { cwd: home.path, encoding: 'utf8', env, timeout: LIMIT }); // prettier-ignore
    return { code: status, stdout, stderr };
  };
  const run = (...args: string[]): Ran => spawn(process.execPath, [program, ...args]);
  return { home, spawn, run };
}

function skipWithout(context: TestContext, name: string, ...args: string[]): void {
  const { error } = spawnSync(name, args, { timeout: LIMIT });
  if (error !== undefined) context.skip(`needs ${name}, which was not found`);
}

const skipUnlessSlow = (context: TestContext): void => {
  if (process.env['HERMETIC_TEST_SLOW'] !== '1')
    context.skip('takes seconds; HERMETIC_TEST_SLOW=1 runs it');
};

const AUTHORITY = '.local/share/hermetic-ssl/authority';

describe('hermetic-ssl ca', () => {
  it('makes an authority once, whose key is readable by its owner alone, and deletes it', async () => {
    const { home, run } = await makeUser();
    expect(run('ca', 'path')).toMatchObject({ code: 2, stdout: '' });
    const made = run('ca', 'install');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain('made the local authority');
    expect(made.stdout).toContain('No store was changed');
    const file = home.join(AUTHORITY, 'certificate.pem');
    expect(run('ca', 'path').stdout.trim()).toBe(file);
    const modeOf = (name: string) => statSync(home.join(name)).mode & 0o777;
    expect([modeOf(AUTHORITY), modeOf(`${AUTHORITY}/key.pem`)]).toEqual([0o700, 0o600]);
    const first = readFileSync(file, 'utf8');
    expect(run('ca', 'install').stdout).toContain('the local authority exists');
    expect(readFileSync(file, 'utf8')).toBe(first);
    expect(run('ca', 'uninstall')).toMatchObject({ code: 0 });
    expect(existsSync(home.join(AUTHORITY))).toBe(false);
    expect(existsSync(home.join('.pki'))).toBe(false);
  });

  it('follows XDG_DATA_HOME', async () => {
    const { home, run } = await makeUser();
    const other = home.join('elsewhere');
    const { run: runOther } = await makeUser({ XDG_DATA_HOME: other });
    expect(runOther('ca', 'install').code).toBe(0);
    expect(existsSync(path.join(other, 'hermetic-ssl/authority/key.pem'))).toBe(true);
    expect(run('ca', 'path').code).toBe(2);
  });

  it('issues certificates that verify, for local names only', async () => {
    const { home, run, spawn } = await makeUser();
    const names = ['localhost', 'app.test', '127.0.0.1', '::1'];
    const { code, stdout } = run('ca', 'issue', ...names, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ certificate: 'localhost.pem', key: 'localhost-key.pem', names }); // prettier-ignore
    expect(statSync(home.join('localhost-key.pem')).mode & 0o777).toBe(0o600);
    const certificate = new X509Certificate(readFileSync(home.join('localhost.pem')));
    expect(certificate.checkHost('app.test')).toBe('app.test');
    expect(certificate.checkIP('::1')).toBe('::1');
    const authority = home.join(AUTHORITY, 'certificate.pem');
    expect(certificate.verify(new X509Certificate(readFileSync(authority)).publicKey)).toBe(true);
    expect(spawn('openssl', ['verify', '-x509_strict', '-CAfile', authority, 'localhost.pem']).stdout).toContain('OK'); // prettier-ignore
    for (const name of ['example.org', 'nottest', '8.8.8.8', '172.32.0.1', '2001:db8::1']) {
      const refused = run('ca', 'issue', name);
      expect([name, refused.code]).toEqual([name, 2]);
      expect(refused.stderr).toContain(`may not issue for '${name}'`);
    }
  });

  it('is limited by its certificate: OpenSSL refuses other names of its key', async (context) => {
    skipWithout(context, 'openssl', 'version');
    const { home, run, spawn } = await makeUser();
    run('ca', 'install');
    const openssl = (...args: string[]) => spawn('openssl', args);
    const [cert, key] = ['certificate.pem', 'key.pem'].map((name) => home.join(AUTHORITY, name));
    const verify = async (name: string): Promise<string> => {
      const extensions = await home.write('ext', `subjectAltName=${name}\n`);
      openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'k', '-out', 'csr', '-subj', '/'); // prettier-ignore
      openssl('x509', '-req', '-in', 'csr', '-CA', cert ?? '', '-CAkey', key ?? '', '-CAcreateserial', '-extfile', extensions, '-out', 'leaf'); // prettier-ignore
      const { stdout, stderr } = openssl('verify', '-CAfile', cert ?? '', 'leaf');
      return stdout + stderr;
    };
    for (const name of ['DNS:localhost', 'DNS:a.b.internal', 'IP:10.1.2.3', 'IP:fd00::1'])
      expect(await verify(name)).toContain('leaf: OK');
    for (const name of ['DNS:example.org', 'DNS:test.example', 'IP:11.0.0.1', 'IP:2001:db8::1'])
      expect(await verify(name)).toContain('permitted subtree violation');
  });

  it('refuses a key that others could read, and protects it', async () => {
    const { home, run } = await makeUser();
    run('ca', 'install');
    const key = home.join(AUTHORITY, 'key.pem');
    chmodSync(key, 0o644);
    const refused = run('ca', 'issue', 'localhost');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('other users could read');
    expect(statSync(key).mode & 0o777).toBe(0o600);
  });

  it('is accepted by curl and node:https when they are given its path', async (context) => {
    skipWithout(context, 'curl', '--version');
    const { home, run } = await makeUser();
    run('ca', 'issue', 'localhost', '127.0.0.1');
    const server = createServer({ cert: readFileSync(home.join('localhost.pem')), key: readFileSync(home.join('localhost-key.pem')) }, (_, res) => res.end('hello')); // prettier-ignore
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const authority = home.join(AUTHORITY, 'certificate.pem');
    const curl = Child.start('curl', ['-sS', '--cacert', authority, `https://127.0.0.1:${port}/`]);
    const curled = await curl.finish(LIMIT);
    const fetched = Child.start(process.execPath, ['-e', `fetch('https://localhost:${port}').then(async (it) => console.log(await it.text()))`], { NODE_EXTRA_CA_CERTS: authority }); // prettier-ignore
    await fetched.finish(LIMIT);
    server.close();
    server.closeAllConnections();
    expect([curled.code, curl.stdout]).toEqual([0, 'hello']);
    expect(fetched.stdout).toBe('hello\n');
  });

  it.each([
    [['ca'], 'install|uninstall|path|issue is missing'],
    [['ca', 'instal'], "did you mean 'install'?"],
    [['ca', 'path', 'x'], "unexpected argument 'x'"],
    [['ca', 'issue'], 'NAME is missing'],
    [['ca', 'issue', 'localhost', '--days', '9999'], 'from 1 to 825'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stderr } = (await makeUser()).run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

interface Change {
  store: string;
  place: string;
  state: string;
}

const changesOf = ({ stdout }: Ran): Change[] => (JSON.parse(stdout) as { changes: Change[] }).changes; // prettier-ignore

describe('the stores of hermetic-ssl ca', () => {
  it('are NSS’s database of Chromium and those of Firefox’s profiles', async (context) => {
    skipWithout(context, 'certutil');
    const { home, run, spawn } = await makeUser();
    const profile = home.join('.mozilla/firefox/abc.default');
    mkdirSync(profile, { recursive: true });
    spawn('certutil', ['-N', '-d', `sql:${profile}`, '--empty-password']);
    const places = [home.join('.pki/nssdb'), profile];
    const added = run('ca', 'install', '--nss', '--json');
    expect(added.code).toBe(0);
    expect(changesOf(added)).toEqual(places.map((place) => ({ store: 'nss', place, state: 'added' }))); // prettier-ignore
    const list = (place: string) => spawn('certutil', ['-L', '-d', `sql:${place}`]).stdout;
    for (const place of places) expect(list(place)).toMatch(/^hermetic-ssl-[0-9a-f]{16} +C,,/m);
    expect(changesOf(run('ca', 'install', '--nss', '--json')).map(({ state }) => state)).toEqual(['already there', 'already there']); // prettier-ignore
    expect(changesOf(run('ca', 'uninstall', '--nss', '--json')).map(({ state }) => state)).toEqual(['removed', 'removed']); // prettier-ignore
    for (const place of places) expect(list(place)).not.toContain('hermetic-ssl');
    expect(existsSync(home.join(AUTHORITY))).toBe(true);
  });

  it('are Java’s cacerts', async (context) => {
    skipWithout(context, 'keytool', '-help');
    skipUnlessSlow(context);
    const keytool = realpathSync(spawnSync('which', ['keytool'], { encoding: 'utf8' }).stdout.trim()); // prettier-ignore
    const original = path.resolve(path.dirname(keytool), '../lib/security/cacerts');
    if (!existsSync(original)) context.skip('needs the cacerts of keytool’s Java');
    const java = await TempDirectory.create();
    folders.push(java);
    mkdirSync(java.join('bin'));
    symlinkSync(keytool, java.join('bin/keytool'));
    mkdirSync(java.join('lib/security'), { recursive: true });
    copyFileSync(original, java.join('lib/security/cacerts'));
    const { run, spawn } = await makeUser({ JAVA_HOME: java.path });
    const place = java.join('lib/security/cacerts');
    expect(changesOf(run('ca', 'install', '--java', '--json'))).toEqual([{ store: 'java', place, state: 'added' }]); // prettier-ignore
    const list = () => spawn('keytool', ['-list', '-keystore', place, '-storepass', 'changeit']).stdout; // prettier-ignore
    expect(list()).toMatch(/^hermetic-ssl-[0-9a-f]{16}, .*trustedCertEntry/m);
    expect(changesOf(run('ca', 'uninstall', '--java', '--json'))).toEqual([{ store: 'java', place, state: 'removed' }]); // prettier-ignore
    expect(list()).not.toContain('hermetic-ssl');
  });

  it('are the system’s bundle, which this package then trusts', async (context) => {
    if (!existsSync('/usr/sbin/update-ca-certificates') || process.getuid?.() !== 0)
      context.skip('needs update-ca-certificates and root');
    skipUnlessSlow(context);
    const { home, run, spawn } = await makeUser();
    run('ca', 'issue', 'localhost');
    const node = `"${process.execPath}" "${program}"`;
    // In a mount namespace of its own, so that this machine's certificates stay as they are.
    const script = `set -e
      mkdir over; mount -t tmpfs over over
      for d in /etc /usr/local/share; do
        mkdir -p "over$d/upper" "over$d/work"
        mount -t overlay over -o "lowerdir=$d,upperdir=over$d/upper,workdir=over$d/work" "$d"
      done
      echo mounted
      ${node} ca install --system
      ${node} trust --verify localhost.pem
      ${node} ca uninstall
      ${node} trust --verify localhost.pem || echo "code $?"`;
    const { stdout, stderr } = spawn('unshare', ['-m', 'bash', '-c', script]);
    if (!stdout.startsWith('mounted')) context.skip(`needs a mount namespace: ${stderr.trim()}`);
    expect(stdout).toMatch(/✓ system +added +\/usr\/local\/share\/ca-certificates/);
    expect(stdout).toContain('localhost.pem: verified');
    expect(stdout).toMatch(/✓ system +removed/);
    expect(stdout).toContain('deleted the local authority and its key');
    expect(stdout).toMatch(/localhost\.pem: not verified[\s\S]*code 1/);
    expect(existsSync(home.join(AUTHORITY))).toBe(false);
  });

  it('are named when a program for them is missing', async () => {
    const { run } = await makeUser({ PATH: '/nonexistent' });
    const { code, stdout } = run('ca', 'install', '--java');
    expect(code).toBe(1);
    expect(stdout).toContain('keytool is missing. Set JAVA_HOME');
  });
});
