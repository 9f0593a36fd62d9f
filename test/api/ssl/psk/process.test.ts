// Callbacks of pre-shared keys in which a process or a Worker ends, the stack is full, or the collector runs. Each
// program runs in a process of its own, whose exit code and signal are the result.
import { describe, expect, it } from 'vitest';

import { runModule, type ModuleOptions, type ModuleResult } from '../../../helpers/run-module.js';
import { limit } from '../../../helpers/time-limit.js';

/** Both versions; `pair(only, inside)` has its callbacks call `inside(end, client, server)`. */
const COMMON = `
  import { Worker, isMainThread, parentPort } from 'node:worker_threads';
  import { once } from 'node:events';
  import * as ssl from 'hermetic-ssl/ssl';
  const KEY = Buffer.from('a key of 16 bytes');
  const psk12 = (context) => { context.maximumVersion = ssl.TLSVersion.TLSv1_2; context.setCiphers('PSK'); };
  const tls13 = (context) => { context.minimumVersion = ssl.TLSVersion.TLSv1_3; };
  const step = (side) => { try { side.doHandshake(); return null; } catch (error) { return error; } };
  function contexts(only, inside) {
    const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    client.checkHostname = false;
    client.verifyMode = ssl.CERT_NONE;
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    for (const context of [client, server]) only(context);
    client.setPskClientCallback(() => { inside('client'); return ['identity', KEY]; });
    server.setPskServerCallback(() => { inside('server'); return KEY; });
    return { client, server };
  }
  function pair(only, inside) {
    const [a, b] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
    const { client, server } = contexts(only, inside);
    return { client: client.wrapBio(a, b), server: server.wrapBio(b, a, { serverSide: true }) };
  }
  /** How client and server end. */
  function connect(only, inside = () => undefined) {
    const { client, server } = pair(only, inside);
    const ends = {};
    for (let i = 0; i < 4; i++) { ends.client = step(client); ends.server = step(server); }
    return ends;
  }
`;

const run = (code: string, options?: ModuleOptions): Promise<ModuleResult> =>
  runModule(COMMON + code, options);

/** The program in a Worker, whose end is printed. */
const inWorker = (code: string): string => `
  const worker = new Worker(${JSON.stringify(COMMON + code)}, { eval: true, execArgv: ['--input-type=module'] });
  worker.on('message', (message) => console.log(message));
  worker.on('error', (error) => console.log(error.message));
  const [exit] = await once(worker, 'exit');
  console.log('exit ' + exit);`;

const endedWell = (stdout: string): ModuleResult => ({ code: 0, signal: null, stdout, stderr: '' });

const VERSIONS = ['psk12', 'tls13'];
const ENDS = VERSIONS.flatMap((version) => ['client', 'server'].map((end) => ({ version, end })));

describe.each(ENDS)('a callback of the $end in $version', { timeout: limit(120_000) }, (ours) => {
  const { version, end } = ours;

  it('may end the process', async () => {
    const code = `connect(${version}, (end) => end === '${end}' && process.exit(7)); console.log('after');`;
    expect(await run(code)).toEqual({ ...endedWell(''), code: 7 });
  });

  it('may end its Worker', async () => {
    const code = `connect(${version}, (end) => end === '${end}' && process.exit(7)); parentPort.postMessage('after');`;
    expect(await run(inWorker(code))).toEqual(endedWell('exit 7\n'));
  });

  it('may be terminated with its Worker', async () => {
    const code = `
      const forever = (end) => {
        if (end !== '${end}') return;
        parentPort.postMessage(0);
        try { for (;;); } finally { parentPort.postMessage('after'); }
      };
      connect(${version}, forever);
      parentPort.postMessage('after');`;
    const main = `
      for (let i = 0; i < 10; i++) {
        const worker = new Worker(${JSON.stringify(COMMON + code)}, { eval: true, execArgv: ['--input-type=module'] });
        worker.on('message', (message) => message && console.log(message));
        await once(worker, 'message');
        await worker.terminate();
      }
      const { client, server } = connect(${version});
      console.log(client, server);`;
    expect(await run(main)).toEqual(endedWell('null null\n'));
  });

  it('may be terminated with its Worker inside a handshake inside a handshake', async () => {
    const code = `
      const deep = (levels) => (end) => {
        if (end !== '${end}') return;
        if (levels > 0) return void connect(${version}, deep(levels - 1));
        parentPort.postMessage(0);
        for (;;);
      };
      connect(${version}, deep(5));
      parentPort.postMessage('after');`;
    const main = `
      const worker = new Worker(${JSON.stringify(COMMON + code)}, { eval: true, execArgv: ['--input-type=module'] });
      worker.on('message', (message) => message && console.log(message));
      await once(worker, 'message');
      await worker.terminate();
      console.log('done');`;
    expect(await run(main)).toEqual(endedWell('done\n'));
  });

  // However deep it is: the innermost connection fails, and those around it may go on.
  const RECURSION = `
    let deepest = 0;
    let full = 0;
    function deeper(depth) {
      deepest = Math.max(deepest, depth);
      const { client, server } = connect(${version}, (end) => {
        if (end !== '${end}' || full > 0) return;
        try { deeper(depth + 1); } catch (error) { if (error instanceof RangeError) full++; else throw error; }
      });
      const { cause } = ${end} ?? {};
      if (cause instanceof RangeError || ${end} instanceof RangeError) full++;
    }
    deeper(0);
    const { client, server } = connect(${version});`;

  it('may call itself by other connections until the stack is full', async () => {
    const code = `${RECURSION}
      console.log(deepest > 5, full > 0, client, server);`;
    expect(await run(code)).toEqual(endedWell('true true null null\n'));
  });

  it('may do so in a Worker', async () => {
    const code = `${RECURSION}
      parentPort.postMessage([deepest > 5, full > 0, client, server].join());`;
    expect(await run(inWorker(code))).toEqual(endedWell('true,true,,\nexit 0\n'));
  });

  it('may drop everything and have it collected', async () => {
    const code = `
      const collect = async () => { for (let i = 0; i < 3; i++) { gc(); await new Promise(setImmediate); } };
      let released = 0;
      const registry = new FinalizationRegistry(() => released++);
      let dropped = 0;
      function drop() {
        let made = pair(${version}, (end) => {
          if (end !== '${end}') return;
          for (const side of Object.values(made)) registry.register(side);
          made = null;
          dropped++;
          gc();
        });
        const stepOf = (name) => made && step(made[name]);
        for (let i = 0; i < 4; i++) { stepOf('client'); stepOf('server'); }
      }
      for (let i = 0; i < 20; i++) drop();
      await collect();
      console.log(dropped, released > 20);`;
    expect(await run(code, { nodeOptions: ['--expose-gc'] })).toEqual(endedWell('20 true\n'));
  });

  it('may destroy its socket and have it collected', async () => {
    const code = `
      import { Duplex } from 'node:stream';
      function ends() {
        let far;
        const near = new Duplex({ read() {}, write(chunk, _, done) { far.push(chunk); done(); }, final(done) { far.push(null); done(); } });
        far = new Duplex({ read() {}, write(chunk, _, done) { near.push(chunk); done(); }, final(done) { near.push(null); done(); } });
        return [near, far];
      }
      for (let i = 0; i < 20; i++) {
        const [near, far] = ends();
        let sockets;
        const { client, server } = contexts(${version}, (end) => {
          if (end !== '${end}') return;
          sockets[end].destroy();
          sockets = null;
          gc();
        });
        sockets = { client: client.wrapSocket(near), server: server.wrapSocket(far, { serverSide: true }) };
        const own = sockets['${end}'];
        for (const socket of Object.values(sockets)) socket.on('error', () => undefined);
        await once(own, 'close');
      }
      gc();
      console.log('done');`;
    expect(await run(code, { nodeOptions: ['--expose-gc'] })).toEqual(endedWell('done\n'));
  });
});
