"""A YAML text as plain data that still knows on which line each part stands.

Safe by construction: the tree is built here from parser events, so no tag builds an object, no alias multiplies
text, and neither size nor depth is without bound. Numbers with a decimal point become Decimal (never a binary
float), days become date, keys are always strings, and a key given twice is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from .mistake import Mistake, RubricRefused, Value, msgid
from .yaml_wording import yaml_mistake

SIZE_MAX_BYTES = 1024 * 1024
DEPTH_MAX = 32
NODES_MAX = 50_000
NOTES = frozenset({"reading", "tied_to_year", "decide"})  # free words; no score depends on them

Path = tuple[str | int, ...]
NAMED = frozenset({"clauses", "of", "rules"})
"""Lists whose items are called by their ids."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]*|[-+]?\.[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
for _yes, _no in (("true", "false"), ("yes", "no"), ("on", "off")):
    for _shape in (str.lower, str.capitalize, str.upper):
        _WORDS[_shape(_yes)], _WORDS[_shape(_no)] = True, False


@dataclass(slots=True)
class Node:
    """A scalar, list or mapping of the text: its value and the span of characters it was written in."""

    kind: str  # "scalar", "list" or "map"
    line: int
    start: int
    end: int
    flow: bool
    plain: bool = False
    text: str = ""
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)


@dataclass(slots=True)
class Source:
    """A file read: its text, its tree, its data, and the line of every path in the data."""

    text: str
    root: Node
    data: Any
    lines: dict[Path, int]
    told: list[tuple[int, Path, str, dict[str, Value]]] = field(default_factory=list)

    @property
    def mistakes(self) -> list[Mistake]:
        """What reading alone found wrong: keys given twice, keys without a value, keys that are no words."""
        return [Mistake(line, self.key(path), message, **values) for line, path, message, values in self.told]

    def tell(self, line: int, path: Path, message: str, /, **values: Value) -> None:
        """Note a mistake; its key is worded later, when the ids of all clauses are known."""
        self.told.append((line, path, message, values))

    def line(self, path: Path) -> int | None:
        """Return the line of *path*, or of the nearest part around it that stands in the file."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path)

    def nearest(self, path: Path) -> Path:
        """Return the longest beginning of *path* that stands in the file."""
        while path not in self.lines and path:
            path = path[:-1]
        return path

    def key(self, path: Path) -> str:
        """Return *path* for people: `clauses[2.1].document`, by clause id where there is one."""
        words = ""
        here: object = self.data
        for depth, part in enumerate(path):
            here = _inside(here, part)
            if isinstance(part, str):
                words += f".{part}" if words else part
                continue
            name: object = part
            if depth and path[depth - 1] in NAMED and isinstance(here, dict):
                given = here.get("id")
                name = given if isinstance(given, (str, int, Decimal)) and given else part
            words += f"[{name}]"
        return words


def _inside(data: Any, part: str | int) -> object:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None


def read(content: str | bytes) -> Source:
    """Return *content* (UTF-8 where bytes) as a Source; what is wrong in its data stands in `mistakes`.

    Raises RubricRefused where the text cannot be read at all: too big, not UTF-8, not YAML.
    """
    text = _decoded(content)
    try:
        root = _tree(text)
    except yaml.YAMLError as error:
        raise RubricRefused([yaml_mistake(error, text)]) from None
    source = Source(text, root, None, {})
    source.data = _value(root, (), source)
    return source


def _decoded(content: str | bytes) -> str:
    if isinstance(content, bytes) and (message := _other_file(content)):
        raise RubricRefused([Mistake(None, "", message)])
    if isinstance(content, str):
        text = content
        size = len(content.encode("utf-8", "replace"))
    else:
        size = len(content)
        try:
            text = content[: SIZE_MAX_BYTES + 1].decode("utf-8")
        except UnicodeDecodeError as error:
            if size <= SIZE_MAX_BYTES:
                line = content.count(b"\n", 0, error.start) + 1
                raise RubricRefused(
                    [Mistake(line, "", "不是 UTF-8 编码的文字；请另存为 UTF-8 再试")]
                ) from None
    if size > SIZE_MAX_BYTES:
        message = msgid("文件有 {size} 字节，细则文件最多 {limit} 字节")
        raise RubricRefused([Mistake(None, "", message, size=size, limit=SIZE_MAX_BYTES)])
    text = text.removeprefix("\ufeff")
    surrogate = re.search("[\ud800-\udfff]", text)
    if surrogate:
        line = text.count("\n", 0, surrogate.start()) + 1
        raise RubricRefused([Mistake(line, "", "不是 UTF-8 编码的文字；请另存为 UTF-8 再试")])
    return text


_MADE_BY = (
    (
        b"PK\x03\x04",
        msgid(
            "这是 Word 或 Excel 文件（.docx、.xlsx），不是文字文件；请把内容复制到样板里，存成 UTF-8 的纯文本"
        ),
    ),
    (
        b"\xd0\xcf\x11\xe0",
        msgid("这是旧版 Word 或 Excel 文件，不是文字文件；请把内容复制到样板里，存成 UTF-8 的纯文本"),
    ),
    (b"%PDF", msgid("这是 PDF 文件，不是文字文件；请把内容复制到样板里，存成 UTF-8 的纯文本")),
)


def _other_file(content: bytes) -> str:
    """Return what is said of a file that another program made, by its first bytes; empty for what may be text."""
    return next((message for start, message in _MADE_BY if content.startswith(start)), "")


def _events(text: str) -> Iterator[object]:
    return iter(yaml.parse(text, Loader=_LOADER))


def _tree(text: str) -> Node:
    """Build the tree without recursion: the depth of a hostile text must not become the depth of our stack."""
    top = Node("list", 1, 0, len(text), False)
    stack = [top]
    waiting: list[Node | None] = [None]  # beside each open mapping, the key that still lacks its value
    begun = False
    count = 0
    for event in _events(text):
        if isinstance(event, yaml.DocumentStartEvent):
            if begun:
                raise _refused(event, msgid("一个文件只写一份细则；这里用 --- 开始了第二份"))
            begun = True
            continue
        if isinstance(event, yaml.AliasEvent):
            raise _refused(event, msgid("细则里不用别名“*{name}”；请把内容写全"), name=str(event.anchor))
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop().end = _span(event)[1]
            waiting.pop()
            continue
        node = _opened(event)
        if node is None:
            continue
        count += 1
        if len(stack) > DEPTH_MAX or count > NODES_MAX:
            raise _refused(event, msgid("嵌套太深或内容太多，不像是一份细则"))
        waiting[-1] = _put(node, stack[-1], waiting[-1])
        if node.kind != "scalar":
            stack.append(node)
            waiting.append(None)
    if not top.items:
        raise RubricRefused([Mistake(None, "", "文件里没有内容")])
    return top.items[0]


def _put(node: Node, parent: Node, key: Node | None) -> Node | None:
    """Put *node* into *parent*; return the key that waits for its value afterwards."""
    if parent.kind == "list":
        parent.items.append(node)
        return None
    if key is None:
        return node
    parent.pairs.append((key, node))
    return None


def _opened(event: Any) -> Node | None:
    """Return the node that *event* opens, or None for events that open none."""
    start, end = _span(event)
    line = event.start_mark.line + 1
    if isinstance(event, yaml.ScalarEvent):
        plain = not event.style and event.implicit[0]
        return Node("scalar", line, start, end, False, plain, event.value)
    if isinstance(event, yaml.MappingStartEvent):
        return Node("map", line, start, end, bool(event.flow_style))
    if isinstance(event, yaml.SequenceStartEvent):
        return Node("list", line, start, end, bool(event.flow_style))
    return None


def _span(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _refused(event: Any, message: str, /, **values: str) -> RubricRefused:
    return RubricRefused([Mistake(event.start_mark.line + 1, "", message, **values)])


def _value(node: Node, path: Path, source: Source) -> object:
    """Return *node* as plain data; its depth is bounded, so it may recurse."""
    source.lines.setdefault(path, node.line)
    if node.kind == "list":
        return [_value(item, (*path, index), source) for index, item in enumerate(node.items)]
    if node.kind == "map":
        return _mapping(node, path, source)
    return scalar(node)


def _mapping(node: Node, path: Path, source: Source) -> dict[str, object]:
    data: dict[str, object] = {}
    first: dict[str, int] = {}
    note: tuple[str, Node] | None = None  # the last pair, while it is one of the NOTES in a flow mapping
    for key, value in node.pairs:
        if key.kind != "scalar":
            source.tell(key.line, path, msgid("键要写成一个词，不能是列表或一组键值"))
            continue
        name = key.text
        if node.flow and _split_by_comma(key, value, source.text):
            if note is None:
                message = msgid("“{words}”没有值：像是前面的值里有逗号，被拆成了两段；请给那个值加引号")
                source.tell(key.line, path, message, words=name)
            else:
                note[1].end = key.end
                data[note[0]] = " ".join(source.text[note[1].start : key.end].split())
            continue
        if name in first:
            message = msgid("键“{name}”写了两次，第{first}行已经有了；只留一个")
            source.tell(key.line, (*path, name), message, name=name, first=first[name])
            continue
        first[name] = key.line
        source.lines[*path, name] = key.line
        data[name] = _value(value, (*path, name), source)
        note = (name, value) if name in NOTES and value.plain else None
    return data


def _split_by_comma(key: Node, value: Node, text: str) -> bool:
    """Whether `{…, key}` has no value at all, not even a colon: what a comma inside an unquoted text leaves."""
    return key.plain and value.plain and not value.text and ":" not in text[key.end : value.end]


def scalar(node: Node) -> str | int | bool | date | Decimal | None:
    """Return the value of a scalar; what is quoted, or is none of the plain kinds, stays text."""
    text = node.text
    if not node.plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) <= 18:
        return int(text)
    if _DECIMAL.fullmatch(text) and len(text) <= 18:
        return Decimal(text)
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
