/* A crowd of WebSocket clients in one process: epoll, no threads, nothing allocated while it measures. */
#ifndef SWARM_H
#define SWARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOST_PLACES = 4, REMEMBERED_SAMPLES = 128, BUCKETS = 600000 /* of 0.1 ms: a minute */ };

enum speech { PULSE, PLAIN, SOCKETIO };
enum state { APART, UPGRADING, GREETING, READY };

/* A channel that a client watches, and how far it has come there. */
struct place {
    char *channel;
    int64_t epoch, seq;
    uint32_t cid;
    bool known; /* whether there is a position to come back with */
};

struct client {
    int fd;
    uint8_t state, places_n, subscribed;
    struct place places[MOST_PLACES];
    char *token, *stream;
    char *held; /* the beginning of a message whose end has not come */
    uint32_t held_n, held_cap;
    uint64_t at; /* when it is to do the next thing, in nanoseconds */
    uint64_t made, sent, acknowledged; /* samples, by their numbers */
    uint64_t quiet_until;              /* it was asked to come later */
    uint64_t made_at[REMEMBERED_SAMPLES];
};

struct tally {
    uint64_t events, frames, messages, bytes, ticks, rows, others;
    uint64_t resumed, snapshots, resets, denied, gaps, errors, lost, away;
    uint64_t samples, acknowledged;
};

extern struct client *clients;
extern int clients_n;
extern enum speech speech;
extern struct tally tally;
extern uint32_t age[BUCKETS], acknowledgement[BUCKETS];
extern int ready_n, open_n;
extern char last_error[200];
extern char host_port[64], path[128];
extern int port;

uint64_t now_ns(void);
void note(uint32_t *histogram, uint64_t took_ns);
double quantile_ms(const uint32_t *histogram, double q);

/* clients.c */
void load_clients(const char *file, int count);
void connect_client(int i);
void cut_client(int i);
void turn(int timeout_ms); /* hear whatever has come */
bool say(struct client *c, const char *text, size_t n);

/* hear.c */
void hear_message(struct client *c, char *text, size_t n, uint64_t now);
uint64_t published_at(int64_t number);

/* publish.c */
void publish_by_redis(const char *socket_path, const char *topic, const char *node, const char *channel,
                      int64_t epoch, int64_t seq);
void publish_by_websocket(const char *path);
void publish(int count, int size); /* so many events, in one write */
extern int64_t published;

#endif
