/** Checks of a built addon's file that it is hermetic: each complaint is a sentence, and no complaint is proof. */
import type { Elf, ElfImport } from '../../helpers/elf.js';

export const ENTRY_POINTS = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];

/** The C library and its loader, by glibc's and musl's names; before glibc 2.34 it was in several files. */
const C_LIBRARY = /^(?:lib(?:c|m|dl|pthread|rt)\.so(?:\.\d+)?|libc\.musl-.*|ld-.*\.so\.\d+)$/;

/** Prefixes of OpenSSL's public and internal names. */
const OPENSSL_NAME =
  /^(?:OPENSSL|OpenSSL|ossl|OSSL|CRYPTO|SSL|TLS|DTLS|EVP|X509|X509V3|ASN1|BIO|BN|RSA|DSA|DH|EC|ECDSA|ECDH|PEM|PKCS\d+|ERR|RAND|CONF|NCONF|ENGINE|OBJ|OCSP|SHA\d*|MD\d|HMAC|CMAC|AES|DES|UI|COMP|CT|SCT|CMS|TS|ASYNC|GENERAL_NAME|i2[dso]|d2i|o2i)_\w+/;

/** Weak symbols that the tool chain adds; each may stay unresolved. */
const WEAK = /^(?:_ITM_\w+|__gmon_start__|__cxa_\w+|__pthread_\w+)$/;

/** With one of these, code or configuration could come from a file on disk. (dlsym finds what is loaded already, as libuv is.) */
const LOADERS = ['dlopen', 'dlmopen'];

function complaintAbout({ name, isWeak, version }: ElfImport, usesVersions: boolean) {
  if (OPENSSL_NAME.test(name)) return `imports ${name} of OpenSSL`;
  if (name === 'napi_add_async_cleanup_hook')
    return `imports ${name}, whose removal is a double free in Deno and is demanded by Node`;
  if (LOADERS.includes(name)) return `imports ${name}, which loads code at run time`;
  if (name.startsWith('napi_') || (isWeak && WEAK.test(name))) return null;
  if (usesVersions ? (version?.startsWith('GLIBC_') ?? false) : !name.startsWith('_Z')) return null;
  return `imports ${name}${version === undefined ? '' : `@${version}`}, which is not the C library's`;
}

function* symbolComplaints(elf: Elf): Generator<string> {
  const without = (names: readonly string[], others: readonly string[]) =>
    names.filter((name) => !others.includes(name));
  for (const name of without(elf.exports, ENTRY_POINTS)) yield `exports ${name}`;
  for (const name of without(ENTRY_POINTS, elf.exports)) yield `does not export ${name}`;
  // musl's symbols have no versions.
  const usesVersions = elf.imports.some(({ version }) => version !== undefined);
  for (const symbol of elf.imports) {
    const complaint = complaintAbout(symbol, usesVersions);
    if (complaint !== null) yield complaint;
  }
}

function* linkComplaints(elf: Elf): Generator<string> {
  for (const library of elf.needed.filter((name) => !C_LIBRARY.test(name)))
    yield `needs ${library}`;
  for (const folder of elf.searchPaths) yield `looks for libraries in ${folder}`;
  if (!elf.isSymbolic) yield 'does not bind its own symbols first (-Bsymbolic)';
  if (!elf.bindsNow) yield 'binds symbols lazily (no -z now)';
  if (!elf.isNeverUnloaded) yield 'may be unloaded under running threads (no -z nodelete)';
  if (!elf.hasRelro) yield 'leaves relocated data writable (no -z relro)';
  if (elf.hasExecutableStack) yield 'makes the stack executable';
  if (elf.hasTextRelocations) yield 'has relocations in code';
}

/** Everything about the file that is not hermetic. */
export const complaints = (elf: Elf): string[] => [
  ...symbolComplaints(elf),
  ...linkComplaints(elf),
];
