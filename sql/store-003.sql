-- Version 3. In which order attempts were stored: their times do not tell it
-- where the clock was set back in between, and each failure in a row doubles the
-- cooldown.
ALTER TABLE attempt ADD COLUMN place INTEGER NOT NULL DEFAULT 0;

UPDATE attempt SET place = (SELECT count(*) FROM attempt AS older
	WHERE (older.started, older.key) <= (attempt.started, attempt.key));

DROP INDEX attempt_by_database;
CREATE INDEX attempt_by_database ON attempt (database, place);
