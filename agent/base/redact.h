/* Takes secrets out of a text, before it is stored, sent, logged or printed:
 * what rules/secrets.table describes, and the credentials of this host. It
 * finds them also where they were escaped, percent-encoded, written as entities
 * of HTML or wrapped, and credentials of this host in base64 and in
 * hexadecimal, too. Each process has one set of credentials, which it learns
 * once (config/credentials.h). */
#pragma once

#include "base/buf.h"

/* From here on no pattern becomes machine code: for a process that may neither
 * have further memory that is executed nor write to what it has. Each pattern
 * is compiled when the first text needs it. */
void redact_interpret(void);
/* Returns the text with `[redacted: password]`, `[redacted: token]` and so on
 * in the place of each secret, and a blank for each NUL, so that C sees all of
 * it. Of a text that takes too many steps to judge nothing is shown. Owned. */
char *redact(struct span text);

/* Does the same to the bytes of a buffer. */
void redact_buf(struct buf *text);

/* A credential that redact() takes out from now on: anywhere if it has at least
 * 8 bytes and is no word, else where it stands alone, and from 4 bytes on; of a
 * beginning that ends the text see redact-marks.h.
 * `kind` is a literal, as in `[redacted: KIND]`. */
void redact_know(struct span secret, const char *kind);

/* A name from a configuration or a rule file as a message may quote it: itself
 * if it is short, made of words with few digits behind them, and no secret by
 * its looks; else `...`, for somebody may have written a secret into the wrong
 * line. Owned. */
char *redact_quote(const char *value);
