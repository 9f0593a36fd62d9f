// The settings of one connection, and the options that they are made of.
import type { MemoryBioHandle } from '../../internal/native/binding.js';
import { SSLError, typeError, valueError } from '../../errors.js';
import { givenOptions, requireBoolean } from '../../internal/validate.js';
import type { SSLContext } from '../context.js';
import { normalizeServerHostname, type ServerHostname } from '../certificates/hostname.js';
import { SSLSession } from '../session.js';

export interface ConnectionSettings {
  context: SSLContext;
  incoming: MemoryBioHandle;
  outgoing: MemoryBioHandle;
  serverSide: boolean;
  serverHostname: string | null;
  session: SSLSession | null;
  /** Whether nothing happens before ciphertext, or its end, has come, as on a server. False by default. */
  waitsForInput?: boolean;
}

/** The options that `wrapBio` and `wrapSocket` share. */
export interface WrapOptions {
  /** Whether this is the server's end. False by default. */
  serverSide?: boolean | null | undefined;
  /** The name of the server to ask for and to match (docs/names.md). Required if the context checks host names. */
  serverHostname?: ServerHostname | null | undefined;
  /** A session to resume. Clients only. */
  session?: SSLSession | null | undefined;
}

/** Throws unless the context is for this end of a connection. */
export function requireFittingContext(context: SSLContext, serverSide: boolean): void {
  const { isServerOnly, isClientOnly } = context.role;
  if (serverSide && isClientOnly) {
    throw new SSLError('Cannot create a server socket with a PROTOCOL_TLS_CLIENT context');
  }
  if (!serverSide && isServerOnly) {
    throw new SSLError('Cannot create a client socket with a PROTOCOL_TLS_SERVER context');
  }
}

/** Checks the options as Python does and returns the settings. */
export function checkedSettings(
  context: SSLContext,
  bios: { incoming: MemoryBioHandle; outgoing: MemoryBioHandle },
  options: WrapOptions | null,
): ConnectionSettings {
  const { serverSide = false, serverHostname = null, session = null } = givenOptions(options);
  requireBoolean(serverSide, 'serverSide');
  if (serverSide && serverHostname !== null) {
    throw valueError('serverHostname can only be specified in client mode');
  }
  if (session !== null && !(session instanceof SSLSession))
    throw typeError('Value is not a SSLSession.');
  if (serverSide && session !== null)
    throw valueError('session can only be specified in client mode');
  if (!serverSide && context.checkHostname && (serverHostname === null || serverHostname === '')) {
    throw valueError('checkHostname requires serverHostname');
  }
  const name = serverHostname === null ? null : normalizeServerHostname(serverHostname);
  requireFittingContext(context, serverSide);
  return { context, ...bios, serverSide, serverHostname: name, session };
}
