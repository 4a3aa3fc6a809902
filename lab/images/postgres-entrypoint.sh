#!/bin/sh
# What the entrypoint of docker-library/postgres does for POSTGRES_USER, _PASSWORD and _DB on an empty
# volume, and no more.
set -eu

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # Prepared beside its place, so that an interrupted start is begun again.
    prepared="$PGDATA.prepared"
    rm -rf "$prepared"
    password_file=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" >"$password_file"
    initdb --pgdata="$prepared" --username="$POSTGRES_USER" --pwfile="$password_file" \
        --auth-host=scram-sha-256 --auth-local=trust --encoding=UTF8 --locale=C.UTF-8
    rm "$password_file"
    echo "host all all all scram-sha-256" >>"$prepared/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$prepared/postgresql.conf"
    if [ "$POSTGRES_DB" != postgres ]; then
        pg_ctl start --wait --pgdata="$prepared" --options="-c listen_addresses=''"
        createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
        pg_ctl stop --wait --pgdata="$prepared"
    fi
    mv "$prepared" "$PGDATA"
fi
exec "$@"
