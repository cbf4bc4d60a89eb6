#include "config.h"
#include "head/sources/discovery.h"

#include <string.h>
#include <sys/inotify.h>

#include "support/logs.h"

static struct app apps[] = { { .name = (char *)"shop" },
	{ .name = (char *)"blog" } };

struct world {
	char *root;
	struct settings settings;
	int inotify;
	struct discovery *discovery;
	struct buf notes;
	struct buf found; /* `APP CONTAINER ` for each call */
	struct container_folder *last;
};

static void
on_note(void *arg, const char *text)
{
	struct world *w = arg;
	buf_printf(&w->notes, "%s\n", text);
}

static void
on_folder(void *arg, struct container_folder *folder)
{
	struct world *w = arg;
	buf_printf(&w->found, "%s %s ", folder->app->name, folder->id);
	w->last = folder;
}

static void
world_new(struct world *w)
{
	*w = (struct world){ .root = scratch_folder() };
	w->settings = (struct settings){
		.docker_root = w->root, .apps = apps, .n_apps = ELEMENTS(apps)
	};
	w->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	ck_assert_int_ge(w->inotify, 0);
	w->discovery = discovery_new(&w->settings, w->inotify, on_note, w);
}

static void
world_free(struct world *w)
{
	discovery_free(w->discovery);
	fd_close(w->inotify);
	buf_free(&w->notes);
	buf_free(&w->found);
	str_free(w->root);
}

static void
make_folders(const struct world *w, const char *id)
{
	own(str) char *containers = xprintf("%s/containers", w->root);
	own(str) char *folder = xprintf("%s/%s", containers, id);
	(void)mkdir(containers, 0700); /* may be there */
	ck_assert_int_eq(mkdir(folder, 0700), 0);
}

static void
write_file(const struct world *w, const char *id, const char *name,
	const char *text)
{
	own(str) char *path = xprintf("%s/containers/%s/%s", w->root, id, name);
	own(fd) int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
}

static void
write_config(const struct world *w, const char *id, const char *service)
{
	own(str) char *text = xprintf(
		"{\"Config\":{\"Labels\":{\"com.docker.swarm.service.name\":"
		"\"%s\"}}}",
		service);
	write_file(w, id, "config.v2.json", text);
}

static void
add_container(const struct world *w, const char *id, const char *service)
{
	make_folders(w, id);
	write_config(w, id, service);
}

static void
write_log(const struct world *w, const char *id)
{
	own(str) char *name = xprintf("%s-json.log", id);
	write_file(w, id, name, "");
}

/* What a scan calls back for; "" if for nothing. */
static const char *
scan(struct world *w)
{
	buf_reset(&w->found);
	discovery_scan(w->discovery, on_folder, w);
	return buf_str(&w->found);
}

static const char *
listen_now(struct world *w)
{
	buf_reset(&w->found);
	discovery_listen(w->discovery, on_folder, w);
	return buf_str(&w->found);
}

START_TEST(containers_of_configured_apps_are_found)
{
	struct world w;
	world_new(&w);
	add_container(&w, "c1", "srv-captain--shop");
	add_container(&w, "c2", "srv-captain--other");
	ck_assert_str_eq(scan(&w), "shop c1 ");
	ck_assert_ptr_nonnull(strstr(w.last->path, "/c1/c1-json.log"));
	/* One that comes later, and those that were found before. */
	add_container(&w, "c3", "blog");
	const char *found = scan(&w);
	ck_assert_ptr_nonnull(strstr(found, "blog c3 "));
	ck_assert_ptr_nonnull(strstr(found, "shop c1 "));
	ck_assert_uint_eq(w.found.len, strlen("blog c3 shop c1 "));
	ck_assert(discovery_has(w.discovery, "c2"));
	ck_assert_uint_eq(w.notes.len, 0);
	world_free(&w);
}
END_TEST

START_TEST(a_container_whose_configuration_comes_later_is_found_then)
{
	struct world w;
	world_new(&w);
	make_folders(&w, "c1");
	ck_assert_str_eq(scan(&w), "");
	ck_assert_uint_eq(w.notes.len, 0);
	write_config(&w, "c1", "shop");
	ck_assert_str_eq(scan(&w), "shop c1 ");
	world_free(&w);
}
END_TEST

START_TEST(a_configuration_that_is_broken_is_told_once)
{
	struct world w;
	world_new(&w);
	make_folders(&w, "c1");
	write_file(&w, "c1", "config.v2.json", "{");
	ck_assert_str_eq(scan(&w), "");
	size_t told = w.notes.len;
	ck_assert_uint_gt(told, 0);
	ck_assert_str_eq(scan(&w), "");
	ck_assert_uint_eq(w.notes.len, told);
	write_config(&w, "c1", "shop");
	ck_assert_str_eq(scan(&w), "shop c1 ");
	world_free(&w);
}
END_TEST

static void
write_created(const struct world *w, const char *id, const char *service,
	const char *created)
{
	own(str) char *text =
		xprintf("{\"Created\":\"%s\",\"Config\":{\"Labels\":"
			"{\"com.docker.swarm.service.name\":\"%s\"}}}",
			created, service);
	make_folders(w, id);
	write_file(w, id, "config.v2.json", text);
}

START_TEST(the_newest_container_says_whether_an_app_can_be_read)
{
	struct world w;
	struct discovered found[ELEMENTS(apps)];
	world_new(&w);
	write_created(&w, "c2", "shop", "2026-11-27T10:00:00.1Z");
	write_file(&w, "c2", "hostconfig.json",
		"{\"LogConfig\":{\"Type\":\"local\"}}");
	ck_assert_str_eq(scan(&w), "");
	discovery_apps(w.discovery, found);
	ck_assert_uint_eq(found[0].containers, 1);
	ck_assert_str_eq(found[0].driver, "local");
	ck_assert_uint_eq(found[1].containers, 0);
	/* An older one does not count, a newer one does. */
	write_created(&w, "c3", "shop", "2026-11-27T09:00:00.1Z");
	ck_assert_str_eq(scan(&w), "shop c3 ");
	discovery_apps(w.discovery, found);
	ck_assert_uint_eq(found[0].containers, 2);
	ck_assert_str_eq(found[0].driver, "local");
	write_created(&w, "c1", "shop", "2026-11-27T11:00:00.1Z");
	(void)scan(&w);
	discovery_apps(w.discovery, found);
	ck_assert_uint_eq(found[0].containers, 3);
	ck_assert_ptr_null(found[0].driver);
	world_free(&w);
}
END_TEST

START_TEST(services_are_named_and_containers_of_none_are_not)
{
	struct world w;
	world_new(&w);
	ck_assert_ptr_null(discovery_services(w.discovery));
	ck_assert_ptr_null(discovery_trouble(w.discovery));
	(void)scan(&w);
	ck_assert_ptr_nonnull(
		strstr(discovery_trouble(w.discovery), "containers"));
	add_container(&w, "c1", "srv-captain--shop");
	add_container(&w, "c2", "other");
	make_folders(&w, "c3");
	write_file(&w, "c3", "config.v2.json", "{\"Name\":\"/by-hand\"}");
	(void)scan(&w);
	ck_assert_ptr_null(discovery_trouble(w.discovery));
	own(strings) char **names = discovery_services(w.discovery);
	ck_assert_uint_eq(strings_count(names), 2);
	ck_assert_str_eq(names[0], "srv-captain--shop");
	ck_assert_str_eq(names[1], "other");
	world_free(&w);
}
END_TEST

START_TEST(a_root_that_is_missing_is_told_once_and_found_later)
{
	struct world w;
	world_new(&w);
	ck_assert_str_eq(scan(&w), "");
	size_t told = w.notes.len;
	ck_assert_uint_gt(told, 0);
	ck_assert_str_eq(scan(&w), "");
	ck_assert_uint_eq(w.notes.len, told);
	add_container(&w, "c1", "shop");
	ck_assert_str_eq(scan(&w), "shop c1 ");
	world_free(&w);
}
END_TEST

START_TEST(a_log_that_is_created_is_told_at_once)
{
	struct world w;
	world_new(&w);
	add_container(&w, "c1", "shop");
	(void)scan(&w);
	ck_assert_str_eq(listen_now(&w), "");
	/* Another file of the folder is none of its log. */
	write_file(&w, "c1", "resolv.conf", "");
	ck_assert_str_eq(listen_now(&w), "");
	write_log(&w, "c1");
	ck_assert_str_eq(listen_now(&w), "shop c1 ");
	ck_assert_str_eq(listen_now(&w), "");
	world_free(&w);
}
END_TEST

START_TEST(every_file_that_gets_the_logs_name_is_counted)
{
	struct world w;
	world_new(&w);
	add_container(&w, "c1", "shop");
	(void)scan(&w);
	own(str) char *log = xprintf("%s/containers/c1/c1-json.log", w.root);
	own(str) char *rotated = xprintf("%s.1", log);
	for (int i = 0; i < 3; i++) {
		write_log(&w, "c1");
		ck_assert_int_eq(rename(log, rotated), 0);
	}
	/* As a copy that is moved back would come. */
	ck_assert_int_eq(rename(rotated, log), 0);
	ck_assert_str_eq(listen_now(&w), "shop c1 ");
	ck_assert_int_eq(w.last->unopened, 4);
	/* Without a callback they are counted all the same. */
	write_file(&w, "c1", "c1-json.log.tmp", "");
	ck_assert_int_eq(unlink(log), 0);
	write_log(&w, "c1");
	discovery_listen(w.discovery, NULL, NULL);
	ck_assert_int_eq(w.last->unopened, 5);
	world_free(&w);
}
END_TEST

START_TEST(a_folder_that_is_gone_is_forgotten)
{
	struct world w;
	world_new(&w);
	add_container(&w, "c1", "shop");
	add_container(&w, "c2", "shop");
	(void)scan(&w);
	own(str) char *config =
		xprintf("%s/containers/c1/config.v2.json", w.root);
	own(str) char *folder = xprintf("%s/containers/c1", w.root);
	ck_assert_int_eq(unlink(config), 0);
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert(discovery_has(w.discovery, "c1"));
	ck_assert_str_eq(scan(&w), "shop c2 ");
	ck_assert(!discovery_has(w.discovery, "c1"));
	ck_assert(discovery_has(w.discovery, "c2"));
	/* A new folder of the same name has a watch of its own. */
	add_container(&w, "c1", "blog");
	(void)scan(&w);
	(void)listen_now(&w);
	write_log(&w, "c1");
	ck_assert_str_eq(listen_now(&w), "blog c1 ");
	world_free(&w);
}
END_TEST

START_TEST(thousands_of_other_containers_hide_none)
{
	struct world w;
	world_new(&w);
	for (int k = 0; k < 5000; k++) {
		own(str) char *id = xprintf("other%04d", k);
		add_container(&w, id, "srv-captain--other");
	}
	add_container(&w, "zzz", "srv-captain--shop");
	ck_assert_str_eq(scan(&w), "shop zzz ");
	ck_assert_str_eq(buf_str(&w.notes), "");
	ck_assert_uint_eq(discovery_left(w.discovery), 0);
	/* What goes and comes is noticed among so many. */
	add_container(&w, "aaa", "srv-captain--blog");
	ck_assert_str_eq(scan(&w), "blog aaa shop zzz ");
	own(str) char *config =
		xprintf("%s/containers/zzz/config.v2.json", w.root);
	own(str) char *folder = xprintf("%s/containers/zzz", w.root);
	ck_assert_int_eq(unlink(config), 0);
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert_str_eq(scan(&w), "blog aaa ");
	ck_assert(!discovery_has(w.discovery, "zzz"));
	ck_assert(discovery_has(w.discovery, "other4999"));
	world_free(&w);
}
END_TEST

CHECK_MAIN("discovery", containers_of_configured_apps_are_found,
	a_container_whose_configuration_comes_later_is_found_then,
	a_configuration_that_is_broken_is_told_once,
	the_newest_container_says_whether_an_app_can_be_read,
	services_are_named_and_containers_of_none_are_not,
	a_root_that_is_missing_is_told_once_and_found_later,
	a_log_that_is_created_is_told_at_once,
	every_file_that_gets_the_logs_name_is_counted,
	a_folder_that_is_gone_is_forgotten,
	thousands_of_other_containers_hide_none)
