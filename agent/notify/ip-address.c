#include "config.h"
#include "notify/ip-address.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/own.h"

/* The special blocks of IPv4, the first that fits: IANA's registry,
 * https://www.iana.org/assignments/iana-ipv4-special-registry/ */
static const struct {
	uint32_t net;
	unsigned bits;
	enum ip_reach reach;
} blocks4[] = {
	{ 0x00000000, 8, REACH_NOWHERE }, /* Linux: 0.0.0.0 is this host */
	{ 0x7f000000, 8, REACH_LOOPBACK }, { 0x0a000000, 8, REACH_PRIVATE },
	{ 0x64400000, 10, REACH_PRIVATE }, /* shared by carriers, RFC 6598 */
	{ 0xa9fe0000, 16, REACH_PRIVATE }, /* link-local, cloud metadata */
	{ 0xac100000, 12, REACH_PRIVATE }, { 0xc0a80000, 16, REACH_PRIVATE },
	{ 0xc0000000, 24, REACH_PRIVATE }, /* IETF protocol assignments */
	{ 0xc6120000, 15, REACH_PRIVATE }, /* benchmarks, RFC 2544 */
	{ 0xe0000000, 3, REACH_NOWHERE },  /* multicast, reserved */
};

/* The special blocks of IPv6, the first that fits:
 * https://www.iana.org/assignments/iana-ipv6-special-registry/
 * `inner`: the byte where the IPv4 address begins that an address of the block
 * stands for; 0: it stands for none. */
static const struct {
	uint8_t net[12];
	unsigned bits;
	enum ip_reach reach;
	size_t inner;
} blocks6[] = {
	/* IPv4-mapped, NAT64 (RFC 6052) and 6to4 (RFC 3056) */
	{ { [10] = 0xff, [11] = 0xff }, 96, REACH_NOWHERE, 12 },
	{ { 0x00, 0x64, 0xff, 0x9b }, 96, REACH_NOWHERE, 12 },
	{ { 0x20, 0x02 }, 16, REACH_NOWHERE, 2 },
	/* NAT64 inside a network (RFC 8215) */
	{ { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48, REACH_PRIVATE, 0 },
	/* unique local, link-local, and site-local, its predecessor */
	{ { 0xfc }, 7, REACH_PRIVATE, 0 },
	{ { 0xfe, 0x80 }, 10, REACH_PRIVATE, 0 },
	{ { 0xfe, 0xc0 }, 10, REACH_PRIVATE, 0 },
	/* multicast; ::, and the IPv4-compatible ones */
	{ { 0xff }, 8, REACH_NOWHERE, 0 },
	{ { 0 }, 96, REACH_NOWHERE, 0 },
};

static enum ip_reach
reach4(uint32_t a)
{
	for (size_t i = 0; i < ELEMENTS(blocks4); i++)
		if ((a ^ blocks4[i].net) >> (32 - blocks4[i].bits) == 0)
			return blocks4[i].reach;
	return REACH_PUBLIC;
}

static bool
has_prefix(const uint8_t *a, const uint8_t *net, unsigned bits)
{
	if (memcmp(a, net, bits / 8) != 0)
		return false;
	unsigned rest = bits % 8;
	return !rest || (a[bits / 8] ^ net[bits / 8]) >> (8 - rest) == 0;
}

static enum ip_reach
reach6(const uint8_t a[16])
{
	static const uint8_t loopback[16] = { [15] = 1 };
	if (memcmp(a, loopback, sizeof(loopback)) == 0)
		return REACH_LOOPBACK;
	for (size_t i = 0; i < ELEMENTS(blocks6); i++) {
		if (!has_prefix(a, blocks6[i].net, blocks6[i].bits))
			continue;
		const uint8_t *v4 = a + blocks6[i].inner;
		return blocks6[i].inner
			? reach4((uint32_t)v4[0] << 24 | (uint32_t)v4[1] << 16 |
				  (uint32_t)v4[2] << 8 | v4[3])
			: blocks6[i].reach;
	}
	return REACH_PUBLIC;
}

enum ip_reach
ip_address_reach(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in =
			(const struct sockaddr_in *)(const void *)address;
		return reach4(ntohl(in->sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 =
			(const struct sockaddr_in6 *)(const void *)address;
		return reach6(in6->sin6_addr.s6_addr);
	}
	return REACH_NOWHERE;
}
