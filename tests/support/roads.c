#include "config.h"
#include "support/roads.h"

#include <check.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/io/file.h"
#include "base/json.h"

#define ROTATIONS_MOST 8

uint32_t
dice_roll(struct dice *d, uint32_t sides)
{
	/* xorshift64* */
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return (uint32_t)((d->state * 2685821657736338717u) >> 33) % sides;
}

/* Time that each look at it costs. */
static usec
busy_clock(void *arg)
{
	static usec now;
	(void)arg;
	return now += 10000;
}

static struct stock *filling; /* nftw takes no argument */

static int
add_capture(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	const char *name = path + at->base;
	if (kind != FTW_F || st->st_size > 20000 ||
		(strcmp(name, "stdout") != 0 && strcmp(name, "stderr") != 0))
		return 0;
	struct buf text = { 0 };
	ck_assert_int_eq(file_read(path, 20000, &text, NULL), 0);
	strings_add(&filling->texts, buf_str(&text));
	filling->n++;
	buf_free(&text);
	return 0;
}

void
stock_open(struct stock *s)
{
	struct why why = { "" };
	*s = (struct stock){ 0 };
	filling = s;
	ck_assert_int_eq(nftw(TEST_DATA "/captures", add_capture, 16, 0), 0);
	ck_assert_uint_gt(s->n, 100);
	char *folders[] = { (char *)TEST_RULES, NULL };
	ck_assert_msg(
		rules_load(folders, &s->rules, &why) == 0, "%s", why.text);
	ck_assert_int_eq(prefilter_new(s->rules, &s->tools.prefilter, &why), 0);
	ck_assert_int_eq(
		match_new(s->rules, s->tools.prefilter, &s->tools.match, &why),
		0);
	ck_assert_int_eq(window_new(&s->tools.window, &why), 0);
	/* A turn ends at its second look at the clock. */
	s->tools.turn = TURN(busy_clock);
	s->tools.walk = record_walk_new(rules_shapes(s->rules));
}

void
stock_close(struct stock *s)
{
	strings_free(s->texts);
	match_free(s->tools.match);
	prefilter_free(s->tools.prefilter);
	window_free(s->tools.window);
	record_walk_free(s->tools.walk);
	rules_free(s->rules);
}

/* A stream's text that waits to be written, line by line. */
struct source_text {
	struct buf text;
	size_t at;
};

static void
add_noise(struct dice *d, struct buf *to)
{
	static const char *const noise[] = {
		"GET /health 200 1.2 ms\n",
		"{\"level\":30,\"msg\":\"request completed\"}\n",
		"    at indented (nowhere.js:1:1)\n",
		"}\n",
		"\n",
		"listening on :3000\n",
		("The table `public.Alone` does not exist in the current "
		 "database.\n"),
		"PrismaClientKnownRequestError: \n",
		"Error: P3009\n",
		"Query: SELECT 1 Params: [\"\n",
		"2026-11-23T02:56:36.288Z app:tracking failed\n",
		"{\n",
	};
	buf_add_str(to, noise[dice_roll(d, ELEMENTS(noise))]);
}

/* A line of 16 to 50 KiB with something at its end. */
static void
add_long_line(struct dice *d, const struct stock *s, struct buf *to)
{
	size_t len = 15000 + dice_roll(d, 35000);
	buf_add_str(to, "{\"level\":50,\"body\":\"");
	while (len--)
		buf_add_char(to, 'x');
	buf_add_str(to, "\",\"err\":{\"message\":");
	json_quote(to, span_of(s->texts[dice_roll(d, (uint32_t)s->n)]));
	buf_add_str(to, "}}\n");
}

static void
fill(struct dice *d, const struct stock *s, struct source_text *t)
{
	switch (dice_roll(d, 12)) {
	case 0:
		add_long_line(d, s, &t->text);
		break;
	case 1:
	case 2:
	case 3:
	case 4:
	case 5: {
		const char *text = s->texts[dice_roll(d, (uint32_t)s->n)];
		buf_add_str(&t->text, text);
		if (t->text.data[t->text.len - 1] != '\n')
			buf_add_char(&t->text, '\n');
		break;
	}
	default:
		add_noise(d, &t->text);
	}
}

static void
add_record(struct buf *to, enum stream stream, struct span piece, bool ends,
	uint32_t time)
{
	own(buf) struct buf text = { 0 };
	buf_add_span(&text, piece);
	if (ends)
		buf_add_char(&text, '\n');
	buf_add_str(to, "{\"log\":");
	json_quote(to, buf_span(&text));
	buf_printf(to,
		",\"stream\":\"%s\",\"time\":\"2026-11-23T03:00:%02u.%06uZ\"}"
		"\n",
		stream ? "stderr" : "stdout", time / 1000000 % 60,
		time % 1000000);
}

static void
add_broken(struct dice *d, struct buf *to)
{
	static const char *const broken[] = { "{\"log\":\"torn", "nonsense\n",
		"\n", "{\"log\":7}\n", "{}\n" };
	uint32_t which = dice_roll(d, ELEMENTS(broken) + 1);
	if (which < ELEMENTS(broken))
		buf_add_str(to, broken[which]);
	else
		buf_add(to, "\0\0\0\0\0\0\0", 7);
}

/* The next line of a stream, in pieces as dockerd makes them. */
static void
write_line(struct dice *d, struct source_text *t, enum stream stream,
	bool docker, uint32_t *time, struct buf *to)
{
	struct span rest = span_from(buf_span(&t->text), t->at), line;
	if (!span_cut(&rest, '\n', &line))
		return;
	t->at += line.len + 1;
	*time += 1 + dice_roll(d, 900000);
	if (!docker) {
		buf_add_span(to, line);
		buf_add_char(to, '\n');
		return;
	}
	while (line.len >= 16384) {
		add_record(to, stream, span_first(line, 16384), false, *time);
		line = span_from(line, 16384);
	}
	/* A writer that dies in a line leaves it without its end. */
	add_record(to, stream, line, dice_roll(d, 200) != 0, *time);
}

void
log_invent(struct dice *d, const struct stock *s, bool docker, struct buf *to)
{
	struct source_text streams[STREAMS] = { 0 };
	uint32_t time = 1;
	size_t lines = 20 + dice_roll(d, 400);
	for (size_t i = 0; i < lines; i++) {
		enum stream which = docker ? dice_roll(d, 2) : 0;
		uint32_t run = 1 + dice_roll(d, 12);
		while (run--) {
			struct source_text *t = &streams[which];
			if (t->at >= t->text.len)
				fill(d, s, t);
			write_line(d, t, which, docker, &time, to);
		}
		if (docker && dice_roll(d, 60) == 0)
			add_broken(d, to);
	}
	buf_free(&streams[0].text);
	buf_free(&streams[1].text);
}

static void
spoil_run(struct dice *d, struct buf *log)
{
	size_t at = dice_roll(d, (uint32_t)log->len);
	size_t len = MIN(dice_roll(d, 300), log->len - at);
	struct span run = { log->data + at, len };
	own(buf) struct buf changed = { 0 };
	buf_add_span(&changed, (struct span){ log->data, at });
	for (uint32_t times = dice_roll(d, 3); times; times--)
		buf_add_span(&changed, run);
	buf_add_span(&changed, span_from(buf_span(log), at + len));
	buf_reset(log);
	buf_add_span(log, buf_span(&changed));
}

void
log_spoil(struct dice *d, struct buf *log)
{
	static const char favourites[] = "\n\"\\{}[]:,'`\0\x1b\xff u";
	for (uint32_t n = 1 + dice_roll(d, 40); n; n--) {
		size_t at = dice_roll(d, (uint32_t)log->len);
		log->data[at] = dice_roll(d, 2)
			? favourites[dice_roll(d, sizeof(favourites) - 1)]
			: (char)dice_roll(d, 256);
	}
	for (uint32_t n = dice_roll(d, 6); n && log->len; n--)
		spoil_run(d, log);
}

void
found_free(struct found *f)
{
	strings_free(f->lines);
	*f = (struct found){ 0 };
}

void
found_add(struct found *f, const struct fault *fault, const struct rules *rules)
{
	own(str) char *object = object_text(fault->class, &fault->object);
	own(str) char *line = xprintf("%010llu %d %s %s lines %u cut %d",
		(unsigned long long)fault->offset, fault->stream,
		rules_at(rules, fault->rule)->name, object, fault->lines,
		fault->cut);
	strings_add(&f->lines, line);
	f->n++;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
found_sort(struct found *f)
{
	if (f->n)
		qsort(f->lines, f->n, sizeof(*f->lines), compare);
}

static void
take_record(const struct stock *s, const struct record *r, struct found *ret)
{
	struct source source = { 0 };
	struct fault faults[MATCH_FAULTS];
	ck_assert_int_eq(rules_select(s->rules, NULL, NULL, &source, NULL), 0);
	size_t n =
		r->hit ? match_record(s->tools.match, r, &source, faults) : 0;
	for (size_t i = 0; i < n; i++) {
		found_add(ret, &faults[i], s->rules);
		fault_free(&faults[i]);
	}
}

static bool
holds_literal(const struct stock *s, const char *begin, const char *end)
{
	struct hits hits = { 0 };
	prefilter_all(s->tools.prefilter,
		(struct span){ begin, (size_t)(end - begin) }, &hits);
	bool any = hits.n > 0;
	hits_free(&hits);
	return any;
}

static void
slow_stream(const struct stock *s, struct span log, enum source_format format,
	enum stream stream, struct found *ret)
{
	own(docker_json) struct docker_json *decode = docker_json_new();
	own(join) struct join *lines = join_new(stream);
	own(assemble) struct assemble *assemble =
		assemble_new(rules_shapes(s->rules));
	struct span all = log, rest;
	struct line ready[2];
	while (span_cut(&all, '\n', &rest)) {
		uint64_t from = (uint64_t)(rest.data - log.data);
		struct log_entry e;
		const char *begin = rest.data, *end = rest.data + rest.len;
		while (docker_json_next(decode, format, -1, &rest, &e)) {
			if (format == FORMAT_DOCKER && e.stream != stream)
				continue;
			struct line_place at = { from +
					(uint64_t)(e.begin - begin),
				MIN(from + (uint64_t)(end - begin) + 1,
					log.len),
				holds_literal(s, e.begin, end) };
			size_t n = join_feed(lines, &e, &at, ready);
			for (size_t i = 0; i < n; i++) {
				const struct record *r =
					assemble_feed(assemble, &ready[i]);
				if (r)
					take_record(s, r, ret);
			}
		}
	}
	const struct record *r = NULL;
	if (join_flush(lines, &ready[0]))
		r = assemble_feed(assemble, &ready[0]);
	if (r)
		take_record(s, r, ret);
	r = assemble_close(assemble);
	if (r)
		take_record(s, r, ret);
}

void
slow_road(
	const struct stock *s, struct span log, bool docker, struct found *ret)
{
	slow_stream(s, log, docker ? FORMAT_DOCKER : FORMAT_PLAIN,
		STREAM_STDOUT, ret);
	if (docker)
		slow_stream(s, log, FORMAT_DOCKER, STREAM_STDERR, ret);
	found_sort(ret);
}

/* A file of a log that is rotated on the way. */
struct written {
	int fd;
	uint64_t base;
};

/* A reader on its way, and how it is disturbed. */
struct journey {
	struct dice *dice;
	const struct stock *stock;
	struct reader_tools tools;
	struct source source;
	struct reader *reader;
	struct written files[ROTATIONS_MOST + 1];
	size_t n;
	usec now;
};

/* From the file that its position lies in, or from an earlier one, which is no
 * longer needed but there. */
static void
open_reader(struct journey *j)
{
	struct why why = { "" };
	size_t i = j->n - 1;
	while (i && j->files[i].base > position_least(&j->source.from))
		i--;
	if (i && dice_roll(j->dice, 4) == 0)
		i--;
	reader_close(j->reader);
	j->reader = NULL;
	j->source.base = j->files[i].base;
	ck_assert_msg(reader_open(&j->source, dup(j->files[i].fd), &j->tools,
			      &j->reader, &why) == 0,
		"%s", why.text);
	while (++i < j->n)
		ck_assert_msg(reader_append(j->reader, dup(j->files[i].fd),
				      j->files[i].base, j->now, &why) == 0,
			"%s", why.text);
}

static void
add_file(struct journey *j, uint64_t base)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	struct why why = { "" };
	ck_assert_int_ge(fd, 0);
	j->files[j->n++] = (struct written){ fd, base };
	if (j->reader)
		ck_assert_msg(reader_append(j->reader, dup(fd), base, j->now,
				      &why) == 0,
			"%s", why.text);
}

/* What Docker does with a rotated copy that is to be compressed. */
static void
pack(struct written *w, uint64_t end)
{
	size_t len = (size_t)(end - w->base);
	own(str) char *text = xcalloc(1, len + 1);
	ck_assert_int_eq(pread(w->fd, text, len, 0), (ssize_t)len);
	int fd = memfd_create("log.gz", MFD_CLOEXEC), copy = dup(fd);
	ck_assert_int_ge(copy, 0);
	gzFile gz = gzdopen(copy, "wb1");
	ck_assert_int_eq(gzwrite(gz, text, (unsigned)len), (int)len);
	ck_assert_int_eq(gzclose(gz), Z_OK);
	close(w->fd);
	w->fd = fd;
}

static void
rotate(struct journey *j, uint64_t end)
{
	add_file(j, end);
	if (dice_roll(j->dice, 3) == 0)
		pack(&j->files[j->n - 2], end);
}

/* Everything that is there now; true after the last batch. */
static bool
read_on(struct journey *j, bool ended, struct found *ret)
{
	struct why why = { "" };
	for (;;) {
		own(batch) struct batch batch = { 0 };
		/* Too little for a pause, which would close what is open. */
		j->now += 1000 * (1 + dice_roll(j->dice, 3));
		int r = reader_step(j->reader, ended, j->now, &batch, &why);
		ck_assert_msg(r >= 0, "%s", why.text);
		if (r == READER_ALL)
			return false;
		if (dice_roll(j->dice, 4) == 0)
			window_reset(j->stock->tools.window, NULL, 0);
		if (r == READER_MORE)
			continue;
		ck_assert(position_eq(&batch.from, &j->source.from));
		for (size_t i = 0; i < batch.n_faults; i++)
			found_add(ret, &batch.faults[i], j->stock->rules);
		j->source.from = batch.to;
		if (batch.end)
			return true;
		if (dice_roll(j->dice, 4) == 0)
			open_reader(j);
	}
}

void
fast_road(struct dice *d, const struct stock *s, struct span log, bool docker,
	struct found *ret)
{
	struct journey j = {
		.dice = d, .stock = s, .tools = s->tools, .now = USEC_HOUR
	};
	struct why why = { "" };
	ck_assert_int_eq(
		rules_select(s->rules, NULL, NULL, &j.source, &why), 0);
	j.source.follow = true;
	j.source.format = docker ? FORMAT_DOCKER : FORMAT_PLAIN;
	uint64_t end = 0;
	add_file(&j, 0);
	open_reader(&j);
	while (log.len) {
		size_t step = 1 + dice_roll(d, 60000);
		struct span part = span_first(log, step);
		ck_assert_int_eq(write_all(j.files[j.n - 1].fd, part), 0);
		end += part.len;
		log = span_from(log, part.len);
		(void)read_on(&j, false, ret);
		if (dice_roll(d, 5) == 0)
			open_reader(&j);
		if (j.n <= ROTATIONS_MOST && dice_roll(d, 6) == 0)
			rotate(&j, end);
	}
	ck_assert(read_on(&j, true, ret));
	reader_close(j.reader);
	while (j.n)
		close(j.files[--j.n].fd);
	found_sort(ret);
}
