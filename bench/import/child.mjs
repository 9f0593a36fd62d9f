// One process of bench/import.mjs: imports what it is told, and prints how long that took and what the memory grew by.
const [specifier, use] = process.argv.slice(2);

const before = process.memoryUsage.rss();
const cpuBefore = process.cpuUsage();
const started = performance.now();
const imported = await import(specifier);
const wall = performance.now() - started;
const { user, system } = process.cpuUsage(cpuBefore);
const memory = process.memoryUsage.rss() - before;
// What a package has loaded until here counts; that it works is seen afterwards.
if (use) imported[use].sha256(Buffer.from('abc')).hexdigest();
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000, memory }));
