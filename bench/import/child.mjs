// One process of bench/import.mjs: imports what it is told, and prints how long that took and what the memory grew by.
// `first` is what the package does only when it is first used, and a part of what is measured.
const [specifier, use, first] = process.argv.slice(2);
// Not imported: that would load what the packages load.
const { readFileSync } = process.getBuiltinModule('node:fs');
// oxlint-disable-next-line no-implied-eval -- a line of bench/import/packages.mjs
const begin = new Function('it', first);

/** What belongs to this process alone, in bytes; null where the system does not tell. */
function ownMemory() {
  try {
    const text = readFileSync('/proc/self/smaps_rollup', 'utf8');
    return Number(/^Private_Dirty:\s+(\d+)/m.exec(text)[1]) * 1024;
  } catch {
    return null;
  }
}

const ownBefore = ownMemory();

const before = process.memoryUsage.rss();
const cpuBefore = process.cpuUsage();
const started = performance.now();
const imported = await import(specifier);
begin(imported.default);
const wall = performance.now() - started;
const { user, system } = process.cpuUsage(cpuBefore);
const memory = process.memoryUsage.rss() - before;
const own = ownBefore === null ? null : ownMemory() - ownBefore;
// What a package has loaded until here counts; that it works is seen afterwards.
if (use) imported[use].sha256(Buffer.from('abc')).hexdigest();
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000, memory, own }));
