-- Schema version 1 of the store (DESIGN section 8). Times are microseconds
-- since 1970, log times nanoseconds; enumerations are stored by their names,
-- objects and steps as JSON. A version that was released is never changed:
-- write the next one.

CREATE TABLE place (
	key TEXT PRIMARY KEY NOT NULL,
	app TEXT NOT NULL,
	container TEXT,
	path TEXT NOT NULL,
	stdout INTEGER NOT NULL,
	stderr INTEGER NOT NULL,
	before INTEGER NOT NULL,
	moved INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE gap (
	id INTEGER PRIMARY KEY,
	key TEXT NOT NULL,
	app TEXT NOT NULL,
	path TEXT NOT NULL,
	byte INTEGER NOT NULL,
	at INTEGER NOT NULL,
	reason TEXT NOT NULL
) STRICT;

CREATE TABLE target (
	app TEXT PRIMARY KEY NOT NULL,
	host TEXT,
	port TEXT,
	database TEXT,
	schema TEXT,
	at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Faults that are counted until their app's target is known.
CREATE TABLE unplaced (
	id INTEGER PRIMARY KEY,
	app TEXT NOT NULL,
	rule TEXT NOT NULL,
	class TEXT NOT NULL,
	object TEXT NOT NULL,
	count INTEGER NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	sample BLOB,
	UNIQUE (app, rule, class, object)
) STRICT;

CREATE TABLE incident (
	-- AUTOINCREMENT: a number that was shown to people is never reused.
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	previous INTEGER REFERENCES incident,
	app TEXT NOT NULL,
	rule TEXT NOT NULL,
	class TEXT NOT NULL,
	object TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	roll_up INTEGER NOT NULL,
	sample BLOB,
	count INTEGER NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	state TEXT NOT NULL,
	opened INTEGER NOT NULL,
	since INTEGER NOT NULL,
	breaker INTEGER NOT NULL,
	cause TEXT NOT NULL,
	cause_text TEXT,
	target TEXT,
	action TEXT NOT NULL,
	reason TEXT,
	plan_remedy TEXT,
	plan_hash TEXT,
	plan_steps TEXT,
	plan_verdict TEXT NOT NULL,
	plan_reason TEXT,
	plan_writable INTEGER NOT NULL,
	code TEXT,
	expires INTEGER NOT NULL,
	approved_by TEXT,
	approved_at INTEGER NOT NULL,
	rehearsed INTEGER NOT NULL,
	rehearsal TEXT NOT NULL,
	rehearsal_text TEXT,
	attempts INTEGER NOT NULL,
	committed INTEGER NOT NULL,
	verified INTEGER NOT NULL,
	verification TEXT NOT NULL,
	verification_text TEXT,
	quiet_until INTEGER NOT NULL,
	wait_until INTEGER NOT NULL,
	wait_reason TEXT,
	waiting_since INTEGER NOT NULL,
	recheck_due INTEGER NOT NULL,
	rechecks INTEGER NOT NULL,
	notices INTEGER NOT NULL
) STRICT;

CREATE INDEX incident_by_fingerprint ON incident (fingerprint, id);
CREATE INDEX incident_by_app ON incident (app, class, id);
CREATE INDEX incident_live ON incident (id)
	WHERE state NOT IN ('resolved', 'closed', 'not-confirmed');

CREATE TABLE finding (
	incident INTEGER NOT NULL REFERENCES incident,
	number INTEGER NOT NULL,
	name TEXT NOT NULL,
	answer TEXT NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

-- The timeline of an incident.
CREATE TABLE moment (
	id INTEGER PRIMARY KEY,
	incident INTEGER NOT NULL REFERENCES incident,
	at INTEGER NOT NULL,
	kind TEXT NOT NULL,
	text TEXT NOT NULL
) STRICT;

CREATE INDEX moment_by_incident ON moment (incident, id);

-- A row is the intent: it is here before anything is done.
CREATE TABLE attempt (
	key TEXT PRIMARY KEY NOT NULL,
	incident INTEGER NOT NULL REFERENCES incident,
	number INTEGER NOT NULL,
	plan_hash TEXT NOT NULL,
	database TEXT NOT NULL,
	started INTEGER NOT NULL,
	ended INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	failed INTEGER NOT NULL,
	text TEXT,
	UNIQUE (incident, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempt_by_database ON attempt (database, started);

CREATE TABLE look (
	app TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;

CREATE INDEX look_by_app ON look (app, at);

CREATE TABLE outbox (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	incident INTEGER REFERENCES incident,
	notify TEXT NOT NULL,
	kind TEXT NOT NULL,
	text TEXT NOT NULL,
	command TEXT,
	excerpt TEXT,
	queued INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	due INTEGER NOT NULL,
	sent INTEGER NOT NULL,
	given_up INTEGER NOT NULL,
	error TEXT
) STRICT;

CREATE INDEX outbox_waiting ON outbox (notify, id)
	WHERE sent = 0 AND given_up = 0;
CREATE INDEX outbox_by_incident ON outbox (incident, id);

CREATE TABLE value (
	key TEXT PRIMARY KEY NOT NULL,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
