/* The floor: what the machine can do. Each message of the publisher is framed once and sent to every other
 * connection with one send() each. No rules, no rights, no memory: nothing can be faster with one thread. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const char UPGRADED[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static int readers[40000], readers_n, publisher = -1, poller;

static void send_whole(int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t done = send(fd, data, n, MSG_NOSIGNAL);
        if (done < 0 && errno == EAGAIN) {
            struct pollfd writable = {fd, POLLOUT, 0};
            poll(&writable, 1, 1000);
            continue;
        }
        if (done < 0)
            return;
        data += done, n -= done;
    }
}

static void tell_all(const char *text, size_t n)
{
    char frame[4096];
    frame[0] = (char)0x81;
    size_t head = n < 126 ? 2 : 4;
    if (n < 126)
        frame[1] = (char)n;
    else
        frame[1] = 126, frame[2] = (char)(n >> 8), frame[3] = (char)n;
    memcpy(frame + head, text, n);
    for (int k = 0; k < readers_n; k++)
        send_whole(readers[k], frame, head + n);
}

/* The publisher's messages all have the long form of a masked frame, with a mask of zeros. */
static void hear_publisher(void)
{
    static char data[1 << 20];
    static size_t held;
    ssize_t got = recv(publisher, data + held, sizeof data - held, 0);
    if (got <= 0)
        exit(0);
    size_t at = 0, n = held + got;
    while (n - at >= 8) {
        size_t length = (uint8_t)data[at + 2] << 8 | (uint8_t)data[at + 3];
        if (n - at < 8 + length)
            break;
        tell_all(data + at + 8, length);
        at += 8 + length;
    }
    held = n - at;
    memmove(data, data + at, held);
}

static void welcome(int fd)
{
    char text[1024];
    ssize_t n = recv(fd, text, sizeof text, 0);
    if (n <= 0) {
        close(fd);
        return;
    }
    send_whole(fd, UPGRADED, sizeof UPGRADED - 1);
    if (memmem(text, n, "/publish", 8))
        publisher = fd;
    else {
        readers[readers_n++] = fd;
        epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL);
    }
}

int main(int count, char **words)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(words[1]) : 0)};
    struct rlimit files;
    int on = 1, door = socket(AF_INET, SOCK_STREAM, 0);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(door, (struct sockaddr *)&here, sizeof here) < 0 || listen(door, 4096) < 0) {
        perror("floor");
        return 1;
    }
    poller = epoll_create1(0);
    struct epoll_event wish = {.events = EPOLLIN, .data.fd = door};
    epoll_ctl(poller, EPOLL_CTL_ADD, door, &wish);
    for (;;) {
        struct epoll_event events[64];
        int n = epoll_wait(poller, events, 64, -1);
        for (int k = 0; k < n; k++) {
            int fd = events[k].data.fd;
            if (fd == door) {
                fd = accept4(door, NULL, NULL, SOCK_NONBLOCK);
                if (fd < 0)
                    continue;
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                wish = (struct epoll_event){.events = EPOLLIN, .data.fd = fd};
                epoll_ctl(poller, EPOLL_CTL_ADD, fd, &wish);
            } else if (fd == publisher)
                hear_publisher();
            else
                welcome(fd);
        }
    }
}
