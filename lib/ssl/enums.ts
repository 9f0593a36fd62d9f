// The enums of the ssl module, with the members that the linked OpenSSL has. Other members are removed, so `'OP_ECH_GREASE'
// in ssl.Options` shows whether the library supports it.
import * as every from '../generated/constants.js';
import { linked as library } from '../internal/native/binding.js';

export { SSLErrorNumber, TLSVersion, VerifyMode } from '../generated/constants.js';

type Name = keyof typeof every.CONSTANT_CHANNELS;

/** An enum from which members may be missing. */
type Linked<Of extends Name, Members> = Omit<Members, Special<Of>> &
  Partial<Pick<Members, Special<Of> & keyof Members>>;

/** The members of an enum that not every channel of OpenSSL has. */
type Special<Of extends Name> = keyof (typeof every.CONSTANT_CHANNELS)[Of];

/** The channel of the linked OpenSSL: a version between two series counts as the older one, as in C++. */
function linkedChannel(): string {
  const [oldest] = every.CHANNELS;
  return (every.CHANNELS.findLast(([, start]) => start <= library.number) ?? oldest)[0];
}

const channel = linkedChannel();

/**
 * Returns the linked OpenSSL's value of a special member; undefined if it does not have the member.
 * @param channels the channels that have it, each followed by `=` and its own value if the values differ
 */
function valueHere(channels: string, value: number | bigint): number | bigint | undefined {
  const here = channels.split(' ').find((each) => each.split('=')[0] === channel);
  if (here === undefined) return undefined;
  const [, own] = here.split('=');
  if (own === undefined) return value;
  return typeof value === 'bigint' ? BigInt(own) : Number(own);
}

/**
 * Removes the members that the linked OpenSSL does not have, from the end and without a copy: V8 keeps the layout of a
 * large object when its last members are deleted, which saves a tenth of the module's allocations.
 */
function linked<Of extends Name, Members extends Readonly<Record<string, number | bigint>>>(
  name: Of,
  members: Members,
): Linked<Of, Members> {
  const here: Record<string, number | bigint> = members;
  const special: Readonly<Record<string, string>> = every.CONSTANT_CHANNELS[name];
  for (const [member, channels] of Object.entries(special).toReversed()) {
    const value = valueHere(channels, members[member] as number | bigint);
    if (value === undefined) Reflect.deleteProperty(here, member);
    else here[member] = value;
  }
  return here as Linked<Of, Members>;
}

/**
 * Options of a context: OpenSSL's SSL_OP_* (Python: ssl.Options; SSL_CTX_set_options(3)). The type is a mask of them. A
 * member that only one channel of OpenSSL has is present only with that channel.
 */
export const Options: Linked<'Options', typeof every.Options> = linked('Options', every.Options);
export type Options = every.Options;

/**
 * Flags of certificate verification: OpenSSL's X509_V_FLAG_* (Python: ssl.VerifyFlags; X509_VERIFY_PARAM_set_flags(3)). The
 * type is a mask of them. A member that only one channel of OpenSSL has is present only with that channel.
 */
export const VerifyFlags: Linked<'VerifyFlags', typeof every.VerifyFlags> = linked(
  'VerifyFlags',
  every.VerifyFlags,
);
export type VerifyFlags = every.VerifyFlags;

/**
 * TLS alerts (RFC 8446 section 6, and the IANA registry; Python: ssl.AlertDescription). A member that only one channel of
 * OpenSSL has is present only with that channel.
 */
export const AlertDescription: Linked<'AlertDescription', typeof every.AlertDescription> = linked(
  'AlertDescription',
  every.AlertDescription,
);
export type AlertDescription = every.AlertDescription;

/**
 * Results of certificate verification, the `verifyCode` of an SSLCertVerificationError: OpenSSL's X509_V_*
 * (X509_STORE_CTX_get_error(3)). A member that only one channel of OpenSSL has is present only with that channel.
 */
export const VerifyCode: Linked<'VerifyCode', typeof every.VerifyCode> = linked(
  'VerifyCode',
  every.VerifyCode,
);
export type VerifyCode = every.VerifyCode;
