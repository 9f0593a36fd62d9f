/** Two independent implementations that answer the same cases: the machine's Python, and node:crypto. */
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import path from 'node:path';

export type Case =
  | { op: 'hash'; algorithm: string; message: string; length?: number }
  /** With Python's keywords; bytes are in hexadecimal. */
  | {
      op: 'blake2';
      algorithm: string;
      message: string;
      options: Record<string, number | string | boolean>;
    }
  | {
      op: 'scrypt';
      password: string;
      salt: string;
      n: number;
      r: number;
      p: number;
      dklen: number;
    }
  | { op: 'hmac'; algorithm: string; key: string; message: string }
  | {
      op: 'pbkdf2';
      algorithm: string;
      password: string;
      salt: string;
      iterations: number;
      dklen: number;
    };

const ORACLE = path.join(import.meta.dirname, 'oracle.py');

/** Whether the machine has a python3 that can run the oracle. */
export const hasPython = spawnSync('python3', ['-c', 'import hashlib']).status === 0;

/** Python's answers, in hexadecimal, in the order of the cases. */
export function askPython(cases: readonly Case[]): string[] {
  const run = spawnSync('python3', [ORACLE], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (run.status !== 0) throw new Error(`python3 could not answer: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

const NODE_NAMES: Readonly<Record<string, string>> = {
  shake_128: 'shake128',
  shake_256: 'shake256',
  blake2b: 'blake2b512',
  blake2s: 'blake2s256',
};

/** The name under which node:crypto has an algorithm. */
export function nodeName(algorithm: string): string {
  return NODE_NAMES[algorithm] ?? algorithm.replace('_', '-');
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** The answer of node:crypto; undefined where it has no such function. */
export function askNode(asked: Case): string | undefined {
  const name = 'algorithm' in asked ? nodeName(asked.algorithm) : '';
  switch (asked.op) {
    case 'hash': {
      const options = asked.length === undefined ? {} : { outputLength: asked.length };
      return crypto.createHash(name, options).update(bytes(asked.message)).digest('hex');
    }
    case 'blake2':
      return undefined;
    case 'scrypt': {
      const { password, salt, n, r, p, dklen } = asked;
      const options = { N: n, r, p, maxmem: 2 ** 28 };
      return crypto.scryptSync(bytes(password), bytes(salt), dklen, options).toString('hex');
    }
    case 'hmac':
      return crypto.createHmac(name, bytes(asked.key)).update(bytes(asked.message)).digest('hex');
    case 'pbkdf2': {
      const { password, salt, iterations, dklen } = asked;
      return crypto
        .pbkdf2Sync(bytes(password), bytes(salt), iterations, dklen, name)
        .toString('hex');
    }
  }
}
