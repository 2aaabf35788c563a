#!/usr/bin/env bash
# What the tests use beside Python: a browser with Chinese fonts, a Go compiler with golang.org/x/mod, LibreOffice, a PDF
# reader, nginx and PgBouncer. Installs what is missing from Debian's packages when it may, else says what to install.
set -eu

missing=()
need() { # need COMMAND-OR-FILE PACKAGE...
    local probe=$1
    shift
    if [[ $probe == /* ]]; then [ -e "$probe" ] || missing+=("$@"); else
        command -v "$probe" >/dev/null || missing+=("$@"); fi
}
need chromium chromium
need /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
need go golang-go
need /usr/share/gocode/src/golang.org/x/mod/sumdb/note/note.go golang-golang-x-mod-dev
need soffice libreoffice-writer-nogui libreoffice-calc-nogui
need pdftoppm poppler-utils
need openssl openssl
need /usr/sbin/pgbouncer pgbouncer
need /usr/sbin/nginx nginx-light
ldconfig -p | grep -q libpangoft2-1.0 || missing+=(libpango-1.0-0 libpangoft2-1.0-0)

[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing for the tests: ${missing[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
    echo "the tests need more than this machine has; on Debian: sudo apt install ${missing[*]}" >&2
    exit 1
fi
