/* Reads commands, a line each, and answers each with a line of JSON. See tests/bench/swarm.py. */
#include "swarm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum speech speech;
struct tally tally;
uint32_t age[BUCKETS], acknowledgement[BUCKETS];
char last_error[200];
static int reached_n;

uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

void note(uint32_t *histogram, uint64_t took_ns)
{
    uint64_t bucket = took_ns / 100000;
    histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
}

double quantile_ms(const uint32_t *histogram, double q)
{
    uint64_t all = 0, seen = 0;
    for (int k = 0; k < BUCKETS; k++)
        all += histogram[k];
    for (int k = 0; k < BUCKETS; k++)
        if ((seen += histogram[k]) >= q * all && all)
            return (k + 1) * 0.1;
    return 0;
}

static void begin(void)
{
    memset(&tally, 0, sizeof tally);
    memset(age, 0, sizeof age);
    memset(acknowledgement, 0, sizeof acknowledgement);
    last_error[0] = 0;
}

static void answer(double seconds)
{
    for (char *at = last_error; *at; at++)
        if (*at == '"' || *at == '\\' || (unsigned char)*at < ' ')
            *at = '\'';
    printf("{\"seconds\":%.4f,\"ready\":%d,\"reached\":%d,\"published\":%ld,\"events\":%lu,\"frames\":%lu,\"messages\":%lu,"
           "\"bytes\":%lu,\"ticks\":%lu,\"rows\":%lu,\"others\":%lu,\"resumed\":%lu,\"snapshots\":%lu,"
           "\"resets\":%lu,\"denied\":%lu,\"gaps\":%lu,\"errors\":%lu,\"lost\":%lu,\"away\":%lu,\"samples\":%lu,"
           "\"acknowledged\":%lu,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"acknowledged_p50_ms\":%.1f,"
           "\"acknowledged_p99_ms\":%.1f,\"error\":\"%s\"}\n",
           seconds, ready_n, reached_n, published, tally.events, tally.frames, tally.messages, tally.bytes, tally.ticks,
           tally.rows, tally.others, tally.resumed, tally.snapshots, tally.resets, tally.denied, tally.gaps,
           tally.errors, tally.lost, tally.away, tally.samples, tally.acknowledged, quantile_ms(age, 0.5),
           quantile_ms(age, 0.99), quantile_ms(acknowledgement, 0.5), quantile_ms(acknowledgement, 0.99),
           last_error);
    fflush(stdout);
}

/* As docs/live-protocol.md asks: a random time up to a bound that doubles with each attempt. */
static uint64_t backoff_ns(int attempt)
{
    double most = 0.2 * (1 << (attempt < 7 ? attempt : 7));
    return (most < 20 ? most : 20) * 1e9 * drand48();
}

/* Everybody who is not there connects: `inflight` at a time, or each when its backoff says so where that is 0. */
static void open_all(int inflight, double patience_s)
{
    uint64_t began = now_ns(), end = began + patience_s * 1e9;
    uint8_t *attempts = calloc(clients_n, 1);
    int next = 0;
    for (int i = 0; i < clients_n; i++)
        clients[i].at = inflight ? began : began + backoff_ns(0);
    while (ready_n < clients_n && now_ns() < end) {
        uint64_t now = now_ns();
        int looks = clients_n;
        while (looks-- && (!inflight || open_n - ready_n < inflight)) {
            int i = next = (next + 1) % clients_n;
            if (clients[i].fd >= 0 || clients[i].at > now)
                continue;
            connect_client(i);
            int attempt = ++attempts[i];
            clients[i].at = now + backoff_ns(attempt);
        }
        turn(1);
    }
    free(attempts);
    answer((now_ns() - began) / 1e9);
}

/* Bursts of `count` events, each when everybody has the one before. */
static void bursts(double seconds, int count, int size)
{
    uint64_t began = now_ns(), end = began + seconds * 1e9, wanted = 0;
    begin();
    while (now_ns() < end) {
        publish(count, size);
        wanted += (uint64_t)count * ready_n;
        while (tally.events < wanted && now_ns() < end + 20e9)
            turn(100);
    }
    answer((now_ns() - began) / 1e9);
}

static void paced(double seconds, double per_s, int size)
{
    uint64_t began = now_ns(), end = began + seconds * 1e9, due = began, said = 0;
    begin();
    while (now_ns() < end || tally.events < said * ready_n) {
        uint64_t now = now_ns();
        if (now > end + 20e9)
            break;
        if (now >= due && now < end) {
            publish(1, size);
            said++;
            due += 1e9 / per_s;
        }
        turn(1);
    }
    answer((now_ns() - began) / 1e9);
}

/* All that were made and not sent, fifty at most; after a refusal that is again everything from the last one that
 * is known to be safe. */
static void send_samples(struct client *c, uint64_t now)
{
    char text[4000];
    uint64_t first = c->sent + 1, last = c->made < c->sent + 50 ? c->made : c->sent + 50;
    int n = snprintf(text, sizeof text, "{\"type\":\"ingest\",\"stream\":\"%s\",\"first_seq\":%lu,\"samples\":[",
                     c->stream, first);
    if (now < c->quiet_until)
        return;
    for (uint64_t k = first; k <= last; k++)
        n += snprintf(text + n, sizeof text - n, "%s[%lu,%lu,%lu,%lu,%.1f,%.1f]", k > first ? "," : "",
                      c->made_at[k % REMEMBERED_SAMPLES] / 1000000, 120 + k % 60, 180 + k % 80, 80 + k % 20,
                      8 + k % 30 / 10.0, k * 2.3);
    n += snprintf(text + n, sizeof text - n, "]}");
    if (say(c, text, n))
        c->sent = last;
}

/* Everybody sends `hz` samples a second, each at a moment of their own. */
static void exercise(double seconds, double hz)
{
    uint64_t began = now_ns(), end = began + seconds * 1e9, every = 1e9 / hz;
    begin();
    for (int i = 0; i < clients_n; i++)
        clients[i].at = began + (uint64_t)(drand48() * every);
    int *turns = malloc(clients_n * sizeof *turns), first = 0;
    /* In the order of their moments: then one look at the head of a circle finds who is due. */
    for (int i = 0; i < clients_n; i++) {
        turns[i] = (int)((uint64_t)i * 7919 % clients_n);
        clients[turns[i]].at = began + (uint64_t)((double)i / clients_n * every);
    }
    for (uint64_t now = began; now < end; now = now_ns()) {
        while (clients[turns[first]].at <= now) {
            struct client *c = &clients[turns[first]];
            c->made_at[++c->made % REMEMBERED_SAMPLES] = now;
            tally.samples++;
            if (c->fd >= 0)
                send_samples(c, now);
            c->at += every;
            first = (first + 1) % clients_n;
        }
        turn(1);
    }
    free(turns);
    answer((now_ns() - began) / 1e9);
}

static void rest(double seconds)
{
    uint64_t began = now_ns(), end = began + seconds * 1e9;
    begin();
    for (uint64_t now = began; now < end; now = now_ns())
        turn((end - now) / 1000000 + 1 > 100 ? 100 : (end - now) / 1000000 + 1);
    answer((now_ns() - began) / 1e9);
}

/* Until everybody has come this far in their first channel. What has been counted stays. */
static void reach(int64_t seq, double patience_s)
{
    uint64_t began = now_ns(), end = began + patience_s * 1e9;
    for (reached_n = 0; reached_n < clients_n && now_ns() < end;)
        if (clients[reached_n].places[0].seq >= seq)
            reached_n++;
        else
            turn(10);
    answer((now_ns() - began) / 1e9);
}

static void cut_all(void)
{
    begin();
    for (int i = 0; i < clients_n; i++)
        cut_client(i);
    answer(0);
}

static bool obey(const char *line)
{
    char a[200], b[200], c[100], d[200];
    long x, y;
    double s, r;
    int n, size;
    if (sscanf(line, "crowd %d %199s %199s %d %127s", &port, a, b, &n, path) == 5) {
        speech = !strcmp(a, "pulse") ? PULSE : !strcmp(a, "plain") ? PLAIN : SOCKETIO;
        snprintf(host_port, sizeof host_port, "127.0.0.1:%d", port);
        load_clients(b, n);
        answer(0);
    } else if (sscanf(line, "open %d %lf", &n, &s) == 2) {
        begin();
        open_all(n, s);
    } else if (sscanf(line, "redis %199s %199s %99s %199s %ld %ld", a, b, c, d, &x, &y) == 6) {
        publish_by_redis(a, b, c, d, x, y);
        answer(0);
    } else if (sscanf(line, "publisher %199s", a) == 1) {
        publish_by_websocket(a);
        answer(0);
    } else if (sscanf(line, "bursts %lf %d %d", &s, &n, &size) == 3)
        bursts(s, n, size);
    else if (sscanf(line, "paced %lf %lf %d", &s, &r, &size) == 3)
        paced(s, r, size);
    else if (sscanf(line, "exercise %lf %lf", &s, &r) == 2)
        exercise(s, r);
    else if (sscanf(line, "rest %lf", &s) == 1)
        rest(s);
    else if (sscanf(line, "reach %ld %lf", &x, &s) == 2)
        reach(x, s);
    else if (!strncmp(line, "cut", 3))
        cut_all();
    else
        return false;
    return true;
}

int main(void)
{
    char line[1024];
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    while (fgets(line, sizeof line, stdin))
        if (!obey(line)) {
            fprintf(stderr, "swarm: not understood: %s", line);
            return 1;
        }
    return 0;
}
