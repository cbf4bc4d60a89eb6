# Makes C of rules/secrets.table: logmend.rules(5), Secrets.

function fail(what)
{
	print FILENAME ":" FNR ": " what >"/dev/stderr"
	failed = 1
	exit 1
}

# The pattern with each {NAME} replaced by the part of that name.
function filled(text,    from, name)
{
	while (match(text, /\{[a-z][a-z-]*\}/)) {
		from = RSTART
		name = substr(text, from + 1, RLENGTH - 2)
		if (!(name in parts))
			fail("no part is called {" name "}")
		text = substr(text, 1, from - 1) parts[name] \
			substr(text, from + RLENGTH)
	}
	return text
}

function quoted(text)
{
	gsub(/[\\"]/, "\\\\&", text)
	return "\"" text "\""
}

# What the section that ends here has said.
function finish()
{
	if (section == "define")
		parts[name] = filled(value["text"])
	else if (section == "secret" && value["kind"] && value["mask"])
		print "\t{ " quoted(name) ", " quoted(value["kind"]) ",\n\t\t" \
			quoted(filled(value["mask"])) " },"
	else if (section)
		fail("[" section " " name "] is not finished")
	section = ""
	split("", value)
}

BEGIN {
	print "/* Made from rules/secrets.table; do not edit. */"
	print "#include \"config.h\""
	print "#include \"base/redact-table.h\"\n"
	print "const struct redact_entry redact_table[] = {"
}

/^#/ || /^[ \t]*$/ { next }

/^\[(define|secret) [a-z0-9-]+\]$/ {
	finish()
	section = substr($1, 2)
	name = substr($2, 1, length($2) - 1)
	next
}

/^[a-z]+ = / {
	key = $1
	value[key] = substr($0, length(key) + 4)
	next
}

/^[ \t]/ && key {
	sub(/^[ \t]+/, "")
	value[key] = value[key] $0
	next
}

{ fail("not understood") }

END {
	if (!failed) {
		finish()
		print "\t{ 0 },\n};"
	}
	exit failed
}
