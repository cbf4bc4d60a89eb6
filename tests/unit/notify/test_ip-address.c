#include "config.h"
#include "notify/ip-address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "support/check_main.h"

static enum ip_reach
reach_of(const char *text)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address = { .v4.sin_family = AF_INET };
	if (inet_pton(AF_INET, text, &address.v4.sin_addr) != 1) {
		address.v6.sin6_family = AF_INET6;
		ck_assert_int_eq(
			inet_pton(AF_INET6, text, &address.v6.sin6_addr), 1);
	}
	return ip_address_reach(&address.any);
}

START_TEST(each_address_leads_where_its_block_says)
{
	static const struct {
		const char *text;
		enum ip_reach reach;
	} rows[] = {
		{ "8.8.8.8", REACH_PUBLIC },
		{ "172.15.255.255", REACH_PUBLIC },
		{ "172.32.0.0", REACH_PUBLIC },
		{ "100.63.255.255", REACH_PUBLIC },
		{ "192.0.1.1", REACH_PUBLIC },
		{ "223.255.255.255", REACH_PUBLIC },
		{ "2600::1", REACH_PUBLIC },
		{ "::ffff:8.8.8.8", REACH_PUBLIC },
		{ "64:ff9b::8.8.8.8", REACH_PUBLIC },
		{ "127.0.0.1", REACH_LOOPBACK },
		{ "127.255.255.255", REACH_LOOPBACK },
		{ "::1", REACH_LOOPBACK },
		{ "::ffff:127.0.0.1", REACH_LOOPBACK },
		{ "10.0.0.1", REACH_PRIVATE },
		{ "172.16.0.1", REACH_PRIVATE },
		{ "172.31.255.255", REACH_PRIVATE },
		{ "192.168.1.1", REACH_PRIVATE },
		{ "169.254.169.254", REACH_PRIVATE },
		{ "100.64.0.1", REACH_PRIVATE },
		{ "198.19.0.1", REACH_PRIVATE },
		{ "fd00:ec2::254", REACH_PRIVATE },
		{ "fe80::1", REACH_PRIVATE },
		{ "febf::1", REACH_PRIVATE },
		{ "::ffff:169.254.169.254", REACH_PRIVATE },
		{ "64:ff9b::10.0.0.1", REACH_PRIVATE },
		{ "2002:a00:1::1", REACH_PRIVATE },
		{ "0.0.0.0", REACH_NOWHERE },
		{ "0.1.2.3", REACH_NOWHERE },
		{ "224.0.0.1", REACH_NOWHERE },
		{ "255.255.255.255", REACH_NOWHERE },
		{ "::", REACH_NOWHERE },
		{ "::8.8.8.8", REACH_NOWHERE },
		{ "ff02::1", REACH_NOWHERE },
		{ "::ffff:0.0.0.0", REACH_NOWHERE },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_assert_msg(reach_of(rows[i].text) == rows[i].reach, "%s",
			rows[i].text);
}
END_TEST

START_TEST(what_is_no_ip_leads_nowhere)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	ck_assert_int_eq(
		ip_address_reach((struct sockaddr *)&un), REACH_NOWHERE);
}
END_TEST

CHECK_MAIN("address", each_address_leads_where_its_block_says,
	what_is_no_ip_leads_nowhere)
