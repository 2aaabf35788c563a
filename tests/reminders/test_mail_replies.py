"""What servers say when they take no message, and what it means.

Sources: [qq] smtp.codes/qq, the help pages service.mail.qq.com (no=1000723 to 1000730) it names, and their Chinese text
as yimirj.com gives it (article 2261); [netease] the table of help.163.com on returned mail, as 51yue.net (14841169) has
it, [discuz] github.com/ComsenzDiscuz/DiscuzX issue 2; [aliyun] Alibaba Mail's help (document 36612) and the list of
sh-aliyun.com (pid 87); [phpmailer] github.com/PHPMailer/PHPMailer issue 1044 (smtp.exmail.qq.com); [walle]
github.com/meolu/walle-web issue 289; [orvice] github.com/orvice/ss-panel issue 553; [gsmtp]
github.com/gen-smtp/gen_smtp issue 140; [coremail] icoremail.vip support, category 84; [rfc] RFC 5321 and 3463. No mark:
words that somebody's server may use.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from reminders.mail_replies import ONCE_A_DAY, Verdict, reply_text, verdict_on

MINUTES, HOUR, HOURS = timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)


@pytest.mark.parametrize(
    ("reply", "wait"),
    [
        ("501 Ip frequency limited", MINUTES),  # [qq] no=1000725, also as the answer to MAIL
        ("550 Ip frequency limited. http://service.mail.qq.com/cgi-bin/help?no=1000725", MINUTES),  # [orvice]
        ("550 Connection frequency limited", MINUTES),  # [walle] [qq]
        ("550 Domain frequency limited.", MINUTES),  # [qq] no=1000722
        ("550 Sender frequency limited.", MINUTES),  # [qq] no=1000723
        ("550 Mailbox unavailable or access denied", MINUTES),  # [qq] no=1000728: too much mail for one person
        ("535 Error: authentication failed, system busy", None),  # [phpmailer]
        ("535 Login fail. login frequency limited, or system is busy", MINUTES),  # [qq]
        ("421 HL:IFC", None),  # [netease] too many mails of this address in a short time
        ("421 HL:ICC", None),  # [netease] too many connections at once
        ("450 MI:DMC", None),  # [netease] too many mails over one connection
        ("451 DT:SPM ,please try again", None),  # [netease] to be put again in two minutes
        ("451 MI:SFQ", None),  # [netease] too many mails of the sender in 15 minutes
        ("451 Requested mail action not taken: too much fail authentication", MINUTES),  # [netease]
        ("554 5.5.0 MI:STC", HOURS),  # [netease] [discuz] the day's number of mails is reached
        ("454 Transient reject by behaviour spam", MINUTES),  # [aliyun]
        ("554 Reject by behaviour spam at Rcpt State", MINUTES),  # [aliyun] sends too often or too much
        ("504 the number of RCPT attempts is achieved the maximum threshold", HOURS),  # [aliyun] again the next day
        ("505 the total of RCPTs is achieved the maximum threshold", HOURS),  # [aliyun]
        ("552 mailbox is full", HOURS),  # [aliyun]
        ("552 Quota exceed the hard limit for user", HOURS),  # [aliyun]
        ("554 rcpt to user exceed daily limit", HOURS),
        ("550 5.4.5 Daily user sending quota exceeded.", HOURS),  # [gsmtp]
        ("550 hourly sending limit reached", HOUR),
        ("552 5.2.2 over quota", HOURS),  # [rfc] 3463 §3.3
        ("452 4.2.2 mailbox full", HOURS),
        ("552 Requested mail action aborted: exceeded storage allocation", HOURS),  # [rfc] 5321 §4.2.2
        ("550 4.7.1 greylisted", None),
        ("550 发件人频率受限", MINUTES),
        ("554 当天发信数量超过限制", HOURS),
        ("550 收件人邮箱已满", HOURS),
        ("550 系统繁忙，请稍后再试", None),
        ("421 4.3.2 shutting down", None),  # [rfc]
        ("450 mailbox unavailable", None),  # [rfc]
    ],
)  # fmt: skip
def test_refusals_that_pass(reply: str, wait: timedelta | None) -> None:
    code, _, text = reply.partition(" ")
    assert verdict_on(int(code), text) == Verdict(wait=wait)


@pytest.mark.parametrize(
    "reply",
    [
        "550 5.1.1 no such user here",  # [rfc] 3463
        "550 Mailbox not found. http://service.exmail.qq.com/cgi-bin/help?id=20022&no=1000728",  # [qq]
        "501 Bad address syntax.",  # [qq]
        "550 User not found: someone@163.com",  # [coremail]
        "550 Invalid User",  # [coremail]
        "550 Requested action not taken: user unknown",
        "554 RCPT (account) dosn't exist",  # [aliyun] in their spelling
        "510 The length of DATA content is achieved the maximum threshold",  # [aliyun]
        "552 5.3.4 too big",  # [rfc] 3463
        "552 Message size exceeds fixed maximum message size",
        "552 message is too long.",
        "550 收件人不存在",
    ],
)
def test_refusals_that_last(reply: str) -> None:
    code, _, text = reply.partition(" ")
    assert verdict_on(int(code), text) == Verdict(lasting=True)


@pytest.mark.parametrize(
    "reply",
    [
        "554 5.7.1 you are blocked",
        "550 Mail content denied.",  # [qq]
        "550 Suspected spam sender.",  # [qq]
        "554 DT:SPM",  # [netease]
        "550 User suspended",  # [coremail]
        "553 sorry",
        "599 什么",
    ],
)
def test_what_says_neither_is_tried_once_a_day(reply: str) -> None:
    code, _, text = reply.partition(" ")
    assert verdict_on(int(code), text) == Verdict(wait=ONCE_A_DAY)


def test_replies_are_read_whatever_they_are_written_in() -> None:
    assert reply_text("发件人频率受限".encode("gbk")) == "发件人频率受限"
    assert reply_text("发件人频率受限".encode()) == "发件人频率受限"
    assert reply_text(b"\xff\xfe bad \x1b[31m\r\n red") == "�� bad [31m red"
    assert len(reply_text("频" * 5000)) == 200
