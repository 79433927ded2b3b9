# A PostgreSQL server for tests: in a temporary folder, on a free port of the loopback, without fsync.
# To be sourced after setup.sh; `postgres_start FOLDER` sets MILLRACE_TEST_POSTGRES, `postgres_stop` ends the server.

postgres_folder=

# PostgreSQL refuses to run as root.
as_postgres() {
  if ((EUID == 0)); then
    (cd / && setpriv --reuid="$postgres_user" --regid="$(id -g "$postgres_user")" --clear-groups "$@")
  else
    "$@"
  fi
}

postgres_start() {
  local folder=$1 bin port options
  bin=$(postgres_bin)
  postgres_user=$(id -un postgres 2>/dev/null || echo nobody)
  mkdir -p "$folder"
  ((EUID != 0)) || chown "$postgres_user" "$folder"
  as_postgres "$bin/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync >"$folder.log" 2>&1 || { cat "$folder.log" >&2 && die "initdb failed"; }
  postgres_folder=$folder
  options="-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"
  options+=" -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder"
  for _ in {1..20}; do
    port=$((RANDOM % 20000 + 30000))
    if as_postgres "$bin/pg_ctl" start --pgdata="$folder/data" --log="$folder/server.log" --wait --silent \
      --options="$options -p $port" </dev/null >>"$folder.log" 2>&1; then
      export MILLRACE_TEST_POSTGRES=postgres://postgres@127.0.0.1:$port/postgres
      return
    fi
  done
  cat "$folder/server.log" >&2
  die "PostgreSQL did not start"
}

postgres_stop() {
  [[ -n $postgres_folder ]] || return 0
  as_postgres "$(postgres_bin)/pg_ctl" stop --pgdata="$postgres_folder/data" --mode=immediate --silent >/dev/null 2>&1 || true
  postgres_folder=
}
