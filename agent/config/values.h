/* How the value of each key is read (config/options.c has the table). Each
 * function reads one kind of value into *field, whose type the key's row fixes,
 * and frees what was there: the default is set first. -EINVAL says what is
 * expected; -EOPNOTSUPP, that the value is planned and not built yet. */
#pragma once

#include "base/why.h"

struct rate;

int values_text(const char *value, void *field, struct why *why);
int values_path(const char *value, void *field, struct why *why);
int values_inside(const char *value, void *field, struct why *why);
int values_variable(const char *value, void *field, struct why *why);
int values_socket(const char *value, void *field, struct why *why);
int values_folder(const char *value, void *field, struct why *why);
int values_store(const char *value, void *field, struct why *why);
int values_list(const char *value, void *field, struct why *why);
int values_paths(const char *value, void *field, struct why *why);
int values_duration(const char *value, void *field, struct why *why);
int values_timeout(const char *value, void *field, struct why *why);
int values_bool(const char *value, void *field, struct why *why);
int values_source(const char *value, void *field, struct why *why);
int values_start(const char *value, void *field, struct why *why);
int values_mode(const char *value, void *field, struct why *why);
int values_rate(const char *value, void *field, struct why *why);
/* The same over what is in *to: a part that is not named stays. */
int values_rate_over(const char *value, struct rate *to, struct why *why);
int values_remedy_kind(const char *value, void *field, struct why *why);
int values_notify_kind(const char *value, void *field, struct why *why);
int values_rehearse(const char *value, void *field, struct why *why);

/* The words between the commas; NULL for none. Owned. */
char **values_split(const char *value);
