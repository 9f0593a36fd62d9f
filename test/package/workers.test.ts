// The addon in worker threads: loaded by several at once, with and without the main thread, ended and terminated with work
// in flight. Each program runs in a process of its own, whose exit code and signal are the result.
import { describe, expect, it } from 'vitest';

import { ENDED_WELL, runProgram } from './support/package-programs.js';
import { addonPath } from './support/paths.js';
import { run } from './support/run.js';
import { TERMINATED_WITH_LONG_WORK, TERMINATED_WITH_WORK } from './support/worker-programs.js';

const TIMEOUT = 120_000;
const runNode = (program: string) =>
  run(process.execPath, ['-e', program, addonPath], { timeout: TIMEOUT });

describe('worker threads', { timeout: TIMEOUT }, () => {
  it('load the addon at once, without the main thread', async () => {
    const main = `for (let i = 0; i < 3; ++i) await repeat(4, untilExit); console.log('done');`;
    expect(await runProgram({ worker: 'await exercise();', main })).toEqual(ENDED_WELL);
  });

  it('load the addon at once, while the main thread loads and uses it', async () => {
    const main = `
      await Promise.all([...Array(6)].map(untilExit).concat([...Array(20)].map(exercise)));
      await exercise();
      console.log('done');`;
    const worker = 'for (let i = 0; i < 20; ++i) await exercise();';
    expect(await runProgram({ worker, main, mainLoads: true })).toEqual(ENDED_WELL);
  });

  it('may end before the main thread loads the addon for the first time', async () => {
    const main = `
      await repeat(2, untilExit);
      const { sha256 } = await import('hermetic-ssl/hashlib');
      if (sha256(Buffer.from('abc')).hexdigest().startsWith('ba7816bf')) console.log('done');`;
    expect(await runProgram({ worker: 'await exercise();', main })).toEqual(ENDED_WELL);
  });

  it('end by themselves with derivations in flight, whose threads serve others afterwards', async () => {
    const main = `
      for (let i = 0; i < 10; ++i) await repeat(2, untilExit);
      await exercise();
      console.log('done');`;
    const worker = 'for (let i = 0; i < 8; ++i) derive(FOREVER); handshake(); process.exit(0);';
    expect(await runProgram({ worker, main, mainLoads: true })).toEqual(ENDED_WELL);
  });

  it('end by an error with work in flight', async () => {
    const main = `
      for (let i = 0; i < 5; ++i) {
        const worker = startWorker();
        const [error] = await once(worker, 'error');
        if (error.message !== 'on purpose') throw error;
      }
      console.log('done');`;
    const worker = `derive(FOREVER); handshake(); throw new Error('on purpose');`;
    expect(await runProgram({ worker, main })).toEqual(ENDED_WELL);
  });
});

describe('termination of a worker', { timeout: TIMEOUT }, () => {
  it('is survived while short jobs come back from the pool', async () => {
    expect(await runNode(TERMINATED_WITH_WORK)).toEqual(ENDED_WELL);
  });

  it('is survived while long jobs run, which stop', async () => {
    expect(await runNode(TERMINATED_WITH_LONG_WORK)).toEqual(ENDED_WELL);
  });

  it.each([
    ['handshakes in memory', 'const both = contexts(); for (;;) handshake(both);'],
    ['contexts are made', 'for (;;) contexts();'],
    ['random bytes are drawn', 'for (;;) urandom(100_000);'],
    ['bytes are hashed', 'const data = Buffer.alloc(1 << 20); for (;;) sha256(data).digest();'],
    ['the system’s certificates load', 'for (;;) ssl.createDefaultContext();'],
  ])('is survived while %s', async (_, body) => {
    const main = `
      for (let i = 0; i < 10; ++i) await terminate(2, 20);
      await exercise();
      console.log('done');`;
    const worker = `parentPort.postMessage(0); ${body}`;
    expect(await runProgram({ worker, main, mainLoads: true })).toEqual(ENDED_WELL);
  });

  it('is survived in the middle of handshakes over sockets', async () => {
    const worker = `
      const { server, client } = contexts();
      const listener = ssl.createServer({ context: server }, (socket) => socket.end('bye'));
      listener.on('clientError', () => {}).on('tlsClientError', () => {}).on('error', () => {});
      await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
      const { port } = listener.address();
      const again = async () => {
        const socket = await ssl.connect({ host: '127.0.0.1', port, serverHostname: 'localhost', context: client });
        socket.on('close', again).resume();
      };
      for (let i = 0; i < 10; ++i) again();
      parentPort.postMessage(0);`;
    const main = `
      for (let i = 0; i < 10; ++i) await terminate(2, 40);
      await exercise();
      console.log('done');`;
    expect(await runProgram({ worker, main, mainLoads: true })).toEqual(ENDED_WELL);
  });
});

describe('the end of the process', { timeout: TIMEOUT }, () => {
  const BUSY = 'for (let i = 0; i < 8; ++i) void derive(FOREVER); handshake();';

  it('keeps the exit code when process.exit is called with work in flight', async () => {
    for (let i = 0; i < 5; ++i) {
      const main = `${BUSY} setTimeout(() => process.exit(7), ${i * 5});`;
      const { code, signal, output } = await runProgram({ main, mainLoads: true });
      expect({ code, signal, output }).toEqual({ code: 7, signal: null, output: '' });
    }
  });

  it('is clean when workers and the main thread all have work in flight', async () => {
    for (let i = 0; i < 5; ++i) {
      const worker = `parentPort.postMessage(0); ${BUSY} for (;;) handshake();`;
      const main = `
        const workers = await repeat(3, async () => { const w = startWorker(); await once(w, 'message'); });
        ${BUSY}
        process.exit(3);`;
      const { code, signal, output } = await runProgram({ worker, main, mainLoads: true });
      expect({ code, signal, output }).toEqual({ code: 3, signal: null, output: '' });
    }
  });

  it('waits for a derivation that is awaited', async () => {
    const main = `derive(200_000).then(() => console.log('done'));`;
    expect(await runProgram({ main, mainLoads: true })).toEqual(ENDED_WELL);
  });

  it('comes by a signal as it would without work', async () => {
    const main = `${BUSY} setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20);`;
    const { code, signal, output } = await runProgram({ main, mainLoads: true });
    expect({ code, signal, output }).toEqual({ code: null, signal: 'SIGTERM', output: '' });
  });

  it('is that of an uncaught exception with work in flight', async () => {
    const main = `${BUSY} setTimeout(() => { throw new Error('on purpose'); }, 5);`;
    const { code, signal, output } = await runProgram({ main, mainLoads: true });
    expect(output).toContain('on purpose');
    expect({ code, signal }).toEqual({ code: 1, signal: null });
  });
});
