#!/bin/bash
# The part of the official image's start that we use: a superuser `postgres`, by password or by trust.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
    if [ "$method" != trust ] && [ -z "${POSTGRES_PASSWORD:-}" ]; then
        echo "POSTGRES_PASSWORD is needed, or POSTGRES_HOST_AUTH_METHOD=trust" >&2
        exit 1
    fi
    initdb --username=postgres --pwfile=<(echo "${POSTGRES_PASSWORD:-unused}") --encoding=UTF8 --locale=C \
        --locale-provider=builtin --builtin-locale=C.UTF-8 --auth=trust
    echo "host all all all $method" >> "$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
    echo "unix_socket_directories = '/tmp'" >> "$PGDATA/postgresql.conf"
fi
exec "$@"
