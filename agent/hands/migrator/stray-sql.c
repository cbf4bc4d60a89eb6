#include "config.h"
#include "hands/migrator/stray-sql.h"

#include <stdlib.h>

void
stray_sql_free(struct stray_sql *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->list[i].path);
		free(s->list[i].stem);
		buf_free(&s->list[i].text);
		script_free(&s->list[i].script);
	}
	free(s->list);
	*s = (struct stray_sql){ 0 };
}
