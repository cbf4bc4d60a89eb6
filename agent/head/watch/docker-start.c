#include "config.h"
#include "head/watch/docker-start.h"

#include <string.h>
#include <sys/stat.h>

#define PID_FILE "docker.pid"
#define SAME_TIME (5 * USEC_SECOND)

/* The file's time is the kernel's, as the times of containers are. */
static usec
start_beside(const char *socket)
{
	struct stat st;
	const char *slash = strrchr(socket, '/');
	int len = slash ? (int)(slash - socket) + 1 : 0;
	own(str) char *path = xprintf("%.*s%s", len, socket, PID_FILE);
	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	return (usec)st.st_mtim.tv_sec * USEC_SECOND +
		(usec)(st.st_mtim.tv_nsec / NSEC_USEC);
}

void
docker_start_find(struct docker_start *s, const char *socket)
{
	s->at = start_beside(socket);
	s->oldest = 0;
	s->ended = s->doubts = 0;
}

/* Whether it ended before this Docker began, or with that beginning: one that
 * was killed ends its containers when it is started again. Where the clock was
 * set back meanwhile, nobody can tell; one that ends at once may be dated a
 * moment before its start. */
static bool
is_older(const struct docker_start *s, const struct container_news *n)
{
	return n->finished < s->at || n->finished + SAME_TIME < n->started ||
		(n->started && n->started < s->at);
}

static bool
died_by_itself(const struct docker_start *s, const struct container_news *n)
{
	return n->noticed && n->noticed < s->at &&
		n->noticed <= n->finished + DOCKER_START_NOTICES &&
		!n->together;
}

/* A start of Docker ends containers for so long, mostly. */
#define START_LASTS USEC_MINUTE

bool
docker_start_knows(const struct docker_start *s, const struct container_news *n)
{
	return s->at && !n->together &&
		(n->noticed < s->at || n->noticed > s->at + START_LASTS);
}

/* Whether Swarm does not say that it died by itself, and may have known: it
 * writes the state of a task down anew when Docker is started. */
static bool
is_doubtful(const struct docker_start *s, const struct container_news *n)
{
	return !s->at || n->noticed < s->at ||
		(n->finished < s->at && !n->replaced);
}

void
docker_start_lives(struct docker_start *s, const struct container_news *n)
{
	if (n->running && n->started)
		s->oldest = s->oldest ? MIN(s->oldest, n->started) : n->started;
}

bool
docker_start_ended(struct docker_start *s, const struct container_news *n)
{
	if (n->running || !n->listed || !n->finished)
		return false;
	if (s->oldest && s->oldest < (s->at ? s->at : n->finished))
		return false;
	if (s->at && (!is_older(s, n) || died_by_itself(s, n)))
		return false;
	if (!s->ended++)
		snprintf(s->one, sizeof(s->one), "%s", n->name);
	s->doubts += is_doubtful(s, n);
	return true;
}

char *
docker_start_text(struct docker_start *s)
{
	char when[CLOCK_TEXT];
	size_t n = s->ended, doubts = s->doubts;
	s->ended = s->doubts = 0;
	if (!n || s->said == MAX(s->at, 1u))
		return NULL;
	s->said = MAX(s->at, 1u);
	own(str) char *others = n > 1
		? xprintf(" and %zu other%s", n - 1, n > 2 ? "s" : "")
		: xstrdup("");
	own(str) char *start = s->at
		? xprintf("Docker was started at %s, while nobody watched",
			  clock_text(s->at, when))
		: xstrdup("when Docker was started is not known, as "
			  "docker.pid does not lie beside its socket");
	own(str) char *doubt = doubts
		? xprintf("; whether %zu of them died by %s before, nobody can "
			  "know",
			  doubts, doubts > 1 ? "themselves" : "itself")
		: xstrdup("");
	return xprintf("%s: that container %s%s ended counts as the end of "
		       "Docker, and is told as no death%s",
		start, s->one, others, doubt);
}
