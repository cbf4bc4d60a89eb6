/* The files rules/NAME.shapes, compiled in; made by rules/local.mk. */
#pragma once

struct shapes_built_in {
	const char *name; /* NULL: the end */
	const char *text;
};

extern const struct shapes_built_in shapes_built_in[];
