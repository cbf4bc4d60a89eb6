-- Version 4. What a person is asked to approve: what the guard did not pass, the
-- listing of the whole plan, and to whom it was printed. A plan that was made
-- before has no listing, so it counts as one that the question cut.
ALTER TABLE incident ADD COLUMN plan_statements INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN plan_doubts TEXT;
ALTER TABLE incident ADD COLUMN plan_doubts_all INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incident ADD COLUMN plan_cut INTEGER NOT NULL DEFAULT 1;

CREATE TABLE listing (
	incident INTEGER PRIMARY KEY REFERENCES incident (id),
	hash TEXT NOT NULL,
	text TEXT NOT NULL
) STRICT;

CREATE TABLE listing_printed (
	incident INTEGER NOT NULL REFERENCES incident (id),
	uid INTEGER NOT NULL,
	hash TEXT NOT NULL,
	printed INTEGER NOT NULL,
	PRIMARY KEY (incident, uid)
) STRICT, WITHOUT ROWID;
