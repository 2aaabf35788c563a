"""Names stand where ids stood, whole ids only."""

from taizhang.language.names import Names


def test_whole_ids_are_named_and_nothing_else() -> None:
    names = Names({"m-1": "张三", "m-12": "李四", "a.b": "王五"})
    assert names.of("m-1") == "张三"
    assert names.of("m-3") == "m-3"
    assert names.spoken("m-1 差 2、m-12 差 3；m-123、am-1、m-1-2") == "张三差 2、李四差 3；m-123、am-1、m-1-2"
    assert names.spoken("到 a.b。和acb") == "到 王五。和acb"
    assert Names({}).spoken("m-1") == "m-1"
