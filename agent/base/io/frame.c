#include "config.h"
#include "base/io/frame.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/io/descriptors.h"

/* Stands for NULL where a length stands for bytes. */
#define NO_STRING UINT32_MAX

static void
close_fds(struct frame *f)
{
	for (size_t i = 0; i < f->n_fds && !f->lent; i++)
		fd_close(f->fds[i]);
	f->n_fds = 0;
}

void
frame_free(struct frame *f)
{
	buf_free(&f->data);
	close_fds(f);
}

void
frame_reset(struct frame *f, uint16_t type)
{
	struct buf data = f->data;
	close_fds(f);
	*f = (struct frame)FRAME(type);
	f->data = data;
	buf_reset(&f->data);
}

void
frame_lend_fd(struct frame *f, int fd)
{
	assert(f->n_fds < FRAME_FDS);
	f->lent = true;
	f->fds[f->n_fds++] = fd;
}

static inline void
put_bytes(struct frame *f, const void *p, size_t len)
{
	assert(f->data.len + len + 2 <= FRAME_MAX);
	buf_add(&f->data, p, len);
}

/* The frame is little endian on any machine. */
static inline void
put_number(struct frame *f, uint64_t v, size_t len)
{
	uint64_t little = htole64(v);
	put_bytes(f, &little, len);
}

void
frame_put_u32(struct frame *f, uint32_t v)
{
	put_number(f, v, 4);
}

void
frame_put_u64(struct frame *f, uint64_t v)
{
	put_number(f, v, 8);
}

void
frame_put_bool(struct frame *f, bool v)
{
	put_number(f, v, 4);
}

void
frame_put_span(struct frame *f, struct span s)
{
	put_number(f, s.data ? s.len : NO_STRING, 4);
	if (s.data)
		put_bytes(f, s.data, s.len);
}

void
frame_put_str(struct frame *f, const char *s)
{
	frame_put_span(f, span_of(s));
}

static inline uint64_t
get_number(struct frame *f, size_t len)
{
	if (f->broken || f->data.len - f->at < len) {
		f->broken = true;
		return 0;
	}
	uint64_t little = 0;
	memcpy(&little, f->data.data + f->at, len);
	f->at += len;
	return le64toh(little);
}

uint32_t
frame_get_u32(struct frame *f)
{
	return (uint32_t)get_number(f, 4);
}

uint64_t
frame_get_u64(struct frame *f)
{
	return get_number(f, 8);
}

uint32_t
frame_get_below(struct frame *f, uint32_t end)
{
	uint32_t v = frame_get_u32(f);
	if (v < end)
		return v;
	f->broken = true;
	return 0;
}

bool
frame_get_bool(struct frame *f)
{
	return frame_get_below(f, 2) != 0;
}

struct span
frame_get_span(struct frame *f, size_t max)
{
	uint32_t len = frame_get_u32(f);
	if (f->broken || len == NO_STRING)
		return SPAN_NONE;
	if (len > max || len > f->data.len - f->at) {
		f->broken = true;
		return SPAN_NONE;
	}
	struct span s = { f->data.data + f->at, len };
	f->at += len;
	return s;
}

char *
frame_get_str(struct frame *f, size_t max)
{
	struct span s = frame_get_span(f, max);
	if (!s.data)
		return NULL;
	if (s.len && memchr(s.data, '\0', s.len)) {
		f->broken = true;
		return NULL;
	}
	return xstrndup(s.data, s.len);
}

int
frame_get_fd(struct frame *f)
{
	for (size_t i = 0; i < f->n_fds; i++)
		if (f->fds[i] >= 0)
			return take(f->fds[i]);
	f->broken = true;
	return -1;
}

int
frame_end(struct frame *f, struct why *why)
{
	if (f->broken || f->at != f->data.len)
		return because(why, -EBADMSG,
			"a frame of type %u is broken at byte %zu of %zu",
			f->type, f->at, f->data.len);
	return 0;
}

/* The type and the fields go out in one message, without a copy that joins
 * them. The control buffer is a union with cmsghdr because that is how it gets
 * the alignment CMSG_FIRSTHDR() needs (cmsg(3)). MSG_NOSIGNAL: a peer that is
 * gone is an error, no signal. */
int
frame_send(int sock, const struct frame *f)
{
	unsigned char type[2] = { f->type & 0xff,
		(unsigned char)(f->type >> 8) };
	struct iovec iov[] = {
		{ type, sizeof(type) },
		{ f->data.data, f->data.len },
	};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(FRAME_FDS * sizeof(int))];
	} control = { 0 };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	if (f->n_fds) {
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(f->n_fds * sizeof(int));
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(f->n_fds * sizeof(int));
		memcpy(CMSG_DATA(c), f->fds, f->n_fds * sizeof(int));
	}
	ssize_t n;
	do
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* The kernel has already opened the descriptors of a message in this process
 * (SCM_RIGHTS in unix(7)): those that are not kept here would leak. */
static void
keep_fds(struct frame *f, struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c;
		c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n && f->n_fds < FRAME_FDS; i++)
			memcpy(&f->fds[f->n_fds++],
				CMSG_DATA(c) + i * sizeof(int), sizeof(int));
	}
}

/* MSG_CMSG_CLOEXEC closes the descriptors in a child that is started between
 * this call and a later fcntl(). */
int
frame_recv(int sock, struct frame *f)
{
	frame_reset(f, 0);
	unsigned char type[2];
	struct iovec iov[] = {
		{ type, sizeof(type) },
		{ buf_reserve(&f->data, FRAME_MAX), FRAME_MAX },
	};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(FRAME_FDS * sizeof(int))];
	} control;
	struct msghdr msg = {
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;
	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	/* A peer that ended with frames unread is told once, before the frames
	 * that it had sent. */
	while (n < 0 && (errno == EINTR || errno == ECONNRESET));
	if (n < 0)
		return -errno;
	if (n == 0)
		return 0;
	keep_fds(f, &msg);
	/* The kernel drops the descriptors that there is no room for, in the
	 * control buffer or in the process's table (MSG_CTRUNC in recvmsg(2)):
	 * a frame without its log must not pass for one that has none. */
	if (msg.msg_flags & MSG_CTRUNC)
		return -EMFILE;
	if (n < 2 || msg.msg_flags & MSG_TRUNC)
		return -EBADMSG;
	f->type = (uint16_t)(type[0] | type[1] << 8);
	f->data.len = (size_t)n - 2;
	return 1;
}

int
frame_pair(int ret[2], struct why *why)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) < 0)
		return because(why, -errno, "no socket pair: %s",
			descriptors_error(-errno));
	/* A message must fit into the send buffer as a whole, whatever the
	 * system's default is. The kernel caps a larger wish at
	 * net.core.wmem_max; a frame beyond that fails with EMSGSIZE. */
	for (int i = 0; i < 2; i++) {
		int size = 1 << 20;
		(void)setsockopt(
			ret[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	}
	return 0;
}
