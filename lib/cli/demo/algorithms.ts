// Step 3: the available algorithms.
import * as hashlib from '../../hashlib.js';
import * as hmac from '../../hmac.js';
import { createDefaultContext } from '../../ssl/defaults.js';
import type { Report } from '../report.js';
import { check } from './check.js';

export async function demoAlgorithms(report: Report): Promise<void> {
  report.section('Algorithms');
  await report.step('hashes, guaranteed and more', () => {
    const more = [...hashlib.algorithmsAvailable].filter(
      (name) => !hashlib.algorithmsGuaranteed.has(name),
    );
    return `${hashlib.algorithmsGuaranteed.size} and ${more.toSorted().join(', ')}`;
  });
  await report.step("hashlib.sha256('abc'), FIPS 180-4", () => {
    const hex = hashlib.sha256(Buffer.from('abc')).hexdigest();
    check(hex === 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', hex);
    return `${hex.slice(0, 32)}…`;
  });
  await report.step('HMAC-SHA-256, RFC 4231 case 2', () => {
    const mac = hmac.digest(
      Buffer.from('Jefe'),
      Buffer.from('what do ya want for nothing?'),
      'sha256',
    );
    const expected = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    check(hmac.compareDigest(mac.toString('hex'), expected), mac.toString('hex'));
    return `${expected.slice(0, 32)}…`;
  });
  await report.step('TLS suites of the default context', () => {
    const suites = createDefaultContext().getCiphers();
    return `${suites.length}, first ${suites[0]?.name}`;
  });
}
