#include "config.h"
#include "bench/logwriter.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"

#define PIECE 16384u

uint32_t
log_writer_roll(struct log_writer *w, uint32_t sides)
{
	w->state = w->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(w->state >> 33) % sides;
}

static void
flush(struct log_writer *w)
{
	if (fwrite(w->out.data, 1, w->out.len, stdout) != w->out.len)
		exit(EXIT_FAILURE);
	w->written += w->out.len;
	buf_reset(&w->out);
}

static void
put_piece(struct log_writer *w, const char *stream, struct span piece)
{
	char when[CLOCK_TEXT];
	buf_add_str(&w->out, "{\"log\":");
	json_quote(&w->out, piece);
	buf_printf(&w->out, ",\"stream\":\"%s\",\"time\":\"%s\"}\n", stream,
		clock_text_ns(w->time_ns, when));
	if (w->out.len > 1u << 20)
		flush(w);
}

void
log_writer_line(struct log_writer *w, const char *stream, struct span text)
{
	own(buf) struct buf line = { 0 };
	buf_add_span(&line, text);
	buf_add_char(&line, '\n');
	w->time_ns += log_writer_roll(w, 3000000);
	w->lines++;
	for (struct span rest = buf_span(&line); rest.len;
		rest = span_from(rest, PIECE))
		put_piece(w, stream, span_first(rest, PIECE));
}

uint64_t
log_writer_bytes(const struct log_writer *w)
{
	return w->written + w->out.len;
}

int
log_writer_end(struct log_writer *w)
{
	flush(w);
	buf_free(&w->out);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
