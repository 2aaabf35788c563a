"""The directory of people: found by name, pinyin, initials, telephone; corrected; erased, to the byte."""

from datetime import date
from pathlib import Path
from time import process_time

import pytest

from taizhang.app.ledger import OpenLedger
from taizhang.people import store
from taizhang.people.person import Directory, Person, new_member
from taizhang.people.search import finds, search_term
from taizhang.startup.open_ledger import open_ledger

WANG = Person("m-1", "王小芳", "13912345678", "常州市武进区青禾路1号", date(1980, 5, 6))
ZENG = Person("m-2", "曾伟", "13500000000")


@pytest.fixture
def session(tmp_path: Path):
    with open_ledger(f"sqlite:///{tmp_path / 'people.db'}", new=True) as opened:
        with opened.store.write() as work:
            store.put(work.connection, "wj-01", [WANG, ZENG])
            store.put(work.connection, "wj-02", [Person("m-1", "另一个")])
        yield opened


def found(session: OpenLedger, text: str, unit: str = "wj-01") -> list[str]:
    with session.store.read() as work:
        return [person.name for person in store.search(work.connection, unit, text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["王小芳", "曾伟"]),
        ("王", ["王小芳"]),
        ("小芳", ["王小芳"]),
        ("wxf", ["王小芳"]),
        ("WXF", ["王小芳"]),
        ("ｗｘｆ", ["王小芳"]),
        ("wangxiao", ["王小芳"]),
        ("zengwei", ["曾伟"]),
        ("cengwei", ["曾伟"]),
        ("zw", ["曾伟"]),
        ("5678", ["王小芳"]),
        ("m-2", ["曾伟"]),
        ("%", []),
        ("_", []),
        ("李", []),
    ],
)
def test_search(session: OpenLedger, text: str, names: list[str]) -> None:
    assert found(session, text) == names


def test_a_unit_sees_its_own_people_only(session: OpenLedger) -> None:
    assert found(session, "", "wj-02") == ["另一个"]
    assert found(session, "", "wj") == []


def test_people_come_back_as_they_were_put(session: OpenLedger) -> None:
    with session.store.read() as work:
        assert list(store.directory_of(work.connection, "wj-01")) == [WANG, ZENG]
        assert store.units_of(work.connection, "m-1") == ["wj-01", "wj-02"]


def test_a_correction_takes_the_place_of_what_was_known(session: OpenLedger) -> None:
    with session.store.write() as work:
        store.put(work.connection, "wj-01", [Person("m-1", "汪小芳")])
    assert found(session, "王") == []
    assert found(session, "汪") == ["汪小芳"]
    assert found(session, "5678") == []


def test_what_is_erased_is_in_the_file_no_more(tmp_path: Path) -> None:
    path = tmp_path / "erased.db"
    for erased in (False, True):
        with open_ledger(f"sqlite:///{path}", new=True) as session, session.store.write() as work:
            if erased:
                assert store.erase(work.connection, "wj-01", "m-1")
                assert not store.erase(work.connection, "wj-01", "m-1")
            else:
                store.put(work.connection, "wj-01", [WANG, ZENG])
        content = path.read_bytes()
        for text in (WANG.name, WANG.telephone, WANG.address, "1980-05-06"):
            assert (text.encode() in content) is not erased, text
        assert b"wangxiaofang" not in content, "nor is the name kept a second time, in pinyin"
        assert ZENG.name.encode() in content


def test_names_are_compared_without_width_and_spaces() -> None:
    directory = Directory([WANG, ZENG])
    assert directory.named("王　小 芳") == [WANG]
    directory.put(Person("m-1", "汪小芳"))
    assert directory.named("王小芳") == []
    assert directory.names() == ["曾伟", "汪小芳"]
    assert directory.name_of("m-1") == "汪小芳"
    assert directory.name_of("m-9") == "m-9"


def test_ids_say_nothing_and_do_not_repeat() -> None:
    ids = {new_member() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(each) == 10 and each.startswith("m-") for each in ids)


def test_a_name_with_many_readings_is_found_by_each_and_soon() -> None:
    """Of eight readings that were kept the one people say was often none."""
    name = "行乐重长朝曾单解" * 10
    begun = process_time()
    assert finds(search_term("xing le chong zhang chao zeng shan xie"), Person("m", name))
    assert finds("hangyuezhongchangzhaocengdanjie" * 2, Person("m", name))
    assert not finds("ab" * 40, Person("m", name))
    assert process_time() - begun < 2


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        (
            "阿卜杜拉·买买提",
            "abudula abdlmmt 阿卜杜拉买买提 阿卜杜拉•买买提 阿卜杜拉.买买提 maimaiti 卜杜拉 AbuDuLa",
        ),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提 abudula·maimaiti abdl"),
        ("单宁乐", "shanningle snl danningle 宁乐 ShanNing shanningyue s宁le"),
        ("单行健", "shanxingjian sxj danhangjian 行健"),
        ("吕雪", "lvxue lüxue luxue lyuxue lx lǚxuě LÜxue"),
        ("尉迟长孙", "yuchizhangsun yczs weichi 尉迟"),
        ("仇英", "qiuying qy"),
        ("区盖", "ouge og"),
        ("翟覃", "zhaiqin diqin zq"),
        ("朴宰贤", "piao pzx"),
        ("西安娜", "xianna xi'anna xi-an xan"),
        ("José María", "jose maria josé mari"),
        ("𠮷田", "𠮷 𠮷田"),
        ("司马　相如", "simaxiangru smxr 司马相如 simaxiang"),
        ("扎西 德吉", "zhaxideji zxdj zaxi 扎西德吉"),
    ],
)
def test_names_of_all_peoples_are_found(name: str, terms: str) -> None:
    person = Person("m", name, "139 0000-0051")
    for term in terms.split():
        assert finds(search_term(term), person), term
    for nobody in ("zzz", "王", "abudulax", "139x"):
        assert not finds(search_term(nobody), person), nobody
    assert finds(search_term("13900000051"), person)


@pytest.mark.parametrize("dot", ["•", "・", "．", "‧", "."])
def test_one_person_however_the_dot_is_typed(dot: str) -> None:
    people = Directory([Person("m-1", "阿卜杜拉·买买提")])
    assert [each.member for each in people.named(f"阿卜杜拉{dot}买买提")] == ["m-1"]
    assert [each.name for each in people] == ["阿卜杜拉·买买提"]
