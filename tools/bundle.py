"""`make bundle`: everything that an offline server needs to install or upgrade, in one file.

    taizhang-VERSION/
        install.sh            installs, upgrades, rolls back (deploy/install.sh)
        manifest.json         version, for which Python and machine, of which commit
        SHA256SUMS            of every other file
        requirements.lock     what is installed, each package by its hash
        wheels/               those packages, the program, and pip, which a bare server need not have
        lib/, fonts/          what PDFs are made with where the server has it not: shared libraries, a Chinese font
        etc/                  unit file, settings, nginx: the blocks of docs/operating.md
        docs/, licences/

The same commit on the same machine gives the same bytes. It is for machines like the one that it is made on: the same
Python (3.11, say) and processor, a C library as new or newer.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
"""What WeasyPrint opens by name; what they need in turn is found with ldd."""
OF_EVERY_MACHINE = re.compile(r"^(linux-vdso|ld-linux|lib(c|m|dl|rt|pthread|resolv|util|gcc_s|stdc\+\+)\.so)")
BLOCKS = {"ini": "taizhang.service", "nginx": "nginx.conf"}
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">.</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


class CannotBundle(Exception):
    """Something that the bundle needs is not here; the message says what."""


def main(argv: list[str] | None = None) -> int:
    """Make the bundle that the command line names; return the exit status."""
    parser = argparse.ArgumentParser(prog="tools.bundle", description=__doc__.partition("\n")[0])
    parser.add_argument("wheel", type=Path, help="the program's wheel")
    parser.add_argument("--lock", type=Path, default=ROOT / "requirements.lock")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="the folder for the bundle")
    parser.add_argument("--without-pdf", action="store_true", help="leave libraries and font out")
    options = parser.parse_args(argv)
    try:
        print(bundle(options.wheel, options.lock, options.out, pdf=not options.without_pdf))
    except CannotBundle as error:
        print(f"no bundle: {error}", file=sys.stderr)
        return 1
    return 0


def bundle(wheel: Path, lock: Path, out: Path, *, pdf: bool = True) -> Path:
    """Make the bundle of *wheel* and the packages that *lock* pins in the folder *out*; return its path."""
    version = wheel.name.split("-")[1]
    name = f"taizhang-{version}"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bundle-", dir=out) as working:
        folder = Path(working) / name
        folder.mkdir()
        _packages(folder, wheel, lock)
        _papers(folder)
        if pdf:
            _libraries(folder)
            _fonts(folder)
        manifest = {
            "version": version,
            "python": f"{sys.version_info.major}.{sys.version_info.minor}",
            "machine": platform.machine(),
            "libc": platform.libc_ver()[1],
            "commit": _commit(),
        }
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
        _sums(folder)
        target = (
            out
            / f"{name}-{sys.platform}-{platform.machine()}-py{sys.version_info.major}{sys.version_info.minor}.tar.gz"
        )
        _pack(folder, target)
    return target


def _packages(folder: Path, wheel: Path, lock: Path) -> None:
    wheels = folder / "wheels"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "download",
        "--quiet",
        "--dest",
        str(wheels),
    ]
    _run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(lock)])
    _run([*pip, "--only-binary", ":all:", "--no-deps", "pip"])
    shutil.copy(wheel, wheels)
    shutil.copy(lock, folder / "requirements.lock")


def _papers(folder: Path) -> None:
    shutil.copy(ROOT / "deploy" / "install.sh", folder)
    (folder / "install.sh").chmod(0o755)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("pictures"))
    for paper in ("LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / paper, folder)
    etc = folder / "etc"
    etc.mkdir()
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for language, file in BLOCKS.items():
        (block,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
        (etc / file).write_text(block, "utf-8")
    (block,) = re.findall(r"```sh\n(TAIZHANG_STORE=.*?)```", page, re.DOTALL)
    (etc / "taizhang.env").write_text(block, "utf-8")


def _libraries(folder: Path) -> None:
    known = _known_libraries()
    target = folder / "lib"
    target.mkdir()
    for path in sorted({path for name in LIBRARIES for path in _closure(name, known)}):
        shutil.copy(path, target / path.name)
        _licence_of(path, folder / "licences")


def _known_libraries() -> dict[str, Path]:
    said = _run(["/sbin/ldconfig", "-p"])
    return {name: Path(path) for name, path in re.findall(r"^\s*(\S+) \(.*\) => (\S+)$", said, re.MULTILINE)}


def _closure(name: str, known: dict[str, Path]) -> Iterator[Path]:
    if name not in known:
        raise CannotBundle(
            f"{name} is not on this machine (tests/system.sh installs it); or use --without-pdf"
        )
    yield known[name]
    for needed, path in re.findall(r"^\s*(\S+) => (/\S+)", _run(["ldd", str(known[name])]), re.MULTILINE):
        if not OF_EVERY_MACHINE.match(needed):
            yield known.get(needed, Path(path))


def _fonts(folder: Path) -> None:
    if not FONT.exists():
        raise CannotBundle(
            f"{FONT} is not on this machine (tests/system.sh installs it); or use --without-pdf"
        )
    fonts = folder / "fonts"
    fonts.mkdir()
    shutil.copy(FONT, fonts)
    (fonts / "fonts.conf").write_text(FONTS_CONF)
    _licence_of(FONT, folder / "licences")


def _licence_of(path: Path, target: Path) -> None:
    """Keep the licence of the Debian package that *path* is of."""
    target.mkdir(exist_ok=True)
    for each in dict.fromkeys((path, path.resolve(), Path("/usr") / str(path.resolve()).lstrip("/"))):
        done = _done(["dpkg", "-S", str(each)])
        package = done.stdout.partition(":")[0]
        said = Path("/usr/share/doc") / package / "copyright"
        if done.returncode == 0 and said.exists():
            shutil.copy(said, target / f"{package}.txt")
            return
    raise CannotBundle(f"no licence is known for {path}")


def _commit() -> str:
    done = _done(["git", "-C", str(ROOT), "rev-parse", "HEAD"])
    return done.stdout.strip()


def _sums(folder: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def _pack(folder: Path, target: Path) -> None:
    when = int(os.environ.get("SOURCE_DATE_EPOCH", "1483228800"))

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mtime, member.uid, member.gid, member.uname, member.gname = when, 0, 0, "", ""
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    partial = target.with_name(f".{target.name}.partial")
    with (
        partial.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=when) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        tar.add(folder, folder.name, filter=plain, recursive=False)
        for path in sorted(folder.rglob("*")):
            tar.add(path, f"{folder.name}/{path.relative_to(folder)}", filter=plain, recursive=False)
    partial.replace(target)


def _run(command: list[str]) -> str:
    done = _done(command)
    if done.returncode:
        raise CannotBundle(f"{' '.join(command[:6])} …: {done.stderr.strip()[-400:]}")
    return done.stdout


def _done(command: list[str]) -> subprocess.CompletedProcess[str]:
    # Commands of this file, with paths of this machine.
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
