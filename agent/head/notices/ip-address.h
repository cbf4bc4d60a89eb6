/* Where an address leads to: what a webhook may connect to depends on it. */
#pragma once

#include <sys/socket.h>

enum ip_reach {
	REACH_NOWHERE, /* unspecified, multicast, reserved, no IP at all */
	REACH_LOOPBACK,
	REACH_PRIVATE, /* private, link-local, shared, unique local */
	REACH_PUBLIC,
};

enum ip_reach ip_address_reach(const struct sockaddr *address);
