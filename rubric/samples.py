"""The sample files that come with the program: something to begin with, never installed by themselves."""

from __future__ import annotations

from importlib import resources

from .mistake import NoRubric, msgid

_FOLDER = "examples"


def sample_names() -> tuple[str, ...]:
    """Return the names of the samples, the starter first."""
    folder = resources.files("rubric") / _FOLDER
    names = sorted(
        file.name.removesuffix(".yaml") for file in folder.iterdir() if file.name.endswith(".yaml")
    )
    return ("starter", *(name for name in names if name != "starter"))


def sample(name: str) -> str:
    """Return the text of a sample. Raises NoRubric with the names there are."""
    if name not in sample_names():
        raise NoRubric(msgid("没有“{name}”这份样板；有 {known}"), name=name, known=sample_names())
    return (resources.files("rubric") / _FOLDER / f"{name}.yaml").read_text("utf-8")
