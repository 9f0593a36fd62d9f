// AbortSignal and pbkdf2Hmac.
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { pbkdf2Hmac, pbkdf2HmacSync } from 'hermetic-ssl/hashlib';
import { describe, expect, it } from 'vitest';

const password = Buffer.from('password');
const salt = Buffer.from('salt');
/** Minutes of work. */
const FOREVER = 2 ** 31 - 1;

function derive(iterations: number, signal: AbortSignal, name = 'sha256'): Promise<Buffer> {
  return pbkdf2Hmac(name, password, salt, iterations, null, { signal });
}

describe('the signal of pbkdf2Hmac', () => {
  it('rejects with its reason while a derivation runs', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const promise = derive(FOREVER, controller.signal);
    await sleep(50);
    const aborted = performance.now();
    controller.abort(reason);
    await expect(promise).rejects.toBe(reason);
    expect(performance.now() - aborted).toBeLessThan(1000);
  });

  it('rejects with an AbortError when it has no reason of its own', async () => {
    const controller = new AbortController();
    const promise = derive(FOREVER, controller.signal);
    controller.abort();
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('rejects with any value that is the reason', async () => {
    const controller = new AbortController();
    const promise = derive(FOREVER, controller.signal);
    controller.abort('text');
    await expect(promise).rejects.toBe('text');
  });

  it('rejects at once when it was aborted before', async () => {
    const reason = new Error('before');
    await expect(derive(FOREVER, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('rejects after a timeout', async () => {
    await expect(derive(FOREVER, AbortSignal.timeout(30))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('stops the work: a thousand that were aborted do not delay the next', async () => {
    const controller = new AbortController();
    const aborted = Array.from({ length: 1000 }, () => derive(FOREVER, controller.signal));
    controller.abort();
    expect((await Promise.allSettled(aborted)).every(({ status }) => status === 'rejected')).toBe(
      true,
    );
    const started = performance.now();
    await pbkdf2Hmac('sha256', password, salt, 10);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each(['sha3_512', 'blake2b', 'md5'])('stops a derivation with %s soon', async (name) => {
    const controller = new AbortController();
    const promise = derive(FOREVER, controller.signal, name);
    await sleep(20);
    controller.abort();
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
    const started = performance.now();
    await pbkdf2Hmac('sha256', password, salt, 10);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('stops a derivation of very many blocks', async () => {
    const controller = new AbortController();
    const promise = pbkdf2Hmac('sha512', password, salt, 1, 2 ** 28, { signal: controller.signal });
    await sleep(20);
    controller.abort();
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('keeps no listener afterwards, however the derivation ends', async () => {
    const controller = new AbortController();
    const key = await derive(10, controller.signal);
    expect(key).toEqual(pbkdf2HmacSync('sha256', password, salt, 10));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await expect(derive(0, controller.signal)).rejects.toThrow(RangeError);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    const promise = derive(FOREVER, controller.signal);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort();
    await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('changes nothing when it comes after the end', async () => {
    const controller = new AbortController();
    const key = await derive(10, controller.signal);
    controller.abort();
    expect(key).toEqual(pbkdf2HmacSync('sha256', password, salt, 10));
  });

  it.each([[1], ['signal'], [{}], [null], [new EventTarget()]])(
    'must be an AbortSignal, not %s',
    async (signal) => {
      await expect(derive(1, signal as unknown as AbortSignal)).rejects.toMatchObject({
        name: 'TypeError',
        code: 'ERR_INVALID_ARG_TYPE',
      });
    },
  );

  it('comes in an object of options', async () => {
    await expect(pbkdf2Hmac('sha256', password, salt, 1, null, 1 as never)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    });
  });
});
