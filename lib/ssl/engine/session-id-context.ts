// The session id context of another program, whose tickets a server accepts (SSLContext.sessionIdContext).
import { unwrap, valueError } from '../../errors.js';
import { binding, type Bytes, type ContextHandle } from '../../internal/native/binding.js';
import { requireBytes } from '../../internal/validate.js';
import { changing } from './dormant.js';

const LONGEST = 32;

/** The members of a context that decide whether it may accept foreign sessions. */
interface Asking {
  readonly handle: ContextHandle;
  readonly verifyMode: number;
  readonly pinnedSpki: readonly string[];
}

const foreign = new WeakMap<ContextHandle, Buffer>();

/** Returns a copy of a context's foreign session id context, or null. */
export function sessionIdContextOf(context: ContextHandle): Buffer | null {
  const id = foreign.get(context);
  return id === undefined ? null : Buffer.from(id);
}

function checked({ verifyMode, pinnedSpki }: Asking, id: Bytes): Buffer {
  requireBytes(id, 'sessionIdContext');
  if (id.byteLength === 0 || id.byteLength > LONGEST)
    throw valueError(`sessionIdContext must have 1 to 32 bytes, not ${id.byteLength}`);
  if (verifyMode !== 0 || pinnedSpki.length > 0)
    throw valueError(
      'sessionIdContext cannot be set in a context that asks for certificates: a session that another program made under its ' +
        'own rules would be resumed without the checks of this one',
    );
  if (ArrayBuffer.isView(id))
    return Buffer.from(new Uint8Array(id.buffer, id.byteOffset, id.byteLength));
  return Buffer.from(id.slice(0));
}

/** Sets it, or removes it. Throws if the context asks for certificates. */
export function setSessionIdContext(context: Asking, id: Bytes | null): void {
  const given = id === null ? null : checked(context, id);
  const { handle } = context;
  unwrap(binding.contextSetSessionIdContext(changing(handle), given ?? Buffer.alloc(0)));
  if (given === null) foreign.delete(handle);
  else foreign.set(handle, given);
}
