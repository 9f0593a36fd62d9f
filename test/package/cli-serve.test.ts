// hermetic-ssl serve as a user runs it: curl, HTTP/2 of Node, a development server with WebSockets, and Chromium.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';

import { Child } from '../helpers/child.js';

const program = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
const LIMIT = 50_000;

const home = mkdtempSync(path.join(tmpdir(), 'hermetic-ssl-serve-'));
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
const env = { HOME: home, XDG_DATA_HOME: path.join(home, 'data') };
const www = path.join(home, 'www');
const authority = path.join(env.XDG_DATA_HOME, 'hermetic-ssl/authority/certificate.pem');

beforeAll(() => {
  mkdirSync(path.join(www, 'sub folder'), { recursive: true });
  writeFileSync(path.join(www, 'index.html'), '<!doctype html><title>ok</title><p id="x">hello\n');
  writeFileSync(path.join(www, 'digits.txt'), '0123456789');
  writeFileSync(path.join(www, 'empty.bin'), '');
  writeFileSync(path.join(www, 'sub folder', 'a & <b>.txt'), 'x');
  writeFileSync(path.join(www, '.env'), 'SECRET');
  writeFileSync(path.join(home, 'outside.txt'), 'SECRET');
  symlinkSync(path.join(home, 'outside.txt'), path.join(www, 'link.txt'));
});

const cli = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { cwd: home, encoding: 'utf8', env: { ...process.env, ...env }, timeout: LIMIT }); // prettier-ignore

interface Started {
  child: Child;
  port: number;
}

/** Runs `work` with the port of a server. */
async function serving(
  args: readonly string[],
  work: (started: Started) => Promise<void>,
): Promise<void> {
  // prettier-ignore
  const child = Child.start(process.execPath, [program, 'serve', '--port', '0', '--json', ...args], env); // prettier-ignore
  try {
    const [, port = ''] = await child.waitFor(/"url":"https:\/\/localhost:(\d+)\/"/, LIMIT);
    await work({ child, port: Number(port) });
  } finally {
    await child.close();
  }
}

interface Answer {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Requests a path as it is written, over HTTP/1.1. */
function get(
  port: number,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  // prettier-ignore
  const ca = readFileSync(authority);
  return new Promise((resolve, reject) => {
    request({ host: 'localhost', port, path: target, headers, method, ca, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body })); // prettier-ignore
    }).on('error', reject).end(); // prettier-ignore
  });
}

const commonName = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const { fingerprint256 }: PeerCertificate = socket.getPeerCertificate();
      socket.destroy();
      resolve(fingerprint256);
    }).on('error', reject);
  });

describe('hermetic-ssl serve', () => {
  it('serves files with types, ranges and conditions, and lists folders', async () => {
    await serving([www], async ({ port }) => {
      expect(await get(port, '/')).toMatchObject({ status: 200, body: expect.stringContaining('hello') as string, headers: { 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff' } }); // prettier-ignore
      const whole = await get(port, '/digits.txt?v=1');
      expect(whole).toMatchObject({ status: 200, body: '0123456789', headers: { 'content-length': '10', 'content-type': 'text/plain; charset=utf-8' } }); // prettier-ignore
      const ranges = {
        'bytes=2-4': '234',
        'bytes=7-': '789',
        'bytes=-2': '89',
        'bytes=8-99': '89',
      };
      for (const [range, body] of Object.entries(ranges))
        expect(await get(port, '/digits.txt', { range })).toMatchObject({ status: 206, body });
      expect((await get(port, '/digits.txt', { range: 'bytes=2-4' })).headers['content-range']).toBe('bytes 2-4/10'); // prettier-ignore
      expect(await get(port, '/digits.txt', { range: 'bytes=10-' })).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } }); // prettier-ignore
      for (const range of ['bytes=1-2,4-5', 'lines=1-2', 'bytes=4-2'])
        expect(await get(port, '/digits.txt', { range })).toMatchObject({ status: 200 });
      const { etag = '', 'last-modified': modified = '' } = whole.headers;
      for (const headers of [{ 'if-none-match': etag }, { 'if-modified-since': modified }])
        expect(await get(port, '/digits.txt', headers)).toMatchObject({ status: 304, body: '' });
      expect(await get(port, '/digits.txt', { range: 'bytes=2-4', 'if-range': '"old"' })).toMatchObject({ status: 200 }); // prettier-ignore
      expect(await get(port, '/empty.bin')).toMatchObject({ status: 200, body: '', headers: { 'content-type': 'application/octet-stream' } }); // prettier-ignore
      expect(await get(port, '/digits.txt', {}, 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '10' } }); // prettier-ignore
      expect(await get(port, '/', {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } }); // prettier-ignore
      expect(await get(port, '/sub%20folder')).toMatchObject({ status: 301, headers: { location: '/sub%20folder/' } }); // prettier-ignore
      const { body } = await get(port, '/sub%20folder/');
      expect(body).toContain('<a href="./a%20%26%20%3Cb%3E.txt">a &amp; &lt;b&gt;.txt</a>');
      expect(await get(port, '/sub%20folder/a%20%26%20%3Cb%3E.txt')).toMatchObject({ status: 200, body: 'x' }); // prettier-ignore
    });
  });

  it('does not serve files outside its folder, or hidden ones', async () => {
    await serving([www], async ({ port }) => {
      for (const target of [
        '/../outside.txt',
        '/%2e%2e/outside.txt',
        '/..%2foutside.txt',
        '/..%5coutside.txt',
        '/sub%20folder/../../outside.txt',
        '/.env',
        '/%2eenv',
        '/link.txt',
        '/digits.txt%00.html',
        '/digits.txt/',
        '/%zz',
        '/.//sub%20folder',
        '//localhost/..',
      ]) {
        const { status, body } = await get(port, target);
        expect([target, body.includes('SECRET')]).toEqual([target, false]);
        if (target !== '//localhost/..') expect([target, status]).toEqual([target, 404]);
      }
    });
  });

  it('speaks HTTP/2, logs each request, and ends at Ctrl+C', async () => {
    await serving([www], async ({ child, port }) => {
      const { connect: connectHttp2 } = await import('node:http2');
      const session = connectHttp2(`https://localhost:${port}`, { ca: readFileSync(authority) });
      const statuses = await Promise.all(
        ['/', '/digits.txt', '/none'].map(
          (target) =>
            new Promise<unknown>((resolve, reject) => {
              session.on('error', reject);
              const stream = session.request({ ':path': target });
              stream.on('response', (headers) => resolve(headers[':status'])).resume();
            }),
        ),
      );
      session.close();
      expect(statuses).toEqual([200, 200, 404]);
      await child.waitFor(/"status":404,"method":"GET","url":"\/none".*"httpVersion":"2.0"/, LIMIT);
      process.kill(child.pid, 'SIGINT');
      expect((await child.finish(LIMIT)).code).toBe(0);
    });
  });

  it('takes a changed certificate without a restart, and keeps the old one if the new one is damaged', async () => {
    for (const name of ['one', 'two']) cli('ca', 'issue', 'localhost', '--out', name);
    const [cert, key] = ['localhost.pem', 'localhost-key.pem'].map((name) => path.join(home, 'one', name)) as [string, string]; // prettier-ignore
    await serving([www, '--cert', cert, '--key', key], async ({ child, port }) => {
      const before = await commonName(port);
      writeFileSync(cert, 'damaged');
      await child.waitFor(/"certificate":"kept"/, LIMIT);
      expect(await commonName(port)).toBe(before);
      renameSync(path.join(home, 'two/localhost-key.pem'), key);
      renameSync(path.join(home, 'two/localhost.pem'), cert);
      await child.waitFor(/"certificate":"new"/, LIMIT);
      expect(await commonName(port)).not.toBe(before);
    });
  });

  it.each([
    [['nowhere'], 'is not a folder'],
    [['--proxy', 'ftp://localhost'], '--proxy takes a URL'],
    [['--proxy', 'http://localhost:1', '.'], 'exclude each other'],
    [['--name', 'example.org'], "may not issue for 'example.org'"],
    [['--key', 'x'], '--key goes with --cert'],
  ])('refuses %j with exit code 2', (args, message) => {
    const { status, stderr } = cli('serve', ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it('reports a port that is in use', async () => {
    await serving([www], ({ port }) => {
      const { status, stderr } = cli('serve', www, '--port', String(port));
      expect(status).toBe(1);
      expect(stderr).toContain(`port ${port} is in use`);
      return Promise.resolve();
    });
  });
});

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * A development server: its page opens a WebSocket, which it echoes (RFC 6455; short frames only). The page's image, and
 * with it the event `load`, waits until the page has the echo.
 */
async function startDevelopmentServer(): Promise<Server> {
  const waiting: ServerResponse[] = [];
  const server = createServer((req, res) => {
    if (req.url === '/facts') res.end(JSON.stringify({ method: req.method, headers: req.headers }));
    else if (req.url === '/echo') req.pipe(res);
    else if (req.url === '/wait') waiting.push(res);
    else if (req.url === '/done') for (const held of [res, ...waiting]) held.end();
    else res.setHeader('content-type', 'text/html').end(`<!doctype html><p id="x">waiting</p><img src="/wait"><script>
      const socket = new WebSocket('wss://' + location.host + '/socket');
      socket.onopen = () => socket.send('over wss');
      socket.onmessage = ({ data }) => { document.title = data; x.textContent = 'echo ' + data; fetch('/done'); };
      </script>`); // prettier-ignore
  });
  server.on('upgrade', (req, socket) => {
    const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}${GUID}`).digest('base64'); // prettier-ignore
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`); // prettier-ignore
    socket
      .on('error', () => undefined)
      .on('data', (frame: Buffer) => {
        if ((frame[0] ?? 0) !== 0x81) return void socket.end();
        const length = (frame[1] ?? 0) & 0x7f;
        const text = Buffer.from(frame.subarray(6, 6 + length).map((byte, i) => byte ^ (frame[2 + (i % 4)] ?? 0))); // prettier-ignore
        socket.write(Buffer.concat([Buffer.from([0x81, length]), text]));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe('hermetic-ssl serve --proxy', () => {
  it('passes requests, bodies and WebSockets on, and says when the server does not answer', async () => {
    const server = await startDevelopmentServer();
    await serving(['--proxy', `http://127.0.0.1:${portOf(server)}`], async ({ port }) => {
      const { body } = await get(port, '/facts', { 'x-own': 'kept' });
      expect(JSON.parse(body)).toMatchObject({ method: 'GET', headers: { host: `localhost:${port}`, 'x-own': 'kept', 'x-forwarded-proto': 'https', 'x-forwarded-for': '127.0.0.1' } }); // prettier-ignore
      const upgraded = await new Promise<string>((resolve, reject) => {
        const headers = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' }; // prettier-ignore
        const req = request({ host: 'localhost', port, path: '/', headers, ca: readFileSync(authority), agent: false }); // prettier-ignore
        req.on('error', reject).on('upgrade', (answer, socket) => {
          expect(answer.headers['sec-websocket-accept']).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
          socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]));
          socket.on('data', (data: Buffer) => {
            socket.destroy();
            resolve(data.toString('latin1'));
          });
        });
        req.end();
      });
      expect(upgraded).toBe('\u0081\u0002hi');
      const curl = spawnSync('curl', ['--version']).error === undefined;
      if (curl) {
        const sent = Child.start('curl', ['-sS', '--cacert', authority, '--data-binary', 'x'.repeat(100_000), `https://localhost:${port}/echo`]); // prettier-ignore
        await sent.finish(LIMIT);
        expect(sent.stdout.length).toBe(100_000);
      }
      server.close();
      server.closeAllConnections();
      const gone = await get(port, '/');
      expect([gone.status, gone.body]).toEqual([502, expect.stringContaining('does not answer')]);
    });
  });
});

describe('Chromium', () => {
  const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);

  /** Returns the document after its scripts have run. */
  async function dump(url: string): Promise<string> {
    const child = Child.start(chromium ?? '', ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${path.join(home, 'chromium')}`, '--timeout=8000', '--dump-dom', url], env); // prettier-ignore
    await child.finish(LIMIT);
    return child.stdout;
  }

  function skipWithoutChromium(context: TestContext): void {
    if (chromium === undefined) context.skip('needs chromium, which was not found');
    if (spawnSync('certutil', []).error !== undefined) context.skip('needs certutil (libnss3-tools)'); // prettier-ignore
  }

  it('accepts the server only after "ca install --nss", over HTTP/2 and WebSockets', async (context) => {
    skipWithoutChromium(context);
    const server = await startDevelopmentServer();
    try {
      await serving(['--proxy', `http://127.0.0.1:${portOf(server)}`], async ({ child, port }) => {
        const url = `https://localhost:${port}/`;
        expect(await dump(url)).not.toContain('echo over wss');
        expect(cli('ca', 'install', '--nss').status).toBe(0);
        expect(await dump(url)).toContain('echo over wss');
        expect(child.stdout).toMatch(
          /"status":200,"method":"GET","url":"\/",.*"httpVersion":"2.0"/,
        );
        expect(cli('ca', 'uninstall', '--nss').status).toBe(0);
        expect(await dump(url)).not.toContain('echo over wss');
      });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }, 200_000);
});

describe('Firefox', () => {
  const firefox = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync);
  const profile = path.join(home, '.mozilla/firefox/test.default');

  /**
   * Opens a page, and returns whether `isDone` became true within some seconds. Firefox does not end at a page about a
   * certificate. It makes the profile and its store of certificates at the first start.
   */
  async function visit(url: string, seconds: number, isDone: () => boolean): Promise<boolean> {
    const args = ['--headless', '--no-remote', '--profile', profile, '--screenshot', path.join(home, 'page.png'), url]; // prettier-ignore
    const child = Child.start(firefox ?? '', args, env);
    try {
      for (const end = Date.now() + seconds * 1000; Date.now() < end && !isDone();)
        await sleep(100);
      return isDone();
    } finally {
      await child.close();
    }
  }

  it('accepts the server only after "ca install --nss"', async (context) => {
    if (firefox === undefined) context.skip('needs firefox-esr, which was not found');
    if (spawnSync('certutil', []).error !== undefined) context.skip('needs certutil (libnss3-tools)'); // prettier-ignore
    if (process.env['HERMETIC_TEST_SLOW'] !== '1') context.skip('takes seconds; HERMETIC_TEST_SLOW=1 runs it'); // prettier-ignore
    mkdirSync(profile, { recursive: true });
    await serving([www], async ({ child, port }) => {
      const isServed = (name: string, seconds: number): Promise<boolean> =>
        visit(`https://localhost:${port}/?${name}`, seconds, () => child.stdout.includes(`"url":"/?${name}"`)); // prettier-ignore
      expect(await isServed('before', 12)).toBe(false);
      expect(existsSync(path.join(profile, 'cert9.db'))).toBe(true);
      expect(cli('ca', 'install', '--nss').stdout).toContain(profile);
      expect(await isServed('after', 50)).toBe(true);
      expect(cli('ca', 'uninstall', '--nss').status).toBe(0);
    });
  }, 200_000);
});
