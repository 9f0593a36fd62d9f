/** Performs a suite on both sides and says where they differ. */
import type { Suite } from '../operations/suites.js';
import { RULES, type Rule } from '../differences/rules.js';
import { describeOutcome } from './outcome.js';
import { askPython, type Versions } from './python.js';
import { runScript } from './run-script.js';
import { describeStep, type Script, type Step } from './script.js';

/** One step, with what became of it on either side. */
export interface Compared {
  /** The script and the step; unique. */
  readonly id: string;
  readonly step: Step;
  readonly python: string;
  readonly ours: string;
  /** The earlier steps of this step's object here, and handshakes. */
  readonly before: readonly string[];
}

export interface Comparison {
  readonly versions: Versions;
  readonly numScripts: number;
  readonly numSteps: number;
  /** Differences that no rule explains. */
  readonly differences: readonly Compared[];
  /** How many each rule explains. */
  readonly explained: ReadonlyMap<Rule, number>;
}

/** A name for every step: its text, with a number from the second of the same text on. */
export function idsOf({ name, steps }: Script): string[] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    const text = describeStep(step);
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    return `${name} | ${text}${times === 1 ? '' : ` (${times})`}`;
  });
}

const ownerOf = (step: Step): string => /^\w+/.exec(describeStep(step))?.[0] ?? '';

export function compare({ scripts }: Suite, files: string): Comparison {
  const { versions, answers } = askPython(
    scripts.map(({ steps }) => steps),
    files,
  );
  const compared = scripts.flatMap((script, number) => {
    const ours = runScript(script.steps, files).map(describeOutcome);
    const python = (answers[number] ?? []).map(describeOutcome);
    const ids = idsOf(script);
    return script.steps.map((step, at): Compared => {
      const earlier = script.steps.slice(0, at).map((other, index) => [other, index] as const);
      const own = earlier.filter(
        ([other]) => 'handshake' in other || ownerOf(other) === ownerOf(step),
      );
      return {
        id: ids[at] ?? '',
        step,
        python: python[at] ?? '',
        ours: ours[at] ?? '',
        before: own.map(([, index]) => ours[index] ?? ''),
      };
    });
  });
  return { versions, numScripts: scripts.length, numSteps: compared.length, ...explain(compared) };
}

function explain(compared: readonly Compared[]): Pick<Comparison, 'differences' | 'explained'> {
  const differences: Compared[] = [];
  const explained = new Map<Rule, number>();
  for (const one of compared.filter(({ python, ours }) => python !== ours)) {
    const rule = RULES.find((candidate) => candidate.explains(one));
    if (rule === undefined) differences.push(one);
    else explained.set(rule, (explained.get(rule) ?? 0) + 1);
  }
  return { differences, explained };
}
