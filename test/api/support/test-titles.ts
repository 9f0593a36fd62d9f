/** The titles of the tests in a file, read from its source: nothing is run, so that asking costs little. */
import fs from 'node:fs';

import ts from 'typescript';

/** The functions that define tests and groups of tests. */
const DEFINERS = ['describe', 'it', 'test'];
/** The properties that return a definer: `it.each(rows)('title', ...)`. */
const MODIFIERS = ['each', 'for', 'runIf', 'skipIf'];
/** The properties that keep a test from running on every machine. */
const NEVER_RUN = ['skip', 'todo'];
/** Placeholders for values: `%s`, `$name.part`, `${expression}`. */
const PLACEHOLDERS = /\$\{[^}]*\}|%[sdifjoOc#]|\$[A-Za-z_][\w.]*/g;

export class TestTitle {
  readonly #source: string;

  /**
   * @param written the groups and the test as the source has them, `group > test`, with their placeholders
   * @param source the file's text
   */
  constructor(
    readonly written: string,
    source: string,
  ) {
    this.#source = source;
  }

  /** Whether this is meant: as written, or with values in the place of the placeholders, which the file has as well. */
  isMeantBy(title: string): boolean {
    if (title === this.written) return true;
    const values = this.#pattern.exec(title)?.slice(1);
    return values?.every((value) => this.#source.includes(value)) ?? false;
  }

  get #pattern(): RegExp {
    const fixed = this.written.split(PLACEHOLDERS).map((text) => text.replace(/[^\w\s]/g, '\\$&'));
    return new RegExp(`^${fixed.join('(.*)')}$`, 's');
  }
}

interface Definition {
  readonly definer: string;
  readonly properties: readonly string[];
  readonly title: string;
}

/** The titles of the tests that `file` defines and that may run. */
export function readTestTitles(file: string): TestTitle[] {
  const text = fs.readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const titles: TestTitle[] = [];
  const visit = (node: ts.Node, groups: readonly string[]): void => {
    const definition = ts.isCallExpression(node) ? definitionOf(node) : null;
    if (definition?.properties.some((name) => NEVER_RUN.includes(name))) return;
    const path = definition === null ? groups : [...groups, definition.title];
    if (definition !== null && definition.definer !== 'describe')
      titles.push(new TestTitle(path.join(' > '), text));
    ts.forEachChild(node, (child) => visit(child, path));
  };
  visit(source, []);
  return titles;
}

function definitionOf(call: ts.CallExpression): Definition | null {
  const [first] = call.arguments;
  const { expression } = call;
  const isModifier =
    ts.isPropertyAccessExpression(expression) && MODIFIERS.includes(expression.name.text);
  if (first === undefined || isModifier) return null;
  const properties: string[] = [];
  let root: ts.Expression = expression;
  while (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root)) {
    if (ts.isPropertyAccessExpression(root)) properties.push(root.name.text);
    root = root.expression;
  }
  if (!ts.isIdentifier(root) || !DEFINERS.includes(root.text)) return null;
  return { definer: root.text, properties, title: titleOf(first) };
}

/** Returns the title that an expression stands for; values that are known only at run time are placeholders. */
function titleOf(expression: ts.Expression): string {
  if (ts.isStringLiteralLike(expression)) return expression.text;
  if (ts.isTemplateExpression(expression)) {
    const spans = expression.templateSpans.map(
      (span) => `\${${span.expression.getText()}}${span.literal.text}`,
    );
    return expression.head.text + spans.join('');
  }
  if (ts.isBinaryExpression(expression))
    return titleOf(expression.left) + titleOf(expression.right);
  return `\${${expression.getText()}}`;
}
