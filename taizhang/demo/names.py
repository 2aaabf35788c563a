"""Names of units and branches: invented places with the kinds of schools that a district has. No real school."""

from __future__ import annotations

# fmt: off
_PLACES = (
    "青禾", "云桥", "明溪", "柳塘", "竹湾", "春晖", "澄江湾", "望湖", "枫林", "荷塘",
    "星港", "清泉", "桃园", "银杏", "白鹭", "晨光", "东篱", "翠屏", "听涛", "北辰",
    "南苑", "滨河", "兰亭", "古槐", "梅村湾", "松岗", "金穗", "杏林", "芦荡", "书院",
    "文澜", "博雅", "致远", "崇德", "明德", "弘毅", "育英", "启航", "新河", "长堤",
    "映月", "凌云", "紫藤", "蓝田", "石桥", "梧桐", "采菱湾", "运河", "花溪", "雁荡",
    "虹桥", "东湾", "西林", "双桥", "八字桥", "横塘", "菱湖", "卧龙", "凤鸣", "鹤鸣",
    "鹿鸣", "麒麟", "朝阳", "秋实",
)
# fmt: on
_SCHOOLS = {
    "committee": ("高级中学", "中等专业学校", "教育集团", "实验教育集团"),
    "general_branch": ("实验小学", "初级中学", "中心小学", "九年制学校", "实验初级中学", "第二实验小学"),
    "branch": ("幼儿园", "小学", "中心幼儿园", "民办实验学校", "特殊教育学校", "成人教育中心校"),
}
_ENDINGS = {"committee": "党委", "general_branch": "党总支", "branch": "党支部"}

_BRANCHES = {
    "committee": (
        "高一年级",
        "高二年级",
        "高三年级",
        "语文组",
        "数学组",
        "外语组",
        "理化组",
        "政史组",
        "体艺组",
        "行政",
        "后勤",
        "信息中心",
        "实验部",
        "国际部",
    ),
    "general_branch": ("低年级", "中年级", "高年级", "行政后勤", "综合学科"),
}


def unit_name(kind: str, number: int) -> str:
    """Return the name of the *number*-th unit (from 0) of *kind*; another for each number."""
    schools = _SCHOOLS[kind]
    again, place_and_school = divmod(number, len(_PLACES) * len(schools))
    # 64 places: 7 walks through all of them, and 65 has no common divisor with 4 or 6 schools, so that no pair
    # of place and school comes twice.
    place = _PLACES[place_and_school * 7 % len(_PLACES)]
    school = schools[(place_and_school + place_and_school // len(_PLACES)) % len(schools)]
    ordinal = f"第{again + 1}" if again else ""
    return f"武进区{place}{ordinal}{school}{_ENDINGS[kind]}"


def branch_names(kind: str, count: int) -> list[str]:
    """Return *count* names of the branches under a unit of *kind*, the last of them that of the retired."""
    return [f"{name}党支部" for name in (*_BRANCHES[kind][: count - 1], "退休教师")]
