// Judges the story of a connection: names what is wrong with it, or returns null.

export const UNREPORTED = 'the failure was not reported';
const LEFT_OPEN = 'the transport was left open';

/** Whether a busy machine may be the reason: such a cell is run again by itself, where a true fault comes again. */
export const isTardy = (fault) =>
  fault === UNREPORTED || fault === LEFT_OPEN || /^not reached|took longer than/.test(fault);

/** Every failure has one report: an error that says what it was, before one close. */
export function faultOf({ facts, reports, hasLetGo }, cell) {
  const { role } = cell;
  const { refused, opened, errors, closes, late, clearErrors } = facts;
  const ends = refused.length + opened;
  const strange = [...refused, ...errors, ...clearErrors].find(
    (code) => !/^[A-Z][A-Z0-9_]+$/.test(code),
  );
  if (reports !== 1) return `reported ${reports} times: an event came after the end`;
  if (ends !== 1) return `${refused.length} refusals and ${opened} secure connections`;
  if (closes !== (role === 'client' && opened === 0 ? 0 : 1)) return `closed ${closes} times`;
  if (late > 0) return 'an error came after the close';
  if (errors.length > 1 || clearErrors.length > 1)
    return `errors: ${[...errors, ...clearErrors].join(', ')}`;
  if (refused.length > 0 && errors.length > 0)
    return `refused and failed: ${[...refused, ...errors].join(', ')}`;
  if (!hasLetGo) return LEFT_OPEN;
  if (strange !== undefined) return `an error without a code: ${strange}`;
  return missedFailure(facts, cell);
}

/** A failure that was not reported would mislead the application. */
function missedFailure({ refused, errors }, { state, action, role, version }) {
  const { phase, keys } = state;
  const isFatal = action.isFatal || (action.isFatalOnceSealed && keys[role].includes(version));
  if (phase === 'handshake' && action.id !== 'drip' && refused.length === 0)
    return 'a handshake that cannot have been done has succeeded';
  if (phase === 'reading' && isFatal && errors.length + refused.length === 0) return UNREPORTED;
  return null;
}
