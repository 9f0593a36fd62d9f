/**
 * CommonJS programs that load an addon file, their first argument, in worker threads only. They use the addon itself, not
 * the package, so that they also run on the controls. Each prints "done" when it reaches its end.
 */

/** `threads` runs a worker body; the body sees `addon` and `parentPort`. */
const threads = (body: string, main: string): string => `
  const { Worker } = require('node:worker_threads');
  const { setTimeout: sleep } = require('node:timers/promises');
  const { once } = require('node:events');
  const file = process.argv[1];
  const body = ${JSON.stringify(`
    const { parentPort, workerData: file } = require('node:worker_threads');
    const addon = require(file);
    const derive = (iterations) =>
      addon.pbkdf2('sha256', Buffer.from('password'), Buffer.from('salt'), iterations, Buffer.alloc(32), undefined);
    ${body}
  `)};
  const start = () => new Worker(body, { eval: true, workerData: file });
  const repeat = (times, act) => Promise.all(Array.from({ length: times }, act));
  (async () => { ${main}; console.log('done'); })();
`;

/** Workers load the addon, start work and end before it is done; the main thread never loads it. */
export const ONLY_WORKERS = threads(
  'addon.version(); derive(2000).catch(() => {}); process.exit(0);',
  `for (let round = 0; round < 3; ++round) {
     await repeat(4, () => once(start(), 'exit'));
     await sleep(30);
   }`,
);

const terminating = (rounds: number, longest: number): string => `
  for (let round = 0; round < ${rounds}; ++round)
    await repeat(2, async () => {
      const worker = start();
      await once(worker, 'message');
      await sleep(Math.random() * ${longest});
      await worker.terminate();
    });`;

/** Workers are terminated inside a synchronous call of the addon. */
export const TERMINATED_IN_A_CALL = threads(
  'parentPort.postMessage(0); for (;;) addon.version();',
  terminating(20, 5),
);

/** Workers are terminated while hundreds of short jobs come back from the pool. */
export const TERMINATED_WITH_WORK = threads(
  `const again = () => derive(1).then(again);
   for (let i = 0; i < 300; ++i) again();
   parentPort.postMessage(0);`,
  terminating(20, 12),
);

/** Workers are terminated while jobs run that would take hours. */
export const TERMINATED_WITH_LONG_WORK = threads(
  'for (let i = 0; i < 8; ++i) derive(2 ** 31 - 1); parentPort.postMessage(0);',
  `${terminating(15, 10)}
   // The threads are free again: work of the main thread ends.
   await require(file).pbkdf2('sha256', Buffer.from('a'), Buffer.from('b'), 1000, Buffer.alloc(32), undefined)`,
);
