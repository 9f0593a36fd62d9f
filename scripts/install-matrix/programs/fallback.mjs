// The fallback of a library without the package, from docs/installing.md.
let pbkdf2;
try {
  const { pbkdf2Hmac } = await import('hermetic-ssl/hashlib');
  pbkdf2 = (password, salt, iterations) => pbkdf2Hmac('sha256', password, salt, iterations, 32);
} catch (error) {
  if (error.code !== 'ERR_HERMETIC_SSL_BINARY') throw error;
  process.emitWarning(`${error.message} node:crypto takes its place.`, { code: error.code });
  const crypto = await import('node:crypto');
  const { promisify } = await import('node:util');
  pbkdf2 = (password, salt, iterations) =>
    promisify(crypto.pbkdf2)(password, salt, iterations, 32, 'sha256');
}
const derived = await pbkdf2(Buffer.from('password'), Buffer.from('salt'), 4096);
console.log(`\nprobe:${JSON.stringify({ fallback: derived.toString('hex') })}`);
