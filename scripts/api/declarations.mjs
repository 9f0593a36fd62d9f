// Compiles lib/ to declarations in memory, as users see them: with their comments and without @internal names.
import path from 'node:path';
import ts from 'typescript';
import { UserError } from '../lib/user-error.mjs';

function readConfig(root) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(root, 'tsconfig.json'),
    { noEmit: false, declaration: true, emitDeclarationOnly: true, removeComments: false },
    host,
  );
  if (!config) throw new UserError(`${root} has no tsconfig.json`);
  return config;
}

/** @returns {Map<string, string>} absolute path of a declaration file -> its text */
function emit({ fileNames, options }) {
  const files = new Map();
  const program = ts.createProgram(fileNames, options);
  const { diagnostics } = program.emit(undefined, (name, text) => files.set(name, text));
  if (diagnostics.length === 0) return files;
  const messages = diagnostics.map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
  throw new UserError(`lib/ gives no declarations:\n${messages.join('\n')}`);
}

/** Returns a host with the files of the map in addition to those on disk. */
function hostWith(files, options) {
  const host = ts.createCompilerHost(options);
  const folders = new Set([...files.keys()].map((name) => path.dirname(name)));
  const onDisk = { ...host };
  return Object.assign(host, {
    fileExists: (name) => files.has(name) || onDisk.fileExists(name),
    readFile: (name) => files.get(name) ?? onDisk.readFile(name),
    directoryExists: (name) => folders.has(name) || onDisk.directoryExists(name),
    getSourceFile: (name, languageVersion) => {
      const text = files.get(name) ?? onDisk.readFile(name);
      return text === undefined
        ? undefined
        : ts.createSourceFile(name, text, languageVersion, true);
    },
  });
}

/**
 * @typedef {{
 *   checker: import('typescript').TypeChecker,
 *   exportsOf: (file: string) => import('typescript').Symbol[],
 *   sourceOf: (node: import('typescript').Node) => string | null,
 * }} Declarations
 *   `exportsOf` takes the path of a declaration file below `root`; `sourceOf` gives the file of lib/ that a declaration
 *   comes from, null if it is not ours.
 */

/** @returns {Declarations} the declarations of the repository at `root`, for those of its entry points */
export function readDeclarations(root, entryFiles) {
  const config = readConfig(root);
  const files = emit(config);
  const entries = entryFiles.map((name) => path.join(root, name));
  const program = ts.createProgram(entries, config.options, hostWith(files, config.options));
  const checker = program.getTypeChecker();
  const { outDir, rootDir } = config.options;
  return {
    checker,
    exportsOf: (file) => {
      const source = program.getSourceFile(path.join(root, file));
      if (!source) throw new UserError(`package.json names ${file}, which lib/ does not give`);
      return checker.getExportsOfModule(checker.getSymbolAtLocation(source));
    },
    sourceOf: (node) => {
      const { fileName } = node.getSourceFile();
      if (!files.has(fileName)) return null;
      const source = path.join(rootDir, path.relative(outDir, fileName));
      return path
        .relative(root, source)
        .replaceAll(path.sep, '/')
        .replace(/\.d\.ts$/, '.ts');
    },
  };
}
