// Loaded before the program (--import): time passes only while the program sleeps, and each sleep takes 50 ms, whatever its length.
// Prints the number of sleeps at the end, on standard error.
const timers = process.getBuiltinModule('node:timers/promises');
const SLEEP = 50;
let now = 0;
let sleeps = 0;
performance.now = () => now;
const sleep = timers.setTimeout;
timers.setTimeout = async (milliseconds) => {
  sleeps += 1;
  await sleep(SLEEP);
  now += milliseconds;
};
process.once('exit', () => process.stderr.write(`sleeps ${sleeps}\n`));
