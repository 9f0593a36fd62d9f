// Converts rounds to cells of tables.
import { threeDigits } from '../lib/markdown.mjs';
import { describeRounds, ratioOf } from './rounds.mjs';

export const OURS = 'hermetic-ssl';

/** `median (minimum)` of a peer's rounds, a dash for a peer without rounds. */
export function nanoseconds(rounds, field = 'wall') {
  if (rounds === undefined) return '–';
  const { median, minimum } = describeRounds(rounds, field);
  return Number.isNaN(median) ? '–' : `${threeDigits(median)} (${threeDigits(minimum)})`;
}

/**
 * Returns the ratio of each other peer's time to ours.
 * @param {Map<string, object[]>[]} columns one for each scenario
 * @param {{ label?: string, field?: string }} how
 */
export function ratioRows(peers, columns, { label, field = 'wall' } = {}) {
  const others = peers.filter(({ name }) => name !== OURS);
  const rows = others.map(({ name, title }) => [
    ...(label === undefined ? [title] : [title, label]),
    ...columns.map((rounds) => threeDigits(ratioOf(rounds.get(name), rounds.get(OURS), field))),
  ]);
  return rows.filter((row) => row.slice(label === undefined ? 1 : 2).some((cell) => cell !== '–'));
}
