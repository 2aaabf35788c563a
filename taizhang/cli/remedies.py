"""How what mends a fault is done at the terminal: the sentence that follows the message there."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.remedy import Remedy
from ledger.text import Text

_SENTENCES: Mapping[Remedy, Text] = {
    Remedy.ACCEPT_MISSING: Text("加 --accept-missing"),
    Remedy.PREPARE_CLUSTER: Text("请先运行 taizhang ledgers init"),
    Remedy.CHOOSE_WAY: Text("替换写 --replaces 细则编号，另外单算写 --beside"),
    Remedy.NAME_SHEET_KIND: Text("写成 --sheet 表名=种类"),
    Remedy.NAME_KEYS: Text("用 --key 或 TAIZHANG_WITNESS_FOR 写上"),
    Remedy.NEW_BACKUPS: Text("要在这里重新开始，请用 taizhang backup 文件夹 --new"),
    Remedy.REBUILD: Text("可用 taizhang rebuild"),
    Remedy.REMOVE_LEFTOVERS: Text("用 taizhang leftovers 查看"),
    Remedy.SIGN_CHECKPOINT: Text("可用 taizhang checkpoint"),
    Remedy.CHECK_ADDRESS: Text("见 --store 或 TAIZHANG_STORE"),
    Remedy.CHECK_KEY_FILE: Text("请核对 TAIZHANG_KEY"),
    Remedy.FINISH_COPY: Text("用 taizhang copy"),
    Remedy.INSTALL_RUBRIC: Text("用 taizhang rubric install 安装"),
    Remedy.LIST_RUBRICS: Text("用 taizhang rubric list 查看"),
    Remedy.ROTATE_KEY: Text("换钥匙用 taizhang key --rotate"),
    Remedy.SHOW_KEY: Text("公钥用 taizhang key 打印"),
    Remedy.VERIFY: Text("用 taizhang verify"),
    Remedy.VERIFY_TILES: Text("请运行 taizhang verify --tiles"),
    Remedy.WRITE_TILES: Text("请先运行 taizhang tiles"),
}
assert set(_SENTENCES) == set(Remedy)


def with_remedy(text: Text, remedy: Remedy | None) -> Text:
    """Return *text* with how it is mended at the terminal, where there is a way."""
    if remedy is None:
        return text
    return Text("{problem}；{remedy}", problem=text, remedy=_SENTENCES[remedy])
