/* What one test of hands works in: a folder with migrations, a URL file and a
 * configuration, and the moving company's database on a private PostgreSQL. */
#pragma once

#include <check.h>

#include "hands/postgres/session.h"
#include "support/hands.h"
#include "support/pg.h"
#include "wire/attempt-file.h"

#define LAST "20250901080000_add_analytics_event"
#define KEY "0a1b2c3d-0000-4000-8000-00000000000" /* and one digit */

/* Whether what the pending migration makes is there, and whether somebody waits
 * for the lock of LOCK_USER. */
#define TABLE_THERE "SELECT to_regclass('\"AnalyticsEvent\"') IS NOT NULL"
#define LOCK_USER "BEGIN; LOCK TABLE \"User\" IN EXCLUSIVE MODE"
#define USER_WAITS                                                   \
	"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND " \
	"relation = '\"User\"'::regclass)"

extern struct pg pg;

/* A suite whose tests share one server and have a world each. */
int world_main(const char *room, int port, const TTest *const *tests, size_t n);
#define WORLD_MAIN(room, port, ...)                                    \
	int main(void)                                                 \
	{                                                              \
		const TTest *const tests[] = { __VA_ARGS__ };          \
		return world_main(room, port, tests, ELEMENTS(tests)); \
	}

/* A path in the world, owned. */
char *at(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void write_file(const char *path, const char *text);
void run_tool(const char *const *argv);
/* A further folder below prisma/migrations. */
void add_migration(const char *name, const char *sql);
void remove_migration(const char *name);
/* The URL of database `moving` with these parameters. */
void set_url(const char *parameters);
void set_any_url(const char *url);
/* The URL in the world's file, to be freed. */
struct url world_url(void);
/* A session of role app in database `moving`, named `test`; owned. */
struct session *world_session(enum session_kind kind);
/* Lines for [app moving] and for [remedy prisma]. */
void set_config(const char *app, const char *remedy);
/* The four old migrations, applied; the fifth stays pending. */
void apply_four(void);

struct job
job_of(enum job_kind kind, enum fault_class class, const char *object);
/* Does the job, and finds no secret in anything that is told. */
void do_job(struct job *j, struct answer_of_hands *a);
void look_for(const char *object, struct answer_of_hands *a);
void act_on(enum job_kind kind, const char *hash, const char *key,
	struct answer_of_hands *a);
/* The plan's hash of a look that has one, owned. */
char *plan_for(const char *object);

/* Hands that mend, and the connection whose lock they wait for. */
struct mending_hands {
	pid_t pid;
	int sock;
	PGconn *holder; /* NULL: nothing is locked */
};

/* Starts hands for the pending table while SQL `lock` holds what they need;
 * NULL locks nothing. The caller ends them and finishes the connection. */
struct mending_hands
begin_mend(const char *hash, const char *key, const char *lock, bool approved);
/* The same; they wait in the middle of their last statement. */
struct mending_hands begin_mend_and_wait(const char *hash, const char *key);

void ck_cause(const struct answer_of_hands *a, enum cause cause);
void ck_outcome(const struct answer_of_hands *a, enum outcome outcome);
/* A value in database `moving`. */
void ck_value(const char *sql, const char *expected);
/* The state of an attempt's file, and of one that ended its outcome. */
void ck_attempt(
	const char *key, enum attempt_file_state state, enum outcome outcome);
/* Until this SQL gives `t`; the test's own time limits it. */
void await(const char *sql);
/* Whether the text is in it. */
void ck_says(const char *text, const char *part);
