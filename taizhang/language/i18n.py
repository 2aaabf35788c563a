"""The reader's language: Chinese is written in the code, every other language is a gettext catalogue.

Catalogues are read as .po when a language is first asked for, so nothing has to be compiled after a change;
for Chinese no file is opened at all.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

from ledger.errors import ErrorKind, TaizhangError
from ledger.text import Text
from taizhang.language.counted import CountedText, counted_place

Language = Literal["zh_CN", "en"]
Translate = Callable[[str], str]

LANGUAGES: tuple[Language, ...] = get_args(Language)
SOURCE: Language = "zh_CN"
LOCALE = Path(__file__).parent.parent / "locale"

_language: ContextVar[Language] = ContextVar("language", default=SOURCE)


class UnknownLanguage(TaizhangError):
    """No catalogue for that language; `text` names the ones there are."""

    kind = ErrorKind.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(Text("没有“{name}”这种语言；可用：zh-CN、en", name=name))


def language_of(name: str) -> Language:
    """Return the catalogue for a name such as ``zh-CN``, ``zh_CN.UTF-8``, ``zh-Hans`` or ``en-GB``.

    Raises UnknownLanguage.
    """
    match name.strip().replace("_", "-").partition(".")[0].partition("-")[0].lower():
        case "zh":
            return "zh_CN"
        case "en":
            return "en"
        case _:
            raise UnknownLanguage(name)


def catalogue_path(language: Language) -> Path:
    """Return where the catalogue of *language* lives."""
    return LOCALE / language / "LC_MESSAGES" / "taizhang.po"


@cache
def translator(language: Language) -> Translate:
    """Return the function that puts a Chinese message into *language*."""
    if language == SOURCE:
        return _as_written
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)

    @cache
    def translate(message: str) -> str:
        if not message:
            return ""  # the empty message is the catalogue's header
        place = counted_place(message)
        if place is None:
            return translations.gettext(message)
        return CountedText(place, partial(translations.ngettext, message, message))

    return translate


def spoken() -> Language:
    """Return the language in use here."""
    return _language.get()


def current() -> Translate:
    """Return the translation into the language in use here."""
    return translator(_language.get())


def use(language: Language) -> None:
    """Speak *language* from here on (in this thread or task)."""
    _language.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[Translate]:
    """Speak *language* inside the block."""
    token = _language.set(language)
    try:
        yield translator(language)
    finally:
        _language.reset(token)


def _(message: str, **values: object) -> str:
    """Return *message* in the reader's language, with its {named} places filled."""
    translated = current()(message)
    return translated.format(**values) if values else translated


def say(text: Text) -> str:
    """Return *text* in the reader's language."""
    return text.render(current())


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark *message* for the catalogue and return it as it is: it is translated where it is shown."""
    return message


def _as_written(message: str) -> str:
    return message
