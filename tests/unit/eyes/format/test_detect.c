#include "config.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io/file.h"
#include "eyes/format/detect.h"
#include "support/check_main.h"

#define DOCKER                                     \
	"{\"log\":\"a\\n\",\"stream\":\"stdout\"," \
	"\"time\":\"2026-11-22T12:25:44.5Z\"}\n"

START_TEST(a_log_is_dockers_if_an_early_line_is)
{
	ck_assert_int_eq(detect_format(SPAN(DOCKER)), FORMAT_DOCKER);
	ck_assert_int_eq(detect_format(SPAN("torn\n" DOCKER)), FORMAT_DOCKER);
	ck_assert_int_eq(
		detect_format(SPAN("a\nb\nc\n" DOCKER)), FORMAT_DOCKER);
	/* An app that prints such a line is not Docker. */
	ck_assert_int_eq(
		detect_format(SPAN("a\nb\nc\nd\n" DOCKER)), FORMAT_PLAIN);
	ck_assert_int_eq(detect_format(SPAN("")), FORMAT_PLAIN);
	ck_assert_int_eq(
		detect_format(SPAN("{\"msg\":\"a\"}\n")), FORMAT_PLAIN);
}
END_TEST

START_TEST(a_log_in_the_middle_is_told_by_its_beginning)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, SPAN(DOCKER "plain\n")), 0);
	struct input *opened;
	struct why why;
	ck_assert_int_eq(input_open(fd, 0, &opened, &why), 0);
	own(input) struct input *in = opened;
	ck_assert_int_eq(detect_log_format(in), FORMAT_DOCKER);
}
END_TEST

CHECK_MAIN("detect", a_log_is_dockers_if_an_early_line_is,
	a_log_in_the_middle_is_told_by_its_beginning)
