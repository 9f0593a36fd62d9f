/** Differences that concern many steps in the same way. Each has to explain at least one. */
import type { Cause, Peers } from './peers.js';
import type { Compared } from '../support/compare.js';
import type { Step, Value } from '../support/script.js';

export interface Rule {
  readonly cause: Cause;
  readonly reason: string;
  /** The peers that it concerns; all when absent. */
  readonly when?: Peers;
  explains(compared: Compared): boolean;
}

const WRONG_TYPE = 'raises TypeError';
const END = 'raises SSLEOFError';
/** The error of Python's ssl for a connection whose end it has already reported. */
const AFTER_THE_END = /^raises SSLError \[SSL: (?:SHUTDOWN_WHILE_IN_INIT|PROTOCOL_IS_SHUTDOWN)\]$/;

const NOTHING_READ = '{"bytes":""}';
const CLOSED = 'raises SSLZeroReturnError [None: None]';

const hasFailed = (before: readonly string[]): boolean =>
  before.some((outcome) => /SSL(?!Want)\w*Error/.test(outcome));

const valuesOf = (step: Step): readonly Value[] => {
  if ('set' in step) return [step.to];
  if (!('call' in step)) return [];
  return [...(step.args ?? []), ...Object.values(step.kwargs ?? {})];
};

const FLAGS = ['check_hostname', 'hostname_checks_common_name', 'post_handshake_auth', 'last_node'];

const setsFlag = (step: Step): boolean =>
  'set' in step
    ? FLAGS.includes(step.set.split('.').at(-1) ?? '')
    : 'call' in step && FLAGS.some((flag) => flag in (step.kwargs ?? {}));

export const RULES: readonly Rule[] = [
  {
    cause: 'on purpose',
    reason: 'a flag must be a boolean; Python takes the truth of any value',
    explains: ({ step, ours }) => ours === WRONG_TYPE && setsFlag(step),
  },
  {
    cause: 'on purpose',
    reason: 'true and false are not numbers, as they are in Python',
    explains: ({ step, ours }) =>
      ours === WRONG_TYPE && valuesOf(step).some((value) => typeof value === 'boolean'),
  },
  {
    cause: 'on purpose',
    reason: 'a wrong type is a TypeError; in Python a later AttributeError',
    explains: ({ python, ours }) => ours === WRONG_TYPE && python === 'raises AttributeError',
  },
  {
    cause: 'older Python',
    reason:
      'a handshake that cannot continue gives an SSLEOFError; in Python before 3.13 an SSLSyscallError',
    when: { pythonBelow: [3, 13] },
    explains: ({ python, ours }) =>
      ours === END && python === 'raises SSLSyscallError [None: None]',
  },
  {
    cause: 'OpenSSL',
    reason:
      'after a fatal alert OpenSSL 4 has nothing to read; before, that looked like an end, as in Python',
    when: { oursFrom: [4, 0] },
    explains: ({ python, ours, before }) =>
      ours === END && hasFailed(before) && (python === NOTHING_READ || python === CLOSED),
  },
  {
    cause: 'on purpose',
    reason:
      'after an SSLEOFError every operation gives the same error, as in Python 3.15; here unwrap too',
    explains: ({ python, ours, before }) =>
      ours === END && hasFailed(before) && AFTER_THE_END.test(python),
  },
];
