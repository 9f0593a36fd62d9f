// The step that checks the formatting of C++.
import { clangTool, fuzzFiles, nativeFiles, notInstalled } from './clang.mjs';
import { run } from './step.mjs';

export async function clangFormat({ fix }) {
  const program = clangTool('clang-format');
  if (!program) return notInstalled('clang-format');
  const files = [...nativeFiles(), ...fuzzFiles()];
  const mode = fix ? ['-i'] : ['--dry-run', '--Werror'];
  const outcome = await run(program, [...mode, ...files]);
  return { ...outcome, note: `${files.length} files`, output: unformattedFiles(outcome.output) };
}

/** Prints only the names of the files, since --fix repairs them. */
function unformattedFiles(output) {
  const names = [
    ...output.matchAll(/^((?:native|test\/fuzz)\/\S+?):\d+:\d+: error: code should be/gm),
  ].map(([, name]) => name);
  if (names.length === 0) return output;
  return `${[...new Set(names)].join('\n')}\nare not formatted: npm run lint -- --fix\n`;
}
