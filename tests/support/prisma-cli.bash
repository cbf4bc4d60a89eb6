# Sourced: the real Prisma CLI. Needs stage.bash.
#
#	cli_open		installs it into the build folder, once; skips the
#				test aloud (77) without npm, registry or Node 18.18
#	cli_prisma APP WORD...	`npx prisma WORD...` in APP's folder
#	cli_app APP MODE	runs the app that writes an AnalyticsEvent
#
# Prisma's own engines are not on the npm registry, so the CLI runs with the
# JavaScript engine (data/moving/cli/prisma.config.ts says how).
# shellcheck shell=bash

cli=$BUILT/tests/prisma-cli
cli_version=6.19.3

cli_open()
{
	need node
	need npm
	node -e 'const [a, b] = process.versions.node.split(".").map(Number)
		process.exit(a > 18 || (a === 18 && b >= 18) ? 0 : 1)' ||
		skip "Prisma $cli_version needs Node 18.18; this is $(node -v)"
	mkdir -p "$BUILT/tests"
	# Tests that start at once wait for the one that is first.
	(
		flock 9
		[[ -e $cli/ready ]] || cli_install 9>&-
	) 9>"$cli.lock" || exit
}

cli_install()
{
	rm -rf "$cli"
	mkdir -p "$cli/prisma"
	cp "$moving/schema.prisma" "$cli/prisma/"
	cp -R "$moving/cli/." "$cli/"
	(
		cd "$cli" || exit
		cli_environment
		echo '{"private": true}' >package.json
		timeout 240 npm install --ignore-scripts --no-audit --no-fund \
			"prisma@$cli_version" "@prisma/client@$cli_version" \
			"@prisma/adapter-pg@$cli_version" pg@8 >npm.log 2>&1
	) || skip "npm could not install Prisma: $(tail -n 1 "$cli/npm.log")"
	(
		cd "$cli" || exit
		cli_environment
		export DATABASE_URL=postgresql://nobody@127.0.0.1/nothing
		timeout 120 npx --no-install prisma generate >generate.log 2>&1
	) || {
		cat "$cli/generate.log" >&2
		bad 'prisma generate failed'
	}
	touch "$cli/ready"
}

cli_environment()
{
	export CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1
	export npm_config_loglevel=error npm_config_update_notifier=false
	# Only `resolve --rolled-back` asks for it, and only whether it ends well.
	export PRISMA_SCHEMA_ENGINE_BINARY=/bin/true NODE_ENV=production
}

# In $stage/APP, which gets the installation by links.
cli_in()
{
	local app=$1
	shift
	[[ -e $stage/$app/node_modules ]] || {
		ln -s "$cli/node_modules" "$stage/$app/node_modules"
		ln -s "$cli/src" "$stage/$app/src"
		cp "$moving/cli/prisma.config.ts" "$stage/$app/"
	}
	(
		cd "$stage/$app" || exit
		cli_environment
		DATABASE_URL=$(cat "$stage/$app.url")
		export DATABASE_URL
		timeout 120 "$@"
	)
}

cli_prisma()
{
	local app=$1
	shift
	cli_in "$app" node "$cli/node_modules/prisma/build/index.js" "$@"
}

cli_app() { cli_in "$1" node --preserve-symlinks-main src/run.js "$2"; }
