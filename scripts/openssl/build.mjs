// Builds the pinned static OpenSSL of a channel into the cache, or finds it there, and prints its prefix on the last line
// of standard output. Progress goes to standard error.
import { parseArgs } from 'node:util';
import { ensureOpenssl } from './ensure.mjs';
import { runMain, UserError } from '../lib/user-error.mjs';

const USAGE = 'usage: node scripts/openssl/build.mjs [--channel lts|latest] [--print]';

await runMain(async () => {
  const options = parse(process.argv.slice(2));
  if (options.help) return console.log(USAGE);
  const log = options.print ? () => {} : (line) => console.error(line);
  const openssl = await ensureOpenssl({ channel: options.channel, log });
  if (!options.print)
    console.error(
      `OpenSSL ${openssl.version} (${openssl.channel}), static libraries and headers in:`,
    );
  console.log(openssl.prefix);
});

function parse(args) {
  const options = {
    channel: { type: 'string' },
    print: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UserError(`${error.message}\n${USAGE}`);
  }
}
