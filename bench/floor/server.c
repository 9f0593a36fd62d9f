// The floor of the benchmark: what the pinned OpenSSL costs in a plain C server, one thread around epoll. It answers the
// requests of bench/tls/raw-protocol.mjs.
//   server certificate.pem key.pem     prints {"port":N,"openssl":"..."}, and ends with its standard input
#define _GNU_SOURCE  // accept4
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  kHeaderLen = 9,
  kRequestLen = 128,
  kResponseLen = 512,
  kChunkLen = 64 * 1024,
  kNumEvents = 256,
  kBacklog = 511
};

typedef struct {
  SSL *ssl;
  int fd;
  int has_header;
  unsigned char kind;
  unsigned char header[kHeaderLen];
  size_t num_header;
  uint64_t pending;  // of a request; or what is still to receive
  uint64_t to_send;
} Peer;

static char fill[kChunkLen];
static char input[kChunkLen];

static void fail(const char *what) {
  fprintf(stderr, "floor: %s\n", what);
  ERR_print_errors_fp(stderr);
  exit(1);
}

static void close_peer(Peer *peer) {
  SSL_free(peer->ssl);
  close(peer->fd);
  free(peer);
}

// Returns 1 if all is sent, 0 to wait, -1 at an error.
static int send_pending(Peer *peer) {
  while (peer->to_send > 0) {
    const size_t most = peer->kind == 'r' ? kResponseLen : kChunkLen;
    const size_t len = peer->to_send < most ? (size_t)peer->to_send : most;
    size_t num_written = 0;
    if (SSL_write_ex(peer->ssl, fill, len, &num_written) != 1)
      return SSL_get_error(peer->ssl, 0) == SSL_ERROR_WANT_WRITE ? 0 : -1;
    peer->to_send -= num_written;
  }
  return 1;
}

static void take(Peer *peer, const char *bytes, size_t len) {
  while (len > 0 && !peer->has_header) {
    peer->header[peer->num_header++] = (unsigned char)*bytes++;
    --len;
    if (peer->num_header < kHeaderLen) continue;
    peer->has_header = 1;
    peer->kind = peer->header[0];
    uint64_t size = 0;
    for (int i = 1; i < kHeaderLen; ++i) size = size << 8 | peer->header[i];
    if (peer->kind == 'd') peer->to_send = size;
    if (peer->kind == 'u') peer->pending = size;
  }
  if (!peer->has_header) return;
  if (peer->kind == 'r') {
    peer->pending += len;
    for (; peer->pending >= kRequestLen; peer->pending -= kRequestLen) peer->to_send += kResponseLen;
  } else if (peer->kind == 'u' && len > 0) {
    peer->pending -= len < peer->pending ? len : peer->pending;
    if (peer->pending == 0) peer->to_send = 1;
  }
}

// Returns 0 if the connection has ended.
static int serve(Peer *peer) {
  if (!SSL_is_init_finished(peer->ssl)) {
    const int result = SSL_accept(peer->ssl);
    if (result != 1) {
      const int error = SSL_get_error(peer->ssl, result);
      return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    }
  }
  for (;;) {
    const int sent = send_pending(peer);
    if (sent != 1) return sent == 0;
    size_t num_read = 0;
    if (SSL_read_ex(peer->ssl, input, sizeof(input), &num_read) != 1)
      return SSL_get_error(peer->ssl, 0) == SSL_ERROR_WANT_READ;
    take(peer, input, num_read);
  }
}

static int listen_local(int *out_port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof(address);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, kBacklog) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
    fail("cannot listen");
  }
  *out_port = ntohs(address.sin_port);
  return fd;
}

static SSL_CTX *make_context(char **files) {
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  if (context == NULL || SSL_CTX_use_certificate_chain_file(context, files[0]) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, files[1], SSL_FILETYPE_PEM) != 1) {
    fail("no context");
  }
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_id_context(context, (const unsigned char *)"floor", 5);
  return context;
}

static void accept_all(int epoll, int listener, SSL_CTX *context) {
  for (;;) {
    const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    Peer *peer = calloc(1, sizeof(*peer));
    if (peer == NULL || (peer->ssl = SSL_new(context)) == NULL) fail("no memory");
    peer->fd = fd;
    SSL_set_fd(peer->ssl, fd);
    SSL_set_accept_state(peer->ssl);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = peer};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
  }
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage: server certificate.pem key.pem");
  signal(SIGPIPE, SIG_IGN);
  memset(fill, 'r', sizeof(fill));
  SSL_CTX *context = make_context(argv + 1);
  int port = 0;
  const int listener = listen_local(&port);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event of_listener = {.events = EPOLLIN, .data.ptr = NULL};
  struct epoll_event of_input = {.events = EPOLLIN, .data.ptr = input};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &of_listener) != 0 ||
      epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &of_input) != 0) {
    fail("epoll_ctl");
  }
  printf("{\"port\":%d,\"openssl\":\"%s\"}\n", port, OpenSSL_version(OPENSSL_VERSION));
  fflush(stdout);
  for (;;) {
    struct epoll_event events[kNumEvents];
    const int num_events = epoll_wait(epoll, events, kNumEvents, -1);
    for (int i = 0; i < num_events; ++i) {
      if (events[i].data.ptr == NULL) {
        accept_all(epoll, listener, context);
      } else if (events[i].data.ptr == input) {
        return 0;
      } else {
        ERR_clear_error();
        Peer *peer = events[i].data.ptr;
        if (!serve(peer)) close_peer(peer);
      }
    }
  }
}
