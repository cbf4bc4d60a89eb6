/* What an expression of constants comes to: its number, and how long it is as a
 * text. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct PgQuery__Node;

struct written_value {
	double value;
	bool whole;    /* of type int4, as most numbers are */
	bool large;    /* of type int8 */
	bool overflow; /* a part of it has no room in its own type */
};

/* Whether it is a number, and made of constants by +, -, * and casts. A text
 * that is a number counts: the server reads it as one. */
bool written_value_of(const struct PgQuery__Node *n, struct written_value *ret);
bool written_value_is_whole(double value);
bool written_value_is_null(const struct PgQuery__Node *n);
/* How many characters it has at most as a text; false: that is not known. */
bool written_value_length(const struct PgQuery__Node *n, size_t *ret_most);
/* The same of what is written into a column: the server cuts blanks off there
 * that stand at its end. Of a constant they are known; those of an operand may
 * stand in the middle of the result, and count. */
bool
written_value_stored_length(const struct PgQuery__Node *n, size_t *ret_most);
/* How many bits it has; false: that is not known. */
bool written_value_bits(const struct PgQuery__Node *n, size_t *ret);
