/* Prints every algorithm of a static OpenSSL, one "kind name" per line, so that two versions can be compared.
 * Both providers are loaded, as the package can load both. */
#include <stdio.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>

/* Prints one line per algorithm under its main name; "(legacy)" marks those of the legacy provider. */
static void line(const char *kind, const char *name, const OSSL_PROVIDER *provider) {
  const char *from = OSSL_PROVIDER_get0_name(provider);
  printf("%s\t%s%s\n", kind, name, from[0] == 'l' ? " (legacy)" : "");
}

#define LISTER(function, type, kind, get_name, get_provider) \
  static void function(type *item, void *unused) {           \
    (void)unused;                                            \
    line(kind, get_name(item), get_provider(item));          \
  }

LISTER(digest, EVP_MD, "digest", EVP_MD_get0_name, EVP_MD_get0_provider)
LISTER(cipher, EVP_CIPHER, "cipher", EVP_CIPHER_get0_name, EVP_CIPHER_get0_provider)
LISTER(mac, EVP_MAC, "mac", EVP_MAC_get0_name, EVP_MAC_get0_provider)
LISTER(kdf, EVP_KDF, "kdf", EVP_KDF_get0_name, EVP_KDF_get0_provider)
LISTER(signature, EVP_SIGNATURE, "signature", EVP_SIGNATURE_get0_name, EVP_SIGNATURE_get0_provider)
LISTER(exchange, EVP_KEYEXCH, "key exchange", EVP_KEYEXCH_get0_name, EVP_KEYEXCH_get0_provider)
LISTER(kem, EVP_KEM, "kem", EVP_KEM_get0_name, EVP_KEM_get0_provider)

static void list_suites(SSL_CTX *context) {
  STACK_OF(SSL_CIPHER) *suites;
  int i;
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL");
  SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:"
                                    "TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256:TLS_SHA256_SHA256:TLS_SHA384_SHA384");
  suites = SSL_CTX_get_ciphers(context);
  for (i = 0; i < sk_SSL_CIPHER_num(suites); i++) {
    printf("TLS suite\t%s\n", SSL_CIPHER_get_name(sk_SSL_CIPHER_value(suites, i)));
  }
}

static void list_groups(SSL_CTX *context) {
  STACK_OF(OPENSSL_CSTRING) *names = sk_OPENSSL_CSTRING_new_null();
  int i;
  SSL_CTX_get0_implemented_groups(context, 0, names);
  for (i = 0; i < sk_OPENSSL_CSTRING_num(names); i++) printf("TLS group\t%s\n", sk_OPENSSL_CSTRING_value(names, i));
  sk_OPENSSL_CSTRING_free(names);
}

int main(void) {
  SSL_CTX *context;
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
  if (!OSSL_PROVIDER_load(NULL, "default") || !OSSL_PROVIDER_load(NULL, "legacy")) return 1;
  EVP_MD_do_all_provided(NULL, digest, NULL);
  EVP_CIPHER_do_all_provided(NULL, cipher, NULL);
  EVP_MAC_do_all_provided(NULL, mac, NULL);
  EVP_KDF_do_all_provided(NULL, kdf, NULL);
  EVP_SIGNATURE_do_all_provided(NULL, signature, NULL);
  EVP_KEYEXCH_do_all_provided(NULL, exchange, NULL);
  EVP_KEM_do_all_provided(NULL, kem, NULL);
  context = SSL_CTX_new(TLS_method());
  if (context == NULL) return 1;
  list_suites(context);
  list_groups(context);
  SSL_CTX_free(context);
  return 0;
}
