// One process of bench/import.mjs: imports the given module, and prints the time and the growth of memory. `first` is
// work that the package defers to its first use, and is measured too.
const [specifier, use, first] = process.argv.slice(2);
// Not imported, since an import would load modules that the packages load.
const { readFileSync } = process.getBuiltinModule('node:fs');
// oxlint-disable-next-line no-implied-eval -- a line of bench/import/packages.mjs
const begin = new Function('it', first);

/** Returns the private memory of this process in bytes; null if the system does not report it. */
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
// Everything loaded so far counts; the check that the package works follows.
if (use) imported[use].sha256(Buffer.from('abc')).hexdigest();
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000, memory, own }));
