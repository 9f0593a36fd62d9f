// The cells of the matrix: a state, an action, an ending, a version, and our role. Those that make no sense are cells too,
// each with its reason.
import { ACTIONS } from './actions.mjs';
import { STATES } from './states.mjs';

const ROLES = ['server', 'client'];
const VERSIONS = ['TLSv1.2', 'TLSv1.3'];
const ENDINGS = ['stays', 'FIN', 'RST'];

/** Why a state does not exist for our role in a version; null where it does. */
function lackOfState({ lacks = {} }, role, version) {
  return lacks[role] ?? lacks[version] ?? null;
}

/** Why an action makes no sense in a state, in words that name the reason and not the cell; null where it does. */
function lackOfAction(action, state, { role, version }) {
  if (action.isAlone && !state.pilesUp)
    return 'memory is measured in the states in which bytes can pile up';
  if (action.only === 'TLSv1.3' && version === 'TLSv1.2') return 'TLS 1.2 has no such message';
  if (action.only === 'TLSv1.2' && version === 'TLSv1.3') return 'TLS 1.3 has no renegotiation';
  if (action.needs === 'seals' && state.isInRecord)
    return 'half a record is on its way: a sealed one would be its rest, as bytes in the clear are';
  if (action.needs === 'seals' && !state.keys[role].includes(version))
    return 'the peer has no keys yet to seal a record with';
  if (action.kind === 'renegotiation' && state.phase === 'handshake')
    return 'the first handshake is under way: it would be a duplicate hello, which is an action of its own';
  if (action.id === 'hello-again' && state.id === 'connected')
    return 'the peer has sent no hello that it could send again';
  return null;
}

/** Why an action does not have an ending; null where it does. */
function lackOfEnding({ id, isAlone, endings = ENDINGS }, ending) {
  if (endings.includes(ending)) return null;
  if (isAlone) return 'memory is measured while the peer stays';
  if (id === 'silence')
    return 'a peer that leaves is not silent: RST and FIN are actions of their own';
  return 'the action is an ending itself';
}

/** Why a combination makes no sense; null where it does. */
function reasonAgainst({ state, action, ending, role, version }) {
  return (
    lackOfEnding(action, ending) ??
    lackOfState(state, role, version) ??
    lackOfAction(action, state, { role, version })
  );
}

function cellsOf(role, version) {
  const cells = [];
  for (const state of STATES)
    for (const action of ACTIONS)
      for (const ending of ENDINGS) {
        const cell = { state, action, ending, role, version };
        cells.push({ ...cell, id: nameOf(cell), against: reasonAgainst(cell) });
      }
  return cells;
}

/** @returns all cells, each with its name, and with `against`: the reason why it makes no sense, or null */
export const allCells = () =>
  ROLES.flatMap((role) => VERSIONS.flatMap((version) => cellsOf(role, version)));

const nameOf = ({ state, action, ending, role, version }) =>
  `${role} ${version} ${state.id} ${action.id} ${ending}`;
