-- Version 5. A gap is an incident of the app's, once. Those that are there were
-- told in the log and in the status, and are not told again.
ALTER TABLE gap ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gap ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
UPDATE gap SET told = 1;
