// Loaded before the program (--import): the address of a name takes longer than a second.
import { setTimeout as sleep } from 'node:timers/promises';

process.getBuiltinModule('node:dns/promises').lookup = async () => {
  await sleep(1300);
  return [{ address: '127.0.0.1', family: 4 }];
};
