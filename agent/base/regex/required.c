#include "config.h"
#include "base/regex/required.h"

#include <stdlib.h>
#include <string.h>

#include "base/own.h"

/* Of a set with more words, or a longer one, nothing more is learned. */
#define WORDS_MAX 192u
#define PRODUCT_MAX 64u
#define CLASS_MAX 4u /* bytes of a class that count as so many words */
#define RUN_LEAST 16u
#define DEPTH_MAX 40u
#define REPEATED_MAX 8u

struct parser {
	const char *at;
	bool cased;   /* inside of (?-i: */
	bool lost;    /* something is not understood */
	bool passing; /* inside of an assertion: nothing of it is required */
	unsigned depth;
};

/* What an element of a pattern matches: if `exact`, one of the words and
 * nothing else; else something that holds what is required. */
struct element {
	bool exact;
	struct required_words words;
	struct required required;
	bool one_byte; /* of the class */
	struct byte_class class;
};

static void
words_free(struct required_words *w)
{
	free(w->list);
	*w = (struct required_words){ 0 };
}

void
required_free(struct required *r)
{
	for (size_t i = 0; i < r->n; i++)
		words_free(&r->needs[i].words);
	free(r->needs);
	*r = (struct required){ 0 };
}

static void
element_free(struct element *p)
{
	words_free(&p->words);
	required_free(&p->required);
}

static void
add_word(struct required_words *to, const struct required_word *word)
{
	/* Doubles the room. */
	if ((to->n & (to->n - 1)) == 0)
		to->list = xrealloc(
			to->list, to->n ? 2 * to->n : 1, sizeof(*to->list));
	to->list[to->n++] = *word;
}

static bool
has_word(const struct required_words *w, const struct required_word *word)
{
	for (size_t i = 0; i < w->n; i++)
		if (memcmp(&w->list[i], word, sizeof(*word)) == 0)
			return true;
	return false;
}

/* Alternatives of a pattern often share their words. */
static void
add_words(struct required_words *to, const struct required_words *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (!has_word(to, &from->list[i]))
			add_word(to, &from->list[i]);
}

static struct element
nothing(void)
{
	struct element p = { .exact = true };
	add_word(&p.words, &(struct required_word){ .cased = true });
	return p;
}

/* The length of the shortest word; 0 if there is none. */
static size_t
shortest(const struct required_words *w)
{
	size_t least = w->n ? REQUIRED_WORD_MAX : 0;
	for (size_t i = 0; i < w->n; i++)
		least = MIN(least, w->list[i].len);
	return least;
}

/* Takes the words over as a further need, unless any text has one of them. */
static void
add_need(struct required *to, struct required_words *words)
{
	if (!shortest(words)) {
		words_free(words);
		return;
	}
	to->needs = xrealloc(to->needs, to->n + 1, sizeof(*to->needs));
	to->needs[to->n++] = (struct required_need){ .words = *words };
	*words = (struct required_words){ 0 };
}

static void
add_all(struct required *to, struct required *from)
{
	to->needs =
		xrealloc(to->needs, to->n + from->n + 1, sizeof(*to->needs));
	for (size_t i = 0; i < from->n; i++)
		to->needs[to->n++] = from->needs[i];
	from->n = 0;
}

static void
lower(struct required_word *w)
{
	for (size_t i = 0; i < w->len; i++)
		if (w->text[i] >= 'A' && w->text[i] <= 'Z')
			w->text[i] |= 0x20;
	w->cased = false;
}

/* Each word of the one followed by each of the other; false if those are too
 * many or too long. */
static bool
join(struct required_words *left, const struct required_words *right)
{
	struct required_words all = { 0 };
	bool fits = left->n * right->n <= PRODUCT_MAX;
	for (size_t i = 0; fits && i < left->n * right->n; i++) {
		struct required_word w = left->list[i / right->n];
		const struct required_word *r = &right->list[i % right->n];
		fits = w.len + r->len <= REQUIRED_WORD_MAX;
		if (!fits)
			break;
		memcpy(w.text + w.len, r->text, r->len);
		w.len = (uint8_t)(w.len + r->len);
		if (!w.cased || !r->cased)
			lower(&w);
		add_word(&all, &w);
	}
	struct required_words *gone = fits ? left : &all;
	words_free(gone);
	if (fits)
		*left = all;
	return fits;
}

/* From here on the sequence is not exact any more; what was is required. */
static void
flush(struct element *sequence)
{
	add_need(&sequence->required, &sequence->words);
	words_free(&sequence->words);
	add_word(&sequence->words, &(struct required_word){ .cased = true });
	sequence->exact = false;
}

struct times {
	unsigned least;
	bool once;  /* exactly once */
	bool maybe; /* once or not at all */
};

/* Reads a quantifier. */
static struct times
parse_times(struct parser *p)
{
	struct times t = { 1, true, false };
	char c = *p->at;
	if (c == '*' || c == '?' || c == '+') {
		p->at++;
		t = (struct times){ c == '+', false, c == '?' };
	} else if (c == '{' && p->at[1] >= '0' && p->at[1] <= '9') {
		char *end;
		unsigned long least = strtoul(p->at + 1, &end, 10), most;
		most = *end != ',' ? least : strtoul(end + 1, &end, 10);
		p->lost |= *end != '}';
		p->at = *end ? end + 1 : end;
		t.least = (unsigned)MIN(least, 65535);
		t.once = least == 1 && most == 1;
	} else {
		return t;
	}
	p->at += *p->at == '+' || *p->at == '?';
	return t;
}

/* Puts the element behind the sequence. */
static void
append(struct element *sequence, struct element *p, struct times t)
{
	if (t.maybe && p->exact)
		add_word(&p->words, &(struct required_word){ .cased = true });
	if ((t.once || t.maybe) && p->exact) {
		if (!join(&sequence->words, &p->words)) {
			flush(sequence);
			words_free(&sequence->words);
			sequence->words = p->words;
			p->words = (struct required_words){ 0 };
		}
		return;
	}
	for (unsigned i = 0; p->exact && i < MIN(t.least, REPEATED_MAX); i++)
		if (!join(&sequence->words, &p->words))
			break;
	flush(sequence);
	if (t.least)
		add_all(&sequence->required, &p->required);
	if (!p->one_byte || t.least < RUN_LEAST)
		return;
	struct required *to = &sequence->required;
	to->needs = xrealloc(to->needs, to->n + 1, sizeof(*to->needs));
	to->needs[to->n++] =
		(struct required_need){ .class = p->class, .run = t.least };
}

static struct element parse_alternatives(struct parser *p);

/* Reads a group behind its parenthesis. */
static struct element
parse_group(struct parser *p)
{
	static const struct {
		const char *begin;
		bool assertion, cased;
	} kinds[] = { { "?:", false, false }, { "?>", false, false },
		{ "?-i:", false, true }, { "?=", true, false },
		{ "?!", true, false }, { "?<=", true, false },
		{ "?<!", true, false } };
	bool assertion = false, known = *p->at != '?';
	bool cased = p->cased, passing = p->passing;
	for (size_t i = 0; !known && i < ELEMENTS(kinds); i++)
		if (strncmp(p->at, kinds[i].begin, strlen(kinds[i].begin)) ==
			0) {
			known = true;
			assertion = kinds[i].assertion;
			p->cased |= kinds[i].cased;
			p->at += strlen(kinds[i].begin);
		}
	p->lost |= !known || *p->at == '*' || ++p->depth > DEPTH_MAX;
	p->passing |= assertion;
	struct element inside = p->lost ? nothing() : parse_alternatives(p);
	p->lost |= *p->at != ')';
	p->at += *p->at == ')';
	p->cased = cased;
	p->passing = passing;
	p->depth--;
	if (!assertion)
		return inside;
	/* It takes no bytes: what stands before and behind it is adjacent. */
	element_free(&inside);
	return nothing();
}

/* One byte of the class: so many words if it has few. */
static struct element
element_of_class(const struct byte_class *c, bool cased)
{
	struct element p = { .exact = byte_class_count(c) <= 2 * CLASS_MAX,
		.one_byte = true,
		.class = *c };
	for (unsigned byte = byte_class_next(c, 0); p.exact && byte < 256;
		byte = byte_class_next(c, byte + 1)) {
		bool upper = byte >= 'A' && byte <= 'Z';
		if (upper && !cased && byte_class_has(c, byte | 0x20))
			continue;
		struct required_word w = { { (char)byte }, 1, true };
		if (!cased)
			lower(&w);
		add_word(&p.words, &w);
		p.exact = byte && p.words.n <= CLASS_MAX;
	}
	if (!p.exact)
		words_free(&p.words);
	p.exact &= p.words.n > 0;
	return p;
}

static struct element
parse_atom(struct parser *p)
{
	struct byte_class class = { 0 };
	if (*p->at == '(') {
		p->at++;
		return parse_group(p);
	}
	if (*p->at == '^' || *p->at == '$') {
		p->at++;
		return nothing();
	}
	bool no_bytes = false;
	p->at = byte_class_parse(p->at, !p->cased, &class, &no_bytes);
	if (!p->at) {
		p->at = "";
		p->lost = true;
	}
	if (p->passing)
		return (struct element){ 0 };
	return p->lost || no_bytes ? nothing()
				   : element_of_class(&class, p->cased);
}

static struct element
parse_sequence(struct parser *p)
{
	struct element sequence =
		p->passing ? (struct element){ 0 } : nothing();
	while (*p->at && *p->at != '|' && *p->at != ')' && !p->lost) {
		struct element next = parse_atom(p);
		struct times t = parse_times(p);
		if (!p->passing)
			append(&sequence, &next, t);
		element_free(&next);
	}
	if (p->passing)
		return sequence;
	if (!sequence.exact)
		flush(&sequence);
	return sequence;
}

/* The need of the element that fewest texts have; NULL if it has none. */
static const struct required_words *
rarest(const struct element *p)
{
	const struct required_words *best = NULL;
	if (p->exact)
		return shortest(&p->words) ? &p->words : NULL;
	for (size_t i = 0; i < p->required.n; i++) {
		const struct required_words *w = &p->required.needs[i].words;
		size_t len = shortest(w), old = best ? shortest(best) : 0;
		if (len > old || (len && len == old && w->n < best->n))
			best = w;
	}
	return best;
}

/* Makes `all` what either it or the other matches. */
static void
either(struct element *all, const struct element *other)
{
	bool exact = all->exact && other->exact;
	const struct required_words *a = exact ? &all->words : rarest(all);
	const struct required_words *b = exact ? &other->words : rarest(other);
	struct required_words both = { 0 };
	if (a && b) {
		add_words(&both, a);
		add_words(&both, b);
		if (both.n > WORDS_MAX)
			words_free(&both);
	}
	element_free(all);
	*all = (struct element){ .exact = exact && both.n };
	if (all->exact)
		all->words = both;
	else
		add_need(&all->required, &both);
}

static struct element
parse_alternatives(struct parser *p)
{
	struct element all = parse_sequence(p);
	while (*p->at == '|' && !p->lost) {
		p->at++;
		struct element next = parse_sequence(p);
		either(&all, &next);
		element_free(&next);
	}
	return all;
}

bool
required_of(const char *pattern, struct required *ret)
{
	struct parser p = { .at = pattern };
	struct element all = parse_alternatives(&p);
	*ret = (struct required){ 0 };
	bool known = !p.lost && !*p.at;
	if (known && all.exact)
		add_need(ret, &all.words);
	else if (known)
		add_all(ret, &all.required);
	element_free(&all);
	return known;
}
