// Joins what the channels say into one table: every name, with its value in each channel that has it.
import { GROUPS, groupOf } from './groups.mjs';

/**
 * @template T
 * @typedef {{ key: string, values: Map<string, T> }} Row  `values` maps a channel's name to its value
 */

/**
 * @template T
 * @param {{ name: string, entries: Map<string, T> }[]} channels
 * @returns {Row<T>[]} sorted by key
 */
export function union(channels) {
  const keys = new Set(channels.flatMap(({ entries }) => [...entries.keys()]));
  return [...keys].toSorted().map((key) => {
    const having = channels.filter(({ entries }) => entries.has(key));
    return { key, values: new Map(having.map(({ name, entries }) => [name, entries.get(key)])) };
  });
}

/** Returns the rows of each group, in the order of GROUPS. */
export function byGroup(rows) {
  return GROUPS.map(({ group }) => ({
    group,
    rows: rows.filter(({ key }) => groupOf(key) === group),
  }));
}

/** Returns true if every channel has the row with one value. */
export const isUniform = (row, channels) =>
  row.values.size === channels.length && new Set(row.values.values()).size === 1;

/** Returns the single value that represents a row: that of the oldest series that has it. */
export const firstValue = (row) => row.values.values().next().value;
