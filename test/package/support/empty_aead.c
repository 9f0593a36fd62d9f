/* Whether EVP_Cipher() accepts an empty message of ChaCha20-Poly1305 by its tag: the right one, and a wrong one. */
#include <openssl/evp.h>
#include <stdio.h>

static int accepts(const unsigned char *tag) {
  static const unsigned char key[32], iv[12];
  unsigned char none[16];
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  int ok = EVP_DecryptInit_ex(ctx, EVP_chacha20_poly1305(), NULL, key, iv) == 1 &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, (void *)tag) == 1 &&
           EVP_Cipher(ctx, none, NULL, 0) >= 0;
  EVP_CIPHER_CTX_free(ctx);
  return ok;
}

int main(void) {
  static const unsigned char key[32], iv[12];
  unsigned char tag[16], none[16];
  int len;
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(ctx, EVP_chacha20_poly1305(), NULL, key, iv);
  EVP_EncryptFinal_ex(ctx, none, &len);
  EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag);
  EVP_CIPHER_CTX_free(ctx);
  printf("right %d, ", accepts(tag));
  tag[0] ^= 1;
  printf("wrong %d\n", accepts(tag));
  return 0;
}
