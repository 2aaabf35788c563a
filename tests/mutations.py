"""Bytes that two readers could understand differently, made from a good event: for what guards the ledger's door."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import orjson

Make = Callable[[dict[str, Any], random.Random], bytes]

BLANKS = (b" ", b"\t", b"\r", b"\n", b"\r\n", b"\x0b", b"\x0c", b"\x00", b"\x1a", "\u00a0".encode(), "\u2028".encode(),
          "\u3000".encode(), "\u200b".encode())  # fmt: skip
MARKS = (b"\xef\xbb\xbf", b"\xef\xbb\xbf" * 2, b"\xff\xfe", b"\xfe\xff", b"\xef\xbb", "\u200b".encode())


def _plain(event: dict[str, Any], dice: random.Random) -> bytes:
    return orjson.dumps(event)


def _marked(event: dict[str, Any], dice: random.Random) -> bytes:
    return dice.choice(MARKS) + orjson.dumps(event)


def _marked_and_blank(event: dict[str, Any], dice: random.Random) -> bytes:
    parts = [dice.choice(MARKS), dice.choice(BLANKS), dice.choice(BLANKS)]
    dice.shuffle(parts)
    return b"".join(parts) + orjson.dumps(event) + dice.choice(BLANKS)


def _blank_inside(event: dict[str, Any], dice: random.Random) -> bytes:
    body = orjson.dumps(event)
    places = [place for place, letter in enumerate(body) if letter in b"{}[],:"]
    place = dice.choice(places)
    return body[:place] + dice.choice(BLANKS) + body[place:]


def _encoded(event: dict[str, Any], dice: random.Random) -> bytes:
    return (
        orjson.dumps(event)
        .decode()
        .encode(dice.choice(["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "gb18030"]))
    )


def _escaped(event: dict[str, Any], dice: random.Random) -> bytes:
    r"""`type` as `\u0074ype`, `wj-02` with any of its letters so."""
    text = orjson.dumps(event).decode()
    word = dice.choice(["type", "subject", "data", "id", "kind", str(event["subject"]), str(event["type"])])
    place = dice.randrange(len(word))
    return text.replace(word, f"{word[:place]}\\u{ord(word[place]):04x}{word[place + 1 :]}", 1).encode()


def _doubled(event: dict[str, Any], dice: random.Random) -> bytes:
    """A key twice: harmless first or harmless last, as it is or escaped."""
    key, harmless = dice.choice(
        [("subject", "wj-01"), ("type", "activity.held"), ("data", {}), ("id", "other")]
    )
    name = dice.choice([key, f"\\u{ord(key[0]):04x}{key[1:]}", key.capitalize(), key + "\\u0000"])
    more = f'"{name}":{orjson.dumps(harmless).decode()}'
    body = orjson.dumps(event).decode()
    return (f"{{{more},{body[1:]}" if dice.random() < 0.5 else f"{body[:-1]},{more}}}").encode()


def _trailing(event: dict[str, Any], dice: random.Random) -> bytes:
    tail = dice.choice([b",", b"]", b"}", b"//", b"/**/", b"null", b"{}", b"\x00", b"#"])
    return orjson.dumps(event) + tail if dice.random() < 0.5 else orjson.dumps(event)[:-1] + b",}"


def _in_an_array(event: dict[str, Any], dice: random.Random) -> bytes:
    body = orjson.dumps(event)
    return dice.choice([b"[%s]", b"[[%s]]", b"\xef\xbb\xbf[%s]", b"[%s,]", b" [ %s ]\n", b"[null,%s]"]) % body


def _nested(event: dict[str, Any], dice: random.Random) -> bytes:
    body = orjson.dumps(event)
    return dice.choice([b'{"data":%s}', b'{"event":%s}', b'"%s"', b"{%s}"]) % body


def _of_many_lines(event: dict[str, Any], dice: random.Random) -> bytes:
    innocent = orjson.dumps(event | {"id": event["id"] + "-first", "subject": "wj-01"})
    between = dice.choice(
        [b"\n", b"\r\n", b"\r", b"\n\xef\xbb\xbf", b"\n\n", "\u2028".encode(), b"\x0b", b" "]
    )
    lines = [innocent, orjson.dumps(event)]
    dice.shuffle(lines)
    return between.join(lines)


def _numbers(event: dict[str, Any], dice: random.Random) -> bytes:
    body = orjson.dumps(event)
    return body[:-1] + b',"extra":' + dice.choice([b"1e9999", b"NaN", b"-0", b"1" * 400]) + b"}"


def _flipped(event: dict[str, Any], dice: random.Random) -> bytes:
    body = bytearray(orjson.dumps(event))
    for _time in range(dice.choice([1, 1, 2, 5])):
        body[dice.randrange(len(body))] = dice.randrange(256)
    return bytes(body)


def _other_types(event: dict[str, Any], dice: random.Random) -> bytes:
    name = dice.choice(["type", "subject", "data", "id"])
    text = str(event[name])
    said = dice.choice([None, 1, True, [text], {"": text}, text + " ", text.upper(), "\ufeff" + text])
    return orjson.dumps(event | {name: said})


KINDS: tuple[Make, ...] = (
    _plain, _marked, _marked_and_blank, _blank_inside, _encoded, _escaped, _doubled, _trailing, _in_an_array, _nested,
    _of_many_lines, _numbers, _flipped, _other_types,
)  # fmt: skip


def mutated(events: list[dict[str, Any]], count: int, seed: int) -> Iterator[bytes]:
    """Yield *count* bodies, every kind of mutation in turn, of each of *events* in turn with an id of its own."""
    dice = random.Random(seed)
    for number in range(count):
        event = events[number // len(KINDS) % len(events)] | {"id": f"m{seed}-{number}"}
        yield KINDS[number % len(KINDS)](event, dice)
