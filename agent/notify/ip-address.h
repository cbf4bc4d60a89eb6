/* Tells what an IP address belongs to. Notices go out through a URL that a file
 * holds: without this check, a URL or a name server could point the sender,
 * which sees the host's own network, at services that answer to nobody else
 * (SSRF).
 */
#pragma once

#include <sys/socket.h>

enum ip_reach {
	REACH_NOWHERE, /* unspecified, multicast, reserved, or no IP address */
	REACH_LOOPBACK,
	REACH_PRIVATE, /* private, link-local, shared, unique local */
	REACH_PUBLIC,
};

/* An IPv6 address that stands for an IPv4 one is judged as that. */
enum ip_reach ip_address_reach(const struct sockaddr *address);
