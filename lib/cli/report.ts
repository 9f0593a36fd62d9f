// The output of a command: sections of steps, each with a mark, a title and a result; or all of it as JSON.
import { paint, withProgress } from './frame/style.js';
import { folded } from './frame/text.js';

const LABEL_WIDTH = 34;

/** Thrown by a step that this machine cannot run: neither a failure nor a success. */
export class Skipped extends Error {}

interface StepResult {
  label: string;
  ok: boolean;
  skipped: boolean;
  detail: string;
  milliseconds: number;
}

interface Section {
  title: string;
  steps: StepResult[];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

export class Report {
  readonly #json: boolean;
  readonly #sections: Section[] = [];

  constructor({ json }: { json: boolean }) {
    this.#json = json;
  }

  get numFailed(): number {
    return this.#steps().filter(({ ok }) => !ok).length;
  }

  /** A line above all sections. */
  heading(text: string): void {
    this.#print(paint('bold', text));
  }

  section(title: string): void {
    this.#sections.push({ title, steps: [] });
    this.#print(`\n${paint('bold', title)}`);
  }

  /** Runs a step, and prints its result, or why it failed. */
  async step(label: string, work: () => string | Promise<string>): Promise<void> {
    const began = performance.now();
    const result = { label, ok: true, skipped: false, detail: '', milliseconds: 0 };
    try {
      result.detail = await withProgress(label, async () => work());
    } catch (error) {
      result.skipped = error instanceof Skipped;
      result.ok = result.skipped;
      result.detail = error instanceof Skipped ? error.message : messageOf(error);
    }
    result.milliseconds = Math.round((performance.now() - began) * 10) / 10;
    this.#sections.at(-1)?.steps.push(result);
    this.#printStep(result);
  }

  /** Prints the end, and returns the exit code. */
  finish(): number {
    const failed = this.numFailed;
    const total = this.#steps().length;
    if (this.#json)
      console.log(JSON.stringify({ ok: failed === 0, sections: this.#sections }, null, 2));
    const skipped = this.#steps().filter((step) => step.skipped).length;
    const rest = skipped === 0 ? '' : ` ${skipped} could not be run on this machine.`;
    const summary =
      failed === 0
        ? `All ${total - skipped} steps passed.${rest}`
        : `${failed} of ${total} steps failed.`;
    this.#print(`\n${paint(failed === 0 ? 'green' : 'red', summary)}`);
    return failed === 0 ? 0 : 1;
  }

  #steps(): StepResult[] {
    return this.#sections.flatMap(({ steps }) => steps);
  }

  #printStep({ label, ok, skipped, detail, milliseconds }: StepResult): void {
    const done = skipped ? '–' : paint('green', '✓');
    const mark = ok ? done : paint('red', '✗');
    const time = milliseconds < 1 ? '' : `  ${paint('dim', `${Math.round(milliseconds)}\u00A0ms`)}`;
    const head = `  ${mark} ${label.padEnd(LABEL_WIDTH)} `;
    this.#print(folded(`${detail}${time}`, process.stdout, head));
  }

  #print(line: string): void {
    if (!this.#json) console.log(line);
  }
}
