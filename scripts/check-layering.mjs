// Checks that the sources follow the diagram in docs/architecture.md: `node scripts/check-layering.mjs [root]`. Exit
// code 1 names each violation with its file, line and reason.
import fs from 'node:fs';
import path from 'node:path';
import { findCircles, importsOf } from './layering/circles.mjs';
import { mapDifferences } from './layering/native-map.mjs';
import {
  CIRCLES,
  CONTEXT,
  ENGINE,
  MAX_LINES,
  MAY_INCLUDE,
  PATTERN_RULES,
  WHY,
} from './layering/rules.mjs';
import { repoRoot } from './lib/paths.mjs';

/** @typedef {{ file: string, line: number, rule: string, why: string, found: string }} Violation */

/** Loads the addon when it is imported. */
const BINDING = 'lib/internal/native/binding.ts';

const CODE = /^(?:native|lib|scripts|test|bench)\/.*\.(?:h|cc|S|inc|ts|mjs)$/;

/** Returns the code files below a root, as sorted paths with forward slashes. */
function codeFiles(root) {
  return ['native', 'lib', 'scripts', 'test', 'bench']
    .filter((folder) => fs.existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true })
        .map((name) => path.join(folder, name)),
    )
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => CODE.test(name) && !name.includes('node_modules/'))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/**
 * Blanks comments (and TypeScript's type-only imports, which leave no code, unless `keepsTypes` is set) but keeps strings
 * and line numbers.
 */
export function withoutComments(text, keepsTypes = false) {
  const strings = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/.source;
  const comments = /\/\/[^\n]*|\/\*[\s\S]*?\*\//.source;
  const typeImports = keepsTypes ? '(?!)' : /^import type\b[^;]*;/.source;
  return text.replace(
    new RegExp(`(${strings})|${comments}|${typeImports}`, 'gm'),
    (all, kept) => kept ?? all.replace(/[^\n]/g, ' '),
  );
}

const lineAt = (text, index) => text.slice(0, index).split('\n').length;

function* patternViolations(file, code) {
  for (const rule of PATTERN_RULES) {
    if (!rule.where.test(file) || rule.except?.test(file)) continue;
    for (const match of code.matchAll(new RegExp(rule.pattern, `g${rule.pattern.flags}`))) {
      const start = match.index + match[0].search(/\S/);
      yield {
        file,
        line: lineAt(code, start),
        rule: rule.name,
        why: rule.why,
        found: match[0].trim(),
      };
    }
  }
}

/** Returns the folder of native/ that a quoted include names: from the root, or relative to the including file. */
function includedFolder(file, target) {
  const full = target.startsWith('native/')
    ? target
    : path.posix.join(path.posix.dirname(file), target);
  return full.split('/')[1];
}

function* includeViolations(file, code) {
  if (!file.startsWith('native/')) return;
  const folder = file.split('/')[1];
  const allowed = MAY_INCLUDE[folder];
  if (!allowed) {
    yield {
      file,
      line: 1,
      rule: 'includes',
      why: WHY.includes,
      found: `native/${folder} is not in the table of folders`,
    };
    return;
  }
  for (const match of code.matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)) {
    const target = includedFolder(file, match[1]);
    if (target === folder || allowed.includes(target)) continue;
    yield {
      file,
      line: lineAt(code, match.index + match[0].search(/\S/)),
      rule: 'includes',
      why: WHY.includes,
      found: match[0].trim(),
    };
  }
}

const VALUE_IMPORT =
  /^(?:import|export)\b[^;]*?\bfrom\s*['"](\.[^'"]+)\.js['"]|^import\s*['"](\.[^'"]+)\.js['"]/gm;

/** Returns the modules whose code an import of the module runs, by the code that withoutComments leaves. */
function reachedFrom(entry, codeOf) {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const [, from, alone] of (codeOf.get(file) ?? '').matchAll(VALUE_IMPORT))
      reached.add(path.posix.join(path.posix.dirname(file), `${from ?? alone}.ts`));
  }
  return reached;
}

function* addonViolations(codeOf) {
  if (!reachedFrom('lib/errors.ts', codeOf).has(BINDING)) return;
  const rule = 'errors-without-addon';
  yield { file: 'lib/errors.ts', line: 1, rule, why: WHY[rule], found: `it imports ${BINDING}` };
}

/** Checks the circles of imports in lib, and that the engine does not import SSLContext, for its type either. */
function* importViolations(texts) {
  const violation = (rule, file, found) => ({ file, line: 1, rule, why: WHY[rule], found });
  for (const circle of findCircles(texts)) {
    if (CIRCLES.some((allowed) => circle.every((file) => allowed.includes(file)))) continue;
    const stranger = circle.find((file) => !CIRCLES.flat().includes(file)) ?? circle[0];
    yield violation('circles', stranger, `circle of ${circle.join(', ')}`);
  }
  for (const file of texts.keys()) {
    if (!ENGINE.test(file) || !importsOf(file, texts).includes(CONTEXT)) continue;
    yield violation('engine-context', file, `imports ${CONTEXT}`);
  }
}

/** Checks native/README.md, unless the tree does not have one. */
function* mapViolations(root, files) {
  const file = 'native/README.md';
  const full = path.join(root, file);
  if (!fs.existsSync(full)) return;
  const native = files.filter((name) => name.startsWith('native/'));
  for (const { line, found } of mapDifferences(fs.readFileSync(full, 'utf8'), native))
    yield { file, line, rule: 'map', why: WHY.map, found };
}

/** Counts lines of code. Comments and blank lines do not make a file longer. */
function* lengthViolations(file, text, code) {
  const lines = code.split('\n').filter((line) => line.trim() !== '').length;
  if (lines <= MAX_LINES || /generated|table/i.test(text.split('\n', 1)[0])) return;
  yield {
    file,
    line: text.split('\n').length - 1,
    rule: 'file-length',
    why: WHY['file-length'],
    found: `${lines} lines of code`,
  };
}

function* sourceListViolations(root, files) {
  const list = 'native/sources.json';
  const compiled = files.filter((file) => /^native\/.*\.(?:cc|S)$/.test(file));
  const full = path.join(root, list);
  const listed = fs.existsSync(full) ? JSON.parse(fs.readFileSync(full, 'utf8')).sources : [];
  for (const file of compiled.filter((name) => !listed.includes(name))) {
    yield { file, line: 1, rule: 'sources', why: WHY.sources, found: `not in ${list}` };
  }
  for (const file of listed.filter((name) => !compiled.includes(name))) {
    yield {
      file: list,
      line: 1,
      rule: 'sources',
      why: WHY.sources,
      found: `${file} does not exist`,
    };
  }
}

/** @returns {{ files: string[], violations: Violation[] }} */
export function checkTree(root) {
  const files = codeFiles(root);
  const violations = [...sourceListViolations(root, files), ...mapViolations(root, files)];
  const codeOf = new Map();
  const typed = new Map();
  for (const file of files) {
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    const code = withoutComments(text);
    codeOf.set(file, code);
    if (/^lib\/.*\.ts$/.test(file)) typed.set(file, withoutComments(text, true));
    violations.push(
      ...patternViolations(file, code),
      ...includeViolations(file, code),
      ...lengthViolations(file, text, code),
    );
  }
  violations.push(...addonViolations(codeOf), ...importViolations(typed));
  return { files, violations };
}

function main() {
  const { files, violations } = checkTree(path.resolve(process.argv[2] ?? repoRoot));
  for (const { file, line, rule, why, found } of violations) {
    console.error(`${file}:${line}: ${rule}: ${found}\n    because ${why}`);
  }
  console.log(`check-layering: ${files.length} files, ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

if (process.argv[1] === import.meta.filename) main();
