// Extracts the English of the repository from its files: comments, messages, titles of tests, and pages.
import fs from 'node:fs';
import path from 'node:path';

/** @typedef {{ file: string, line: number, kind: string, text: string }} Passage */

export const KINDS = ['comments', 'messages', 'titles', 'pages'];

const FOLDERS = [
  '.ci',
  '.github',
  'bench',
  'deps',
  'docs',
  'examples',
  'lib',
  'native',
  'scripts',
  'test',
];
const SKIPPED = /(?:^|\/)(?:node_modules|linked|generated|fixtures|results)(?:\/|$)|^docs\/api\//;
const CODE = /\.(?:ts|mjs|cjs|js|cc|h|inc|c)$/;
const HASHED = /(?:\.(?:py|yml|sh)|(?:^|\/)binding\.gyp|^\.ci\/run|CMakeLists\.txt)$/;

/** Returns the files below a root that contain English, as sorted paths with forward slashes. */
export function textFiles(root) {
  const top = fs
    .readdirSync(root)
    .filter((name) => /\.md$|^binding\.gyp$|^CMakeLists\.txt$/.test(name));
  const below = FOLDERS.filter((folder) => fs.existsSync(path.join(root, folder))).flatMap(
    (folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true })
        .map((name) => `${folder}/${name.split(path.sep).join('/')}`),
  );
  const isText = (name) => name.endsWith('.md') || CODE.test(name) || HASHED.test(name);
  return [...top, ...below]
    .filter((name) => isText(name) && !SKIPPED.test(name))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

const TOKENS = {
  code: /(?<comment>(?:^[ \t]*\/\/[^\n]*\n?)+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/(?![/*\s])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*(?=[\s,;.)\]])/gm,
  hashed:
    /(?<comment>(?:^[ \t]*#[^\n]*\n?)+|(?<=\s)#[^\n]*)|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/gm,
};

const lineAt = (text, index) => text.slice(0, index).split('\n').length;

const plain = (comment) =>
  comment
    .replace(/^[ \t]*(?:\/\/+|\/\*+|\*\/|\*(?!\*)|#+!?)/gm, '')
    .replace(/\*\/$/, '')
    .replace(/`[^`\n]*`/g, 'code')
    .replace(/(?:oxlint|prettier|eslint|NOLINT|clang-format|SPDX)[^\n]*/g, '');

/** Returns whether a string literal is a sentence rather than a name, a path or code. */
const isSentence = (value) =>
  /[A-Za-z]{2,} [A-Za-z'"`$]/.test(value) && !/^[#<{]|-----|=>|;\s|\(\)/.test(value);

function* passagesOfCode(file, text, tokens) {
  const isTitle = (index) =>
    /\b(?:it|test|describe)(?:\.\w+)*(?:\([^()]*\))?\(\s*$/.test(
      text.slice(Math.max(0, index - 60), index),
    );
  for (const { 0: token, index, groups } of text.matchAll(tokens)) {
    const line = lineAt(text, index);
    if (groups?.comment !== undefined) yield { file, line, kind: 'comments', text: plain(token) };
    else if (groups?.string === undefined) continue;
    else if (file.startsWith('test/') && isTitle(index))
      yield { file, line, kind: 'titles', text: token.slice(1, -1) };
    else if (/^(?:lib|native|scripts)\//.test(file) && isSentence(token.slice(1, -1)))
      yield {
        file,
        line,
        kind: 'messages',
        text: token.slice(1, -1).replace(/\$\{[^}]*\}/g, 'value'),
      };
  }
}

function* passagesOfPage(file, text) {
  const blank = (all) => all.replace(/[^\n]/g, ' ');
  const prose = text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank)
    .replace(/`[^`\n]*`/g, 'code');
  let line = 1;
  for (const paragraph of prose.split(/(\n\s*\n)/)) {
    const cells = /^\s*\|/.test(paragraph) ? paragraph.split(/\||\n/) : [paragraph];
    for (const cell of cells)
      if (/[a-z]/.test(cell)) yield { file, line, kind: 'pages', text: cell.trim() };
    line += paragraph.split('\n').length - 1;
  }
}

/** @returns {Generator<Passage>} */
export function* passages(root, file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  if (file.endsWith('.md')) yield* passagesOfPage(file, text);
  else yield* passagesOfCode(file, text, HASHED.test(file) ? TOKENS.hashed : TOKENS.code);
}
