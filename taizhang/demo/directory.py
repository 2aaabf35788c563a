"""Names for the members of a demo ledger, in the directory: put together from a seed, nobody's own."""

from __future__ import annotations

from random import Random

from ledger.store.protocol import Store
from taizhang.people import store as people
from taizhang.people.person import Person

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
_GIVEN = (
    "芳伟娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红文建国志新春雪梅云飞海燕晓东子轩雨欣思远佳怡俊宇"
)


def keep_demo_people(store: Store) -> None:
    """Give every member of a demo ledger a name; there are no telephones and no addresses to invent."""
    chance = Random(2017)  # noqa: S311 - the same names in every demo
    named: dict[str, list[Person]] = {}
    for unit in store.units():
        joined = [event for event in store.stream(unit) if event["type"] == "member.joined"]
        members = dict.fromkeys(event["data"]["member"] for event in joined)
        named[unit] = [Person(member, _name(chance)) for member in members]
    with store.write() as work:
        for unit, found in named.items():
            people.put(work.connection, unit, found)


def _name(chance: Random) -> str:
    given = chance.sample(_GIVEN, chance.choice((1, 2, 2)))
    return chance.choice(_SURNAMES) + "".join(given)
