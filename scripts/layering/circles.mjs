// Circles of imports in lib, those of types included.
import path from 'node:path';

const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)\.js['"]/g;

const byName = (a, b) => (a < b ? -1 : 1);

/** Returns the modules of `texts` (path -> source) that a module imports, also for types only. */
export function importsOf(file, texts) {
  const folder = path.posix.dirname(file);
  return [...texts.get(file).matchAll(IMPORT)]
    .map(([, target]) => `${path.posix.join(folder, target)}.ts`)
    .filter((target) => texts.has(target));
}

/** Returns the modules that a module reaches. */
function reachable(start, graph) {
  const seen = new Set();
  const open = [...graph.get(start)];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    open.push(...graph.get(file));
  }
  return seen;
}

/**
 * Returns the circles: each is the sorted list of the modules that reach each other.
 * @param {Map<string, string>} texts path -> source without comments
 * @returns {string[][]}
 */
export function findCircles(texts) {
  const graph = new Map([...texts.keys()].map((file) => [file, importsOf(file, texts)]));
  const reached = new Map([...texts.keys()].map((file) => [file, reachable(file, graph)]));
  const circles = [...texts.keys()]
    .filter((file) => reached.get(file).has(file))
    .map((file) =>
      [...reached.get(file)].filter((other) => reached.get(other).has(file)).toSorted(byName),
    );
  return circles.filter(([first], index) => circles.findIndex(([f]) => f === first) === index);
}
