// Python's edge case 25, of its other modules.
import { compareDigest } from 'hermetic-ssl/hmac';
import { pbkdf2Hmac, pbkdf2HmacSync } from 'hermetic-ssl/hashlib';
import { describe, expect, test } from 'vitest';

import { overflowError, typeError, valueError, wrong } from '../../helpers/expected-errors.js';
import { moduleAnswer } from '../../helpers/run-module.js';

const isLinux = process.platform === 'linux';
/** A program that closes the descriptor of urandom, and then replaces it by another file, as dup2 does. */
const STOLEN = `
  import fs from 'node:fs';
  import { urandom } from 'hermetic-ssl/os';
  const descriptors = () => fs.readdirSync('/proc/self/fd').filter((fd) => {
    try { return fs.readlinkSync('/proc/self/fd/' + fd) === '/dev/urandom'; } catch { return false; }
  }).map(Number);
  const isRandom = () => {
    const [first, second] = [urandom(4), urandom(4)];
    return !first.equals(second) && new Set(urandom(64)).size > 16;
  };
  urandom(4);
  const [first] = descriptors();
  fs.closeSync(first);
  const afterClose = [isRandom(), descriptors().length];
  const [fd] = descriptors();
  fs.closeSync(fd);
  const others = [];
  const foreign = fs.readlinkSync('/proc/self/exe');
  for (let opened; (opened = fs.openSync(foreign, 'r')) !== fd; ) others.push(opened);
  const afterTheft = isRandom();
  const position = Number(/pos:\\s*(\\d+)/.exec(fs.readFileSync('/proc/self/fdinfo/' + fd, 'utf8'))[1]);
  const isStillThere = fs.readlinkSync('/proc/self/fd/' + fd) === foreign;
  console.log(JSON.stringify({ afterClose, afterTheft, position, isStillThere }));`;

describe('other modules', () => {
  test('case 25: too many iterations, and zero; what is not compared', async () => {
    const derive = (iterations: number) => () =>
      pbkdf2HmacSync('sha1', Buffer.from('password'), Buffer.from('salt'), iterations);
    expect(derive(2 ** 31)).toThrow(overflowError('iteration value is too great.'));
    expect(derive(0)).toThrow(valueError('iteration value must be greater than 0.'));
    const promised = pbkdf2Hmac('sha1', Buffer.alloc(0), Buffer.alloc(0), 2 ** 31);
    await expect(promised).rejects.toEqual(overflowError('iteration value is too great.'));
    expect(() => compareDigest('ä', 'ä')).toThrow(typeError('ASCII'));
    expect(() => compareDigest('a', wrong(Buffer.from('a')))).toThrow(typeError());
  });

  test.skipIf(!isLinux)("case 25: urandom's descriptor, closed or taken over (Linux)", async () => {
    expect(await moduleAnswer(STOLEN)).toEqual({
      afterClose: [true, 1],
      afterTheft: true,
      position: 0,
      isStillThere: true,
    });
  });
});
