/*
 * Stands in for the encoders of zlib, brotli and zstd, which OpenSSL's crypto/comp refers to and this package does not
 * ship: every function fails. The runtime's node:zlib compresses a certificate chain once, when it is configured, so
 * OpenSSL never has to. A function that fails also keeps OpenSSL from compressing anything else, such as records, whose
 * length would then reveal secrets (CRIME).
 */
#include <zlib.h>
#include <brotli/encode.h>
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

/* zstd reports an error as a value at the end of size_t; this is its generic one. */
#define ZSTD_FAILED ((size_t)-1)

int compress(Bytef *dest, uLongf *destLen, const Bytef *source, uLong sourceLen)
{
    (void)dest, (void)destLen, (void)source, (void)sourceLen;
    return Z_STREAM_ERROR;
}

int deflateInit_(z_streamp strm, int level, const char *version, int stream_size)
{
    (void)strm, (void)level, (void)version, (void)stream_size;
    return Z_STREAM_ERROR;
}

int deflate(z_streamp strm, int flush)
{
    (void)strm, (void)flush;
    return Z_STREAM_ERROR;
}

int deflateEnd(z_streamp strm)
{
    (void)strm;
    return Z_STREAM_ERROR;
}

BrotliEncoderState *BrotliEncoderCreateInstance(brotli_alloc_func alloc_func, brotli_free_func free_func, void *opaque)
{
    (void)alloc_func, (void)free_func, (void)opaque;
    return NULL;
}

void BrotliEncoderDestroyInstance(BrotliEncoderState *state)
{
    (void)state;
}

BROTLI_BOOL BrotliEncoderCompress(int quality, int lgwin, BrotliEncoderMode mode, size_t input_size,
    const uint8_t *input_buffer, size_t *encoded_size, uint8_t *encoded_buffer)
{
    (void)quality, (void)lgwin, (void)mode, (void)input_size, (void)input_buffer, (void)encoded_size;
    (void)encoded_buffer;
    return BROTLI_FALSE;
}

BROTLI_BOOL BrotliEncoderCompressStream(BrotliEncoderState *state, BrotliEncoderOperation op, size_t *available_in,
    const uint8_t **next_in, size_t *available_out, uint8_t **next_out, size_t *total_out)
{
    (void)state, (void)op, (void)available_in, (void)next_in, (void)available_out, (void)next_out, (void)total_out;
    return BROTLI_FALSE;
}

BROTLI_BOOL BrotliEncoderHasMoreOutput(BrotliEncoderState *state)
{
    (void)state;
    return BROTLI_FALSE;
}

ZSTD_CStream *ZSTD_createCStream_advanced(ZSTD_customMem customMem)
{
    (void)customMem;
    return NULL;
}

size_t ZSTD_freeCStream(ZSTD_CStream *zcs)
{
    (void)zcs;
    return 0;
}

size_t ZSTD_initCStream(ZSTD_CStream *zcs, int compressionLevel)
{
    (void)zcs, (void)compressionLevel;
    return ZSTD_FAILED;
}

size_t ZSTD_CStreamInSize(void)
{
    return 0;
}

size_t ZSTD_compress(void *dst, size_t dstCapacity, const void *src, size_t srcSize, int compressionLevel)
{
    (void)dst, (void)dstCapacity, (void)src, (void)srcSize, (void)compressionLevel;
    return ZSTD_FAILED;
}

size_t ZSTD_compressStream2(ZSTD_CCtx *cctx, ZSTD_outBuffer *output, ZSTD_inBuffer *input, ZSTD_EndDirective endOp)
{
    (void)cctx, (void)output, (void)input, (void)endOp;
    return ZSTD_FAILED;
}

size_t ZSTD_flushStream(ZSTD_CStream *zcs, ZSTD_outBuffer *output)
{
    (void)zcs, (void)output;
    return ZSTD_FAILED;
}

size_t ZSTD_endStream(ZSTD_CStream *zcs, ZSTD_outBuffer *output)
{
    (void)zcs, (void)output;
    return ZSTD_FAILED;
}
