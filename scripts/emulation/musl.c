/*
 * Functions that a C++ library for glibc needs from its C library and musl lacks. With them a
 * program for musl can use this machine's libstdc++: scripts/emulation/musl.mjs compiles this file.
 */
#define _GNU_SOURCE
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

char __libc_single_threaded = 0;
unsigned __cpu_model[4];
int __cpu_indicator_init(void) { return 0; }
/* Unwinding then searches the list of loaded files. */
int _dl_find_object(void *address, void *result) {
  (void)address;
  (void)result;
  return -1;
}

unsigned arc4random(void) {
  unsigned value;
  syscall(SYS_getrandom, &value, sizeof value, 0);
  return value;
}

size_t __strftime_l(char *out, size_t out_len, const char *format, const struct tm *time, locale_t locale) {
  return strftime_l(out, out_len, format, time, locale);
}

/* A thread's exit handlers, latest first. */
struct task {
  void (*run)(void *);
  void *argument;
  struct task *next;
};
static pthread_key_t tasks;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void run_tasks(void *first) {
  for (struct task *task = first; task != NULL;) {
    struct task *next = task->next;
    task->run(task->argument);
    free(task);
    task = next;
  }
}

static void make_key(void) { pthread_key_create(&tasks, run_tasks); }

int __cxa_thread_atexit_impl(void (*run)(void *), void *argument, void *library) {
  (void)library;
  pthread_once(&once, make_key);
  struct task *task = malloc(sizeof *task);
  if (task == NULL) return -1;
  *task = (struct task){run, argument, pthread_getspecific(tasks)};
  return pthread_setspecific(tasks, task);
}
