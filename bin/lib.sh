# Shell functions shared by bin/demo, bin/test and bin/lock. Sourced, never run.
# The caller has `set -euo pipefail` and has changed to the repository root.

VENV=.venv

say() { printf '%s\n' "$*"; }
die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Prints the first Python that is new enough and can make virtual environments; the code is written for 3.11 (Debian 12)
# and runs on 3.13 (Debian 13). Debian's own comes first, whatever else is on the path: it is built with profile-guided
# optimization, and one that is not takes a quarter more time for the random sequences of the tests.
find_python() {
    local candidate
    for candidate in /usr/bin/python3 python3.11 python3 python3.13 python3.12; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# need_packages NAME...: installs what is missing of these Debian packages, or prints the command that does it.
need_packages() {
    local name missing=()
    if ! command -v dpkg-query >/dev/null; then
        say "This is not Debian. Liuyou needs what these Debian packages contain: $*"
        return
    fi
    for name in "$@"; do
        if [[ "$(dpkg-query -W -f '${Status}' "$name" 2>/dev/null)" != "install ok installed" ]]; then
            missing+=("$name")
        fi
    done
    ((${#missing[@]})) || return 0
    local install="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    local command="sudo sh -c '$install'" as_root=()
    if ((EUID == 0)); then
        command=$install
    elif sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        die "System packages are missing. Install them, then run this command again:
    $command"
    fi
    say "Installing system packages: ${missing[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c "$install" >&2 ||
        die "The system packages could not be installed. Run this and read what it says:
    $command"
}

# Python itself, unless one that can make virtual environments is there.
need_python() {
    PYTHON=$(find_python) || need_packages python3 python3-venv
    PYTHON=${PYTHON:-$(find_python)} ||
        die "Python 3.11 or newer with its module venv is needed. Debian 12 and 13 have them as python3 and python3-venv."
}

# need_venv FILE: the virtual environment with everything that FILE pins. Costs nothing while FILE is unchanged.
need_venv() {
    local file=$1 stamp sum
    if ! "$VENV/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        say "Creating the virtual environment with $("$PYTHON" --version)"
        "$PYTHON" -m venv --clear "$VENV"
    fi
    stamp=$VENV/.installed-$file
    sum=$(sha256sum <"$file")
    if [[ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]]; then
        say "Installing the Python packages of $file"
        "$VENV/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes -r "$file" ||
            die "The Python packages of $file could not be installed. Check the connection to the package index."
        printf '%s\n' "$sum" >"$stamp"
    fi
}

# free_port: a loopback TCP port that nobody listens on.
free_port() {
    "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# port_is_free PORT
port_is_free() {
    "$PYTHON" - "$1" <<'PY'
import socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(sys.argv[1])))
    except OSError:
        sys.exit(1)
PY
}

# end_process PID SECONDS [SIGNAL]: asks it to end, waits, and only then kills. A PID of -N means process group N.
end_process() {
    local pid=$1 tries=$(($2 * 10)) signal=${3:-TERM}
    kill -s "$signal" -- "$pid" 2>/dev/null || return 0
    while ((tries-- > 0)) && kill -0 -- "$pid" 2>/dev/null; do
        sleep 0.1
    done
    kill -s KILL -- "$pid" 2>/dev/null || true
}

# PostgreSQL refuses to run as root; Debian's package brings an account for it.
as_postgres() {
    if ((EUID == 0)); then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# start_postgres LOG [-c SETTING...]: a private server on loopback; sets pg (its folder), pg_bin and pg_port.
# A short path that the postgres account can enter: a socket's path may have 107 bytes, TMPDIR may be private.
start_postgres() {
    local log=$1
    shift
    pg_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [[ -x $pg_bin/initdb ]] || die "No PostgreSQL server under /usr/lib/postgresql. Install Debian's package postgresql."
    pg=$(mktemp -d /tmp/liuyou-pg.XXXXXX)
    ((EUID != 0)) || chown postgres "$pg"
    pg_port=$(free_port)
    as_postgres "$pg_bin/initdb" -D "$pg/data" -U liuyou --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
        >"$log" || die "initdb failed: $(cat "$log")"
    as_postgres "$pg_bin/pg_ctl" -D "$pg/data" -l "$pg/log" -w start -o "-p $pg_port -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories=$pg -c timezone=UTC $*" >/dev/null || die "PostgreSQL did not start: $(cat "$pg/log")"
}

# Stops the private server, if there is one, and removes it.
stop_postgres() {
    [[ ! -s ${pg:-}/data/postmaster.pid ]] || as_postgres "$pg_bin/pg_ctl" -D "$pg/data" -m immediate -w stop >/dev/null
    rm -rf "${pg:-}"
}
