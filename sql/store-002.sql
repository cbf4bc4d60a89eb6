-- Schema version 2: a log is one source, into however many files it was
-- rotated; its position counts over all of them. A file begins at its base.

CREATE TABLE source (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	app TEXT NOT NULL,
	container TEXT,
	path TEXT NOT NULL,
	stdout INTEGER NOT NULL,
	stderr INTEGER NOT NULL,
	before INTEGER NOT NULL,
	moved INTEGER NOT NULL,
	since INTEGER NOT NULL
) STRICT;

CREATE TABLE file (
	key TEXT PRIMARY KEY NOT NULL,
	source INTEGER NOT NULL REFERENCES source ON DELETE CASCADE,
	base INTEGER NOT NULL
) STRICT;

CREATE INDEX file_by_source ON file (source, base);

-- A rotated copy was known by its own name.
INSERT INTO source
SELECT row_number() OVER (ORDER BY key), app, container,
	CASE WHEN path GLOB '*-json.log.[1-9]'
		THEN substr(path, 1, length(path) - 2) ELSE path END,
	stdout, stderr, before, moved, 0
FROM place;

INSERT INTO file
SELECT key, row_number() OVER (ORDER BY key), 0 FROM place;

DROP TABLE place;
