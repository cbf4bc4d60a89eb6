-- What the labelled statements find in their database. Whoever calls evil()
-- leaves a trace in the sequence `oldseq`.
CREATE SEQUENCE oldseq;
GRANT ALL ON SEQUENCE oldseq TO app;
CREATE TABLE old (id int PRIMARY KEY, x text);
CREATE TABLE big (id int PRIMARY KEY);
CREATE TABLE "User" (id int PRIMARY KEY, email text);
CREATE VIEW oldview AS SELECT id AS a FROM old;
CREATE TYPE etype AS ENUM ('A', 'B');
CREATE TYPE ctype AS (a int, b text);
CREATE SCHEMA auth;
CREATE TABLE auth.users (id int PRIMARY KEY);
CREATE FUNCTION evil() RETURNS text LANGUAGE sql
	AS $$SELECT nextval('public.oldseq')::text$$;
CREATE FUNCTION evil(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
	AS $$BEGIN PERFORM nextval('public.oldseq'); RETURN true; END$$;
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE OPERATOR &&& (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq,
	COMMUTATOR = &&&);
CREATE DOMAIN utype AS text CHECK (length(VALUE) > 0);
