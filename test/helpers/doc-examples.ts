/**
 * The examples of the documentation: takes the code blocks out of a page, compiles them as a reader's compiler would, and
 * runs them in a process of their own, with what the page leaves to its reader put before and what the test asks put after.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

import { Child } from './child.js';

const repoRoot = path.resolve(import.meta.dirname, '..', '..');

export interface Example {
  /** The page, from the root of the repository. */
  readonly page: string;
  /** The heading that the block stands under. */
  readonly heading: string;
  readonly code: string;
}

const BLOCK_OR_HEADING = /^```(\w*)\n(.*?)^```$|^#+ ([^\n]+)$/gms;

/** The TypeScript blocks of a page, in their order. */
export function examplesOf(page: string): Example[] {
  const text = readFileSync(path.join(repoRoot, page), 'utf8');
  let heading = '';
  const examples: Example[] = [];
  for (const [, language, code = '', title] of text.matchAll(BLOCK_OR_HEADING)) {
    if (title !== undefined) heading = title;
    else if (language === 'ts') examples.push({ page, heading, code });
  }
  return examples;
}

/** The only example under a heading. */
export function exampleUnder(page: string, heading: string): Example {
  const examples = examplesOf(page);
  const found = examples.filter((example) => example.heading === heading);
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const headings = examples.map((example) => example.heading).join(', ');
  throw new Error(`${page} has ${found.length} examples under '${heading}'; it has: ${headings}`);
}

/** A folder for the time of a call: in the repository the package's name is resolved, elsewhere it is not. */
async function withFolder<T>(parent: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(parent, 'build-examples-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TSC = path.join(repoRoot, 'node_modules/typescript/bin/tsc');
const OPTIONS = '--noEmit --strict --noImplicitReturns --module nodenext --lib es2023 --types node';

/**
 * Compiles texts against the shipped declarations, all in one run, each as a module.
 * @param texts name -> TypeScript
 * @returns what the compiler has to say; empty when there is nothing
 */
export function compile(texts: Readonly<Record<string, string>>): Promise<string> {
  return withFolder(repoRoot, async (folder) => {
    const files = Object.entries(texts).map(([name, text]) => {
      const file = path.join(folder, `${name}.mts`);
      writeFileSync(file, `${text}\nexport {};\n`);
      return file;
    });
    const args = [TSC, ...OPTIONS.split(' '), '--ignoreConfig', ...files];
    const child = Child.start(process.execPath, args);
    await child.finish(120_000);
    return child.stdout + child.stderr;
  });
}

export interface RunOptions {
  /** TypeScript before the example: what it leaves to its reader. */
  readonly before?: string;
  /** TypeScript after it, which answers the test: `answer(value)`, a value that JSON can carry. */
  readonly after?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of the program. By default in the repository, where the package's name is resolved. */
  readonly parent?: string;
}

export interface Outcome {
  /** The program's answer, or undefined. */
  readonly answer: unknown;
  readonly stderr: string;
}

const ANSWER =
  'function answer(value: unknown): void { process.stdout.write(`\\n${JSON.stringify({ answer: value })}\\n`); }';
const TRANSPILE = {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
};

/** Runs an example to its end; throws with its output when that is not a good one. */
export function runExample(
  { page, heading, code }: Example,
  { before = '', after = '', env = {}, parent = repoRoot }: RunOptions = {},
): Promise<Outcome> {
  return withFolder(parent, async (folder) => {
    const file = path.join(folder, 'example.mjs');
    const text = [ANSWER, before, code, after].join('\n');
    writeFileSync(file, ts.transpileModule(text, TRANSPILE).outputText);
    const child = Child.start(process.execPath, [file], env);
    const { code: status, signal } = await child.finish(60_000);
    const { stdout, stderr } = child;
    if (status !== 0)
      throw new Error(
        `the example '${heading}' of ${page} ended with ${status ?? signal}:\n${stdout}\n${stderr}`,
      );
    const line = stdout.split('\n').findLast((each) => each.startsWith('{"answer"'));
    const { answer } = JSON.parse(line ?? '{}') as { answer?: unknown };
    return { answer, stderr };
  });
}
