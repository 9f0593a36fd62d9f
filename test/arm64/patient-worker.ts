/**
 * vitest's worker process without vitest's limit of 60 seconds for its start, which no option changes: an emulated Node
 * on a busy machine takes longer. vitest is notified at once, but its order to run waits for the real start.
 */
import { ForksPoolWorker, type PoolOptions, type WorkerRequest } from 'vitest/node';

type Listener = Parameters<ForksPoolWorker['on']>[1];

interface Started {
  readonly type: 'started';
  readonly __vitest_worker_response__: true;
  readonly error?: unknown;
}

const STARTED: Started = { type: 'started', __vitest_worker_response__: true };

export class PatientWorker extends ForksPoolWorker {
  override readonly name = 'patient-forks';
  /** The orders that wait for the start; null once it has started. */
  private orders: WorkerRequest[] | null = [];
  private readonly listeners = new Map<string, Listener>();

  /** @param limit how long the start may take, in milliseconds */
  constructor(
    options: PoolOptions,
    private readonly limit: number,
  ) {
    super(options);
  }

  override async start(): Promise<void> {
    await super.start();
    const slow = setTimeout(
      () => this.tell('error', new Error(`a worker has not started within ${this.limit} ms`)),
      this.limit,
    );
    super.on('exit', () => clearTimeout(slow));
    super.on('message', (message: Partial<Started>) => {
      if (message.type !== 'started') return;
      clearTimeout(slow);
      if (message.error !== undefined) this.tell('error', message.error);
      const orders = this.orders ?? [];
      this.orders = null;
      for (const order of orders) super.send(order);
    });
  }

  override on(event: string, listener: Listener): void {
    super.on(event, listener);
    this.listeners.set(event, listener);
  }

  override send(request: WorkerRequest): void {
    const isOrder = request.type === 'run' || request.type === 'collect';
    if (isOrder && this.orders !== null) this.orders.push(request);
    else super.send(request);
    if (request.type === 'start') this.tell('message', STARTED);
  }

  private tell(event: string, what: unknown): void {
    this.listeners.get(event)?.(what);
  }
}
