// Computes medians, and the cost of one run of a scenario.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs a scenario once against a server; returns its rate, and the server's microseconds for each unit of work. The ticks of
 * /proc are 10 ms, too coarse for a second of work: they only divide the exact time into that of the program and of the system.
 */
export async function measure(server, run) {
  const before = await server.usage();
  const { count, seconds } = await run(server.port);
  const after = await server.usage();
  const [user, system] = ['user', 'system'].map((name) => after[name] - before[name]);
  const total = Math.max(after.total - before.total, 0);
  const share = user + system > 0 ? user / (user + system) : 1;
  return {
    rate: count / seconds,
    user: (total * share) / count,
    system: (total * (1 - share)) / count,
  };
}

/** Returns the median of each figure over several rounds. */
export const summarize = (rounds) => ({
  rate: median(rounds.map(({ rate }) => rate)),
  user: median(rounds.map(({ user }) => user)),
  system: median(rounds.map(({ system }) => system)),
});
