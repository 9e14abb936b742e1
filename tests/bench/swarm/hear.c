/* What a message says, as far as it is counted. Our servers write JSON without spaces, the type first. */
#include "swarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t number_after(const char *text, size_t n, const char *key)
{
    const char *found = memmem(text, n, key, strlen(key));
    return found ? atoll(found + strlen(key)) : -1;
}

static bool starts(const char *text, size_t n, const char *with)
{
    return n >= strlen(with) && !memcmp(text, with, strlen(with));
}

static uint64_t count(const char *text, size_t n, const char *word)
{
    uint64_t found = 0;
    for (const char *at = text; (at = memmem(at, text + n - at, word, strlen(word))); at++)
        found++;
    return found;
}

static void trouble(const char *text, size_t n)
{
    tally.errors++;
    snprintf(last_error, sizeof last_error, "%.*s", (int)(n < 180 ? n : 180), text);
}

/* Samples were not taken: again from what is safe, a little later. */
static void hear_error(struct client *c, const char *text, size_t n, uint64_t now)
{
    trouble(text, n);
    c->sent = c->acknowledged;
    c->quiet_until = now + 1000000000ull;
}

static struct place *place_of(struct client *c, uint32_t cid)
{
    for (int k = 0; k < c->places_n; k++)
        if (c->places[k].cid == cid)
            return &c->places[k];
    return NULL;
}

/* An event says its number in fixed width, `"n":"0000000042"`: that is when it was published. */
static void hear_event(const char *text, size_t n, uint64_t now)
{
    tally.events++;
    const char *key = memmem(text, n, "\"n\":\"", 5);
    uint64_t then = key ? published_at(atoll(key + 5)) : 0;
    if (then)
        note(age, now - then);
}

static void hear_log(struct client *c, const char *text, size_t n, uint64_t now)
{
    struct place *p = place_of(c, atoi(text + 22));
    int64_t seq = number_after(text + 22, 40, "\"seq\":");
    if (p) {
        tally.gaps += seq != p->seq + 1;
        p->seq = seq;
    }
    hear_event(text, n, now);
}

static void hear_subscribed(struct client *c, const char *text, size_t n)
{
    const char *name = text + 32;
    for (int k = 0; k < c->places_n; k++) {
        struct place *p = &c->places[k];
        size_t length = strlen(p->channel);
        if (strncmp(name, p->channel, length) || name[length] != '"')
            continue;
        int64_t seq = number_after(text, n, "\"seq\":");
        bool is_log = memmem(text, n, "\"log\"", 5) != NULL;
        if (p->known && is_log && seq != p->seq)
            tally.gaps++;
        p->cid = number_after(text, n, "\"cid\":");
        p->epoch = number_after(text, n, "\"epoch\":");
        p->seq = seq;
        p->known = is_log;
    }
    if (++c->subscribed == c->places_n && c->state == GREETING) {
        c->state = READY;
        ready_n++;
    }
}

/* How old each row is that somebody now sees; its time is ours, in milliseconds. One reader of a room looks. */
static void hear_tick(struct client *c, char *text, size_t n, uint64_t now)
{
    tally.ticks++;
    tally.rows += count(text, n, "],[") + 1;
    if ((c - clients) % 20)
        return;
    for (char *at = memmem(text, n, "[[", 2); at && at < text + n; at = memchr(at + 1, '[', text + n - at - 1)) {
        char *comma = memchr(at, ',', text + n - at);
        if (comma)
            note(age, now - (uint64_t)atoll(comma + 1) * 1000000);
    }
}

static void hear_ingested(struct client *c, const char *text, size_t n, uint64_t now)
{
    uint64_t upto = number_after(text, n, "\"upto\":");
    if (upto <= c->acknowledged)
        return;
    tally.acknowledged += upto - c->acknowledged;
    if (c->made < upto + REMEMBERED_SAMPLES)
        note(acknowledgement, now - c->made_at[(c->acknowledged + 1) % REMEMBERED_SAMPLES]);
    c->acknowledged = upto;
}

static void hear_reset(struct client *c, const char *text, size_t n)
{
    struct place *p = place_of(c, number_after(text, n, "\"cid\":"));
    if (!memmem(text, n, "\"began\"", 7)) {
        trouble(text, n);
        tally.resets++;
    }
    if (p) {
        p->epoch = number_after(text, n, "\"epoch\":");
        p->seq = number_after(text, n, "\"seq\":");
        p->known = true;
    }
}

static void hear_frame(struct client *c, char *text, size_t n, uint64_t now)
{
    const char *type = text + 9;
    size_t left = n > 9 ? n - 9 : 0;
    tally.frames++;
    if (starts(type, left, "event\""))
        hear_log(c, text, n, now);
    else if (starts(type, left, "tick\""))
        hear_tick(c, text, n, now);
    else if (starts(type, left, "ingested\""))
        hear_ingested(c, text, n, now);
    else if (starts(type, left, "signal\""))
        hear_event(text, n, now);
    else if (starts(type, left, "subscribed\""))
        hear_subscribed(c, text, n);
    else if (starts(type, left, "welcome\"")) {
        tally.resumed += count(text, n, ":\"resumed\"");
        tally.snapshots += count(text, n, ":\"snapshot\"");
        tally.denied += count(text, n, ":\"denied\"");
    } else if (starts(type, left, "ping\"")) {
        char pong[64];
        double t = atof(text + 20);
        say(c, pong, snprintf(pong, sizeof pong, "{\"type\":\"pong\",\"t\":%.1f}", t));
    } else if (starts(type, left, "reset\""))
        hear_reset(c, text, n);
    else if (starts(type, left, "error\""))
        hear_error(c, text, n, now);
    else if (starts(type, left, "bye\""))
        tally.others++; /* the close that follows is counted, with its code */
    else if (starts(type, left, "unsubscribed\""))
        trouble(text, n);
    else
        tally.others++;
}

/* Engine.IO 4: 0 open, 2 ping, 40 connected, 42 an event. */
static void hear_socketio(struct client *c, char *text, size_t n, uint64_t now)
{
    if (starts(text, n, "42"))
        hear_event(text, n, now);
    else if (starts(text, n, "0"))
        say(c, "40", 2);
    else if (starts(text, n, "2"))
        say(c, "3", 1);
    else if (starts(text, n, "40") && c->state == GREETING) {
        c->state = READY;
        ready_n++;
    }
}

void hear_message(struct client *c, char *text, size_t n, uint64_t now)
{
    if (speech == PLAIN)
        hear_event(text, n, now);
    else if (speech == SOCKETIO)
        hear_socketio(c, text, n, now);
    else
        for (char *end = text + n; text < end;) {
            char *line = memchr(text, '\n', end - text);
            line = line ? line : end;
            hear_frame(c, text, line - text, now);
            text = line + 1;
        }
}
