// A worker that loads the package, uses a thread of its pool and ends. The result goes into the memory that it is given.
import { workerData } from 'node:worker_threads';

import { pbkdf2Hmac } from 'hermetic-ssl/hashlib';

const key = await pbkdf2Hmac('sha256', Buffer.from('a'), Buffer.from('b'), 10, workerData.length);
workerData.set(key);
