// Measures the private OpenSSL without our code: bare MODE, as measure.mjs, and "load" for the store alone.
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double milliseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void load_store(const char *bundle) {
  X509_STORE *store = X509_STORE_new();
  if (store == NULL || X509_STORE_load_file(store, bundle) != 1) exit(1);
}

static void make_context(const char *bundle) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (context == NULL || SSL_CTX_load_verify_file(context, bundle) != 1) exit(1);
}

static void print_time(void (*make)(const char *), const char *bundle, const char *end) {
  double cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID), wall = milliseconds(CLOCK_MONOTONIC);
  make(bundle);
  wall = milliseconds(CLOCK_MONOTONIC) - wall;
  cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  printf("{\"wall\":%f,\"cpu\":%f}%s", wall, cpu, end);
}

static double resident(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1) exit(1);
  fclose(file);
  return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

int main(int argc, char **argv) {
  const char *bundle = getenv("BENCH_TRUST_BUNDLE");
  int count = 0;
  double before;
  if (argc != 2 || bundle == NULL) return 2;
  if (strcmp(argv[1], "times") == 0 || strcmp(argv[1], "load") == 0) {
    void (*make)(const char *) = argv[1][0] == 't' ? make_context : load_store;
    printf("[");
    print_time(make, bundle, ",");
    print_time(make, bundle, "]\n");
    return 0;
  }
  for (int i = 0; i < 5; ++i) make_context(bundle);
  before = resident();
  for (count = 0; count < atoi(argv[1]); ++count) make_context(bundle);
  printf("%f\n", (resident() - before) / count);
  return 0;
}
