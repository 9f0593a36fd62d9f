// The hints in the sources: what a message tells a reader to do. A literal counts that begins such a clause, or names code.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import ts from 'typescript';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');

/** A clause that tells the reader to do something, or code to run. */
const HINT = new RegExp(
  [
    /(?:^|[:;,(] ?|\bor |\band )(?:use|give|name|pass|run|install|call|set|decode|encode|write it|read the|put|take|remove|replace|cut|have|add|build|encrypt|raise|lower|send|parse|trust|drop|leave|wrap|load)\b/,
    /\b(?:context|SSLContext|VerifyFlags|fs|hashlib|Buffer|JSON|text)\.\w/,
    /\bas in |\bopenssl \w+ -|\bnpm |\bwrapBio\(|\bwrapSocket\(|\bthe peer has to\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

/** Paths of modules, names of constants and the like are no text of a message. */
const isText = (literal: string): boolean => literal.includes(' ') || /^\w+\.\w+\(/.test(literal);

function sourcesOf(folder: string, extension: RegExp): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extension.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

function literalsOfTypescript(text: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node))
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true));
  return found;
}

/** Adjacent literals are one, as for the compiler. */
function literalsOfCpp(text: string): string[] {
  const code = text.replaceAll(/^\s*(?:\/\/|#include).*$/gm, '').replaceAll(/"\s*\n\s*"/g, '');
  return [...code.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, literal = '']) => literal);
}

export interface HintText {
  readonly file: string;
  readonly text: string;
}

/** Every literal of lib and native that is a hint. The program's own output (lib/cli) is not a message. */
export function hintTexts(): HintText[] {
  const typescript = sourcesOf('lib', /\.ts$/).filter(
    (file) => !/^lib\/(cli|generated)\//.test(file),
  );
  const cpp = sourcesOf('native', /\.(?:cc|h)$/).filter((file) => !file.includes('generated'));
  const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
  const all = [
    ...typescript.map((file) => [file, literalsOfTypescript(read(file))] as const),
    ...cpp.map((file) => [file, literalsOfCpp(read(file))] as const),
  ];
  return all.flatMap(([file, literals]) =>
    literals.filter((text) => isText(text) && HINT.test(text)).map((text) => ({ file, text })),
  );
}

export const readTest = (file: string): string =>
  readFileSync(path.join(ROOT, 'test', file), 'utf8');
