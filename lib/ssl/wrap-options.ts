// The options that SSLContext.wrapBio and wrapSocket share.
import { typeError, valueError } from '../errors.js';
import { requireBoolean, type Given } from '../internal/validate.js';
import { normalizeServerHostname, type ServerHostname } from './certificates/hostname.js';
import type { SSLContext } from './context.js';
import type { ConnectionSettings } from './engine/context.js';
import { requireFittingContext } from './engine/context-brand.js';
import { SSLSession } from './session.js';

/** The options that `wrapBio` and `wrapSocket` share. */
export interface WrapOptions {
  /** Whether this is the server's end. False by default. */
  serverSide?: boolean | null | undefined;
  /** The name of the server to ask for and to match (docs/names.md). Required if the context checks host names. */
  serverHostname?: ServerHostname | null | undefined;
  /** A session to resume. Clients only. */
  session?: SSLSession | null | undefined;
}

/** Checks the options, which contain no null, as Python does and returns the settings. */
export function checkedSettings(
  context: SSLContext,
  bios: Pick<ConnectionSettings, 'incoming' | 'outgoing'>,
  options: Given<WrapOptions>,
): ConnectionSettings {
  const { serverSide = false, serverHostname = null, session = null } = options;
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
  const { handle = null } = session ?? {};
  const { incoming, outgoing } = bios;
  return {
    context,
    incoming,
    outgoing,
    serverSide,
    serverHostname: name,
    session: handle,
    waitsForInput: false,
  };
}
