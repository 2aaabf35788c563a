#!/usr/bin/env bash
# Installs taizhang from the folder that this file lies in, upgrades to it, or goes back to the version before.
#
#   ./install.sh                 install, or upgrade where there is an older version
#   ./install.sh rollback        back to the version before the last upgrade
#   ./install.sh check           only compare this folder with its checksums
#
#   --prefix DIR     where the program goes (/opt/taizhang)
#   --data DIR       where the ledger goes (/var/lib/taizhang)
#   --settings FILE  the settings file (/etc/taizhang.env)
#   --user NAME      who runs the service (taizhang); made where there is none
#   --lose-events    rollback: although events were recorded since the upgrade that the old version cannot read
#
# Nothing is fetched from anywhere. Each version has a folder of its own below PREFIX/versions; PREFIX/current leads to the
# one that is used. What an upgrade finds is kept below DATA/before-upgrade.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix=/opt/taizhang data=/var/lib/taizhang settings=/etc/taizhang.env user=taizhang lose=no action=
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) prefix=$2; shift ;;
        --data) data=$2; shift ;;
        --settings) settings=$2; shift ;;
        --user) user=$2; shift ;;
        --lose-events) lose=yes ;;
        rollback | check) action=$1 ;;
        -h | --help) sed -n '2,16s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) echo "install.sh: unknown: $1 (see --help)" >&2; exit 2 ;;
    esac
    shift
done

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
field() { sed -n "s/^ *\"$1\": \"\(.*\)\",\{0,1\}$/\1/p" "$here/manifest.json"; }
root() { [ "$(id -u)" = 0 ]; }

# As the service's user, so that no file comes to be root's.
as_user() {
    if root && getent passwd "$user" >/dev/null; then
        (cd "$data" && TAIZHANG_SETTINGS=$settings runuser -u "$user" -- env TAIZHANG_SETTINGS="$settings" "$@")
    else
        (cd "$data" && env TAIZHANG_SETTINGS="$settings" "$@")
    fi
}

has_service() { root && [ -d /run/systemd/system ] && [ -e /etc/systemd/system/taizhang.service ]; }
is_running() { has_service && systemctl is-active --quiet taizhang; }

# The file of the ledger by the settings; empty for a database of a server.
ledger_file() {
    as_user "$1/venv/bin/python" - <<'PYTHON'
from taizhang.app.settings import DEFAULT_STORE, Settings
from taizhang.app.store_url import is_postgres, sqlite_path
try:
    from taizhang.app.settings_file import load_settings
    load_settings()
except ImportError:  # older than the settings file
    pass
url = Settings().store or DEFAULT_STORE
print("" if is_postgres(url) else sqlite_path(url).absolute())
PYTHON
}

# How many events the ledger has, as the version in $1 reads it; fails where that version cannot read it.
events() { as_user "$1/run" export --store "sqlite:///$2" 2>/dev/null | wc -l; }

check() {
    (cd "$here" && sha256sum --quiet --strict --check SHA256SUMS) ||
        fail "files of this folder are not those that were packed; unpack the bundle anew"
}

find_python() {
    local wanted
    wanted=$(field python)
    for each in "python$wanted" python3 "/usr/bin/python$wanted" "/usr/local/bin/python$wanted"; do
        if command -v "$each" >/dev/null &&
            [ "$("$each" -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = "$wanted" ]; then
            command -v "$each"
            return
        fi
    done
    fail "this bundle is for Python $wanted, which is not on this machine (Debian: apt install python3)"
}

# Puts the version of this folder into its own folder; one that was broken off before is made anew.
put_version() {
    local target=$1 python
    [ "$(uname -m)" = "$(field machine)" ] || fail "this bundle is for $(field machine), this machine is $(uname -m)"
    python=$(find_python)
    if [ -e "$target" ] && [ ! -e "$target/.unfinished" ]; then return; fi
    rm -rf "$target"
    mkdir -p "$target"
    touch "$target/.unfinished"
    "$python" -m venv --without-pip "$target/venv"
    local pip=("$target/venv/bin/python" "$(echo "$here"/wheels/pip-*.whl)/pip" --isolated --disable-pip-version-check
        --no-cache-dir)
    "${pip[@]}" install --quiet --no-index --find-links "$here/wheels" --require-hashes -r "$here/requirements.lock"
    "${pip[@]}" install --quiet --no-index --no-deps "$here"/wheels/taizhang-*.whl
    cp -r "$here/docs" "$here/CHANGELOG.md" "$here/LICENSE" "$here/etc" "$target"
    cp "$here/install.sh" "$here/manifest.json" "$target"
    for each in lib fonts licences; do
        if [ -d "$here/$each" ]; then cp -r "$here/$each" "$target"; fi
    done
    # Libraries of the system are used where it has them: they get its security updates.
    local own=
    if [ -d "$target/lib" ] && ! "$target/venv/bin/python" -c 'import weasyprint' >/dev/null 2>&1; then
        own="export LD_LIBRARY_PATH='$target/lib'"
    fi
    local fonts=
    if [ -e "$target/fonts/fonts.conf" ]; then fonts="export FONTCONFIG_FILE='$target/fonts/fonts.conf'"; fi
    printf '#!/bin/sh\n%s\n%s\nexec "%s" "$@"\n' "$own" "$fonts" "$target/venv/bin/taizhang" >"$target/run"
    chmod 755 "$target/run"
    "$target/run" --help >/dev/null || fail "the program does not start; nothing was changed"
    rm "$target/.unfinished"
}

use_version() {
    ln -sfn "$1" "$prefix/.current.new"
    mv -T "$prefix/.current.new" "$prefix/current"
    mkdir -p "$prefix/bin"
    printf '#!/bin/sh\nexec "%s/current/run" "$@"\n' "$prefix" >"$prefix/bin/.taizhang.new"
    chmod 755 "$prefix/bin/.taizhang.new"
    mv "$prefix/bin/.taizhang.new" "$prefix/bin/taizhang"
}

make_user_and_places() {
    if root && ! getent passwd "$user" >/dev/null; then
        useradd --system --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$user"
    fi
    mkdir -p "$data"
    if [ ! -e "$settings" ]; then
        sed -e "s|sqlite:////var/lib/taizhang/|sqlite:///$data/|; s|/var/lib/taizhang/|$data/|" \
            -e '/SMTP_URL\|MAIL_FROM\|OPERATOR_MAIL\|BASE_URL/s/^/# /' "$here/etc/taizhang.env" >"$settings"
        chmod 600 "$settings"
    fi
    if root; then chown "$user:" "$data" "$settings"; fi
    chmod 700 "$data"
    if root && [ -d /etc/systemd/system ] && [ ! -e /etc/systemd/system/taizhang.service ]; then
        sed -e "s|/opt/taizhang|$prefix|g; s|/var/lib/taizhang|$data|g; s|^User=.*|User=$user|; s|/etc/taizhang.env|$settings|" \
            "$here/etc/taizhang.service" >/etc/systemd/system/taizhang.service
        if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
    fi
}

# Keeps the ledger's file as it is while nobody writes; prints where.
keep_ledger() {
    local file=$1 kept
    kept="$data/before-upgrade/$2-$(date -u +%Y%m%dT%H%M%SZ)"
    mkdir -p "$kept"
    for each in "$file" "$file-wal"; do
        if [ -e "$each" ]; then cp -p "$each" "$kept/"; fi
    done
    sync
    if root; then chown -R "$user:" "$data/before-upgrade"; fi
    chmod 700 "$data/before-upgrade"
    say "$kept"
}

install_or_upgrade() {
    check
    local version target former='' was_running=no file kept=''
    version=$(field version)
    target="$prefix/versions/$version"
    if [ -L "$prefix/current" ]; then former=$(readlink -f "$prefix/current"); fi
    mkdir -p "$prefix/versions"
    put_version "$target"
    make_user_and_places
    if [ "$former" = "$target" ]; then
        say "taizhang $version is installed already."
        return
    fi
    if [ -n "$former" ]; then
        if is_running; then was_running=yes; systemctl stop taizhang; fi
        file=$(ledger_file "$target")
        if [ -n "$file" ] && [ -e "$file" ]; then
            kept=$(keep_ledger "$file" "$(basename "$former")")
            as_user "$target/run" export --store "sqlite:///$file" | wc -l >"$kept/events" || {
                # Brought forward in vain, or not at all: the old version goes on with what it had.
                cp -p "$kept/$(basename "$file")" "$file"
                if [ $was_running = yes ]; then systemctl start taizhang; fi
                fail "the new version cannot read the ledger; the old one is still in use"
            }
            say "The ledger as it was lies in $kept."
        elif [ -z "$file" ]; then
            say "The ledger is in PostgreSQL: make a backup with pg_dump before you go on; a rollback needs it."
        fi
        ln -sfn "$former" "$prefix/previous"
        printf '%s\n' "$kept" >"$prefix/previous.kept"
    fi
    use_version "$target"
    if [ $was_running = yes ]; then systemctl start taizhang; fi
    if [ -n "$former" ]; then
        say "Upgraded from $(basename "$former") to $version. To go back: $prefix/current/install.sh rollback"
        return
    fi
    say "taizhang $version is installed in $prefix. Next:"
    say "  1. edit $settings"
    say "  2. sudo -u $user $prefix/bin/taizhang serve --new     (open the link that it prints, then Ctrl-C)"
    say "  3. systemctl enable --now taizhang"
    say "  4. sudo -u $user $prefix/bin/taizhang doctor"
}

rollback() {
    [ -L "$prefix/previous" ] || fail "there is no version before this one"
    local former now file kept was_running=no
    former=$(readlink -f "$prefix/previous")
    now=$(readlink -f "$prefix/current")
    kept=$(cat "$prefix/previous.kept")
    if is_running; then was_running=yes; systemctl stop taizhang; fi
    file=$(ledger_file "$now")
    if [ -n "$file" ] && [ -e "$file" ] && ! as_user "$former/run" export --store "sqlite:///$file" >/dev/null 2>&1; then
        # The old version cannot read what the new one made of the ledger: the file of before comes back.
        [ -n "$kept" ] && [ -e "$kept/$(basename "$file")" ] || fail "the ledger of before the upgrade is not there any more"
        if [ "$(events "$now" "$file")" != "$(cat "$kept/events")" ] && [ $lose = no ]; then
            if [ $was_running = yes ]; then systemctl start taizhang; fi
            fail "since the upgrade events were recorded that the version before cannot read; nothing was changed." \
                "Keep the new version, or give them up with --lose-events (they stay in $data/before-upgrade)"
        fi
        keep_ledger "$file" "$(basename "$now")" >/dev/null
        rm -f "$file-wal" "$file-shm"
        cp -p "$kept/$(basename "$file")" "$file"
        if [ -e "$kept/$(basename "$file")-wal" ]; then cp -p "$kept/$(basename "$file")-wal" "$file-wal"; fi
        say "The ledger is again that of before the upgrade."
    fi
    rm "$prefix/previous"
    use_version "$former"
    if [ $was_running = yes ]; then systemctl start taizhang; fi
    say "Back to $(basename "$former"); $(basename "$now") stays in $prefix/versions."
}

case $action in
    check) check; say "Every file is as it was packed." ;;
    rollback) rollback ;;
    *) install_or_upgrade ;;
esac
