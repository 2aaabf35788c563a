#!/usr/bin/env bash
# The path of docs/operating.md from a bare server to a working one, and through an upgrade and back, without a network:
#
#   tests/bundle.sh ROOT OLD.tar.gz NEW.tar.gz
#
# ROOT is a bare Debian (debootstrap --variant=minbase --include=python3 bookworm ROOT). Needs root, for chroot and a
# namespace without a network. `make bundle-trial` makes all three; it prints how long each step took.
set -euo pipefail
root=$1 old=$2 new=$3

inside() { unshare --net --mount --pid --fork chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root bash -euo pipefail -c "mount -t proc proc /proc; $1"; }
step() { printf '%4ds  %s\n' "$SECONDS" "$1"; }
taizhang="runuser -u taizhang -- /opt/taizhang/bin/taizhang"
expect() { # expect WHAT COMMAND
    local said
    said=$(inside "$2" 2>&1) || { printf 'failed: %s\n%s\n' "$2" "$said" >&2; exit 1; }
    grep -q "$1" <<<"$said" || { printf '%s\n  does not say %s:\n%s\n' "$2" "$1" "$said" >&2; exit 1; }
}

rm -rf "$root"/opt/taizhang "$root"/var/lib/taizhang "$root"/etc/taizhang.env "$root"/root/{old,new} \
    "$root"/etc/systemd/system/taizhang.service
mkdir -p "$root"/root/old "$root"/root/new
tar -xzf "$old" -C "$root/root/old" --strip-components 1
tar -xzf "$new" -C "$root/root/new" --strip-components 1
cp docs/examples/2017.jsonl "$root/root/"
version=$(sed -n 's/^ *"version": "\(.*\)".*/\1/p' "$root/root/new/manifest.json")
step "unpacked"

expect "is installed in" "/root/old/install.sh"
step "the release before is installed"
expect '"appended"' "cd /var/lib/taizhang; $taizhang import - --json --store sqlite:////var/lib/taizhang/taizhang.db < /root/2017.jsonl"
before=$(inside "cd /var/lib/taizhang; $taizhang score lh-01 --as-of 2017-12-31 --json --store sqlite:////var/lib/taizhang/taizhang.db | sha256sum")
step "a ledger of the release before"

expect "Upgraded from 0.1.0 to" "/root/new/install.sh"
expect "installed already" "/root/new/install.sh"
expect "$version" "$taizhang --version"
expect "events" "cd /var/lib/taizhang; $taizhang verify --json"
step "upgraded, verified"
expect "能生成 PDF" "cd /var/lib/taizhang; $taizhang doctor --offline || true"
expect "^pdf$" "cd /var/lib/taizhang; $taizhang report self-assessment lh-01 --as-of 2017-12-31 --format pdf --out /tmp && ls /tmp && grep -q ^%PDF /tmp/*.pdf && echo pdf"
step "a PDF, with libraries and font of the bundle"

expect "Back to 0.1.0" "/opt/taizhang/current/install.sh rollback"
again=$(inside "cd /var/lib/taizhang; $taizhang score lh-01 --as-of 2017-12-31 --json --store sqlite:////var/lib/taizhang/taizhang.db | sha256sum")
[ "$before" = "$again" ] || { echo "the score is another after the rollback" >&2; exit 1; }
step "rolled back, the same score"

expect "Upgraded from" "/root/new/install.sh"
record() { # record ID
    expect '"appended":1' "cd /var/lib/taizhang; echo '{\"specversion\":\"1.0\",\"id\":\"$1\",\"source\":\"t\",\"type\":\"activity.held\",\"subject\":\"lh-01\",\"time\":\"2017-05-05\",\"data\":{\"kinds\":[\"party_lecture\"],\"topic\":\"$1\"}}' | $taizhang import - --json"
}
record after
# Whether the old version can read what the new one made of the ledger is theirs; then a rollback takes nothing away.
old_run=/opt/taizhang/versions/0.1.0/run
if inside "cd /var/lib/taizhang; runuser -u taizhang -- $old_run export --store sqlite:////var/lib/taizhang/taizhang.db" >/dev/null 2>&1; then
    expect "Back to 0.1.0" "/opt/taizhang/current/install.sh rollback"
    expect '"id":"after"' "cd /var/lib/taizhang; $taizhang export --store sqlite:////var/lib/taizhang/taizhang.db"
    expect "Upgraded from" "/root/new/install.sh"
    step "a rollback to a version that can read the ledger keeps what was recorded"
    record since
fi
# A version that cannot.
inside "mv $old_run $old_run.whole; printf '#!/bin/sh\n[ \"\$1\" != export ] && exec $old_run.whole \"\$@\"\n' >$old_run; chmod 755 $old_run"
if inside "/opt/taizhang/current/install.sh rollback" >"$root/tmp/said" 2>&1; then
    echo "a rollback gave events up without a word" >&2; exit 1
fi
grep -q "events were recorded" "$root/tmp/said"
expect '"events":' "cd /var/lib/taizhang; $taizhang verify --json"
step "a rollback that would lose events is refused"
expect "Back to 0.1.0" "/opt/taizhang/current/install.sh rollback --lose-events"
inside "mv $old_run.whole $old_run"
expect "Upgraded from" "/root/new/install.sh"
step "and goes on"

inside "cd /var/lib/taizhang; rm -f taizhang.db*; (timeout 300 $taizhang serve --new >/tmp/serve.log 2>&1 &)
    python3 -c \"import fcntl, socket, struct
# A namespace of its own begins with its loopback down: SIOCSIFFLAGS, IFF_UP.
fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 1) + bytes(14))\"
    for try in \$(seq 1000); do grep -q welcome /tmp/serve.log && break; sleep 0.2; done
    python3 -c \"import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/healthz').read().decode())\" | grep status"
step "a new ledger is served, and health answers"

# The first hour, with a browser: a server on this machine's network for once, from the one-time link to the first record.
port=18765
unshare --mount --pid --fork --kill-child chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root bash -euc \
    "mount -t proc proc /proc; cd /var/lib/taizhang; rm -f taizhang.db* taizhang.key*; exec $taizhang serve --new --port $port" >"$root/tmp/hour.log" 2>&1 &
serving=$!
trap 'kill $serving 2>/dev/null || true' EXIT
for try in $(seq 1000); do grep -q welcome "$root/tmp/hour.log" && break; sleep 0.2; done
step "a server for the browser"
.venv/bin/python -m tests.web.first_hour "http://127.0.0.1:$port" "$(grep -o 'http[^ ]*/welcome/[A-Za-z0-9_-]*' "$root/tmp/hour.log" | tail -1)"
kill $serving
step "a district set up and a first record, in a browser"

echo "sha256 mismatch" >>"$root/root/new/docs/operating.md"
if inside "/root/new/install.sh check" >/dev/null 2>&1; then echo "an altered file was not noticed" >&2; exit 1; fi
step "an altered file is noticed"
