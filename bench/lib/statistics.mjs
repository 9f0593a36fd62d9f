// Computes medians, and the cost of one run of a scenario.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs a scenario once against a server; returns its rate, and the server's microseconds for each unit of work. */
export async function measure(server, run) {
  const before = await server.usage();
  const { count, seconds } = await run(server.port);
  const after = await server.usage();
  return {
    rate: count / seconds,
    user: (after.user - before.user) / count,
    system: (after.system - before.system) / count,
  };
}

/** Returns the median of each figure over several rounds. */
export const summarize = (rounds) => ({
  rate: median(rounds.map(({ rate }) => rate)),
  user: median(rounds.map(({ user }) => user)),
  system: median(rounds.map(({ system }) => system)),
});
