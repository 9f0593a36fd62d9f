// Troubles that do not stop a server: one warning each, until the trouble is over.
export class Trouble {
  readonly #code: string;
  #isWarned = false;

  /** @param code the warning's `code` */
  constructor(code: string) {
    this.#code = code;
  }

  /** Warns, unless it has warned since the last `end`. */
  warn(text: string, cause: unknown): void {
    if (this.#isWarned) return;
    this.#isWarned = true;
    const reason = cause instanceof Error ? cause.message : String(cause);
    process.emitWarning(`${text}: ${reason}`, { type: 'HermeticSslWarning', code: this.#code });
  }

  end(): void {
    this.#isWarned = false;
  }
}
