/* The store's schema, made from sql/store-*.sql: script i leads from version i
 * to i + 1. */
#pragma once

extern const char *const store_schema[];
extern const unsigned store_schema_version;
