#include "config.h"
#include "hands/migrators.h"

#include "hands/prisma/prisma.h"

const struct migrator *
migrators_pick(const struct app *app)
{
	(void)app; /* `kind = prisma` is the only one so far */
	return &prisma_migrator;
}
