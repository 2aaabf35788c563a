"""What people look for things by that is in no rubric's name of them: 新闻 for a publication, 转入 for a joining.

A rubric may name more of its own (`also:`). These words only find; no sheet is read by them.
"""

from __future__ import annotations

from collections.abc import Mapping

from rubric.codes_used import Family
from rubric.schema import Rubric

OF_FAMILIES: Mapping[Family, str] = {
    "documents": "材料 文件 归档 上报",
    "outlets": "新闻 投稿 报道 宣传 信息 稿件 推送 公众号 刊发 发表",
    "honors": "获奖 表彰 荣誉 奖励 评优 先进 证书 奖状",
    "conditions": "申报 健全 工作情况",
}
OF_CODES: Mapping[str, str] = {
    "volunteer_service": "义工 志愿者 公益 社区 慰问 帮扶 关爱",
    "mass_organization_activity": "工会 团委 妇联 慰问 走访 困难党员 文体活动",
    "rule_of_law_education": "普法 宪法 警示教育",
    "work_style_campaign": "警示教育 廉洁 廉政 反腐 党风 纪律",
    "party_lecture": "讲课 上课 廉政党课",
    "external_training": "培训 轮训 外出学习 进修",
    "study_session": "培训 自学 读书 理论学习 中心组",
    "party_work_meeting": "党建会 党委会 专题会",
    "committee_meeting": "支委会 委员会",
    "member_meeting": "党员大会 支部会",
    "group_meeting": "小组会",
    "unified_activity_day": "主题党日 党日活动 党员活动日",
    "organizational_life_meeting": "批评与自我批评 对照检查",
    "democratic_life_meeting": "批评与自我批评 对照检查",
    "democratic_appraisal": "测评 评议 评党员",
    "congress_19_study": "十九大",
    "development_record": "入党 积极分子 预备党员 转正 发展对象",
    "dues_record": "党费 缴费 交费",
    "role_model": "标兵 模范 最美",
}
OF_FORMS: Mapping[str, str] = {
    "member.joined": "转入 入党 新党员 调入 接收 增加党员",
    "member.left": "转出 调离 去世 退休 除名 减少党员",
    "member.moved": "调支部 调整支部 划转",
    "member.changed": "班子 免学时 任职 免职",
    "transfer.started": "转出 介绍信 组织关系",
    "transfer.completed": "转出 回执 介绍信 组织关系 办结",
    "organization.registered": "成立支部 新建",
    "organization.changed": "改名 更名 书记 届满 任期 调整",
    "organization.closed": "撤并 合并 解散",
    "election.held": "换届 选举 改选",
    "election.postponed": "延期 推迟换届",
    "request.answered": "报送 上交 回复 要求",
    "finding.rectified": "整改 问题 检查 反馈",
}


def words_for(rubric: Rubric, family: Family, code: str) -> str:
    """Return the words by which a code is found besides its name; the rubric's own where it names some."""
    own: Mapping[str, Mapping[str, tuple[str, ...]]] = getattr(rubric, "also_called", {})
    found = (OF_CODES.get(code, ""), OF_FAMILIES.get(family, ""), *own.get(family, {}).get(code, ()))
    return " ".join(filter(None, found))
