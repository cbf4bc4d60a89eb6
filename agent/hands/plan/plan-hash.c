#include "config.h"
#include "hands/plan/plan-hash.h"

#include "hands/diagnose/census.h"
#include "wire/fault.h"
#include "wire/finding.h"

/* sha256_field() puts the length before each field, so that no two lists of
 * fields run together. */
static void
hash_number(struct sha256 *h, uint64_t n)
{
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	sha256_field(h, span_of(text));
}

static void
hash_url(struct sha256 *h, const struct url *u)
{
	const char *const fields[] = { u->host, u->port, u->database, u->schema,
		u->user ? u->user : "" };
	for (size_t i = 0; i < ELEMENTS(fields); i++)
		sha256_field(h, span_of(fields[i]));
}

/* The server, the database and the ways to it. */
static void
hash_place(struct sha256 *h, const struct diagnosis *d)
{
	hash_url(h, &d->url);
	hash_url(h, &d->migrate_url);
	sha256_field(h, span_of(d->target.system));
	sha256_field(h, span_of(d->target.database));
}

static void
hash_remedy(struct sha256 *h, const struct remedy *remedy)
{
	sha256_field(h, span_of(remedy->name));
	hash_number(h, remedy->lock_timeout);
	hash_number(h, remedy->statement_timeout);
	hash_number(h, remedy->deadline);
	hash_number(h, remedy->rehearse);
}

static void
hash_units(struct sha256 *h, const struct census *run)
{
	const struct unit_script *list = census_units(run);
	hash_number(h, census_size(run));
	for (size_t i = 0; i < census_size(run); i++) {
		sha256_field(h, span_of(list[i].unit->name));
		sha256_field(h, span_of(list[i].unit->checksum));
		sha256_field(h, buf_span(&list[i].unit->text));
	}
}

/* The reason is part of it: a person who approved a plan for one reason is
 * asked again when the reason is another (DESIGN section 7). What the gates
 * measured is not: hands that mend measure anew, and nothing that was not
 * approved runs past a gate. */
void
plan_hash(const struct diagnosis *d, char ret[SHA256_HEX])
{
	struct sha256 *h = sha256_new();
	sha256_field(h, SPAN("logmend plan 1"));
	sha256_field(h, span_of(d->app->name));
	sha256_field(h, span_of(class_info(d->class)->name));
	own(str) char *object = diagnosis_object(d);
	sha256_field(h, span_of(object));
	sha256_field(h, span_of(cause_name(d->cause)));
	hash_place(h, d);
	hash_remedy(h, diagnosis_remedy(d));
	sha256_field(h, span_of(d->app->proposals ? d->app->proposals : ""));
	sha256_field(h, span_of(d->new_unit.name ? d->new_unit.name : ""));
	sha256_field(h, span_of(d->stray ? d->stray->path : ""));
	hash_number(h, d->ruled);
	sha256_field(h, span_of(d->ruled_reason));
	hash_number(h, d->makes_history);
	hash_number(h, d->atomic);
	hash_units(h, d->run);
	sha256_end(h, ret);
}
