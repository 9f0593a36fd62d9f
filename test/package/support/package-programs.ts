/**
 * Programs that use the package in worker threads. Body and main program are ES modules' text; both have `identity`
 * ({cert, key, ca} in PEM) and `exercise()`, which hashes, draws random bytes, derives a key and does a handshake.
 */
import { testPki } from '../../helpers/test-pki.js';
import { run, type Ended } from './run.js';

const COMMON = `
  const [{ urandom }, { sha256, pbkdf2Hmac }, ssl] = await Promise.all([
    import('hermetic-ssl/os'), import('hermetic-ssl/hashlib'), import('hermetic-ssl/ssl'),
  ]);
  const assert = (await import('node:assert')).default;
  const identity = JSON.parse(process.env.TEST_IDENTITY);
  const contexts = () => {
    const server = new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER);
    server.loadCertChain({ cert: identity.cert, key: identity.key });
    const client = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
    client.loadVerifyLocations({ cadata: identity.ca });
    return { server, client };
  };
  const tryStep = (side) => {
    try { side.doHandshake(); return true; }
    catch (error) { if (error instanceof ssl.SSLWantReadError) return false; throw error; }
  };
  const handshake = ({ server, client } = contexts()) => {
    const [toServer, toClient] = [new ssl.MemoryBIO(), new ssl.MemoryBIO()];
    const a = client.wrapBio(toClient, toServer, { serverHostname: 'localhost' });
    const b = server.wrapBio(toServer, toClient, { serverSide: true });
    for (let i = 0, done = false; i < 10 && !done; ++i) done = [tryStep(a), tryStep(b)].every(Boolean);
    a.write(Buffer.from('hello'));
    assert.equal(String(b.read()), 'hello');
    return { a, b };
  };
  const derive = (iterations) => pbkdf2Hmac('sha256', Buffer.from('password'), Buffer.from('salt'), iterations);
  const exercise = async () => {
    assert.equal(urandom(32).length, 32);
    assert.equal(sha256(Buffer.from('abc')).hexdigest().slice(0, 8), 'ba7816bf');
    assert.equal((await derive(1)).toString('hex').slice(0, 8), '120fb6cf');
    handshake();
  };
  const FOREVER = 2 ** 31 - 1;
`;

const inWorker = (body: string): string => `
  import { parentPort } from 'node:worker_threads';
  ${COMMON}
  ${body}`;

const MAIN = `
  import { Worker } from 'node:worker_threads';
  import { once } from 'node:events';
  import { setTimeout as sleep } from 'node:timers/promises';
  const startWorker = () => new Worker(BODY, { eval: true, execArgv: ['--input-type=module'] });
  const repeat = (times, act) => Promise.all(Array.from({ length: times }, (_, i) => act(i)));
  /** Runs a worker to its end by itself. */
  const untilExit = async () => {
    const [code] = await once(startWorker(), 'exit');
    if (code !== 0) throw new Error('a worker ended with ' + code);
  };
  /** Starts workers, waits until each is at work, and terminates them a moment later. */
  const terminate = (times, longest) => repeat(times, async () => {
    const worker = startWorker();
    await once(worker, 'message');
    await sleep(Math.random() * longest);
    await worker.terminate();
  });
`;

export interface Program {
  /** The program of each worker. */
  readonly worker?: string;
  /** The program of the main thread; it loads the package only with `mainLoads`. */
  readonly main: string;
  readonly mainLoads?: boolean;
  readonly nodeOptions?: readonly string[];
}

/** Runs the program in a process of its own. */
export async function runProgram(program: Program): Promise<Ended> {
  const { worker = '', main, mainLoads = false, nodeOptions = [] } = program;
  const { caPem: ca, localhost } = await testPki();
  const identity = { cert: localhost.chainPem, key: localhost.keyPem, ca };
  const source = [
    `const BODY = ${JSON.stringify(inWorker(worker))};`,
    MAIN,
    mainLoads ? COMMON : '',
    main,
  ].join('\n');
  return run(process.execPath, [...nodeOptions, '--input-type=module', '-e', source], {
    env: { TEST_IDENTITY: JSON.stringify(identity) },
    timeout: 110_000,
  });
}

/** The result of a program that ended well. */
export const ENDED_WELL: Ended = { code: 0, signal: null, output: 'done\n' };
