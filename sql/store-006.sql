-- Version 6. When all of a log was read, as far as that was looked at (0: nobody
-- knows), and whether its container had ended by then: it writes no more. A gap
-- is possible where nobody knows that anything was lost.
ALTER TABLE source ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gap ADD COLUMN possible INTEGER NOT NULL DEFAULT 0;
