#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/json.h"
#include "support/check_main.h"
#include "support/roads.h"

/* LOGMEND_SEEDS and LOGMEND_SEED: how many, and from which on. */
static uint64_t
number(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);
	uint64_t n;
	return text && span_u64(span_of(text), &n) ? n : fallback;
}

static bool
holds(const struct found *f, const char *line)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->lines[i], line) == 0)
			return true;
	return false;
}

static void
show_only(const char *who, const struct found *f, const struct found *other)
{
	for (size_t i = 0; i < f->n; i++)
		if (!holds(other, f->lines[i]))
			printf("only %s: %s\n", who, f->lines[i]);
}

static bool
same(const struct found *a, const struct found *b)
{
	bool all = a->n == b->n;
	for (size_t i = 0; all && i < a->n; i++)
		all = strcmp(a->lines[i], b->lines[i]) == 0;
	return all;
}

static void
compare_roads(const struct stock *s, uint64_t seed, uint64_t *faults)
{
	struct dice d = { seed * 0x9e3779b97f4a7c15u + 1 };
	bool docker = dice_roll(&d, 4) != 0;
	own(buf) struct buf log = { 0 };
	struct found slow = { 0 }, fast = { 0 };
	log_invent(&d, s, docker, &log);
	if (dice_roll(&d, 3) == 0)
		log_spoil(&d, &log);
	slow_road(s, buf_span(&log), docker, &slow);
	fast_road(&d, s, buf_span(&log), docker, &fast);
	*faults += slow.n;
	if (!same(&slow, &fast)) {
		FILE *f = fopen("/tmp/logmend-roads.log", "we");
		if (f) {
			(void)fwrite(log.data, 1, log.len, f);
			fclose(f);
		}
		show_only("the slow road", &slow, &fast);
		show_only("the reader", &fast, &slow);
		ck_abort_msg("seed %llu: the roads differ",
			(unsigned long long)seed);
	}
	found_free(&slow);
	found_free(&fast);
}

START_TEST(both_roads_find_the_same)
{
	struct stock s;
	uint64_t first = number("LOGMEND_SEED", 1), faults = 0;
	uint64_t n = number("LOGMEND_SEEDS", 300);
	stock_open(&s);
	for (uint64_t seed = first; seed < first + n; seed++)
		compare_roads(&s, seed, &faults);
	stock_close(&s);
	printf("%llu logs, %llu faults\n", (unsigned long long)n,
		(unsigned long long)faults);
}
END_TEST

#define FAULT                                                              \
	"PrismaClientKnownRequestError: \n"                                \
	"Invalid `prisma.analyticsEvent.create()` invocation:\n\n\n"       \
	"The table `public.AnalyticsEvent` does not exist in the current " \
	"database.\n"

/* A reader over a file that a test writes. */
struct setting {
	struct stock stock;
	struct source source;
	struct reader *reader;
	int fd;
	uint64_t written; /* bytes, over all files */
	usec now;
	struct batch batch;
};

static void
setting_open(struct setting *s, const char *text)
{
	*s = (struct setting){ .now = 1 };
	struct why why;
	stock_open(&s->stock);
	s->fd = memfd_create("log", MFD_CLOEXEC);
	ck_assert_int_ge(s->fd, 0);
	ck_assert_int_eq(write_all(s->fd, span_of(text)), 0);
	ck_assert_int_eq(
		rules_select(s->stock.rules, NULL, NULL, &s->source, &why), 0);
	s->source.numbered = true;
}

static void
setting_close(struct setting *s)
{
	reader_close(s->reader);
	batch_free(&s->batch);
	stock_close(&s->stock);
	close(s->fd);
}

/* The next batch; false if there is none. */
static bool
next(struct setting *s, bool ended)
{
	struct why why = { "" };
	batch_free(&s->batch);
	s->batch = (struct batch){ 0 };
	if (!s->reader)
		ck_assert_msg(reader_open(&s->source, dup(s->fd),
				      &s->stock.tools, &s->reader, &why) == 0,
			"%s", why.text);
	int r;
	do
		r = reader_step(s->reader, ended, s->now, &s->batch, &why);
	while (r == READER_MORE);
	ck_assert_msg(r >= 0, "%s", why.text);
	return r == READER_BATCH;
}

START_TEST(an_open_record_is_closed_after_a_pause)
{
	struct setting s;
	setting_open(&s, "first\n" FAULT);
	ck_assert(!next(&s, false));
	ck_assert_uint_eq(reader_due(s.reader), s.now + USEC_SECOND);
	s.now = reader_due(s.reader);
	ck_assert(next(&s, false));
	ck_assert_uint_eq(s.batch.n_faults, 1);
	ck_assert_uint_eq(s.batch.faults[0].line, 2);
	ck_assert_uint_eq(s.batch.faults[0].lines, 5);
	ck_assert_uint_eq(s.batch.faults[0].offset, 6);
	ck_assert_uint_eq(reader_due(s.reader), USEC_NEVER);
	ck_assert(!next(&s, false));
	setting_close(&s);
}
END_TEST

START_TEST(a_line_without_its_newline_is_read_at_the_end_only)
{
	struct setting s;
	static const char line[] = "DB error: The table `public.X` does not "
				   "exist in the current database.";
	setting_open(&s, line);
	ck_assert(!next(&s, false));
	s.now += USEC_SECOND;
	ck_assert(!next(&s, false));
	ck_assert(next(&s, true));
	ck_assert(s.batch.end);
	ck_assert_uint_eq(s.batch.n_faults, 1);
	ck_assert_uint_eq(s.batch.to.offset[0], sizeof(line) - 1);
	setting_close(&s);
}
END_TEST

START_TEST(a_position_inside_a_line_goes_on_with_the_next)
{
	struct setting s;
	setting_open(&s,
		"DB error: The table `public.X` does not exist in the "
		"current database.\n" FAULT);
	s.source.from.offset[0] = s.source.from.offset[1] = 10;
	ck_assert(next(&s, true));
	ck_assert_uint_eq(s.batch.n_faults, 1);
	ck_assert_str_eq(
		s.batch.faults[0].object.value[OBJECT_TABLE], "AnalyticsEvent");
	setting_close(&s);
}
END_TEST

START_TEST(a_position_knows_the_bytes_before_it)
{
	struct setting s;
	setting_open(&s, "first\nsecond\n");
	s.now = 4 * USEC_SECOND;
	ck_assert(!next(&s, false));
	s.now += USEC_SECOND;
	ck_assert(next(&s, false));
	ck_assert_uint_eq(s.batch.to.offset[0], 13);
	ck_assert_uint_eq(s.batch.to.before, hash64(SPAN("first\nsecond\n")));
	setting_close(&s);
}
END_TEST

/* Everything is read, and the last record is open: then it pauses, and head
 * need not read it again. */
START_TEST(the_position_follows_a_record_that_paused)
{
	struct setting s;
	setting_open(&s, "first\nsecond\n");
	s.now = 10 * USEC_SECOND;
	ck_assert(next(&s, false));
	ck_assert_uint_eq(s.batch.to.offset[0], 6);
	s.now += USEC_SECOND;
	ck_assert(!next(&s, false));
	s.now += 4 * USEC_SECOND;
	ck_assert(next(&s, false));
	ck_assert_uint_eq(s.batch.to.offset[0], 13);
	ck_assert_uint_eq(s.batch.bytes, 0);
	s.now += 9 * USEC_SECOND;
	ck_assert(!next(&s, false));
	setting_close(&s);
}
END_TEST

START_TEST(a_line_of_megabytes_costs_no_memory_and_no_fault)
{
	struct setting s;
	setting_open(&s, "first\n");
	own(str) char *block = xcalloc(1u << 20, 1);
	memset(block, 'x', (1u << 20) - 1);
	for (int i = 0; i < 9; i++)
		ck_assert_int_eq(write_all(s.fd, span_of(block)), 0);
	ck_assert_int_eq(write_all(s.fd, SPAN("\n" FAULT)), 0);
	uint64_t faults = 0, line = 0;
	do {
		ck_assert(next(&s, true));
		faults += s.batch.n_faults;
		if (s.batch.n_faults)
			line = s.batch.faults[0].line;
	} while (!s.batch.end);
	ck_assert_uint_eq(faults, 1);
	ck_assert_uint_eq(line, 3);
	setting_close(&s);
}
END_TEST

static void
add_at(struct buf *log, unsigned milliseconds)
{
	struct span rest = span_first(SPAN(FAULT), sizeof(FAULT) - 2), line;
	while (span_cut(&rest, '\n', &line)) {
		own(buf) struct buf text = { 0 };
		buf_add_span(&text, line);
		buf_add_char(&text, '\n');
		buf_add_str(log, "{\"log\":");
		json_quote(log, buf_span(&text));
		buf_printf(log,
			",\"stream\":\"stderr\",\"time\":"
			"\"2026-11-23T03:00:%02u.%03uZ\"}\n",
			milliseconds / 1000, milliseconds % 1000);
	}
}

START_TEST(equal_faults_within_a_second_fold)
{
	struct setting s;
	own(buf) struct buf log = { 0 };
	add_at(&log, 100);
	add_at(&log, 600);
	add_at(&log, 1000);
	add_at(&log, 2500);
	setting_open(&s, buf_str(&log));
	s.source.fold = true;
	ck_assert(next(&s, true));
	ck_assert_uint_eq(s.batch.n_faults, 1);
	ck_assert_uint_eq(s.batch.faults[0].count, 3);
	ck_assert_int_eq(s.batch.faults[0].last_ns - s.batch.faults[0].first_ns,
		900000000);
	/* The last one was open at the end. */
	ck_assert(next(&s, true));
	ck_assert(s.batch.end);
	ck_assert_uint_eq(s.batch.n_faults, 1);
	ck_assert_uint_eq(s.batch.faults[0].count, 1);
	ck_assert_uint_eq(s.batch.faults[0].line, 16);
	setting_close(&s);
}
END_TEST

static usec
standing_clock(void *arg)
{
	(void)arg;
	return 1;
}

START_TEST(a_flood_is_cut_into_full_batches)
{
	struct setting s;
	own(buf) struct buf log = { 0 };
	for (unsigned i = 0; i < 100; i++)
		add_at(&log, i);
	setting_open(&s, buf_str(&log));
	s.stock.tools.turn = TURN(standing_clock); /* no turn ends */
	uint64_t faults = 0, batches = 0;
	struct position at = { 0 };
	do {
		ck_assert(next(&s, true));
		ck_assert(position_eq(&at, &s.batch.from));
		at = s.batch.to;
		faults += s.batch.n_faults;
		batches++;
	} while (!s.batch.end);
	ck_assert_uint_eq(faults, 100);
	ck_assert_uint_le(batches, 100 / BATCH_FAULTS + 2);
	setting_close(&s);
}
END_TEST

START_TEST(a_rule_that_gives_up_is_told)
{
	struct why why;
	own(rules) struct rules *rules = rules_new();
	own(match) struct match *match = NULL;
	own(prefilter) struct prefilter *find = NULL;
	static char text[] = "[rule slow]\nclass = disk-full\n"
			     "match = begin(?:a|aa){1,40}(?:b|c)\n";
	own(file) FILE *f = fmemopen(text, sizeof(text) - 1, "r");
	ck_assert_msg(rules_add(rules, f, "x", &why) == 0, "%s", why.text);
	ck_assert_int_eq(prefilter_new(rules, &find, &why), 0);
	ck_assert_int_eq(match_new(rules, find, &match, &why), 0);
	struct record record = { .offset = 77, .lines = 1, .hit = true };
	buf_add_str(&record.text, "begin");
	for (int i = 0; i < 2000; i++)
		buf_add_char(&record.text, 'a');
	struct source source = { 0 };
	struct fault faults[MATCH_FAULTS];
	source_add_rule(&source, 0);
	ck_assert_uint_eq(match_record(match, &record, &source, faults), 0);
	struct match_undecided u = match_undecided(match);
	ck_assert_uint_eq(u.times, 1);
	ck_assert_str_eq(u.rule->name, "slow");
	ck_assert_uint_eq(u.offset, 77);
	ck_assert_uint_eq(match_undecided(match).times, 0);
	buf_free(&record.text);
}
END_TEST

/* What comes between two lines besides time. */
enum between { NOTHING, OTHER_LOG, OTHER_STREAM, ROTATION, RESTART, BETWEENS };

static void
write_line(struct setting *s, enum stream stream, struct span text)
{
	own(buf) struct buf line = { 0 }, log = { 0 };
	buf_add_span(&line, text);
	buf_add_char(&line, '\n');
	buf_add_str(&log, "{\"log\":");
	json_quote(&log, buf_span(&line));
	buf_printf(&log,
		",\"stream\":\"%s\",\"time\":"
		"\"2026-11-23T03:00:00.%09lluZ\"}\n",
		stream ? "stderr" : "stdout", (unsigned long long)s->now);
	ck_assert_int_eq(write_all(s->fd, buf_span(&log)), 0);
	s->written += log.len;
}

/* Everything that eyes do up to `until`: they are woken by what was written,
 * and come back when the reader says so. */
static void
read_until(struct setting *s, usec until, struct found *found)
{
	for (;;) {
		while (next(s, false)) {
			for (size_t i = 0; i < s->batch.n_faults; i++)
				found_add(found, &s->batch.faults[i],
					s->stock.rules);
			s->source.from = s->batch.to;
		}
		usec due = reader_due(s->reader);
		if (due > until)
			break;
		s->now = MAX(due, s->now + 50000);
	}
	s->now = until;
}

static void
come_between(struct setting *s, enum between what, enum stream stream)
{
	struct why why = { "" };
	if (what == OTHER_LOG)
		window_reset(s->stock.tools.window, NULL, 0);
	if (what == OTHER_STREAM)
		write_line(s, !stream, SPAN("listening on :3000"));
	if (what == RESTART) {
		reader_close(take(s->reader));
	} else if (what == ROTATION) {
		close(s->fd);
		s->fd = memfd_create("log", MFD_CLOEXEC);
		ck_assert_int_eq(reader_append(s->reader, dup(s->fd),
					 s->written, s->now, &why),
			0);
	}
}

/* A log of its own for the next text. */
static void
setting_renew(struct setting *s)
{
	reader_close(take(s->reader));
	close(s->fd);
	s->fd = memfd_create("log", MFD_CLOEXEC);
	s->written = 0;
	s->source.from = (struct position){ 0 };
	window_reset(s->stock.tools.window, NULL, 0);
}

struct pace {
	enum stream stream;
	usec pause; /* between two lines; 0: all are there at once */
	enum between between;
};

/* The faults of a text that is written into a log that was silent, and then
 * goes silent again. */
static void
written(struct setting *s, const char *text, struct pace pace,
	struct found *found)
{
	struct span rest = span_of(text), line;
	setting_renew(s);
	write_line(s, pace.stream, SPAN("{\"level\":30,\"msg\":\"ready\"}"));
	read_until(s, s->now + 100 * USEC_SECOND, found);
	while (span_cut(&rest, '\n', &line)) {
		write_line(s, pace.stream, line);
		if (!rest.data)
			break;
		if (pace.pause)
			read_until(s, s->now + pace.pause, found);
		come_between(s, pace.between, pace.stream);
	}
	read_until(s, s->now + 100 * USEC_SECOND, found);
	found_sort(found);
}

/* Rules and objects of what was found, without the places. */
static char *
names_of(const struct found *f)
{
	struct buf text = { 0 };
	for (size_t i = 0; i < f->n; i++)
		buf_printf(&text, "%s\n", strchr(f->lines[i], ' '));
	return buf_take_str(&text);
}

static void
try_pace(struct setting *s, const struct rule *rule, const char *text,
	struct pace pace)
{
	struct found slowly = { 0 }, at_once = { 0 };
	written(s, text, (struct pace){ .stream = pace.stream }, &at_once);
	written(s, text, pace, &slowly);
	own(str) char *want = names_of(&at_once);
	own(str) char *got = names_of(&slowly);
	ck_assert_msg(strcmp(want, got) == 0,
		"%s, %u ms, %d in between:\n%sand not\n%s", rule->name,
		(unsigned)(pace.pause / 1000), pace.between, got, want);
	found_free(&at_once);
	found_free(&slowly);
}

static void
try_slowly(struct setting *s, const struct rule *rule, const char *text)
{
	static const usec pauses[] = { 1, 20000, 200000, 900000 };
	for (size_t i = 0; i < ELEMENTS(pauses); i++)
		for (int between = 0; between < BETWEENS; between++)
			try_pace(s, rule, text,
				(struct pace){
					i % 2 ? STREAM_STDERR : STREAM_STDOUT,
					pauses[i], (enum between)between });
}

START_TEST(a_record_is_whole_however_slowly_it_is_written)
{
	struct setting s;
	setting_open(&s, "");
	s.source.format = FORMAT_DOCKER;
	s.source.follow = true;
	size_t texts = 0;
	for (size_t i = 0; i < rules_count(s.stock.rules); i++) {
		const struct rule *rule = rules_at(s.stock.rules, i);
		for (size_t k = 0; k < rule->n_samples; k++) {
			try_slowly(&s, rule, rule->samples[k].text);
			texts++;
		}
	}
	ck_assert_uint_gt(texts, 100);
	setting_close(&s);
}
END_TEST

/* The other stream never falls silent. */
START_TEST(each_stream_pauses_by_itself)
{
	struct setting s;
	struct found found = { 0 };
	struct span rest = SPAN(FAULT), line;
	setting_open(&s, "");
	s.source.format = FORMAT_DOCKER;
	while (span_cut(&rest, '\n', &line))
		write_line(&s, STREAM_STDERR, line);
	usec end = s.now + 2 * USEC_SECOND;
	while (s.now < end) {
		write_line(&s, STREAM_STDOUT, SPAN("GET /health 200"));
		read_until(&s, s.now + 100000, &found);
	}
	ck_assert_uint_eq(found.n, 1);
	found_free(&found);
	setting_close(&s);
}
END_TEST

START_TEST(a_record_that_never_stops_growing_is_closed_at_last)
{
	struct setting s;
	struct found found = { 0 };
	setting_open(&s, "");
	s.source.format = FORMAT_DOCKER;
	write_line(&s, STREAM_STDERR,
		SPAN("PrismaClientKnownRequestError: The table `public.X` does "
		     "not exist in the current database."));
	for (unsigned i = 0; i < 300 && !found.n; i++) {
		write_line(&s, STREAM_STDERR, SPAN("    at f (/app/x.js:1:1)"));
		read_until(&s, s.now + USEC_SECOND / 2, &found);
	}
	ck_assert_uint_eq(found.n, 1);
	found_free(&found);
	setting_close(&s);
}
END_TEST

CHECK_MAIN("reader", an_open_record_is_closed_after_a_pause,
	a_record_is_whole_however_slowly_it_is_written,
	each_stream_pauses_by_itself,
	a_record_that_never_stops_growing_is_closed_at_last,
	a_line_without_its_newline_is_read_at_the_end_only,
	a_position_inside_a_line_goes_on_with_the_next,
	a_position_knows_the_bytes_before_it,
	the_position_follows_a_record_that_paused,
	a_line_of_megabytes_costs_no_memory_and_no_fault,
	equal_faults_within_a_second_fold, a_flood_is_cut_into_full_batches,
	a_rule_that_gives_up_is_told, both_roads_find_the_same)
