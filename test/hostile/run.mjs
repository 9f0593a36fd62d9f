// Runs the cells of one role and one version against processes of our side, and reports the fault of each cell.
import { attemptsOf, NotReached, runAttempt } from './attempt.mjs';
import { requireService } from './good-peer.mjs';
import { sleep } from './peer.mjs';
import { faultOf, isTardy, UNREPORTED } from './verdict.mjs';

/** Cells at once; and processes at once for the cells that are run by themselves. */
const WIDTH = 24;
const APART = 3;
/** How often it is tried to reach a state. */
const TRIES = 3;
/** Bytes by which the memory of our side may grow: half of the bytes in a torrent. */
const MOST_GROWTH = 32 << 20;
/** Milliseconds after which it is known whether our side has ended, where a cell fails. */
const SETTLES = 200;

/** Returns whether our side may have timed out before a peer on a busy machine acted. */
const mayBeLate = (fault, { facts }) => facts.isIdle && fault === UNREPORTED;

/** @returns the fault, or null */
async function tryAttempt(side, cell, options) {
  for (let left = TRIES; ; left--) {
    try {
      const outcome = await runAttempt(side, cell, options);
      const fault = outcome === null ? null : faultOf(outcome, cell);
      if (fault === null || left === 1 || !mayBeLate(fault, outcome)) return fault;
    } catch (error) {
      if (!(error instanceof NotReached) || left === 1 || side.ended !== null) throw error;
    }
  }
}

/** @returns the fault, or null; by then it is also known whether our side has ended */
async function runCell(side, cell, options) {
  const fault = await faultIn(side, cell, options);
  if (fault !== null) await sleep(SETTLES);
  return fault;
}

async function faultIn(side, cell, options) {
  try {
    for (let attempt = 0; attempt < attemptsOf(cell); attempt++) {
      const fault = await tryAttempt(side, cell, { ...options, attempt });
      if (fault !== null) return fault;
    }
    await requireService(side, { ...options, role: cell.role });
    return null;
  } catch (error) {
    return error instanceof NotReached ? `not reached: ${error.message}` : error.message;
  }
}

export class Run {
  #options;
  #onResult;
  #start;

  /** @param {{ start: () => Promise<import('./our-side.mjs').OurSide>, options: object, onResult: Function }} how */
  constructor({ start, options, onResult }) {
    this.#start = start;
    this.#options = options;
    this.#onResult = onResult;
  }

  /** Many at once. @returns the cells that were under way when our side ended, why it did, and those that took too long */
  async together(cells) {
    const queue = [...cells];
    const suspects = [];
    const tardy = [];
    let why = null;
    while (queue.length > 0) {
      const side = await this.#start();
      const work = async () => {
        while (queue.length > 0 && side.ended === null) {
          const cell = queue.shift();
          const fault = await runCell(side, cell, this.#options);
          if (side.ended !== null) suspects.push(cell);
          else if (fault !== null && isTardy(fault)) tardy.push(cell);
          else this.#onResult(cell, fault);
        }
      };
      await Promise.all(Array.from({ length: WIDTH }, work));
      why ??= side.ended;
      await side.close();
    }
    return { suspects, tardy, why };
  }

  /** Runs each cell with a process of its own, to find the one that ends it. @returns the cells without a fault */
  async apart(cells) {
    const queue = [...cells];
    const innocent = [];
    const work = async () => {
      for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
        const side = await this.#start();
        const fault = await runCell(side, cell, this.#options);
        if (fault === null) innocent.push(cell);
        this.#onResult(cell, side.ended ?? fault);
        await side.close();
      }
    };
    await Promise.all(Array.from({ length: APART }, work));
    return innocent;
  }

  /** One after the other, with an eye on the memory of our side. */
  async measured(cells) {
    let side = null;
    for (const cell of cells) {
      if (side === null || side.ended !== null) side = await this.#start();
      this.#onResult(cell, await this.#measure(side, cell));
    }
    await side?.close();
  }

  async #measure(side, cell) {
    try {
      const { before } = await side.ask('watchMemory', 'memory');
      const fault = await runCell(side, cell, this.#options);
      if (side.ended !== null) return side.ended;
      const { most } = await side.ask('reportMemory', 'memory');
      const growth = most - before;
      return growth > MOST_GROWTH ? `its memory grew by ${growth >> 20} MB` : fault;
    } catch (error) {
      return side.ended ?? error.message;
    }
  }
}
