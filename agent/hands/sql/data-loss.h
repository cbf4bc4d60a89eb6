/* What in a parse tree can lose data. Runs in the throw-away child only. */
#pragma once

#include <protobuf-c/protobuf-c.h>

/* The first thing found, in words, or NULL; static. */
const char *data_loss_in(const ProtobufCMessage *m);
