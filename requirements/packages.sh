# Sourced by ensure-*: `need PACKAGE COMMAND...` notes a package whose command fails, `install_for WHOM` gets what is missing.
missing=

say() {
    echo "dancu: $1" >&2
    exit 2
}

need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}

install_for() {
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || say "$1 need what Debian has as:$missing"
    [ "$(id -u)" = 0 ] || say "$1 need packages that are missing: apt-get install --no-install-recommends$missing"
    echo "dancu: installing what $1 need:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086  # one word for each package
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
