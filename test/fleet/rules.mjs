// The rules that say whether a server must resume a session, must not, or may do either. They are those of docs/fleet.md, and
// use nothing of the package: only clocks, and when the store was stopped.

/** The verdict of the rules about one offer of a session. */
export const MUST = 'must';
export const MUST_NOT = 'must not';
export const MAY = 'may';

/** Sessions are stored after the handshake: for so long they may be missing on a busy machine. */
const STORING = 3;
/** For so long after its stop a store is left alone, and connections to it are made again. */
const RECOVERY = 13;
/** How long a change of key files may take: servers look each second, nginx is reloaded. A machine may be busy. */
const spreadOf = (rotate) => Math.max(3, rotate / 15);

/**
 * A visit is { from, until, seconds, length }: this process's clock before and after the connection, in seconds, and the
 * server's clock when it answered. The server had its clock between `seconds - length` and `seconds`.
 */
const periodsOf = ({ seconds, from, until }, rotate) => [
  Math.floor((seconds - (until - from)) / rotate),
  Math.floor(seconds / rotate),
];

/** A key encrypts in its period, decrypts in `keep` periods, and in the one before its own. */
function byClock(made, met, { rotate, keep }) {
  const [first, last] = periodsOf(made, rotate);
  const [earliest, latest] = periodsOf(met, rotate);
  const isFit = (key, now) => now - key <= keep - 1 && key - now <= 1;
  const answers = [
    isFit(first, earliest),
    isFit(first, latest),
    isFit(last, earliest),
    isFit(last, latest),
  ];
  if (answers.every(Boolean)) return MUST;
  return answers.some(Boolean) ? MAY : MUST_NOT;
}

/** The files have the key of this step, the next one and the earlier ones; `steps` are the times of their changes. */
function byFiles(made, met, { steps, rotate, keep }) {
  const spread = spreadOf(rotate);
  const stepAt = (time) => steps.filter((step) => step <= time).length;
  if (stepAt(met.until) - stepAt(made.from - spread) <= keep - 1) return MUST;
  return stepAt(met.from - spread) - stepAt(made.until) >= keep ? MUST_NOT : MAY;
}

/** A store that was stopped has lost its sessions. */
function byStore(made, met, { stops }) {
  if (made.hasTrouble || met.hasTrouble || met.from - made.until < STORING) return MAY;
  const isNear = ({ from, until }) => met.until >= from && made.from <= until + RECOVERY;
  return stops.some(isNear) ? MAY : MUST;
}

/**
 * @param {{ kind: string, version: string, made: object, numUses: number }} offer
 * @param {object} met the visit in which the session was offered
 * @param {{ rotate: number, keep: number, steps: number[], stops: { from: number, until: number }[] }} facts
 */
export function ruleFor({ kind, version, made, numUses }, met, facts) {
  if (kind === 'files') return byFiles(made, met, facts);
  const clock = byClock(made, met, facts);
  if (kind !== 'store') return clock;
  if (version === 'TLSv1.3' && numUses > 0) return MUST_NOT; // used once, and taken then
  if (clock !== MUST) return clock;
  return byStore(made, met, facts);
}
