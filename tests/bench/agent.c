/* A fast SNMPv2c agent for benchmarks: many loopback addresses, one table of stations each, an answer after a set delay.
 *
 * Usage: agent ADDRESS COUNT PORT ROWS DELAY_MS     (ADDRESS and the COUNT-1 after it)
 * It prints "ready" once it listens, and ends when its standard input closes.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ARCS = 40, WRITTEN = 256, DATAGRAM = 65000, COLUMNS = 8, QUEUE = 8192 };

typedef struct { uint32_t arc[ARCS]; int size; } oid_t_;
typedef struct { oid_t_ oid; uint8_t written[WRITTEN]; int length; } row_t;
typedef struct { int64_t due; int peer; struct sockaddr_in to; uint8_t *data; int length; } late_t;

static row_t *rows;
static int row_count;
static late_t queue[QUEUE];
static unsigned queue_head, queue_tail;

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int write_length(uint8_t *to, int length) {
  if (length < 128) { to[0] = (uint8_t)length; return 1; }
  if (length < 256) { to[0] = 0x81; to[1] = (uint8_t)length; return 2; }
  to[0] = 0x82; to[1] = (uint8_t)(length >> 8); to[2] = (uint8_t)length;
  return 3;
}

static int write_oid(uint8_t *to, const oid_t_ *oid) {
  uint8_t body[5 * ARCS];
  int size = 0;
  for (int i = 1; i < oid->size && i < ARCS; i++) {
    uint32_t arc = i == 1 ? oid->arc[0] * 40 + oid->arc[1] : oid->arc[i];
    int shift = 28;
    while (shift > 0 && !(arc >> shift)) shift -= 7;
    for (; shift >= 0; shift -= 7) body[size++] = (uint8_t)((arc >> shift & 0x7F) | (shift ? 0x80 : 0));
  }
  if (size < 0 || size > (int)sizeof body) abort();
  to[0] = 6;
  int header = 1 + write_length(to + 1, size);
  memcpy(to + header, body, (size_t)size);
  return header + size;
}

static int write_varbind(uint8_t *to, const oid_t_ *oid, const uint8_t *value, int value_length) {
  uint8_t name[WRITTEN];
  int name_length = write_oid(name, oid);
  to[0] = 0x30;
  int header = 1 + write_length(to + 1, name_length + value_length);
  memcpy(to + header, name, (size_t)name_length);
  memcpy(to + header + name_length, value, (size_t)value_length);
  return header + name_length + value_length;
}

static int compare(const oid_t_ *a, const oid_t_ *b) {
  int shared = a->size < b->size ? a->size : b->size;
  for (int i = 0; i < shared; i++)
    if (a->arc[i] != b->arc[i]) return a->arc[i] < b->arc[i] ? -1 : 1;
  return a->size - b->size;
}

static int by_oid(const void *a, const void *b) { return compare(&((const row_t *)a)->oid, &((const row_t *)b)->oid); }

/* dot1qTpFdbPort and dot1qTpFdbStatus of made-up stations, and sysUpTime before them. */
static void make_rows(int stations) {
  static const uint32_t entry[] = {1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1};
  static const uint32_t uptime[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
  rows = calloc((size_t)(2 * stations + 1), sizeof *rows);
  row_t *first = &rows[row_count++];
  memcpy(first->oid.arc, uptime, sizeof uptime);
  first->oid.size = 9;
  first->length = write_varbind(first->written, &first->oid, (const uint8_t[]){0x43, 2, 0x30, 0x39}, 4);
  uint32_t seed = 12345;
  for (int i = 0; i < stations; i++) {
    uint8_t mac[6];
    for (int k = 0; k < 6; k++) { seed = seed * 1103515245u + 12345u; mac[k] = (uint8_t)(seed >> 16); }
    mac[0] &= 0xFE;
    for (uint32_t column = 2; column <= 3; column++) {
      row_t *row = &rows[row_count++];
      memcpy(row->oid.arc, entry, sizeof entry);
      row->oid.arc[12] = column;
      row->oid.arc[13] = 1u + (uint32_t)i % 40u;
      for (int k = 0; k < 6; k++) row->oid.arc[14 + k] = mac[k];
      row->oid.size = 20;
      uint8_t value[] = {2, 1, column == 2 ? (uint8_t)(1 + i % 48) : 3};
      row->length = write_varbind(row->written, &row->oid, value, 3);
    }
  }
  qsort(rows, (size_t)row_count, sizeof *rows, by_oid);
}

static int after(const oid_t_ *oid) {
  int low = 0, high = row_count;
  while (low < high) {
    int middle = (low + high) / 2;
    if (compare(&rows[middle].oid, oid) <= 0) low = middle + 1; else high = middle;
  }
  return low;
}

typedef struct { const uint8_t *at, *end; } reader_t;

static int read_element(reader_t *from, uint8_t *tag, reader_t *contents) {
  if (from->end - from->at < 2) return 0;
  *tag = *from->at++;
  unsigned length = *from->at++;
  if (length & 0x80) {
    int octets = (int)(length & 0x7F);
    if (octets > 3 || from->end - from->at < octets) return 0;
    for (length = 0; octets--;) length = length << 8 | *from->at++;
  }
  if ((ptrdiff_t)length > from->end - from->at) return 0;
  contents->at = from->at;
  contents->end = from->at += length;
  return 1;
}

static int read_oid(reader_t from, oid_t_ *oid) {
  uint32_t arc = 0;
  oid->size = 1;
  while (from.at < from.end) {
    arc = arc << 7 | (*from.at & 0x7F);
    if (!(*from.at++ & 0x80)) {
      if (oid->size == 1) { oid->arc[0] = arc / 40; arc %= 40; }
      if (oid->size >= ARCS) return 0;
      oid->arc[oid->size++] = arc;
      arc = 0;
    }
  }
  return oid->size > 1;
}

static int number(reader_t from) {
  int found = 0;
  while (from.at < from.end) found = found << 8 | *from.at++;
  return found;
}

/* Answer one request; 0 when it is none that this agent knows. */
static int answer(const uint8_t *data, int length, uint8_t *reply) {
  static uint8_t list[DATAGRAM];
  reader_t all = {data, data + length}, message, version, community, pdu, id, ignored, wanted, asked, pair, name;
  uint8_t tag, verb;
  if (!read_element(&all, &tag, &message) || !read_element(&message, &tag, &version)) return 0;
  if (!read_element(&message, &tag, &community) || !read_element(&message, &verb, &pdu)) return 0;
  if (!read_element(&pdu, &tag, &id) || !read_element(&pdu, &tag, &ignored)) return 0;
  if (!read_element(&pdu, &tag, &wanted) || !read_element(&pdu, &tag, &asked)) return 0;
  oid_t_ oids[COLUMNS];
  int columns = 0, size = 0;
  while (columns < COLUMNS && read_element(&asked, &tag, &pair))
    if (!read_element(&pair, &tag, &name) || !read_oid(name, &oids[columns++])) return 0;
  int place[COLUMNS];
  for (int c = 0; c < columns; c++) place[c] = after(&oids[c]);
  int repetitions = verb == 0xA5 ? number(wanted) : 1, ended = 0;
  for (int r = 0; r < repetitions && ended < columns && size < DATAGRAM - 2000; r++) {
    ended = 0;
    for (int c = 0; c < columns; c++) {
      const row_t *row = NULL;
      if (verb == 0xA0) { if (place[c] > 0 && !compare(&rows[place[c] - 1].oid, &oids[c])) row = &rows[place[c] - 1]; }
      else if (place[c] < row_count) row = &rows[place[c]];
      if (row) { memcpy(list + size, row->written, (size_t)row->length); size += row->length; }
      else {
        const oid_t_ *last = verb != 0xA0 && r ? &rows[row_count - 1].oid : &oids[c];
        size += write_varbind(list + size, last, (const uint8_t[]){verb == 0xA0 ? 0x80 : 0x82, 0}, 2);
        ended++;
      }
      if (place[c] < row_count) place[c]++;
    }
  }
  uint8_t head[64];
  int head_length = 0, id_length = (int)(id.end - id.at);
  head[head_length++] = 2; head[head_length++] = (uint8_t)id_length;
  memcpy(head + head_length, id.at, (size_t)id_length);
  head_length += id_length;
  memcpy(head + head_length, (const uint8_t[]){2, 1, 0, 2, 1, 0, 0x30}, 7);
  head_length += 7;
  head_length += write_length(head + head_length, size);
  uint8_t outer[320];
  int outer_length = 0, words = (int)(community.end - community.at);
  if (words > 100) return 0;
  memcpy(outer, (const uint8_t[]){2, 1, 1, 4}, 4);
  outer[4] = (uint8_t)words;
  memcpy(outer + 5, community.at, (size_t)words);
  outer_length = 5 + words;
  outer[outer_length++] = 0xA2;
  outer_length += write_length(outer + outer_length, head_length + size);
  reply[0] = 0x30;
  int total = 1 + write_length(reply + 1, outer_length + head_length + size);
  memcpy(reply + total, outer, (size_t)outer_length);
  memcpy(reply + total + outer_length, head, (size_t)head_length);
  memcpy(reply + total + outer_length + head_length, list, (size_t)size);
  return total + outer_length + head_length + size;
}

int main(int argc, char **argv) {
  if (argc != 6) { fprintf(stderr, "usage: %s ADDRESS COUNT PORT ROWS DELAY_MS\n", argv[0]); return 2; }
  uint32_t first = ntohl(inet_addr(argv[1]));
  int count = atoi(argv[2]), port = atoi(argv[3]);
  int64_t delay = (int64_t)(atof(argv[5]) * 1000);
  make_rows(atoi(argv[4]));
  int loop = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = 0};
  epoll_ctl(loop, EPOLL_CTL_ADD, 0, &event);
  for (int i = 0; i < count; i++) {
    int peer = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(first + (uint32_t)i);
    if (bind(peer, (struct sockaddr *)&at, sizeof at)) { perror("bind"); return 1; }
    event.data.fd = peer;
    epoll_ctl(loop, EPOLL_CTL_ADD, peer, &event);
  }
  puts("ready");
  fflush(stdout);
  static uint8_t request[DATAGRAM], reply[DATAGRAM + 512];
  struct epoll_event ready[64];
  for (;;) {
    int wait = -1;
    if (queue_head != queue_tail) {
      int64_t left = queue[queue_head % QUEUE].due - now_us();
      wait = left > 0 ? (int)((left + 999) / 1000) : 0;
    }
    int found = epoll_wait(loop, ready, 64, wait);
    for (int i = 0; i < found; i++) {
      int peer = ready[i].data.fd;
      if (!peer) return 0;
      struct sockaddr_in from;
      socklen_t size = sizeof from;
      ssize_t length = recvfrom(peer, request, sizeof request, 0, (struct sockaddr *)&from, &size);
      int written = length > 0 ? answer(request, (int)length, reply) : 0;
      if (!written) continue;
      if (!delay) { sendto(peer, reply, (size_t)written, 0, (struct sockaddr *)&from, size); continue; }
      if (queue_tail - queue_head == QUEUE) continue;
      late_t *late = &queue[queue_tail++ % QUEUE];
      *late = (late_t){now_us() + delay, peer, from, malloc((size_t)written), written};
      memcpy(late->data, reply, (size_t)written);
    }
    while (queue_head != queue_tail && queue[queue_head % QUEUE].due <= now_us()) {
      late_t *late = &queue[queue_head++ % QUEUE];
      sendto(late->peer, late->data, (size_t)late->length, 0, (struct sockaddr *)&late->to, sizeof late->to);
      free(late->data);
    }
  }
}
