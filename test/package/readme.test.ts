// The examples of the documentation, as a reader copies them: each by itself, checked against the shipped declarations.
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { compile, examplesOf } from '../helpers/doc-examples.js';

const PAGES = [
  'docs/installing.md',
  'README.md',
  'docs/certificates.md',
  'docs/feature-detection.md',
  'docs/password.md',
  'docs/pbkdf2.md',
  'docs/sessions.md',
  'docs/trust.md',
  'docs/verification.md',
];

/** Names that the examples leave to their reader: declared only if a comment says so. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  contextFor: `declare function contextFor(
    name: string | null,
  ): Promise<import('hermetic-ssl/ssl').SSLContext | undefined>;`,
  password: 'declare const password: string;',
  user: 'declare const user: { stored: string };',
  User: 'interface User { id: number; stored: string }',
  log: 'declare function log(text: string): void;',
  find: 'declare function find(name: string): Promise<{ stored: string } | undefined>;',
};

/** Shows that the declarations are read: without them it would compile no better than the examples. */
const CONTROL = `import * as ssl from 'hermetic-ssl/ssl';
// @ts-expect-error -- there is none
ssl.noSuchFunction();
`;

function programOf(code: string): string {
  const remarks = code.match(/\/\/.*\byours\b/g)?.join('\n') ?? '';
  const names = Object.keys(PLACEHOLDERS).filter((name) => remarks.match(`\\b${name}\\b`));
  return [...names.map((name) => PLACEHOLDERS[name]), code].join('\n');
}

const programs = PAGES.flatMap((page) =>
  examplesOf(page).map(({ code }, i) => [
    `${path.basename(page, '.md')}-${i + 1}`,
    programOf(code),
  ]),
);

describe('The examples of the documentation', () => {
  it('compile', { timeout: 130_000 }, async () => {
    expect(programs.length).toBeGreaterThanOrEqual(12);
    expect(await compile({ ...Object.fromEntries(programs), control: CONTROL })).toBe('');
  });
});
