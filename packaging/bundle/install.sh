#!/bin/sh
# Install dancu from this bundle. Nothing is fetched; everything goes below one directory.
# Cài đặt dancu từ gói này, không cần mạng; mọi tệp nằm dưới một thư mục.
#
#   sh install.sh [--prefix DIR] [--python PROGRAM]      DIR: /opt/dancu
#   sh install.sh --rollback [--prefix DIR]              the version that was linked before
set -eu

prefix=/opt/dancu
python=
rollback=no
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) prefix=$2; shift 2 ;;
        --python) python=$2; shift 2 ;;
        --rollback) rollback=yes; shift ;;
        *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done

stop() {
    echo "dancu: $1" >&2
    echo "dancu: $2" >&2
    exit 2
}

link() {
    ln -sfn "$1" "$prefix/.current"
    mv -T "$prefix/.current" "$prefix/current"
}

if [ "$rollback" = yes ]; then
    [ -e "$prefix/previous" ] || stop "không có phiên bản trước" "there is no version before this one"
    before=$(readlink "$prefix/previous")
    ln -sfn "$(readlink "$prefix/current")" "$prefix/previous"
    link "$before"
    echo "$prefix/current -> $before"
    exit 0
fi

here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
sha256sum --quiet --check SHA256SUMS >&2 || stop "gói bị hỏng hoặc bị sửa, chưa cài gì" "the bundle is damaged or was changed; nothing is installed"

fits() {
    "$1" -I -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null ||
        "$1" -I -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null
}

if [ -z "$python" ]; then
    for one in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$one" >/dev/null && fits "$one"; then python=$one; break; fi
    done
fi
[ -n "$python" ] && fits "$python" || stop \
    "cần Python 3.11 đến 3.14 trên máy này, hoặc chỉ ra bằng --python" \
    "a Python of 3.11 to 3.14 is needed on this machine, or named by --python"

wheel=$(echo wheels/dancu-*.whl)
version=${wheel#wheels/dancu-}
version=${version%%-*}
target=$prefix/versions/$version
if [ ! -e "$target/installed" ]; then
    mkdir -p "$prefix/versions"
    rm -rf "$target"
    "$python" -I -m venv --without-pip "$target"
    run() {
        PYTHONPATH=$(echo "$here"/wheels/pip-*.whl) "$target/bin/python" -m pip --isolated \
            --disable-pip-version-check --no-cache-dir install --quiet --no-index -f "$here/wheels" "$@"
    }
    run --only-binary :all: --require-hashes --requirement requirements.txt
    run --no-deps "$here/$wheel"
    touch "$target/installed"
fi
if [ -L "$prefix/current" ] && [ "$(readlink "$prefix/current")" != "versions/$version" ]; then
    ln -sfn "$(readlink "$prefix/current")" "$prefix/previous"
fi
link "versions/$version"
mkdir -p "$prefix/bin"
ln -sfn ../current/bin/dancu "$prefix/bin/dancu"
echo "dancu $version: $prefix/bin/dancu"
