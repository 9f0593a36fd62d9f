// `hermetic-ssl trust --verify`: names the root that anchors a chain, or the reason why the chain has no anchor.
import { fromRecord, isRecord } from '../../errors.js';
import { binding } from '../../internal/native/binding.js';
import { withProgress } from '../frame/style.js';
import { folded } from '../frame/text.js';
import { createDefaultContext } from '../../ssl/defaults.js';
import { systemCertificates } from '../../ssl/trust/system-certificates.js';
import { entryOf, explain, factsOf, type Facts } from './explain.js';
import { describePurposes } from './names.js';
import { present } from './target.js';

const TIMEOUT = 15_000;

interface Outcome {
  target: string;
  verified: boolean;
  /** X509_V_ERR_*, 0 if it verified. */
  verifyCode: number;
  verifyMessage: string;
  explanation: string;
  /** The trusted end of the chain, and the source of its trust. */
  anchor: { subject: string; source: string; purposes: string } | null;
  /** The certificates that were sent, or that the file holds. */
  presented: Facts[];
  /** As far as it was built. */
  chain: Facts[];
}

async function judge(target: string): Promise<Outcome> {
  const { title, ders, hostname } = await withProgress(`connecting to ${target}`, () =>
    present(target, TIMEOUT),
  );
  const platform = systemCertificates();
  const context = createDefaultContext();
  const verdict = binding.contextExplainChain(context.handle, ders, hostname);
  if (isRecord(verdict)) throw new Error(`'${title}': ${fromRecord(verdict).message}`);
  const verified = verdict.code === 0;
  const end = verdict.chain.at(-1);
  const entry = verified && end !== undefined ? entryOf(end, platform) : undefined;
  const anchored = entry !== undefined && end !== undefined;
  return {
    target: title,
    verified,
    verifyCode: verdict.code,
    verifyMessage: verdict.message,
    explanation: explain(verdict, platform),
    anchor: anchored
      ? { subject: factsOf(end).subject, source: entry.source, purposes: describePurposes(entry) }
      : null,
    presented: verdict.presented.map((it) => factsOf(it)),
    chain: verdict.chain.map((it) => factsOf(it)),
  };
}

const line = ({ subject, notAfter }: Facts, index: number): string =>
  `  ${index}  ${subject}, until ${notAfter.slice(0, 10)}`;

function print({ target, verified, verifyMessage, explanation, anchor, ...rest }: Outcome): void {
  const { chain, presented, verifyCode } = rest;
  console.log(
    verified ? `${target}: verified` : `${target}: not verified: ${verifyMessage} (${verifyCode})`,
  );
  const shown = verified ? chain : presented;
  for (const [index, facts] of shown.entries()) console.log(line(facts, index));
  if (anchor !== null)
    console.log(
      `anchored by ${anchor.subject}\n  of ${anchor.source}, trusted for: ${anchor.purposes}`,
    );
  if (explanation !== '') console.log(folded(explanation, process.stdout));
}

/** Prints the outcome, and returns the exit code: 1 for a chain that does not verify. */
export async function verifyTarget(target: string, { json }: { json: boolean }): Promise<number> {
  const outcome = await judge(target);
  if (json) console.log(JSON.stringify(outcome, null, 2));
  else print(outcome);
  return outcome.verified ? 0 : 1;
}
