-- Version 7. The migration that an attempt proposed and applied: people are
-- reminded to commit it until the app's deployed image has it. Of attempts of
-- before nobody wrote down which it was, and nobody is reminded.
ALTER TABLE attempt ADD COLUMN proposal TEXT;
ALTER TABLE attempt ADD COLUMN proposal_checksum TEXT;
ALTER TABLE attempt ADD COLUMN proposal_folder TEXT;
ALTER TABLE attempt ADD COLUMN uncommitted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN deployed TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE attempt ADD COLUMN deployed_text TEXT;

CREATE INDEX attempt_uncommitted ON attempt (incident, number)
	WHERE uncommitted = 1;
