/* Where an app's migrations are: in its container, and on the host. */
#pragma once

#include "cli/init/choice.h"

/* Looks for them, and sets `migrations`, `in_container` and `others`. */
void app_migrations_find(const struct choice_how *how, struct chosen_app *a);
