/** Rings of the processes of node:cluster and of their worker threads. */
import { describe, expect, it } from 'vitest';

import { TempDirectory } from '../../helpers/temp.js';
import { Child } from '../../helpers/child.js';

const PROGRAM = `
import cluster from 'node:cluster';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { KeyRing } from ${JSON.stringify(import.meta.resolve('hermetic-ssl/fleet'))};

const ring = await KeyRing.cluster({ rotate: '12h', keep: 3 });
const names = ring.keys.map(({ name }) => name).join();
const inThread = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url));
    worker.once('message', resolve);
    worker.once('error', reject);
  });
if (!isMainThread) {
  parentPort.postMessage(names);
} else if (cluster.isWorker) {
  const answer = [names, await inThread()];
  process.send({ answer }, () => process.disconnect());
} else {
  const all = [names, await inThread()];
  const ends = [];
  for (let i = 0; i < 3; i++) {
    const worker = cluster.fork();
    worker.on('message', ({ answer }) => answer && all.push(...answer));
    ends.push(new Promise((resolve) => worker.once('exit', resolve)));
  }
  await Promise.all(ends);
  console.log(JSON.stringify(all));
}
`;

describe('KeyRing.cluster', () => {
  it('has the same keys in all processes and threads, and lets them end', async () => {
    const folder = await TempDirectory.create();
    try {
      const child = Child.start(process.execPath, [await folder.write('main.mjs', PROGRAM)]);
      const { code } = await child.finish(60_000);
      expect({ code, stderr: child.stderr }).toEqual({ code: 0, stderr: '' });
      const all = JSON.parse(child.stdout) as string[];
      expect(all).toHaveLength(8);
      expect(new Set(all).size).toBe(1);
      expect(all[0]?.split(',')).toHaveLength(3);
    } finally {
      await folder.close();
    }
  });
});
