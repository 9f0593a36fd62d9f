// The utility process: derives keys on request. Concurrent derivations share the lanes of the processor's vectors, and
// do not block libuv's threads.
import { pbkdf2Hmac } from 'hermetic-ssl/hashlib';

const ITERATIONS = 600_000;

async function answer({ number, password, salt }) {
  try {
    const key = await pbkdf2Hmac('sha256', Buffer.from(password), Buffer.from(salt), ITERATIONS);
    return { number, key: key.toString('hex') };
  } catch (error) {
    return { number, error: String(error) };
  }
}

process.parentPort.on('message', async ({ data }) => {
  process.parentPort.postMessage(await answer(data));
});
