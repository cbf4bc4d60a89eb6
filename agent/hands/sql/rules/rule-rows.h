/* The rows of the guard's table, for rule.c, which keeps what people read, and
 * for rule-match.c, which keeps what a parse tree is compared with: the first
 * row whose key and whose check (NULL: none) hold is taken.
 *
 * name, key, check, where it may stand; lock, lock of the table that it refers
 * to, effect, verdict, gate, whether a new table is exempt; SQL, reason, note
 * about versions, example. */
/* It is included more than once. */
#ifndef RULE
#define RULE(...)
#endif

/* What makes something new. */
RULE("create-table", KEY(create_stmt), NULL, TOP, NONE, SHARE_ROW, NONE, AUTO,
	NONE, true, "CREATE TABLE", NULL, NULL,
	"CREATE TABLE n (id int PRIMARY KEY, p int REFERENCES parent (id))")
RULE("create-enum", KEY(create_enum_stmt), NULL, TOP, NONE, NONE, NONE, AUTO,
	NONE, true, "CREATE TYPE ... AS ENUM", NULL, NULL,
	"CREATE TYPE n AS ENUM ('a')")
RULE("create-range-type", KEY(create_range_stmt), NULL, TOP, NONE, NONE, NONE,
	AUTO, NONE, true, "CREATE TYPE ... AS RANGE", NULL, NULL,
	"CREATE TYPE n AS RANGE (subtype = int4)")
RULE("create-composite-type", KEY(composite_type_stmt), NULL, TOP, NONE, NONE,
	NONE, AUTO, NONE, true, "CREATE TYPE ... AS (...)", NULL, NULL,
	"CREATE TYPE n AS (a int)")
RULE("create-domain", KEY(create_domain_stmt), NULL, TOP, NONE, NONE, NONE,
	AUTO, NONE, true, "CREATE DOMAIN", NULL, NULL,
	"CREATE DOMAIN n AS text CHECK (VALUE <> '')")
RULE("create-sequence", KEY(create_seq_stmt), NULL, TOP, NONE, NONE, NONE, AUTO,
	NONE, true, "CREATE SEQUENCE", NULL, NULL, "CREATE SEQUENCE n START 7")
RULE("create-schema", KEY(create_schema_stmt), is_bare_schema, TOP, NONE, NONE,
	NONE, AUTO, NONE, true, "CREATE SCHEMA", NULL, NULL, "CREATE SCHEMA n")
RULE("create-view", KEY(view_stmt), is_first_view, TOP, ACCESS_SHARE, NONE,
	NONE, ASK, NONE, false, "CREATE VIEW",
	"reads with its owner's rights what its tables may keep from others",
	NULL, "CREATE VIEW n AS SELECT id FROM t")
RULE("replace-view", KEY(view_stmt), NULL, TOP, ACCESS_SHARE, NONE, NONE, ASK,
	NONE, false, "CREATE OR REPLACE VIEW",
	"replaces a view that the application may read", NULL,
	"CREATE OR REPLACE VIEW n AS SELECT id FROM t")

/* Indexes. CONCURRENTLY waits for transactions and runs in none. */
RULE("create-index-concurrently", KEY(index_stmt), is_concurrent_index, TOP,
	SHARE_UPDATE, NONE, BUILD, AUTO, ALONE, false,
	"CREATE INDEX CONCURRENTLY",
	"cannot run beside another statement or inside a transaction", NULL,
	"CREATE INDEX CONCURRENTLY n ON t (a)")
RULE("create-unique-index-concurrently", KEY(index_stmt), is_concurrent_unique,
	TOP, SHARE_UPDATE, NONE, BUILD, GATED, UNIQUE, false,
	"CREATE UNIQUE INDEX CONCURRENTLY",
	"leaves an index that counts for nothing where values occur twice",
	NULL, "CREATE UNIQUE INDEX CONCURRENTLY n ON t (a)")
RULE("create-unique-index", KEY(index_stmt), is_unique_index, TOP, SHARE, NONE,
	BUILD, GATED, UNIQUE, true, "CREATE UNIQUE INDEX",
	"lets nobody write to the table while the index is built", NULL,
	"CREATE UNIQUE INDEX n ON t (a)")
RULE("create-index", KEY(index_stmt), NULL, TOP, SHARE, NONE, BUILD, GATED,
	SIZE, true, "CREATE INDEX",
	"lets nobody write to the table while the index is built", NULL,
	"CREATE INDEX n ON t (a)")
RULE("drop-index", KEY_OF(drop_stmt, OBJECT(INDEX)), NULL, ANYWHERE,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, LOSS, false, "DROP INDEX",
	"drops an index: queries may become slow, and a unique one no longer "
	"keeps values from occurring twice",
	NULL, "DROP INDEX t_b")
RULE("reindex", KEY(reindex_stmt), NULL, TOP, SHARE, NONE, BUILD, ASK, NONE,
	false, "REINDEX",
	"builds an index anew and lets nobody use it meanwhile", NULL, NULL)

/* ALTER TABLE: columns. */
RULE("add-column-serial", COMMAND(AddColumn), is_serial_column, TOP,
	ACCESS_EXCLUSIVE, NONE, REWRITE, ASK, NONE, true,
	"ALTER TABLE ... ADD COLUMN ... serial",
	"writes every row anew, and nobody can use the table meanwhile", NULL,
	"ALTER TABLE t ADD COLUMN n serial")
RULE("add-column-identity", COMMAND(AddColumn), is_identity_column, TOP,
	ACCESS_EXCLUSIVE, NONE, REWRITE, ASK, NONE, true,
	"ALTER TABLE ... ADD COLUMN ... GENERATED AS IDENTITY",
	"writes every row anew, and nobody can use the table meanwhile", NULL,
	"ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS IDENTITY")
RULE("add-column-generated", COMMAND(AddColumn), is_generated_column, TOP,
	ACCESS_EXCLUSIVE, NONE, REWRITE, ASK, NONE, true,
	"ALTER TABLE ... ADD COLUMN ... GENERATED ALWAYS AS (...) STORED",
	"writes every row anew, and nobody can use the table meanwhile", NULL,
	"ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS (a * 2) STORED")
RULE("add-column-volatile", COMMAND(AddColumn), is_volatile_column, TOP,
	ACCESS_EXCLUSIVE, NONE, REWRITE, ASK, NONE, true,
	"ALTER TABLE ... ADD COLUMN ... DEFAULT, another value for each row",
	"computes a default for each row and so writes every row anew, and "
	"nobody can use the table meanwhile",
	NULL, "ALTER TABLE t ADD COLUMN n uuid DEFAULT gen_random_uuid()")
RULE("add-column-required", COMMAND(AddColumn), is_required_column, TOP,
	ACCESS_EXCLUSIVE, NONE, SCAN, GATED, EMPTY, true,
	"ALTER TABLE ... ADD COLUMN ... NOT NULL, without a default",
	"adds a column that must have a value and gives rows that exist none",
	NULL, "ALTER TABLE empty ADD COLUMN n int NOT NULL")
RULE("add-column", COMMAND(AddColumn), NULL, TOP, ACCESS_EXCLUSIVE, NONE, NONE,
	AUTO, NONE, true,
	"ALTER TABLE ... ADD COLUMN, empty or with one default for all rows",
	NULL, "before PostgreSQL 11 a default rewrites the table",
	"ALTER TABLE t ADD COLUMN n timestamptz NOT NULL DEFAULT now()")
RULE("add-column-unique", KEY_OF(constraint, CONSTR(UNIQUE)), NULL, IN_COLUMN,
	ACCESS_EXCLUSIVE, NONE, BUILD, GATED, DEFAULT, true,
	"ALTER TABLE ... ADD COLUMN ... UNIQUE",
	"builds an index while nobody can use the table", NULL,
	"ALTER TABLE t ADD COLUMN n int UNIQUE")
RULE("add-column-primary-key", KEY_OF(constraint, CONSTR(PRIMARY)), NULL,
	IN_COLUMN, ACCESS_EXCLUSIVE, NONE, BUILD, GATED, EMPTY, true,
	"ALTER TABLE ... ADD COLUMN ... PRIMARY KEY",
	"builds an index while nobody can use the table", NULL,
	"ALTER TABLE empty ADD COLUMN n int PRIMARY KEY")
RULE("add-column-references", KEY_OF(constraint, CONSTR(FOREIGN)),
	is_without_default, IN_COLUMN, ACCESS_EXCLUSIVE, SHARE_ROW, NONE, AUTO,
	NONE, true, "ALTER TABLE ... ADD COLUMN ... REFERENCES, empty", NULL,
	NULL, "ALTER TABLE t ADD COLUMN n int REFERENCES parent (id)")
RULE("add-column-references-default", KEY_OF(constraint, CONSTR(FOREIGN)), NULL,
	IN_COLUMN, ACCESS_EXCLUSIVE, SHARE_ROW, SCAN, GATED, DEFAULT, true,
	"ALTER TABLE ... ADD COLUMN ... DEFAULT ... REFERENCES",
	"looks every row's parent up while nobody can use the table", NULL,
	"ALTER TABLE t ADD COLUMN n int DEFAULT 1 REFERENCES parent (id)")
RULE("add-column-check", KEY_OF(constraint, CONSTR(CHECK)), NULL, IN_COLUMN,
	ACCESS_EXCLUSIVE, NONE, SCAN, GATED, DEFAULT, true,
	"ALTER TABLE ... ADD COLUMN ... CHECK",
	"checks every row while nobody can use the table", NULL,
	"ALTER TABLE t ADD COLUMN n int CHECK (n > 0)")
RULE("drop-column", COMMAND(DropColumn), NULL, ANYWHERE, ACCESS_EXCLUSIVE, NONE,
	NONE, NEVER, COUNT, false, "ALTER TABLE ... DROP COLUMN",
	"can lose data: it drops a column with its values", NULL,
	"ALTER TABLE t DROP COLUMN a")
RULE("set-default", COMMAND(ColumnDefault), sets_default, TOP, ACCESS_EXCLUSIVE,
	NONE, NONE, AUTO, ROOM, true,
	"ALTER TABLE ... ALTER COLUMN ... SET DEFAULT",
	"gives a column a default that it has no room for", NULL,
	"ALTER TABLE t ALTER COLUMN a SET DEFAULT 1")
RULE("drop-default", COMMAND(ColumnDefault), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	NONE, AUTO, NONE, true, "ALTER TABLE ... ALTER COLUMN ... DROP DEFAULT",
	NULL, NULL, "ALTER TABLE t ALTER COLUMN a DROP DEFAULT")
RULE("set-not-null", COMMAND(SetNotNull), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	SCAN, GATED, NULLS, true,
	"ALTER TABLE ... ALTER COLUMN ... SET NOT NULL",
	"checks every row while nobody can use the table",
	"a validated CHECK (column IS NOT NULL) spares the scan from "
	"PostgreSQL 12 on",
	"ALTER TABLE t ALTER COLUMN a SET NOT NULL")
RULE("drop-not-null", COMMAND(DropNotNull), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	NONE, ASK, NONE, true, "ALTER TABLE ... ALTER COLUMN ... DROP NOT NULL",
	"lets rows without a value in, which the running application may not "
	"expect",
	NULL, "ALTER TABLE t ALTER COLUMN j DROP NOT NULL")
RULE("change-type-using", COMMAND(AlterColumnType), has_using, TOP,
	ACCESS_EXCLUSIVE, NONE, REWRITE, ASK, TYPE, true,
	"ALTER TABLE ... ALTER COLUMN ... TYPE ... USING",
	"computes every value of the column anew while nobody can use the "
	"table",
	NULL, "ALTER TABLE t ALTER COLUMN x TYPE text USING x::text")
RULE("change-type", COMMAND(AlterColumnType), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	REWRITE, ASK, TYPE, true, "ALTER TABLE ... ALTER COLUMN ... TYPE",
	"changes the type of a column, which may write every row anew while "
	"nobody can use the table",
	NULL, "ALTER TABLE t ALTER COLUMN a TYPE bigint")
RULE("drop-expression", COMMAND(DropExpression), NULL, TOP, ACCESS_EXCLUSIVE,
	NONE, NONE, ASK, NONE, false,
	"ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION",
	"turns a computed column into one that the application has to fill",
	NULL, "ALTER TABLE t ALTER COLUMN g DROP EXPRESSION")
RULE("add-identity", COMMAND(AddIdentity), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	NONE, ASK, NONE, false,
	"ALTER TABLE ... ALTER COLUMN ... ADD GENERATED AS IDENTITY",
	"gives a column numbers that may exist already", NULL,
	"ALTER TABLE t ALTER COLUMN j ADD GENERATED BY DEFAULT AS IDENTITY")
RULE("set-identity", COMMAND(SetIdentity), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	NONE, ASK, NONE, false,
	"ALTER TABLE ... ALTER COLUMN ... SET GENERATED",
	"changes how a column is numbered", NULL,
	"ALTER TABLE t ALTER COLUMN k SET GENERATED ALWAYS")
RULE("drop-identity", COMMAND(DropIdentity), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	NONE, ASK, NONE, false,
	"ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY",
	"ends the numbering of a column", NULL,
	"ALTER TABLE t ALTER COLUMN k DROP IDENTITY")

/* ALTER TABLE: constraints. */
RULE("add-unique-using-index", COMMAND(AddConstraint), is_unique_using, TOP,
	ACCESS_EXCLUSIVE, NONE, NONE, AUTO, NONE, true,
	"ALTER TABLE ... ADD UNIQUE USING INDEX", NULL, NULL,
	"ALTER TABLE t ADD CONSTRAINT n UNIQUE USING INDEX t_u")
RULE("add-primary-key-using-index", COMMAND(AddConstraint), is_primary_using,
	TOP, ACCESS_EXCLUSIVE, NONE, SCAN, ASK, NONE, true,
	"ALTER TABLE ... ADD PRIMARY KEY USING INDEX",
	"also sets the columns NOT NULL and so checks every row while nobody "
	"can use the table",
	NULL,
	"ALTER TABLE keyless ADD CONSTRAINT n PRIMARY KEY USING INDEX "
	"keyless_a")
RULE("add-unique", COMMAND(AddConstraint), is_unique, TOP, ACCESS_EXCLUSIVE,
	NONE, BUILD, GATED, UNIQUE, true, "ALTER TABLE ... ADD UNIQUE",
	"builds an index while nobody can use the table", NULL,
	"ALTER TABLE t ADD UNIQUE (a)")
RULE("add-primary-key", COMMAND(AddConstraint), is_primary, TOP,
	ACCESS_EXCLUSIVE, NONE, BUILD, GATED, KEY, true,
	"ALTER TABLE ... ADD PRIMARY KEY",
	"builds an index while nobody can use the table", NULL,
	"ALTER TABLE keyless ADD PRIMARY KEY (b)")
RULE("add-exclusion", COMMAND(AddConstraint), is_exclusion, TOP,
	ACCESS_EXCLUSIVE, NONE, BUILD, ASK, NONE, false,
	"ALTER TABLE ... ADD EXCLUDE",
	"compares all rows with each other while nobody can use the table",
	NULL, "ALTER TABLE t ADD EXCLUDE USING btree (a WITH =)")
RULE("add-check-not-valid", COMMAND(AddConstraint), is_check_later, TOP,
	ACCESS_EXCLUSIVE, NONE, NONE, AUTO, NONE, true,
	"ALTER TABLE ... ADD CHECK ... NOT VALID", NULL, NULL,
	"ALTER TABLE t ADD CONSTRAINT n CHECK (a > 0) NOT VALID")
RULE("add-check", COMMAND(AddConstraint), is_check, TOP, ACCESS_EXCLUSIVE, NONE,
	SCAN, GATED, CHECK, true, "ALTER TABLE ... ADD CHECK",
	"checks every row while nobody can use the table", NULL,
	"ALTER TABLE t ADD CONSTRAINT n CHECK (a > 0)")
RULE("add-foreign-key-not-valid", COMMAND(AddConstraint), is_key_later, TOP,
	SHARE_ROW, SHARE_ROW, NONE, AUTO, NONE, true,
	"ALTER TABLE ... ADD FOREIGN KEY ... NOT VALID", NULL, NULL,
	"ALTER TABLE t ADD CONSTRAINT n FOREIGN KEY (p) REFERENCES parent (id) "
	"NOT VALID")
RULE("add-foreign-key", COMMAND(AddConstraint), is_key, TOP, SHARE_ROW,
	SHARE_ROW, SCAN, GATED, FOREIGN, true,
	"ALTER TABLE ... ADD FOREIGN KEY",
	"looks every row's parent up while nobody can write to the two tables",
	NULL,
	"ALTER TABLE t ADD CONSTRAINT n FOREIGN KEY (p) REFERENCES parent (id)")
RULE("validate-constraint", COMMAND(ValidateConstraint), NULL, TOP,
	SHARE_UPDATE, NONE, SCAN, AUTO, APART, true,
	"ALTER TABLE ... VALIDATE CONSTRAINT",
	"checks every row under the lock that an earlier statement of the same "
	"plan holds, because it adds the constraint",
	NULL, "ALTER TABLE t VALIDATE CONSTRAINT t_later")
RULE("alter-constraint", COMMAND(AlterConstraint), NULL, TOP, ACCESS_EXCLUSIVE,
	NONE, NONE, ASK, NONE, false, "ALTER TABLE ... ALTER CONSTRAINT",
	"changes when a constraint is checked", NULL,
	"ALTER TABLE t ALTER CONSTRAINT t_p_fkey DEFERRABLE")
RULE("drop-constraint", COMMAND(DropConstraint), NULL, ANYWHERE,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, LOSS, false,
	"ALTER TABLE ... DROP CONSTRAINT",
	"drops a constraint: what it kept out of the table can come in", NULL,
	"ALTER TABLE t DROP CONSTRAINT t_check")

/* ALTER TABLE: the table as a whole. */
RULE("change-owner", COMMAND(ChangeOwner), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	NONE, ASK, NONE, false, "ALTER TABLE ... OWNER TO",
	"gives the table to another role", NULL,
	"ALTER TABLE t OWNER TO CURRENT_USER")
RULE("enable-row-security", COMMAND(EnableRowSecurity), NULL, TOP,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, NONE, false,
	"ALTER TABLE ... ENABLE ROW LEVEL SECURITY",
	"changes which rows the application sees", NULL,
	"ALTER TABLE t ENABLE ROW LEVEL SECURITY")
RULE("disable-row-security", COMMAND(DisableRowSecurity), NULL, TOP,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, NONE, false,
	"ALTER TABLE ... DISABLE ROW LEVEL SECURITY",
	"changes which rows the application sees", NULL,
	"ALTER TABLE t DISABLE ROW LEVEL SECURITY")
RULE("force-row-security", COMMAND(ForceRowSecurity), NULL, TOP,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, NONE, false,
	"ALTER TABLE ... FORCE ROW LEVEL SECURITY",
	"changes which rows the application sees", NULL,
	"ALTER TABLE t FORCE ROW LEVEL SECURITY")
RULE("no-force-row-security", COMMAND(NoForceRowSecurity), NULL, TOP,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, NONE, false,
	"ALTER TABLE ... NO FORCE ROW LEVEL SECURITY",
	"changes which rows the application sees", NULL,
	"ALTER TABLE t NO FORCE ROW LEVEL SECURITY")
RULE("enable-trigger", COMMAND(EnableTrig), NULL, TOP, SHARE_ROW, NONE, NONE,
	ASK, NONE, false, "ALTER TABLE ... ENABLE TRIGGER",
	"changes what a write of the application does", NULL,
	"ALTER TABLE t ENABLE TRIGGER t_trigger")
RULE("disable-trigger", COMMAND(DisableTrig), NULL, TOP, SHARE_ROW, NONE, NONE,
	ASK, NONE, false, "ALTER TABLE ... DISABLE TRIGGER",
	"changes what a write of the application does", NULL,
	"ALTER TABLE t DISABLE TRIGGER t_trigger")
RULE("disable-trigger-all", COMMAND(DisableTrigAll), NULL, TOP, SHARE_ROW, NONE,
	NONE, ASK, NONE, false, "ALTER TABLE ... DISABLE TRIGGER ALL",
	"changes what a write of the application does, and that foreign keys "
	"are checked",
	NULL, "ALTER TABLE t DISABLE TRIGGER ALL")
RULE("disable-rule", COMMAND(DisableRule), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	NONE, ASK, NONE, false, "ALTER TABLE ... DISABLE RULE",
	"changes what a write of the application does", NULL, NULL)
RULE("set-logged", COMMAND(SetLogged), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	REWRITE, ASK, NONE, false, "ALTER TABLE ... SET LOGGED",
	"writes every row anew, and nobody can use the table meanwhile", NULL,
	"ALTER TABLE crashing SET LOGGED")
RULE("set-unlogged", COMMAND(SetUnLogged), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	REWRITE, ASK, NONE, false, "ALTER TABLE ... SET UNLOGGED",
	"writes every row anew, and a crash of the server empties the table "
	"from then on",
	NULL, "ALTER TABLE t SET UNLOGGED")
RULE("set-tablespace", COMMAND(SetTableSpace), NULL, TOP, ACCESS_EXCLUSIVE,
	NONE, REWRITE, ASK, NONE, false, "ALTER TABLE ... SET TABLESPACE",
	"copies the table while nobody can use it", NULL, NULL)
RULE("set-access-method", COMMAND(SetAccessMethod), NULL, TOP, ACCESS_EXCLUSIVE,
	NONE, REWRITE, ASK, NONE, false, "ALTER TABLE ... SET ACCESS METHOD",
	"writes every row anew, and nobody can use the table meanwhile",
	"from PostgreSQL 15 on", NULL)
RULE("cluster-on", COMMAND(ClusterOn), NULL, TOP, SHARE_UPDATE, NONE, NONE, ASK,
	NONE, false, "ALTER TABLE ... CLUSTER ON",
	"changes how the table is kept", NULL, "ALTER TABLE t CLUSTER ON t_b")
RULE("set-storage-parameter", COMMAND(SetRelOptions), NULL, TOP, SHARE_UPDATE,
	NONE, NONE, ASK, NONE, false, "ALTER TABLE ... SET (...)",
	"changes how the table is kept", NULL,
	"ALTER TABLE t SET (fillfactor = 70)")
RULE("replica-identity", COMMAND(ReplicaIdentity), NULL, TOP, ACCESS_EXCLUSIVE,
	NONE, NONE, ASK, NONE, false, "ALTER TABLE ... REPLICA IDENTITY",
	"changes what replicas are told", NULL,
	"ALTER TABLE t REPLICA IDENTITY FULL")
RULE("inherit", COMMAND(AddInherit), NULL, TOP, ACCESS_EXCLUSIVE, SHARE_UPDATE,
	NONE, ASK, NONE, false, "ALTER TABLE ... INHERIT",
	"makes the rows of one table those of another", NULL,
	"ALTER TABLE heir INHERIT parent")
RULE("attach-partition", COMMAND(AttachPartition), NULL, TOP, SHARE_UPDATE,
	ACCESS_EXCLUSIVE, SCAN, ASK, NONE, false,
	"ALTER TABLE ... ATTACH PARTITION",
	"checks every row of the partition, and locks the tables",
	"SHARE UPDATE EXCLUSIVE from PostgreSQL 12 on", NULL)
RULE("detach-partition", COMMAND(DetachPartition), NULL, TOP, ACCESS_EXCLUSIVE,
	ACCESS_EXCLUSIVE, NONE, ASK, NONE, false,
	"ALTER TABLE ... DETACH PARTITION", "takes rows out of a table", NULL,
	NULL)
RULE("alter-table", KEY(alter_table_cmd), NULL, TOP, ACCESS_EXCLUSIVE, NONE,
	NONE, ASK, NONE, false, "ALTER TABLE, anything else",
	"is not on the list of what runs by itself", NULL, NULL)
RULE("alter-table-all", KEY(alter_table_move_all_stmt), NULL, TOP,
	ACCESS_EXCLUSIVE, NONE, REWRITE, ASK, NONE, false,
	"ALTER TABLE ALL IN TABLESPACE",
	"copies many tables while nobody can use them", NULL, NULL)

/* Names. */
RULE("rename-constraint", KEY_OF(rename_stmt, OBJECT(TABCONSTRAINT)), NULL, TOP,
	ACCESS_EXCLUSIVE, NONE, NONE, AUTO, NONE, true,
	"ALTER TABLE ... RENAME CONSTRAINT", NULL, NULL,
	"ALTER TABLE t RENAME CONSTRAINT t_check TO n")
RULE("rename-index", KEY_OF(rename_stmt, OBJECT(INDEX)), NULL, TOP, NONE, NONE,
	NONE, AUTO, NONE, true, "ALTER INDEX ... RENAME", NULL,
	"before PostgreSQL 12 ACCESS EXCLUSIVE on the index",
	"ALTER INDEX t_b RENAME TO n")
RULE("rename-column", KEY_OF(rename_stmt, OBJECT(COLUMN)), NULL, TOP,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, NONE, true,
	"ALTER TABLE ... RENAME COLUMN",
	"gives something that the running application uses another name", NULL,
	"ALTER TABLE t RENAME COLUMN a TO n")
RULE("rename-table", KEY_OF(rename_stmt, OBJECT(TABLE)), NULL, TOP,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, NONE, false,
	"ALTER TABLE ... RENAME TO",
	"gives something that the running application uses another name", NULL,
	"ALTER TABLE t RENAME TO n")
RULE("rename", KEY(rename_stmt), NULL, TOP, NONE, NONE, NONE, ASK, NONE, false,
	"ALTER ... RENAME, of a type, a value, a schema and others",
	"gives something that the running application uses another name", NULL,
	"ALTER TYPE e RENAME TO n")
RULE("set-schema", KEY(alter_object_schema_stmt), NULL, TOP, ACCESS_EXCLUSIVE,
	NONE, NONE, ASK, NONE, false, "ALTER ... SET SCHEMA",
	"moves something that the running application uses", NULL,
	"ALTER TABLE t SET SCHEMA other")
RULE("change-object-owner", KEY(alter_owner_stmt), NULL, TOP, NONE, NONE, NONE,
	ASK, NONE, false, "ALTER ... OWNER TO",
	"gives something to another role", NULL,
	"ALTER TYPE e OWNER TO CURRENT_USER")

/* Types, domains and sequences. */
RULE("rename-enum-value", KEY(alter_enum_stmt), renames_label, TOP, NONE, NONE,
	NONE, ASK, NONE, false, "ALTER TYPE ... RENAME VALUE",
	"gives something that the running application uses another name", NULL,
	"ALTER TYPE e RENAME VALUE 'a' TO 'n'")
RULE("add-enum-value", KEY(alter_enum_stmt), NULL, TOP, NONE, NONE, NONE, AUTO,
	LABEL, true, "ALTER TYPE ... ADD VALUE",
	"adds a value that the same transaction cannot use yet",
	"before PostgreSQL 12 in no transaction", "ALTER TYPE e ADD VALUE 'n'")
RULE("drop-domain-constraint", KEY(alter_domain_stmt), drops_constraint,
	ANYWHERE, NONE, NONE, NONE, ASK, NONE, false,
	"ALTER DOMAIN ... DROP CONSTRAINT",
	"drops a constraint: what it kept out can come in", NULL,
	"ALTER DOMAIN d DROP CONSTRAINT d_check")
RULE("alter-domain", KEY(alter_domain_stmt), NULL, TOP, SHARE, NONE, SCAN, ASK,
	NONE, false, "ALTER DOMAIN", "checks every table that uses the domain",
	NULL, "ALTER DOMAIN d ADD CHECK (VALUE > -7)")
RULE("alter-sequence", KEY(alter_seq_stmt), NULL, TOP, NONE, NONE, NONE, ASK,
	NONE, false, "ALTER SEQUENCE",
	"changes the numbers that rows get: some may come twice", NULL,
	"ALTER SEQUENCE s RESTART")

/* What is dropped. */
RULE("drop-type", KEY_OF(drop_stmt, OBJECT(TYPE)), without_cascade, ANYWHERE,
	NONE, NONE, NONE, ASK, LOSS, false, "DROP TYPE", "drops a type", NULL,
	"DROP TYPE unused")
RULE("drop-domain", KEY_OF(drop_stmt, OBJECT(DOMAIN)), without_cascade,
	ANYWHERE, NONE, NONE, NONE, ASK, NONE, false, "DROP DOMAIN",
	"drops a type", NULL, "DROP DOMAIN unused_domain")
RULE("drop-view", KEY_OF(drop_stmt, OBJECT(VIEW)), without_cascade, ANYWHERE,
	NONE, NONE, NONE, ASK, NONE, false, "DROP VIEW",
	"drops a view that the running application may use", NULL,
	"DROP VIEW v")
RULE("drop-function", KEY_OF(drop_stmt, OBJECT(FUNCTION)), without_cascade,
	ANYWHERE, NONE, NONE, NONE, ASK, NONE, false, "DROP FUNCTION",
	"drops code that the running application may use", NULL,
	"DROP FUNCTION unused()")
RULE("drop-procedure", KEY_OF(drop_stmt, OBJECT(PROCEDURE)), without_cascade,
	ANYWHERE, NONE, NONE, NONE, ASK, NONE, false, "DROP PROCEDURE",
	"drops code that the running application may use", NULL, NULL)
RULE("drop-extension", KEY_OF(drop_stmt, OBJECT(EXTENSION)), without_cascade,
	ANYWHERE, NONE, NONE, NONE, ASK, NONE, false, "DROP EXTENSION",
	"drops an extension", NULL, NULL)
RULE("drop-trigger", KEY_OF(drop_stmt, OBJECT(TRIGGER)), NULL, ANYWHERE,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, LOSS, false, "DROP TRIGGER",
	"drops a trigger: what it did at each write no longer happens", NULL,
	"DROP TRIGGER t_trigger ON t")
RULE("drop-policy", KEY_OF(drop_stmt, OBJECT(POLICY)), NULL, ANYWHERE,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, LOSS, false, "DROP POLICY",
	"drops a policy: the application may see other rows", NULL,
	"DROP POLICY t_policy ON t")
RULE("drop-rule", KEY_OF(drop_stmt, OBJECT(RULE)), NULL, ANYWHERE,
	ACCESS_EXCLUSIVE, NONE, NONE, ASK, LOSS, false, "DROP RULE",
	"drops a rule: what it did at each statement no longer happens", NULL,
	"DROP RULE keyless_rule ON keyless")
RULE("drop-table", KEY_OF(drop_stmt, OBJECT(TABLE)), NULL, ANYWHERE,
	ACCESS_EXCLUSIVE, NONE, NONE, NEVER, COUNT, false, "DROP TABLE",
	"can lose data: it drops a table with its rows", NULL,
	"DROP TABLE t CASCADE")
RULE("drop-schema", KEY_OF(drop_stmt, OBJECT(SCHEMA)), NULL, ANYWHERE, NONE,
	NONE, NONE, NEVER, NONE, false, "DROP SCHEMA",
	"can lose data: it drops a schema with all that is in it", NULL,
	"DROP SCHEMA other")
RULE("drop-sequence", KEY_OF(drop_stmt, OBJECT(SEQUENCE)), NULL, ANYWHERE, NONE,
	NONE, NONE, NEVER, NONE, false, "DROP SEQUENCE",
	"can lose data: it drops a sequence with its number", NULL,
	"DROP SEQUENCE s")
RULE("drop", KEY(drop_stmt), NULL, ANYWHERE, NONE, NONE, NONE, NEVER, NONE,
	false,
	"DROP, anything else, and DROP TYPE, DOMAIN, VIEW, FUNCTION, PROCEDURE "
	"and EXTENSION with CASCADE",
	"can lose data: DROP may take columns, rows or what others rely on "
	"along",
	NULL, "DROP TYPE e CASCADE")
RULE("drop-database", KEY(dropdb_stmt), NULL, ANYWHERE, NONE, NONE, NONE, NEVER,
	NONE, false, "DROP DATABASE", "can lose data: DROP DATABASE", NULL,
	NULL)
RULE("drop-role", KEY(drop_role_stmt), NULL, ANYWHERE, NONE, NONE, NONE, NEVER,
	NONE, false, "DROP ROLE", "can lose data: DROP ROLE", NULL, NULL)
RULE("drop-tablespace", KEY(drop_table_space_stmt), NULL, ANYWHERE, NONE, NONE,
	NONE, NEVER, NONE, false, "DROP TABLESPACE",
	"can lose data: DROP TABLESPACE", NULL, NULL)
RULE("drop-owned", KEY(drop_owned_stmt), NULL, ANYWHERE, NONE, NONE, NONE,
	NEVER, NONE, false, "DROP OWNED", "can lose data: DROP OWNED", NULL,
	NULL)
RULE("drop-subscription", KEY(drop_subscription_stmt), NULL, ANYWHERE, NONE,
	NONE, NONE, NEVER, NONE, false, "DROP SUBSCRIPTION",
	"can lose data: DROP SUBSCRIPTION", NULL, NULL)
RULE("drop-user-mapping", KEY(drop_user_mapping_stmt), NULL, ANYWHERE, NONE,
	NONE, NONE, NEVER, NONE, false, "DROP USER MAPPING",
	"can lose data: DROP USER MAPPING", NULL, NULL)
RULE("truncate", KEY(truncate_stmt), NULL, ANYWHERE, ACCESS_EXCLUSIVE, NONE,
	REWRITE, NEVER, COUNT, false, "TRUNCATE",
	"can lose data: it empties a table", NULL, "TRUNCATE t CASCADE")

/* Rows. */
RULE("delete", KEY(delete_stmt), NULL, ANYWHERE, ROW_EXCLUSIVE, NONE, NONE,
	NEVER, COUNT, false, "DELETE, also inside WITH",
	"can lose data: DELETE takes rows away", NULL, "DELETE FROM t")
RULE("update-all", KEY(update_stmt), is_boundless, ANYWHERE, ROW_EXCLUSIVE,
	NONE, NONE, NEVER, COUNT, false,
	"UPDATE of every row, or of the server's own tables",
	"can lose data: UPDATE overwrites a value in every row", NULL,
	"UPDATE t SET a = 1")
RULE("update", KEY(update_stmt), NULL, ANYWHERE, ROW_EXCLUSIVE, NONE, NONE, ASK,
	COUNT, false, "UPDATE ... WHERE",
	"overwrites values in rows that exist", NULL,
	"UPDATE t SET a = 1 WHERE id = 1")
RULE("merge-delete", KEY(merge_when_clause), is_merge_delete, ANYWHERE,
	ROW_EXCLUSIVE, ACCESS_SHARE, NONE, NEVER, COUNT, false,
	"MERGE ... DELETE", "can lose data: MERGE takes rows away",
	"from PostgreSQL 15 on",
	"MERGE INTO t USING parent ON t.p = parent.id WHEN MATCHED THEN DELETE")
RULE("merge-update-all", KEY(merge_stmt), is_boundless_merge, ANYWHERE,
	ROW_EXCLUSIVE, ACCESS_SHARE, NONE, NEVER, COUNT, false,
	"MERGE ... UPDATE of every row",
	"can lose data: MERGE overwrites a value in every row",
	"from PostgreSQL 15 on", NULL)
RULE("merge-update", KEY(merge_when_clause), is_merge_update, ANYWHERE,
	ROW_EXCLUSIVE, ACCESS_SHARE, NONE, ASK, COUNT, false,
	"MERGE ... UPDATE", "overwrites values in rows that exist",
	"from PostgreSQL 15 on",
	"MERGE INTO t USING parent ON t.p = parent.id WHEN MATCHED THEN UPDATE "
	"SET a = 1")
RULE("upsert", KEY(on_conflict_clause), is_upsert, ANYWHERE, ROW_EXCLUSIVE,
	NONE, NONE, ASK, COUNT, false, "INSERT ... ON CONFLICT DO UPDATE",
	"overwrites values in rows that exist", NULL,
	"INSERT INTO t (id, j) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET a "
	"= 1")
RULE("insert-values", KEY(insert_stmt), is_written_out, TOP, ROW_EXCLUSIVE,
	NONE, NONE, ASK, COUNT, true, "INSERT ... VALUES",
	"adds rows to a table that exists", NULL,
	"INSERT INTO t (id, j) VALUES (100, 1)")
RULE("insert", KEY(insert_stmt), NULL, TOP, ROW_EXCLUSIVE, NONE, NONE, ASK,
	COUNT, false, "INSERT ... SELECT", "adds rows that a query finds", NULL,
	"INSERT INTO t (id, j) SELECT id + 100, 1 FROM parent")
RULE("merge", KEY(merge_stmt), NULL, TOP, ROW_EXCLUSIVE, ACCESS_SHARE, NONE,
	ASK, COUNT, false, "MERGE", "changes rows that exist",
	"from PostgreSQL 15 on",
	"MERGE INTO t USING parent ON t.p = parent.id WHEN NOT MATCHED THEN "
	"INSERT (id) VALUES (100)")
RULE("copy-program", KEY(copy_stmt), is_program, ANYWHERE, NONE, NONE, NONE,
	NEVER, NONE, false, "COPY ... PROGRAM", "runs a program on the server",
	NULL, NULL)
RULE("copy", KEY(copy_stmt), NULL, TOP, ROW_EXCLUSIVE, NONE, NONE, ASK, NONE,
	false, "COPY", "reads or writes a file, or waits for data", NULL, NULL)
RULE("create-table-as", KEY(create_table_as_stmt), NULL, TOP, ACCESS_SHARE,
	NONE, NONE, ASK, NONE, false,
	"CREATE TABLE AS, CREATE MATERIALIZED VIEW",
	"runs a query and keeps its rows", NULL,
	"CREATE TABLE n AS SELECT * FROM t")
RULE("refresh-materialized-view", KEY(refresh_mat_view_stmt), NULL, TOP, NONE,
	NONE, NONE, ASK, NONE, false, "REFRESH MATERIALIZED VIEW",
	"runs a query while nobody can read its old rows", NULL,
	"REFRESH MATERIALIZED VIEW m")
RULE("select", KEY(select_stmt), NULL, TOP, ACCESS_SHARE, NONE, NONE, ASK, NONE,
	false, "SELECT, VALUES, TABLE",
	"is not on the list of what runs by itself", NULL, "SELECT * FROM t")
RULE("lock-table", KEY(lock_stmt), NULL, TOP, ACCESS_EXCLUSIVE, NONE, NONE, ASK,
	NONE, false, "LOCK TABLE", "locks a table", NULL, "LOCK TABLE t")

/* Code, and what lets other code run. */
RULE("static-loss", KEY(do_stmt), never, TOP, NONE, NONE, NONE, NEVER, NONE,
	false, "DO, CREATE FUNCTION, CREATE PROCEDURE whose text loses rows",
	"can lose data: its code holds", NULL, NULL)
RULE("do", KEY(do_stmt), NULL, TOP, NONE, NONE, NONE, ASK, NONE, false, "DO",
	"runs code that no parser sees", NULL, "DO $$BEGIN END$$")
RULE("call", KEY(call_stmt), NULL, TOP, NONE, NONE, NONE, ASK, NONE, false,
	"CALL", "runs code that no parser sees", NULL, NULL)
RULE("execute", KEY(execute_stmt), NULL, TOP, NONE, NONE, NONE, ASK, NONE,
	false, "EXECUTE", "runs code that no parser sees", NULL, NULL)
RULE("create-function", KEY(create_function_stmt), NULL, TOP, NONE, NONE, NONE,
	ASK, NONE, false, "CREATE FUNCTION, CREATE PROCEDURE",
	"makes code that no parser sees", NULL,
	"CREATE FUNCTION n() RETURNS int LANGUAGE sql AS 'SELECT 1'")
RULE("create-trigger", KEY(create_trig_stmt), NULL, TOP, SHARE_ROW, NONE, NONE,
	ASK, NONE, false, "CREATE TRIGGER",
	"changes what a write of the application does", NULL,
	"CREATE TRIGGER n AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()")
RULE("create-rule", KEY(rule_stmt), NULL, TOP, ACCESS_EXCLUSIVE, NONE, NONE,
	ASK, NONE, false, "CREATE RULE",
	"changes what a statement of the application does", NULL,
	"CREATE RULE n AS ON INSERT TO t DO ALSO NOTIFY x")
RULE("create-policy", KEY(create_policy_stmt), NULL, TOP, ACCESS_EXCLUSIVE,
	NONE, NONE, ASK, NONE, false, "CREATE POLICY",
	"changes which rows the application sees", NULL,
	"CREATE POLICY n ON t USING (true)")
RULE("create-extension", KEY(create_extension_stmt), NULL, TOP, NONE, NONE,
	NONE, ASK, NONE, false, "CREATE EXTENSION", "adds code of an extension",
	NULL, NULL)

/* The server, its roles, and the session. */
RULE("alter-system", KEY(alter_system_stmt), NULL, TOP, NONE, NONE, NONE, NEVER,
	NONE, false, "ALTER SYSTEM", "changes the settings of the whole server",
	NULL, NULL)
RULE("superuser", KEY(create_role_stmt), makes_superuser, TOP, NONE, NONE, NONE,
	NEVER, NONE, false, "CREATE ROLE ... SUPERUSER",
	"makes a role that may do everything", NULL, "CREATE ROLE n SUPERUSER")
RULE("become-superuser", KEY(alter_role_stmt), makes_superuser, TOP, NONE, NONE,
	NONE, NEVER, NONE, false, "ALTER ROLE ... SUPERUSER",
	"makes a role that may do everything", NULL,
	"ALTER ROLE nobody_in_particular SUPERUSER")
RULE("keys-off", KEY(variable_set_stmt), sets_replica, ANYWHERE, NONE, NONE,
	NONE, NEVER, NONE, false,
	"SET session_replication_role = replica, also of a role or a database",
	"switches foreign keys and triggers off", NULL,
	"SET LOCAL session_replication_role = replica")
RULE("keys-off-by-function", KEY(func_call), calls_replica, ANYWHERE, NONE,
	NONE, NONE, NEVER, NONE, false,
	"set_config() of session_replication_role",
	"switches foreign keys and triggers off", NULL, NULL)
RULE("set-timeout", KEY(variable_set_stmt), sets_timeout, TOP, NONE, NONE, NONE,
	AUTO, LIMIT, true, "SET lock_timeout, SET statement_timeout",
	"sets a time-out to more than the remedy allows; logmend sets its own "
	"again before the next statement",
	NULL, "SET LOCAL lock_timeout = '1s'")
RULE("set-search-path", KEY(variable_set_stmt), sets_path, TOP, NONE, NONE,
	NONE, ASK, NONE, false, "SET search_path",
	"changes what names without a schema mean; logmend sets its own "
	"search_path again before the next statement",
	NULL, "SET LOCAL search_path = other")
RULE("set", KEY(variable_set_stmt), NULL, TOP, NONE, NONE, NONE, ASK, NONE,
	false, "SET, RESET", "changes a setting", NULL,
	"SET LOCAL work_mem = 65")
RULE("transaction", KEY(transaction_stmt), NULL, TOP, NONE, NONE, NONE, ASK,
	NONE, false, "BEGIN, COMMIT, ROLLBACK, SAVEPOINT",
	"begins or ends a transaction by itself", NULL, NULL)
RULE("grant", KEY(grant_stmt), NULL, TOP, NONE, NONE, NONE, ASK, NONE, false,
	"GRANT, REVOKE", "changes what roles may do", NULL,
	"GRANT SELECT ON t TO PUBLIC")
RULE("comment", KEY(comment_stmt), NULL, TOP, SHARE_UPDATE, NONE, NONE, ASK,
	NONE, false, "COMMENT", "is not on the list of what runs by itself",
	NULL, "COMMENT ON TABLE t IS 'x'")
RULE("vacuum", KEY(vacuum_stmt), NULL, TOP, SHARE_UPDATE, NONE, NONE, ASK, NONE,
	false, "VACUUM, ANALYZE", "is not on the list of what runs by itself",
	NULL, "ANALYZE t")
RULE("cluster", KEY(cluster_stmt), NULL, TOP, ACCESS_EXCLUSIVE, NONE, REWRITE,
	ASK, NONE, false, "CLUSTER",
	"writes every row anew, and nobody can use the table meanwhile", NULL,
	"CLUSTER t USING t_b")
RULE("other", KEY(node), NULL, TOP, NONE, NONE, NONE, ASK, NONE, false,
	"anything else", "is not on the list of what runs by itself", NULL,
	NULL)

#undef RULE
