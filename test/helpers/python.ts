/**
 * Python as a peer: a long-lived co-process (python_peer.py), so that a differential test can ask thousands of questions
 * without starting thousands of interpreters.
 */
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { Child } from './child.js';
import type {
  ConnectionFacts,
  Identity,
  PeerClientOptions,
  PeerError,
  PeerServer,
  PeerServerOptions,
} from './peer-types.js';
import { peerPath } from './peers.js';

const SCRIPT = fileURLToPath(new URL('python_peer.py', import.meta.url));

/** An exception that Python raised. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
  readonly kind: string;
  readonly reason: string | null;
  readonly verifyCode: number | null;
  readonly traceback: string;

  constructor(error: PeerError & { traceback?: string }) {
    super(error.message);
    this.kind = error.kind;
    this.reason = error.reason;
    this.verifyCode = error.verifyCode;
    this.traceback = error.traceback ?? '';
  }
}

export interface PythonClientFacts extends ConnectionFacts {
  /** Give it as `resume` to a later connect. */
  readonly session?: number;
}

export interface HostnameQuestion {
  readonly identity: Identity;
  readonly ca: string;
  readonly target: string;
  readonly hostnameChecksCommonName?: boolean | undefined;
  /** ssl.VerifyFlags to add. */
  readonly verifyFlags?: number | undefined;
}

type Arguments = object;
type Reply = { result: unknown } | { error: PeerError };
interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Python {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  private constructor(private readonly child: Child) {
    createInterface({ input: child.stdoutStream }).on('line', (line) => this.receive(line));
    void child.exit.catch(() => undefined).then(() => this.abandon());
  }

  /** Starts the co-process and waits until it answers. Guard with skipUnless(test, 'python3'). */
  static async start(): Promise<Python> {
    const python = new Python(Child.start(peerPath('python3'), ['-B', '-X', 'utf8', SCRIPT]));
    await python.version();
    return python;
  }

  /** Calls one operation of python_peer.py. Byte arrays travel both ways, and come back as Buffers. */
  call<T = unknown>(operation: string, args: Arguments = {}): Promise<T> {
    const id = ++this.lastId;
    const answer = new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
    this.child.stdin.write(`${encode({ id, operation, arguments: args })}\n`);
    return answer;
  }

  /** Many calls in one message; an exception stands in the place of its result. */
  async batch(
    calls: readonly (readonly [operation: string, args: Arguments])[],
  ): Promise<unknown[]> {
    const replies = await this.call<Reply[]>('batch', { calls });
    return replies.map((reply) => ('error' in reply ? new PythonError(reply.error) : reply.result));
  }

  /** Runs source code that defines `main(input)`; resolves to what main returns. */
  run<T = unknown>(source: string, input: unknown = null): Promise<T> {
    return this.call<T>('run', { source, input });
  }

  version(): Promise<{ python: string; openssl: string; opensslNumber: number[] }> {
    return this.call('version');
  }

  async serve(options: PeerServerOptions): Promise<PeerServer> {
    const port = await this.call<number>('ssl.serve', {
      ...options,
      identity: identityOf(options.identity),
      sni: identitiesOf(options.sni),
    });
    return {
      port,
      connections: (count) => this.call('ssl.connections', { port, count }),
      close: () => this.call('ssl.close', { port }),
    };
  }

  connect({
    identity,
    ...options
  }: PeerClientOptions & { resume?: number | undefined }): Promise<PythonClientFacts> {
    return this.call('ssl.connect', {
      ...options,
      ...(identity && { identity: identityOf(identity) }),
    });
  }

  /** Returns the result of Python's own verification: 0, or the X509_V_ERR_* code. */
  matchHostname(question: HostnameQuestion): Promise<{ verifyCode: number; message: string }> {
    return this.call('ssl.match_hostname', {
      ...question,
      identity: identityOf(question.identity),
    });
  }

  async close(): Promise<void> {
    this.child.stdin.end();
    await this.child.close();
  }

  private receive(line: string): void {
    const { id, ...reply } = decode(line) as { id: number } & Reply;
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if ('error' in reply) waiting?.reject(new PythonError(reply.error));
    else waiting?.resolve(reply.result);
  }

  private abandon(): void {
    const error = new Error(`python3 ended; it said: ${this.child.stderr.slice(-2000)}`);
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
  }
}

/** Runs one snippet in an interpreter of its own; see Python.run. */
export async function runPython<T = unknown>(source: string, input: unknown = null): Promise<T> {
  const python = await Python.start();
  try {
    return await python.run<T>(source, input);
  } finally {
    await python.close();
  }
}

/** Only what Python needs: an issued certificate also holds functions and keys that JSON cannot carry. */
const identityOf = ({ chainPem, keyPem }: Identity): Identity => ({ chainPem, keyPem });

function identitiesOf(named: Readonly<Record<string, Identity>> = {}): Record<string, Identity> {
  return Object.fromEntries(
    Object.entries(named).map(([name, identity]) => [name, identityOf(identity)]),
  );
}

function encode(message: unknown): string {
  return JSON.stringify(message, function (this: Record<string, unknown>, key, value: unknown) {
    // `value` has been through Buffer's toJSON already, so the original is looked up.
    const original = this[key];
    if (!(original instanceof Uint8Array)) return value;
    return {
      $bytes: Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString(
        'base64',
      ),
    };
  });
}

function decode(line: string): unknown {
  return JSON.parse(line, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$bytes' in value)) return value;
    return Buffer.from(value.$bytes as string, 'base64');
  });
}
