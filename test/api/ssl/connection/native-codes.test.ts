// The numbers and names that lib and the addon exchange inside a step are the same on both sides.
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Verdict, Want, WITH_ALERT } from '../../../../lib/ssl/engine/codes.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const read = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');

/** Returns the members of an enum in a header, without the k of their names. */
function nativeEnum(file: string, name: string): Record<string, number> {
  const [, body = ''] =
    new RegExp(`enum class ${name} : \\w+ \\{([^}]+)\\}`).exec(read(file)) ?? [];
  const members = [...body.matchAll(/\bk(\w+) = (-?\d+)/g)];
  return Object.fromEntries(members.map(([, key, number]) => [key, Number(number)]));
}

/** READ_MORE becomes ReadMore. */
const pascal = (key: string): string =>
  key.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, first: string) => first.toUpperCase());

const native = (list: Record<string, number>, prefix = ''): Record<string, number> =>
  Object.fromEntries(Object.entries(list).map(([key, code]) => [prefix + pascal(key), code]));

describe('codes of lib and native', () => {
  it('agree on the conditions that a step waits for', () => {
    const { CALLBACK, ELSEWHERE, ...shared } = Want;
    const { Done, Failed, ...wanted } = nativeEnum('native/tls/connection/step.h', 'StepState');
    expect(native(shared, 'Want')).toEqual(wanted);
    expect(Object.values(wanted)).not.toContain(CALLBACK);
    expect(Object.values(wanted)).not.toContain(ELSEWHERE);
    // A count of bytes and a record stand for these.
    expect([Done, Failed]).toEqual([0, -4]);
  });

  it('agree on the answers about a peer', () => {
    const header = nativeEnum('native/tls/connection/peer_answer.h', 'PeerVerdict');
    expect(native(Verdict)).toEqual(header);
    const decoder = read('native/napi/tls_verification.cc');
    expect(decoder).toContain(`constexpr int64_t kWithAlert = ${WITH_ALERT};`);
  });

  it('agree on the kinds of requests inside a step', () => {
    const [, body = ''] =
      /export interface Requests \{([^}]+)\}/.exec(read('lib/internal/native/tls-connection.ts')) ??
      [];
    const typed = [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, kind]) => kind);
    const asked = ['tls_psk.cc', 'tls_verification.cc'].flatMap((file) =>
      [...read(`native/napi/${file}`).matchAll(/\bRequest request\(this, "(\w+)"\)/g)].map(
        ([, kind]) => kind,
      ),
    );
    expect(typed).toHaveLength(3);
    expect(asked).toHaveLength(3);
    expect(new Set(asked)).toEqual(new Set(typed));
  });
});
