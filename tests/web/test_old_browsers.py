"""WeChat's own browser is a Chromium 86: scripts and styles use nothing that came later, but what it does well without.

What is listed is what people reach for; each with the Chromium that brought it (MDN's compatibility data).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from taizhang.web.http.templates import STATIC

TEMPLATES = STATIC.parent / "templates"
SCRIPTS = {
    r"\.at\(": 92, r"\bstructuredClone\b": 98, r"\.findLast(?:Index)?\(": 97, r"\bObject\.hasOwn\b": 93,
    r"\.(?:toSorted|toReversed|toSpliced|with)\(": 110, r"\bcrypto\.randomUUID\b": 92,
    r"\bAbortSignal\.(?:timeout|any)\b": 103,
    r"\bObject\.groupBy\b|\bMap\.groupBy\b": 117, r"\bArray\.fromAsync\b": 121, r"\bURL\.canParse\b": 120,
    r"\bPromise\.(?:withResolvers|try)\b": 119, r"\.checkVisibility\(": 105, r"\.showPicker\(": 99,
    r"\b(?:showPopover|hidePopover|togglePopover)\b": 114, r"\bIntl\.Segmenter\b": 87, r"^\s*static\s*\{": 94,
    r"^await\b": 89, r"\bcause\s*:": 93, r"\.replaceChildren\(": 86, r":has\(": 105, r":is\(|:where\(": 88,
    r"\bstartViewTransition\b": 111, r"\bscheduler\.": 94, r"/[a-z]*[dv][a-z]*\.test": 90,
}  # fmt: skip
STYLES = {
    r":has\(": 105, r":is\(|:where\(": 88, r"\bcolor-mix\(": 111, r"\blight-dark\(": 123, r"^\s*&": 112,
    r"@layer\b": 99, r"@container\b|container-type": 105, r"@scope\b": 118, r"@starting-style\b": 117,
    r"\baspect-ratio\s*:": 88, r"\binset(?:-block|-inline)?\s*:": 87, r"\b(?:margin|padding)-(?:block|inline)\s*:": 87,
    r"\bborder-(?:block|inline)\s*:": 87, r"\d[dsl]v[hw]\b": 108, r"\bsubgrid\b": 117, r"\boverflow[^:]*:\s*clip\b": 90,
    r"@media[^{]*\([^)]*[<>]": 104, r"\d(?:r?lh|cap|ic)\b": 109, r"(?<![-\w])(?:translate|rotate|scale)\s*:": 104,
    r"\bround\(|\bmod\(|\brem\(": 125,
}  # fmt: skip
MARKUP = {
    r"\bpopover\b(?==|>|\s)": 114,
    r"\binert\b(?==|>|\s)": 102,
    r"<search\b": 118,
    r"<details[^>]*\bname=": 120,
}
KERNEL = 86


_RULE = re.compile(r"(?P<selectors>[^{}]+)\{(?P<body>[^{}]*)\}")


def without_extras(style: str) -> str:
    """Return a style without what an old browser passes over and does well without.

    A rule all of whose selectors say `:has` only adds to others; a declaration after one of the same property is an
    improvement on it.
    """

    def kept(rule: re.Match[str]) -> str:
        if all(":has(" in each for each in rule["selectors"].rsplit("}", 1)[-1].split(",")):
            return ""
        declared: dict[str, str] = {}
        for name, value in (each.split(":", 1) for each in rule["body"].split(";") if ":" in each):
            declared.setdefault(name.strip(), value)
        return f"{rule['selectors']}{{{'; '.join(f'{name}: {value}' for name, value in declared.items())}}}"

    return _RULE.sub(kept, re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))


def newer(text: str, features: dict[str, int]) -> list[str]:
    """Return what *text* uses of *features* that the kernel has not."""
    plain = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", text, flags=re.DOTALL)
    return [
        f"{found[0].strip()} (Chromium {since})"
        for pattern, since in features.items()
        for found in [re.search(pattern, plain, re.MULTILINE)]
        if since > KERNEL and found is not None
    ]


@pytest.mark.parametrize("file", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_scripts(file: Path) -> None:
    assert newer(file.read_text("utf-8"), SCRIPTS) == []


@pytest.mark.parametrize("file", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_styles(file: Path) -> None:
    assert newer(without_extras(file.read_text("utf-8")), STYLES) == []


def test_markup() -> None:
    found = {
        path.name: newer(re.sub(r"\{[{%#].*?[}%#]\}", "", path.read_text("utf-8"), flags=re.DOTALL), MARKUP)
        for path in [*TEMPLATES.rglob("*.html"), *STATIC.glob("*.html")]
    }
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("const last = rows.at(-1);", SCRIPTS),
        ("document.querySelector('a:has(b)')", SCRIPTS),
        (".a { margin-inline: 1rem; }", STYLES),
        ("@media (width <= 40rem) { }", STYLES),
        ("<div popover>", MARKUP),
    ],
)
def test_what_is_newer_is_found(text: str, features: dict[str, int]) -> None:
    assert newer(text, features)
