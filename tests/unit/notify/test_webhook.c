#include "config.h"
#include "notify/webhook.h"

#include <openssl/ssl.h>

#include "support/check_main.h"
#include "support/http.h"

struct end {
	struct webhook_answer answer;
	unsigned calls;
	sd_event *event;
};

#define ID 7u

static void
on_done(uint64_t id, const struct webhook_answer *answer, void *arg)
{
	struct end *end = arg;
	ck_assert_uint_eq(id, ID);
	end->answer = *answer;
	end->calls++;
	sd_event_exit(end->event, 0);
}

/* Borrows what it is given. */
static struct webhook_request
request(const char *url, bool private, const char *body)
{
	static char header[] = "Content-Type: application/json";
	static char *headers[] = { header, NULL };
	return (struct webhook_request){ .id = ID,
		.url = (char *)url,
		.url_file = (char *)"/etc/logmend/slack.url",
		.private = private,
		.headers = headers,
		.body = (char *)body };
}

/* Sends to a URL and waits for the end. */
static struct webhook_answer
post(const char *url, bool private, const char *body)
{
	const struct webhook_request q = request(url, private, body);
	struct end end = { 0 };
	ck_assert_int_ge(sd_event_new(&end.event), 0);
	struct webhooks *w = NULL;
	ck_assert_int_eq(webhooks_new(end.event, &w, NULL), 0);
	webhook_send(w, &q, on_done, &end);
	ck_assert_uint_eq(end.calls, 0);
	sd_event_loop(end.event);
	ck_assert_uint_eq(end.calls, 1);
	webhooks_free(w);
	sd_event_unref(end.event);
	/* The URL is the secret. */
	ck_assert_ptr_null(strstr(end.answer.text, "hooks"));
	ck_assert_ptr_null(strstr(end.answer.text, "://127"));
	return end.answer;
}

static struct webhook_answer
post_to(const char *answer, char **ret_requests)
{
	struct http h = http_start(answer);
	own(str) char *url =
		xprintf("http://127.0.0.1:%u/hooks/T0/secret", h.port);
	struct webhook_answer a = post(url, false, "{\"text\":\"hi\"}");
	own(str) char *requests = http_stop(&h);
	if (ret_requests)
		*ret_requests = take(requests);
	return a;
}

START_TEST(a_message_is_posted_as_json)
{
	own(str) char *requests = NULL;
	struct webhook_answer a = post_to(
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", &requests);
	ck_assert_int_eq(a.end, WEBHOOK_SENT);
	ck_assert_uint_eq(a.status, 200);
	ck_assert_ptr_nonnull(strstr(requests, "POST /hooks/T0/secret HTTP"));
	ck_assert_ptr_nonnull(
		strstr(requests, "Content-Type: application/json"));
	ck_assert_ptr_nonnull(strstr(requests, "\r\n\r\n{\"text\":\"hi\"}"));
}
END_TEST

START_TEST(each_status_has_its_consequence)
{
	static const struct {
		const char *head;
		enum webhook_end end;
		usec after;
	} rows[] = {
		{ "204 No Content", WEBHOOK_SENT, 0 },
		{ "400 Bad Request", WEBHOOK_REFUSED, 0 },
		{ "404 Not Found", WEBHOOK_REFUSED, 0 },
		{ "429 Too Many\r\nRetry-After: 7", WEBHOOK_RETRY,
			7 * USEC_SECOND },
		{ "429 Too Many\r\nRetry-After: nonsense", WEBHOOK_RETRY, 0 },
		{ "500 Oops", WEBHOOK_RETRY, 0 },
		{ "503 Later", WEBHOOK_RETRY, 0 },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *answer =
			xprintf("HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n",
				rows[i].head);
		struct webhook_answer a = post_to(answer, NULL);
		ck_assert_msg(
			a.end == rows[i].end, "%s: %s", rows[i].head, a.text);
		ck_assert_uint_eq(a.retry_after, rows[i].after);
	}
}
END_TEST

START_TEST(a_redirect_is_not_followed)
{
	struct http other = http_start("HTTP/1.1 200 OK\r\n\r\n");
	own(str) char *answer = xprintf(
		"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/\r\n"
		"Content-Length: 0\r\n\r\n",
		other.port);
	struct webhook_answer a = post_to(answer, NULL);
	ck_assert_int_eq(a.end, WEBHOOK_REFUSED);
	ck_assert_ptr_nonnull(strstr(a.text, "redirect"));
	own(str) char *requests = http_stop(&other);
	ck_assert_str_eq(requests, "");
}
END_TEST

START_TEST(an_answer_without_end_is_an_answer)
{
	own(buf) struct buf big = { 0 };
	buf_add_str(&big, "HTTP/1.1 200 OK\r\n\r\n");
	for (int i = 0; i < 100000; i++)
		buf_add_str(&big, "more and more ");
	ck_assert_int_eq(post_to(buf_str(&big), NULL).end, WEBHOOK_SENT);
}
END_TEST

START_TEST(nonsense_and_silence_are_not_taken_for_success)
{
	ck_assert_int_ne(
		post_to("not HTTP at all\r\n", NULL).end, WEBHOOK_SENT);
	ck_assert_int_eq(post_to("", NULL).end, WEBHOOK_RETRY);
	/* Nobody listens at a port that was just given back. */
	struct http h = http_start("");
	own(str) char *requests = http_stop(&h);
	own(str) char *url = xprintf("http://127.0.0.1:%u/hooks", h.port);
	ck_assert_int_eq(post(url, false, "{}").end, WEBHOOK_RETRY);
}
END_TEST

START_TEST(a_receiver_that_hangs_is_given_ten_seconds)
{
	usec begun = clock_mono();
	struct webhook_answer a = post_to(NULL, NULL);
	ck_assert_int_eq(a.end, WEBHOOK_RETRY);
	usec took = clock_mono() - begun;
	ck_assert_uint_ge(took, WEBHOOK_TIME - USEC_SECOND);
	ck_assert_uint_lt(took, WEBHOOK_TIME + 10 * USEC_SECOND);
}
END_TEST

START_TEST(http_goes_to_loopback_only)
{
	/* 192.0.2.0/24 is for documentation: nothing is sent there. */
	struct webhook_answer a = post("http://192.0.2.1/hooks", true, "{}");
	ck_assert_int_eq(a.end, WEBHOOK_REFUSED);
	ck_assert_ptr_nonnull(strstr(a.text, "https://"));
}
END_TEST

START_TEST(private_addresses_need_to_be_allowed)
{
	static const char *const urls[] = { "https://10.255.255.1/hooks",
		"https://192.168.255.1/hooks", "https://169.254.169.254/hooks",
		"https://[fd00::1]/hooks", "https://[::ffff:10.0.0.1]/hooks",
		/* the same address, written otherwise */
		"https://0x0a000001/hooks", "https://167772161/hooks" };
	for (size_t i = 0; i < ELEMENTS(urls); i++) {
		struct webhook_answer a = post(urls[i], false, "{}");
		ck_assert_int_eq(a.end, WEBHOOK_REFUSED);
		ck_assert_msg(strstr(a.text, "private") != NULL, "%s: %s",
			urls[i], a.text);
	}
	ck_assert_int_eq(
		post("https://0.0.0.0/hooks", true, "{}").end, WEBHOOK_REFUSED);
}
END_TEST

START_TEST(what_is_no_web_url_is_refused)
{
	static const char *const urls[] = { "ftp://127.0.0.1/hooks",
		"file:///etc/hooks", "hooks", "gopher://127.0.0.1/hooks",
		"https://", "unix:/hooks" };
	for (size_t i = 0; i < ELEMENTS(urls); i++)
		ck_assert_int_eq(
			post(urls[i], true, "{}").end, WEBHOOK_REFUSED);
}
END_TEST

/* A certificate for 127.0.0.1 that only its own maker signed. */
static X509 *
make_certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();
	ck_assert_ptr_nonnull(x);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -60);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	X509_NAME *name = X509_get_subject_name(x);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
		(const unsigned char *)"127.0.0.1", -1, -1, 0);
	X509_set_issuer_name(x, name);
	ck_assert_int_gt(X509_sign(x, key, EVP_sha256()), 0);
	return x;
}

/* Serves TLS in this (child) process; hands on what it decrypts. */
static void
serve_tls(int listening, int out)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	SSL_CTX_use_certificate(ctx, make_certificate(key));
	SSL_CTX_use_PrivateKey(ctx, key);
	for (;;) {
		int fd = accept(listening, NULL, NULL);
		SSL *ssl = SSL_new(ctx);
		char data[4096];
		SSL_set_fd(ssl, fd);
		int n = SSL_accept(ssl) > 0 ? SSL_read(ssl, data, sizeof(data))
					    : 0;
		if (n > 0)
			(void)!write(out, data, (size_t)n);
		SSL_free(ssl);
		close(fd);
	}
}

START_TEST(a_certificate_that_nobody_vouches_for_gets_nothing)
{
	struct http h = http_start_with(serve_tls);
	own(str) char *url = xprintf("https://127.0.0.1:%u/hooks", h.port);
	struct webhook_answer a = post(url, false, "{\"text\":\"hi\"}");
	ck_assert_int_eq(a.end, WEBHOOK_REFUSED);
	/* Where no certificates are installed it is "the SSL CA cert". */
	ck_assert_ptr_nonnull(strstr(a.text, "cert"));
	own(str) char *requests = http_stop(&h);
	ck_assert_str_eq(requests, "");
}
END_TEST

START_TEST(a_bad_url_is_told_later_as_well)
{
	const struct webhook_request q = request("ftp://x/hush", false, "{}");
	struct end end = { 0 };
	ck_assert_int_ge(sd_event_new(&end.event), 0);
	struct webhooks *w = NULL;
	ck_assert_int_eq(webhooks_new(end.event, &w, NULL), 0);
	webhook_send(w, &q, on_done, &end);
	ck_assert_uint_eq(end.calls, 0);
	sd_event_loop(end.event);
	ck_assert_int_eq(end.answer.end, WEBHOOK_REFUSED);
	ck_assert_ptr_nonnull(
		strstr(end.answer.text, "/etc/logmend/slack.url"));
	ck_assert_ptr_null(strstr(end.answer.text, "hush"));
	webhooks_free(w);
	sd_event_unref(end.event);
}
END_TEST

START_TEST(proxies_of_the_environment_are_not_used)
{
	struct http proxy = http_start("HTTP/1.1 200 OK\r\n\r\n");
	own(str) char *url = xprintf("http://127.0.0.1:%u", proxy.port);
	setenv("http_proxy", url, 1);
	setenv("HTTPS_PROXY", url, 1);
	setenv("ALL_PROXY", url, 1);
	ck_assert_int_eq(
		post_to("HTTP/1.1 204 No\r\n\r\n", NULL).end, WEBHOOK_SENT);
	own(str) char *requests = http_stop(&proxy);
	ck_assert_str_eq(requests, "");
}
END_TEST

START_TEST(freeing_cancels_without_a_word)
{
	struct http h = http_start(NULL);
	own(str) char *url = xprintf("http://127.0.0.1:%u/hooks", h.port);
	const struct webhook_request q = request(url, false, "{}");
	struct end end = { 0 };
	ck_assert_int_ge(sd_event_new(&end.event), 0);
	struct webhooks *w = NULL;
	ck_assert_int_eq(webhooks_new(end.event, &w, NULL), 0);
	webhook_send(w, &q, on_done, &end);
	webhook_send(w, &q, on_done, &end);
	/* Until the receiver has the first of them. */
	struct pollfd came = { .fd = h.requests, .events = POLLIN };
	while (poll(&came, 1, 0) == 0)
		sd_event_run(end.event, 10000);
	webhooks_free(w);
	ck_assert_int_eq(sd_event_run(end.event, 0), 0);
	ck_assert_uint_eq(end.calls, 0);
	sd_event_unref(end.event);
	own(str) char *requests = http_stop(&h);
}
END_TEST

CHECK_MAIN("webhook", a_message_is_posted_as_json,
	each_status_has_its_consequence, a_redirect_is_not_followed,
	an_answer_without_end_is_an_answer,
	nonsense_and_silence_are_not_taken_for_success,
	a_receiver_that_hangs_is_given_ten_seconds, http_goes_to_loopback_only,
	private_addresses_need_to_be_allowed,
	a_certificate_that_nobody_vouches_for_gets_nothing,
	what_is_no_web_url_is_refused, a_bad_url_is_told_later_as_well,
	proxies_of_the_environment_are_not_used, freeing_cancels_without_a_word)
