/* Sockets: connecting, the handshake, messages in, messages out. */
#include "swarm.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct client *clients;
int clients_n, ready_n, open_n, port;
char host_port[64], path[128];
static int poller = -1;
static char inbox[1 << 20];

/* A line a client: token, stream, then its channels, each with @epoch:seq where it has been before. */
void load_clients(const char *file, int count)
{
    FILE *in = fopen(file, "r");
    char line[2048];
    clients_n = count;
    clients = calloc(count, sizeof *clients);
    for (int i = 0; i < count; i++) {
        struct client *c = &clients[i];
        c->fd = -1;
        if (!in || !fgets(line, sizeof line, in))
            continue;
        char *rest = line, *word;
        for (int n = 0; (word = strsep(&rest, " \n")) && *word; n++) {
            if (n == 0)
                c->token = strdup(word);
            else if (n == 1)
                c->stream = strdup(word);
            else if (c->places_n < MOST_PLACES) {
                struct place *p = &c->places[c->places_n++];
                char *position = strchr(word, '@');
                if (position) {
                    *position = 0;
                    p->known = sscanf(position + 1, "%ld:%ld", &p->epoch, &p->seq) == 2;
                }
                p->channel = strdup(word);
            }
        }
    }
    if (in)
        fclose(in);
}

static void lose(struct client *c)
{
    if (c->fd < 0)
        return;
    close(c->fd);
    c->fd = -1;
    open_n--;
    ready_n -= c->state == READY;
    c->state = APART;
    c->held_n = 0;
}

void connect_client(int i)
{
    struct client *c = &clients[i];
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    int on = 1;
    if (poller < 0)
        poller = epoll_create1(0);
    /* An address has some 28,000 ports. */
    from.sin_addr.s_addr = htonl(0x7f000002 + i % 4);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(c->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &on, sizeof on);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    bind(c->fd, (struct sockaddr *)&from, sizeof from);
    open_n++;
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
        tally.errors++;
        snprintf(last_error, sizeof last_error, "connect: %s", strerror(errno));
        lose(c);
        return;
    }
    c->state = UPGRADING;
    c->subscribed = 0;
    for (int k = 0; k < c->places_n; k++)
        c->places[k].cid = 0; /* a number of the last connection's */
    struct epoll_event wish = {.events = EPOLLOUT | EPOLLIN, .data.u32 = i};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &wish);
}

/* As when a network dies: no goodbye. */
void cut_client(int i)
{
    struct linger at_once = {1, 0};
    if (clients[i].fd >= 0)
        setsockopt(clients[i].fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    lose(&clients[i]);
}

static bool write_all(struct client *c, const char *data, size_t n)
{
    ssize_t done = send(c->fd, data, n, MSG_NOSIGNAL);
    if (done == (ssize_t)n)
        return true;
    tally.errors++;
    snprintf(last_error, sizeof last_error, "send: %s", done < 0 ? strerror(errno) : "cut short");
    return false;
}

/* One masked text message (RFC 6455, section 5.2). */
bool say(struct client *c, const char *text, size_t n)
{
    static uint32_t seed = 2463534242u;
    char frame[8192];
    size_t head = 2;
    seed ^= seed << 13, seed ^= seed >> 17, seed ^= seed << 5;
    frame[0] = (char)0x81;
    if (n < 126)
        frame[1] = (char)(0x80 | n);
    else {
        frame[1] = (char)(0x80 | 126);
        frame[2] = (char)(n >> 8);
        frame[3] = (char)n;
        head = 4;
    }
    memcpy(frame + head, &seed, 4);
    for (size_t i = 0; i < n; i++)
        frame[head + 4 + i] = text[i] ^ frame[head + i % 4];
    return write_all(c, frame, head + 4 + n);
}

static void upgrade(struct client *c, int i)
{
    char text[512];
    struct epoll_event wish = {.events = EPOLLIN, .data.u32 = i};
    int n = snprintf(text, sizeof text,
                     "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
                     path, host_port, speech == PULSE ? "Sec-WebSocket-Protocol: pulse.v1.json\r\n" : "");
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &wish);
    write_all(c, text, n);
}

/* `connect`, with the channels and how far they had come. */
static void greet(struct client *c)
{
    char text[2048];
    int n = snprintf(text, sizeof text, "{\"type\":\"connect\",\"token\":\"%s\",\"subscribe\":[", c->token);
    for (int k = 0; k < c->places_n; k++)
        n += snprintf(text + n, sizeof text - n, "%s\"%s\"", k ? "," : "", c->places[k].channel);
    n += snprintf(text + n, sizeof text - n, "],\"positions\":{");
    for (int k = 0, some = 0; k < c->places_n; k++)
        if (c->places[k].known)
            n += snprintf(text + n, sizeof text - n, "%s\"%s\":[%ld,%ld]", some++ ? "," : "",
                          c->places[k].channel, c->places[k].epoch, c->places[k].seq);
    n += snprintf(text + n, sizeof text - n, "}}");
    say(c, text, n);
}

/* The answer to the upgrade; how many bytes it took, 0 where it is not whole yet. */
static size_t upgraded(struct client *c, const char *data, size_t n)
{
    const char *end = memmem(data, n, "\r\n\r\n", 4);
    if (!end)
        return 0;
    if (n < 12 || memcmp(data + 9, "101", 3)) {
        tally.errors++;
        snprintf(last_error, sizeof last_error, "%.*s", n < 60 ? (int)n : 60, data);
        lose(c);
        return n;
    }
    c->state = speech == PLAIN ? READY : GREETING;
    ready_n += c->state == READY;
    if (speech == PULSE)
        greet(c);
    return end + 4 - data;
}

/* Who is asked to come back later before they were in comes back later, and has lost nothing. */
static void hear_close(struct client *c, int code)
{
    if (c->state == GREETING && code == 4013)
        tally.away++;
    else {
        tally.lost++;
        snprintf(last_error, sizeof last_error, "closed with %d", code);
    }
    lose(c);
}

/* Whole messages out of what has come; the rest is held. A server's frames are not masked. */
static void split(struct client *c, char *data, size_t n, uint64_t now)
{
    size_t at = 0;
    if (c->state == UPGRADING)
        at = upgraded(c, data, n);
    while (c->state > UPGRADING && n - at >= 2) {
        size_t length = data[at + 1] & 0x7f, head = 2;
        if (length == 126) {
            if (n - at < 4)
                break;
            length = (uint8_t)data[at + 2] << 8 | (uint8_t)data[at + 3];
            head = 4;
        } else if (length == 127) {
            if (n - at < 10)
                break;
            length = 0;
            for (int k = 2; k < 10; k++)
                length = length << 8 | (uint8_t)data[at + k];
            head = 10;
        }
        if (n - at < head + length)
            break;
        int opcode = data[at] & 0x0f;
        tally.messages++;
        if (opcode == 8) {
            hear_close(c, length < 2 ? 0 : (uint8_t)data[at + head] << 8 | (uint8_t)data[at + head + 1]);
            return;
        }
        if (opcode == 9) {
            char pong[6] = {(char)0x8a, (char)0x80, 0, 0, 0, 0};
            write_all(c, pong, 6);
        } else
            hear_message(c, data + at + head, length, now);
        at += head + length;
    }
    size_t rest = n - at;
    if (c->fd < 0 || (c->held_n == 0 && rest == 0))
        return;
    if (rest > c->held_cap) {
        c->held_cap = (rest | 4095) + 1;
        char *larger = malloc(c->held_cap);
        memcpy(larger, data + at, rest);
        free(c->held);
        c->held = larger;
    } else
        memmove(c->held, data + at, rest);
    c->held_n = rest;
}

static void hear(struct client *c)
{
    size_t before = c->held_n;
    if (before)
        memcpy(inbox, c->held, before);
    ssize_t got = recv(c->fd, inbox + before, sizeof inbox - before, 0);
    if (got <= 0) {
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        tally.lost++;
        snprintf(last_error, sizeof last_error, "lost: %s", got ? strerror(errno) : "the server closed");
        lose(c);
        return;
    }
    tally.bytes += got;
    split(c, inbox, before + got, now_ns());
}

void turn(int timeout_ms)
{
    struct epoll_event events[512];
    if (poller < 0)
        poller = epoll_create1(0);
    int n = epoll_wait(poller, events, 512, timeout_ms);
    for (int k = 0; k < n; k++) {
        struct client *c = &clients[events[k].data.u32];
        if (c->fd < 0)
            continue;
        if (events[k].events & EPOLLOUT && !(events[k].events & (EPOLLERR | EPOLLHUP)))
            upgrade(c, events[k].data.u32);
        if (events[k].events & (EPOLLIN | EPOLLERR | EPOLLHUP))
            hear(c);
    }
}
