// Types of the enums of ssl: a member that not every OpenSSL has may be missing.
import * as ssl from 'hermetic-ssl/ssl';

export function settings(context: ssl.SSLContext): void {
  const everywhere: bigint = ssl.Options.OP_NO_TICKET;
  const mode: ssl.VerifyMode = ssl.VerifyMode.CERT_REQUIRED;
  const alert: ssl.AlertDescription = ssl.AlertDescription.ALERT_DESCRIPTION_UNKNOWN_CA;
  context.options |= everywhere | (ssl.Options.OP_ECH_GREASE ?? 0n);
  context.verifyMode = mode;
  context.sniCallback = () => alert;
  // @ts-expect-error: only OpenSSL 4 has it
  context.options |= ssl.Options.OP_ECH_GREASE;
  // @ts-expect-error: no OpenSSL has it
  context.options |= ssl.Options.OP_NO_SUCH_THING ?? 0n;
  // @ts-expect-error: members are fixed
  ssl.Options.OP_NO_TICKET = 0n;
}
