// Step 2: random bytes from one descriptor that stays open.
import { readdirSync, readlinkSync } from 'node:fs';

import { compareDigest } from '../../hmac.js';
import { urandom } from '../../os.js';
import type { Report } from '../report.js';
import { check } from './check.js';

const MANY = 10_000;
const DESCRIPTORS = '/proc/self/fd';

/** Returns the number of this process's descriptors of the device; null if it is unknown. */
function openDevices(): number | null {
  try {
    const names = readdirSync(DESCRIPTORS);
    return names.filter((name) => target(name) === '/dev/urandom').length;
  } catch {
    return null;
  }
}

function target(name: string): string | null {
  try {
    return readlinkSync(`${DESCRIPTORS}/${name}`);
  } catch {
    return null; // the descriptor with which the folder was read
  }
}

export async function demoRandom(report: Report): Promise<void> {
  report.section('Random bytes');
  await report.step('os.urandom(16)', () => {
    const [first, second] = [urandom(16), urandom(16)];
    check(!compareDigest(first, second), 'the same bytes came twice');
    return first.toString('hex');
  });
  const before = openDevices();
  await report.step(`${MANY.toLocaleString('en')} more calls`, () => {
    for (let i = 0; i < MANY; i += 1) urandom(32);
    const after = openDevices();
    check(after === before, `descriptors grew from ${before} to ${after}`);
    return after === null ? 'done' : `descriptors of /dev/urandom in this process: still ${after}`;
  });
}
