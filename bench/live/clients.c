/* Many WebSocket clients in one thread, light enough not to be what is measured.

   clients HOST PORT PATH CLIENTS IN_FLIGHT HEADERS

   PATH may hold %lld: the number after which a client wants to go on. HEADERS: a file with a line "Name: value" for each
   client (used in turn). Then commands, one a line; each answers one line:
     connect               all clients: seconds, how many failed
     expect WORDS TIMEOUT  until the whole frame with these words is there at every client: number of clients, and the
                           nanoseconds of CLOCK_MONOTONIC at which the first, half, 99 %, and the last had it
     comeback JITTER SEQ TIMEOUT  the server went away: each tries again after a random time up to JITTER ms, until it
                           has been told everything up to SEQ; number, ns of the first and the last, tries
     stall N               so many clients read no more
     churn PERCENT SEQ TIMEOUT  while events are told, so many clients are cut, at random times, and come back; until all
                           have been told everything up to SEQ: number, cuts, numbers missing, numbers told twice
     quit
   A server's {"type":"ping"} is answered, as a browser's client does. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum State { AWAY, CONNECTING, SHAKING, OPEN };

struct Client {
  int fd, state, stalled;
  long long seq, arrived, due;
  size_t kept, room;
  char *part; /* of a frame that has not come whole */
};

static struct Client *clients;
static int number, in_flight, epoll_fd;
static struct sockaddr_in server;
static const char *path, *host, *port;
static char **headers;
static int header_count;
static char words[256];
static long long wanted_seq, tries, missing, twice;
static int opened, failed, waiting, there, coming_back;
static char *incoming;
static const size_t INCOMING = 1 << 18;

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void watch(struct Client *c, uint32_t events, int op) {
  struct epoll_event e = {.events = events, .data.ptr = c};
  epoll_ctl(epoll_fd, op, c->fd, &e);
}

static void lose(struct Client *c) {
  if (c->state == CONNECTING || c->state == SHAKING) waiting--;
  if (c->state == OPEN) opened--;
  close(c->fd);
  c->fd = -1;
  c->state = AWAY;
  c->kept = 0;
  c->due = 0;
  failed++;
}

static void begin(struct Client *c) {
  int one = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  c->state = CONNECTING;
  c->kept = 0;
  waiting++;
  tries++;
  if (connect(c->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) {
    lose(c);
    return;
  }
  watch(c, EPOLLOUT | EPOLLIN, EPOLL_CTL_ADD);
}

static void shake(struct Client *c) {
  char request[2048], target[512];
  snprintf(target, sizeof target, path, c->seq);
  int n = snprintf(request, sizeof request,
                   "GET %s HTTP/1.1\r\nHost: %s:%s\r\nOrigin: http://%s:%s\r\nUpgrade: websocket\r\n"
                   "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   "Sec-WebSocket-Version: 13\r\n%s\r\n\r\n",
                   target, host, port, host, port, headers[(c - clients) % header_count]);
  if (send(c->fd, request, n, MSG_NOSIGNAL) != n) {
    lose(c);
    return;
  }
  c->state = SHAKING;
  watch(c, EPOLLIN, EPOLL_CTL_MOD);
}

static void pong(struct Client *c) {
  static const char text[] = "{\"type\":\"pong\"}";
  unsigned char frame[6 + sizeof text - 1] = {0x81, 0x80 | (sizeof text - 1)};
  memcpy(frame + 6, text, sizeof text - 1); /* a mask of zeros */
  if (send(c->fd, frame, sizeof frame, MSG_NOSIGNAL) < 0 && errno != EAGAIN) lose(c);
}

static void caught_up(struct Client *c) {
  if (coming_back && !c->arrived && c->seq >= wanted_seq) {
    c->arrived = now();
    there++;
  }
}

static void heard(struct Client *c, const char *text, size_t length) {
  if (memmem(text, length < 40 ? length : 40, "\"type\":\"ping\"", 13)) {
    pong(c);
    return;
  }
  const char *at = memmem(text, length, "\"seq\":", 6);
  if (at) {
    long long seq = atoll(at + 6);
    int greeting = memmem(text, length < 40 ? length : 40, "\"type\":\"hello\"", 14) != NULL;
    /* hello tells the head of the stream, not what this client has been told */
    if (!greeting) {
      if (!memmem(text, length < 40 ? length : 40, "\"type\":\"gap\"", 12)) {
        missing += seq > c->seq + 1;
        twice += seq <= c->seq;
      }
      if (seq > c->seq) c->seq = seq;
    }
    caught_up(c);
  }
  if (!coming_back && words[0] && !c->arrived && memmem(text, length, words, strlen(words))) {
    c->arrived = now();
    there++;
  }
}

/* The bytes of whole frames are heard; returns how many were used. */
static size_t frames(struct Client *c, char *bytes, size_t length) {
  size_t used = 0;
  while (c->state == OPEN && length - used >= 2) {
    unsigned char *f = (unsigned char *)bytes + used;
    size_t head = 2, size = f[1] & 127;
    if (size == 126) {
      if (length - used < 4) break;
      size = f[2] << 8 | f[3];
      head = 4;
    } else if (size == 127) {
      if (length - used < 10) break;
      size = 0;
      for (int i = 2; i < 10; i++) size = size << 8 | f[i];
      head = 10;
    }
    if (length - used < head + size) break;
    if ((f[0] & 15) == 8) {
      lose(c);
      return length;
    }
    if ((f[0] & 15) == 1) heard(c, bytes + used + head, size);
    used += head + size;
  }
  return used;
}

static void keep(struct Client *c, const char *rest, size_t length) {
  if (length > c->room) {
    c->room = length + 4096;
    c->part = realloc(c->part, c->room);
  }
  memmove(c->part, rest, length);
  c->kept = length;
}

static void read_from(struct Client *c) {
  while (c->state >= SHAKING) {
    memcpy(incoming, c->part, c->kept);
    ssize_t n = recv(c->fd, incoming + c->kept, INCOMING - c->kept, 0);
    if (n <= 0) {
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
      lose(c);
      return;
    }
    size_t length = c->kept + n, used = 0;
    if (c->state == SHAKING) {
      char *end = memmem(incoming, length, "\r\n\r\n", 4);
      if (end) {
        if (!memmem(incoming, length, " 101 ", 5)) {
          lose(c);
          return;
        }
        used = end + 4 - incoming;
        c->state = OPEN;
        waiting--;
        opened++;
        caught_up(c);
      }
    }
    if (c->state == OPEN) used += frames(c, incoming + used, length - used);
    if (c->state == AWAY) return;
    keep(c, incoming + used, length - used);
    if ((size_t)n < INCOMING - c->kept) return;
  }
}

static void turn(int milliseconds) {
  static struct epoll_event events[512];
  int n = epoll_wait(epoll_fd, events, 512, milliseconds);
  for (int i = 0; i < n; i++) {
    struct Client *c = events[i].data.ptr;
    if (c->stalled || c->state == AWAY) continue;
    if (c->state == CONNECTING) {
      int error = 0;
      socklen_t size = sizeof error;
      getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error)
        lose(c);
      else if (events[i].events & EPOLLOUT)
        shake(c);
    } else
      read_from(c);
  }
}

static int ascending(const void *a, const void *b) {
  long long x = *(const long long *)a, y = *(const long long *)b;
  return (x > y) - (x < y);
}

static void tell_arrivals(int reading) {
  long long *times = malloc(sizeof *times * (number + 1));
  int n = 0;
  for (int i = 0; i < number; i++)
    if (clients[i].arrived && !clients[i].stalled) times[n++] = clients[i].arrived;
  qsort(times, n, sizeof *times, ascending);
  if (n)
    printf("%d %lld %lld %lld %lld %d\n", n, times[0], times[n / 2], times[(int)(n * 0.99)], times[n - 1], reading);
  else
    printf("0 0 0 0 0 %d\n", reading);
  free(times);
}

static void connect_all(void) {
  long long began = now();
  failed = 0;
  for (int next = 0; opened + failed < number;) {
    while (next < number && waiting < in_flight) begin(&clients[next++]);
    turn(1000);
    if (now() - began > 300000000000LL) break;
  }
  printf("%.3f %d\n", (now() - began) / 1e9, number - opened);
}

static void expect(double timeout) {
  int reading = 0;
  there = 0;
  for (int i = 0; i < number; i++) {
    clients[i].arrived = 0;
    reading += !clients[i].stalled && clients[i].state == OPEN;
  }
  printf("ready\n");
  fflush(stdout);
  long long until = now() + (long long)(timeout * 1e9);
  while (there < reading && now() < until) turn(20);
  tell_arrivals(reading);
  words[0] = 0;
}

static void comeback(int jitter, long long seq, double timeout) {
  long long began = now(), until = began + (long long)(timeout * 1e9);
  wanted_seq = seq;
  coming_back = 1;
  there = 0;
  tries = 0;
  for (int i = 0; i < number; i++) clients[i].arrived = 0;
  printf("ready\n");
  fflush(stdout);
  while (there < number && now() < until) {
    long long t = now();
    for (int i = 0; i < number; i++) {
      struct Client *c = &clients[i];
      if (c->state != AWAY) continue;
      if (!c->due) c->due = t + (jitter ? rand() % jitter : 0) * 1000000LL;
      if (c->due <= t && waiting < in_flight) begin(c);
    }
    turn(5);
  }
  long long first = 0, last = 0;
  for (int i = 0; i < number; i++) {
    long long a = clients[i].arrived;
    if (a && (!first || a < first)) first = a;
    if (a > last) last = a;
  }
  printf("%d %lld %lld %lld\n", there, first, last, tries);
  coming_back = 0;
}

static void churn(int percent, long long seq, double timeout) {
  long long until = now() + (long long)(timeout * 1e9), next = now();
  int cuts = 0, cut = number * percent / 100;
  wanted_seq = seq;
  coming_back = 1;
  there = 0;
  missing = twice = 0;
  for (int i = 0; i < number; i++) clients[i].arrived = 0;
  printf("ready\n");
  fflush(stdout);
  while (now() < until) {
    long long t = now();
    if (cuts < cut && t >= next) {
      struct Client *c = &clients[rand() % number];
      if (c->state == OPEN && c->seq < seq) {
        lose(c);
        c->due = t + (rand() % 500) * 1000000LL;
        cuts++;
        next = t + 1000000LL;
      }
    }
    int whole = 1;
    for (int i = 0; i < number; i++) {
      struct Client *c = &clients[i];
      if (c->state == AWAY && c->due <= t && waiting < in_flight) begin(c);
      whole = whole && c->seq >= seq;
    }
    if (whole) break;
    turn(1);
  }
  int caught = 0;
  for (int i = 0; i < number; i++) caught += clients[i].seq >= seq;
  printf("%d %d %lld %lld\n", caught, cuts, missing, twice);
  coming_back = 0;
}

int main(int argc, char **argv) {
  if (argc != 7) return 2;
  struct rlimit many;
  getrlimit(RLIMIT_NOFILE, &many);
  many.rlim_cur = many.rlim_max;
  setrlimit(RLIMIT_NOFILE, &many);
  host = argv[1], port = argv[2], path = argv[3];
  number = atoi(argv[4]), in_flight = atoi(argv[5]);
  server.sin_family = AF_INET;
  server.sin_port = htons(atoi(port));
  inet_pton(AF_INET, host, &server.sin_addr);
  headers = malloc(sizeof *headers * (number + 1));
  FILE *f = fopen(argv[6], "r");
  char line[1024];
  while (f && header_count < number && fgets(line, sizeof line, f)) {
    line[strcspn(line, "\r\n")] = 0;
    headers[header_count++] = strdup(line);
  }
  if (!header_count) return 2;
  clients = calloc(number, sizeof *clients);
  incoming = malloc(INCOMING);
  for (int i = 0; i < number; i++) {
    clients[i].room = 1024;
    clients[i].part = malloc(1024);
    clients[i].fd = -1;
  }
  epoll_fd = epoll_create1(0);
  fcntl(0, F_SETFL, O_NONBLOCK);
  char command[512];
  size_t length = 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (;;) {
    ssize_t n = read(0, command + length, sizeof command - 1 - length);
    if (n == 0) return 0;
    if (n < 0) {
      turn(5); /* between commands the sockets are still read, and pings answered */
      continue;
    }
    length += n;
    command[length] = 0;
    if (!strchr(command, '\n')) continue;
    length = 0;
    double timeout;
    int jitter, stalled;
    long long seq;
    if (!strncmp(command, "connect", 7))
      connect_all();
    else if (sscanf(command, "expect %255s %lf", words, &timeout) == 2)
      expect(timeout);
    else if (sscanf(command, "comeback %d %lld %lf", &jitter, &seq, &timeout) == 3)
      comeback(jitter, seq, timeout);
    else if (sscanf(command, "churn %d %lld %lf", &jitter, &seq, &timeout) == 3)
      churn(jitter, seq, timeout);
    else if (sscanf(command, "stall %d", &stalled) == 1) {
      for (int i = 0; i < stalled && i < number; i++) {
        clients[i].stalled = 1;
        epoll_ctl(epoll_fd, EPOLL_CTL_DEL, clients[i].fd, NULL);
      }
      printf("%d\n", stalled);
    } else
      return 0;
  }
}
