// Shows the progress of a long step: one line rewritten on a terminal, a line every ten seconds
// elsewhere.

const SILENT_MS = 10_000;
const REDRAW_MS = 100;

/** Writes to standard error, so that standard output stays free for a result. */
export function createProgress(label, { stream = process.stderr, now = Date.now } = {}) {
  const started = now();
  let shownAt = stream.isTTY ? -Infinity : started;
  const show = (text) => {
    shownAt = now();
    stream.write(stream.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  };
  return {
    /** Reports a state; most calls print nothing. */
    update(done, total, unit) {
      const due = now() - shownAt >= (stream.isTTY ? REDRAW_MS : SILENT_MS);
      if (due) show(`${label}: ${describeProgress(done, total, unit, now() - started)}`);
    },
    /** Ends the line and prints the elapsed time. */
    done(text = 'done') {
      show(`${label}: ${text} (${duration(now() - started)})`);
      if (stream.isTTY) stream.write('\n');
    },
    /** Leaves the terminal's line as it is, for an error message to follow. */
    abandon() {
      if (stream.isTTY) stream.write('\n');
    },
  };
}

/** "412/930 objects, 44%, about 1 min 20 s left"; without a total only the count. */
export function describeProgress(done, total, unit, elapsedMs) {
  if (!total) return `${done} ${unit}`;
  const share = Math.min(done / total, 1);
  const text = `${done}/${total} ${unit}, ${Math.floor(share * 100)}%`;
  // The first hundredth does not predict the speed of the rest.
  return share < 0.01 ? text : `${text}, about ${duration((elapsedMs / share) * (1 - share))} left`;
}

/** "7 s", "2 min 05 s". */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
