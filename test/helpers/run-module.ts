/** Runs an ES module in a process of its own: for what could end the process, or depends on its environment. */
import { Child } from './child.js';

export interface ModuleOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  /** A command that runs node, as `['unshare', '-rm', '--']`. */
  readonly prefix?: readonly string[];
  readonly timeout?: number;
}

export interface ModuleResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the text, which may import the package by its name, to its end. */
export async function runModule(
  source: string,
  options: ModuleOptions = {},
): Promise<ModuleResult> {
  const { env = {}, nodeOptions = [], prefix = [], timeout = 60_000 } = options;
  const [program = process.execPath, ...args] = [
    ...prefix,
    process.execPath,
    ...nodeOptions,
    ...['--input-type=module', '--eval', source],
  ];
  const child = Child.start(program, args, env);
  const { code, signal } = await child.finish(timeout);
  return { code, signal, stdout: child.stdout, stderr: child.stderr };
}

/** Runs the text and returns its output, parsed as JSON; throws with the output if it fails. */
export async function moduleAnswer(source: string, options?: ModuleOptions): Promise<unknown> {
  const { code, signal, stdout, stderr } = await runModule(source, options);
  if (code !== 0) throw new Error(`the module ended with ${code ?? signal}:\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as unknown;
}
