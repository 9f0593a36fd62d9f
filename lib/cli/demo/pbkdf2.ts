// Step 4: key derivation, correct and without blocking the event loop.
import { setImmediate as nextTurn } from 'node:timers/promises';

import { pbkdf2Hmac } from '../../hashlib.js';
import type { Report } from '../report.js';
import { check } from './check.js';

const PASSWORD = Buffer.from('correct horse battery staple');
const SALT = Buffer.from('sodium chloride');
const AT_ONCE = 16;
const ITERATIONS = 20_000;

/** Counts the turns of the event loop until the work is done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  const progress = { isDone: false };
  const finished = work.finally(() => (progress.isDone = true));
  while (!progress.isDone) {
    await nextTurn();
    turns += 1;
  }
  await finished;
  return turns;
}

export async function demoPbkdf2(report: Report): Promise<void> {
  report.section('PBKDF2');
  await report.step('RFC 7914 vector, 80,000 iterations', async () => {
    const key = await pbkdf2Hmac(
      'sha256',
      Buffer.from('Password'),
      Buffer.from('NaCl'),
      80_000,
      64,
    );
    check(key.toString('hex').startsWith('4ddcd8f60b98be21830cee5ef22701f9'), key.toString('hex'));
    return `${key.toString('hex', 0, 16)}…`;
  });
  await report.step(
    `${AT_ONCE} at once, ${ITERATIONS.toLocaleString('en')} iterations`,
    async () => {
      const began = performance.now();
      const work = Array.from({ length: AT_ONCE }, () =>
        pbkdf2Hmac('sha256', PASSWORD, SALT, ITERATIONS),
      );
      const turns = await turnsDuring(Promise.all(work));
      const rate = Math.round((AT_ONCE * 1000) / (performance.now() - began));
      check(turns > 1, 'the event loop stood still');
      return `${rate} a second on our own threads; the event loop turned ${turns.toLocaleString('en')} times meanwhile`;
    },
  );
}
