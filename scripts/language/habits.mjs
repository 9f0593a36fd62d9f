// The habits of speech that docs/conventions.md asks writers to avoid, and how often each may stand.

/** At most so many of each habit in 10,000 words of each kind of text. */
export const ALLOWED_PER_10_000 = 2;

/** @typedef {{ name: string, pattern: RegExp, instead: string }} Habit */

/** @type {Habit[]} */
export const HABITS = [
  {
    name: 'a sentence that begins with what, who, whoever or where',
    // Questions are not meant, nor Where-clauses of a definition list.
    pattern:
      /(?:^|[.:;!?]\s+|\n\s*(?:[-*]|\d+\.)\s+)(?:What|Who|Whose|Whoever|Whatever|Where|Wherever)\b(?![^.!?\n]*\?)/g,
    instead: 'name the subject: "The caller ...", "If the peer ..."',
  },
  {
    name: 'none, nobody, somebody',
    pattern: /\b(?:none|nobody|somebody|anybody|everybody)\b/gi,
    instead: '"without a ...", "no caller", "another thread"',
  },
  {
    name: 'tell, told',
    pattern: /\b(?:tell|tells|told|telling)\b/gi,
    instead: '"reports", "says", "shows"',
  },
  {
    name: 'is no X',
    pattern: /\b(?:is|are|was|were)\s+no\s+(?!longer\b|more\b|other\b|such\b)[a-z]/gi,
    instead: '"is not a", "has no", "there is no" only for existence',
  },
  {
    name: 'beside, anew, heed, whoever, meanwhile',
    pattern: /\b(?:beside|anew|heed|heeds|heeded|whoever|meanwhile)\b/gi,
    instead: '"besides", "next to", "again", "follows", "a caller that"',
  },
];
