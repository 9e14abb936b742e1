/* Who says something to the crowd: another node over Redis, or a client of the peer that is measured. */
#include "swarm.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { REMEMBERED = 1 << 16 };

int64_t published;
static uint64_t moments[REMEMBERED];
static int line = -1;
static bool is_redis;
static char topic[160], node[64], channel[128];
static int64_t epoch, first_seq;

uint64_t published_at(int64_t number)
{
    return number > published - REMEMBERED && number <= published ? moments[number % REMEMBERED] : 0;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

void publish_by_redis(const char *socket_path, const char *t, const char *n, const char *c, int64_t e, int64_t s)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    snprintf(to.sun_path, sizeof to.sun_path, "%s", socket_path);
    snprintf(topic, sizeof topic, "%s", t);
    snprintf(node, sizeof node, "%s", n);
    snprintf(channel, sizeof channel, "%s", c);
    epoch = e, first_seq = s - published, is_redis = true;
    line = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(line, (struct sockaddr *)&to, sizeof to) < 0)
        fail("redis");
}

void publish_by_websocket(const char *where)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    char text[512];
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    line = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(line, (struct sockaddr *)&to, sizeof to) < 0)
        fail("publisher");
    int n = snprintf(text, sizeof text,
                     "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                     where, host_port);
    if (write(line, text, n) != n)
        fail("publisher");
    for (n = 0; !memmem(text, n, "\r\n\r\n", 4);) {
        ssize_t got = read(line, text + n, sizeof text - n);
        if (got <= 0)
            fail("publisher");
        n += got;
    }
    if (speech == SOCKETIO) {
        char hello[] = {(char)0x81, (char)0x82, 0, 0, 0, 0, '4', '0'};
        if (write(line, hello, sizeof hello) < 0)
            fail("publisher");
        usleep(200000); /* it is welcomed before it speaks; the answers are not read before the next */
    }
}

static char *big_endian(char *at, uint64_t value, int bytes)
{
    for (int k = bytes - 1; k >= 0; k--)
        *at++ = (char)(value >> 8 * k);
    return at;
}

static char *msgpack_text(char *at, const char *text)
{
    size_t n = strlen(text);
    *at++ = (char)0xd9;
    *at++ = (char)n;
    memcpy(at, text, n);
    return at + n;
}

/* [node, ["logged", channel, epoch, seq, event, milliseconds]], as `realtime.bus.sealed` writes it. */
static char *logged(char *at, int64_t seq, const char *event, size_t n)
{
    *at++ = (char)0x92;
    at = msgpack_text(at, node);
    struct timespec t;
    union { double ms; uint64_t bits; } published_ms;
    clock_gettime(CLOCK_REALTIME, &t);
    published_ms.ms = t.tv_sec * 1e3 + t.tv_nsec / 1e6;
    *at++ = (char)0x96;
    at = msgpack_text(at, "logged");
    at = msgpack_text(at, channel);
    *at++ = (char)0xcf;
    at = big_endian(at, epoch, 8);
    *at++ = (char)0xcf;
    at = big_endian(at, seq, 8);
    *at++ = (char)0xc5;
    at = big_endian(at, n, 2);
    memcpy(at, event, n);
    *(at += n) = (char)0xcb;
    return big_endian(at + 1, published_ms.bits, 8);
}

static char *command(char *at, const char *event, size_t n)
{
    char message[2048];
    size_t length = logged(message, first_seq + published, event, n) - message;
    at += sprintf(at, "*3\r\n$7\r\nPUBLISH\r\n$%zu\r\n%s\r\n$%zu\r\n", strlen(topic), topic, length);
    memcpy(at, message, length);
    at += length;
    *at++ = '\r';
    *at++ = '\n';
    return at;
}

static char *masked(char *at, const char *text, size_t n)
{
    *at++ = (char)0x81;
    *at++ = (char)(0x80 | 126);
    at = big_endian(at, n, 2);
    memset(at, 0, 4); /* a mask of zeros: this one client is not what is measured */
    memcpy(at + 4, text, n);
    return at + 4 + n;
}

void publish(int count, int size)
{
    static char out[1 << 18];
    static char answers[1 << 16];
    char event[1024], *at = out;
    while (recv(line, answers, sizeof answers, MSG_DONTWAIT) > 0)
        ;
    for (int k = 0; k < count; k++) {
        int start = 0;
        published++;
        if (speech == SOCKETIO)
            start = sprintf(event, "42[\"say\",");
        int n = start + sprintf(event + start, "{\"n\":\"%010ld\",\"text\":\"", published);
        for (; n < start + size - 2; n++)
            event[n] = "moving together "[n % 16];
        event[n++] = '"';
        event[n++] = '}';
        if (speech == SOCKETIO)
            event[n++] = ']';
        moments[published % REMEMBERED] = now_ns();
        at = is_redis ? command(at, event, n) : masked(at, event, n);
    }
    for (char *from = out; from < at;) {
        ssize_t done = write(line, from, at - from);
        if (done < 0)
            fail("publish");
        from += done;
    }
}
