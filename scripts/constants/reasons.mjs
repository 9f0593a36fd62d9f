// Reads OpenSSL's list of error reasons, crypto/err/openssl.txt.

/**
 * @param {string} text lines such as `SSL_R_BAD_DATA_LENGTH:...`; one that ends in a backslash continues on the next
 * @returns {Map<string, string>} "SSL:291" -> mnemonic without its prefix
 */
export function parseReasons(text) {
  const lines = text
    .replace(/\\\n/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const reasons = new Map();
  for (const line of lines) {
    const match = /^([A-Z0-9_]+?)_R_(\w+):(\d+):/.exec(line);
    if (!match) throw new Error(`not a line of openssl.txt: ${line}`);
    const [, library, mnemonic, code] = match;
    const key = `${library}:${code}`;
    if (reasons.has(key)) throw new Error(`openssl.txt has two reasons ${key}`);
    reasons.set(key, mnemonic);
  }
  return reasons;
}
