"""Plausible contents of the letters and the minutes of an award campaign; names and firms are invented."""

import hashlib

from .honour_samples import BRANCH, DECISION, PUBLIC_NOTICE, branches, firm, person

_NAMES = """万寿路街道 永定路街道 羊坊店街道 甘家口街道 八里庄街道 紫竹院街道 北下关街道 北太平庄街道 学院路街道
中关村街道 海淀街道 青龙桥街道 清华园街道 燕园街道 香山街道 清河街道 花园路街道 西三旗街道 马连洼街道
田村路街道 上地街道 曙光街道 温泉镇 四季青镇 西北旺镇 苏家坨镇 上庄镇 万柳地区 东升地区"""
STREETS = _NAMES.split()
CAMPAIGN = "2014年度非公有制经济组织和社会组织团建工作评选表彰"


def quota(honour, most, *, non_public=True):
    rows = [
        {"name": name, "places": 1 + at * 7 % most, "non_public": 1 if non_public and at % 3 else 0}
        for at, name in enumerate(STREETS)
    ]
    return {"honour": honour, "rows": rows}


CALL = {
    "subject": "2014年度非公有制经济组织和社会组织团建工作先进集体和先进个人",
    "addressee": "各街道（地区）团工委、各镇团委，各系统团工委，各有关单位团组织",
    "introduction": "为总结2014年度非公有制经济组织和社会组织团建工作，表彰先进、树立典型，团区委决定开展评选推荐工作。"
    "现将有关事项通知如下。",
    "sections": [
        {
            "heading": "评选项目和名额",
            "text": "本次评选先进团支部36个、优秀团干部60名。推荐名额按验收合格的团组织数分配，"
            "非公有制经济组织和社会组织占一定比例，详见附件。",
            "points": [],
        },
        {
            "heading": "评选条件",
            "text": "",
            "points": [
                {
                    "heading": "先进团支部",
                    "text": "通过“六有”验收，星级为四星级以上，两年内未获得同一称号。",
                },
                {
                    "heading": "优秀团干部",
                    "text": "担任团干部满两年，热心团的工作，成绩突出；每人每年只能参加一项评选。",
                },
            ],
        },
        {
            "heading": "时间安排",
            "text": "",
            "points": [
                {
                    "heading": "",
                    "text": "9月5日至9月12日，单位推荐。推荐对象须先在本单位公示，无公示的不予受理。",
                },
                {"heading": "", "text": "9月15日至9月19日，街道、镇团组织在名额内排序上报。"},
                {"heading": "", "text": "9月22日至10月17日，资格审查、征求意见、评审和公示。"},
            ],
        },
        {
            "heading": "有关要求",
            "text": "各单位要坚持标准、严格程序，确保推荐对象群众公认。材料不实的取消资格，不得递补。",
            "points": [],
        },
    ],
    "annexes": [
        {
            "title": "先进集体和先进个人推荐名额分配表",
            "honours": [
                quota("先进团支部", 3),
                quota("优秀团干部", 4),
                quota("优秀团员", 9, non_public=False),
            ],
            "note": "推荐名额为上限，其中两新组织名额不得调剂使用。",
        }
    ],
    "copies": ["共青团北京市委员会"],
    "contact": "孙明远",
    "telephone": "010-5555 0101",
}
# One honour in the table, and a second attachment.
SINGLE_CALL = {key: value for key, value in CALL.items() if key not in ("contact", "telephone")} | {
    "annexes": [
        {"title": f"{honour}推荐名额分配表", "honours": [quota(honour, most)], "note": ""}
        for honour, most in (("先进团支部", 3), ("优秀团干部", 4))
    ],
    "copies": [],
}
CONSULTATION = {
    "subject": "2014年度先进团支部拟表彰对象",
    "addressee": "中共北京市海淀区纪律检查委员会",
    "introduction": f"按照{CAMPAIGN}工作的安排，经单位推荐、街镇排序和资格审查，产生了先进团支部拟表彰对象。"
    "现就有关对象征求意见。",
    "honour": "先进团支部",
    "nominees": [{"name": BRANCH, "unit": ""}],
    "asked": [
        "所在单位和主要负责人有无正在接受审查调查或者受到处分尚在影响期内的情况。",
        "对授予该称号有无不同意见。",
    ],
    "reply_by": "2014-09-19",
    "contact": "孙明远",
    "telephone": "010-5555 0101",
}
CONSULTATION_LIST = CONSULTATION | {
    "subject": "2014年度优秀团干部拟表彰对象",
    "addressee": "北京市海淀区人力资源和社会保障局",
    "honour": "优秀团干部",
    "nominees": [{"name": person(number), "unit": firm(number)} for number in range(9)],
    "asked": ["所在单位近两年有无拖欠工资、未依法缴纳社会保险费等违反劳动保障法律法规的情况。"],
}
REVOCATION = {
    "variant": "organization",
    "recipient": BRANCH,
    "addressee": DECISION["addressee"],
    "period": "2014年度",
    "honour": "先进团支部",
    "decision": {
        "title": f"共青团北京市海淀区委员会关于表彰{DECISION['subject']}的决定",
        "number": "海团字〔2014〕20号",
    },
    "certificate": "HDTQ-2014-XJZB-0003",
    "reason": "经查，该团支部申报材料中的团员人数和活动次数与事实不符，不符合评选条件。",
    "further": ["各级团组织要引以为戒，严格审核推荐材料，维护评选表彰工作的严肃性。"],
    "copies": ["共青团北京市委员会"],
    "returned": {"things": ["荣誉证书", "奖牌"], "by": "2014-09-30"},
}
PERSON_REVOCATION = {key: value for key, value in REVOCATION.items() if key != "returned"} | {
    "variant": "person",
    "recipient": "陶喆文",
    "unit": "北京星河智联科技有限公司",
    "honour": "优秀团干部",
    "further": [],
    "copies": [],
}
SUPPLEMENT = PUBLIC_NOTICE | {
    "introduction": "因原公示的1名拟表彰对象退出评选，按照评选通知确定的办法，由候补对象依次递补。"
    "现将递补对象予以公示。",
    "from_on": "2014-10-13",
    "to_on": "2014-10-17",
    "annexes": [
        {
            "title": "新增拟表彰对象名单",
            "groups": [{"heading": "先进团支部（1个）", "entries": branches(7)[6:]}],
        }
    ],
    "supplements": {
        "title": f"共青团北京市海淀区委员会关于{PUBLIC_NOTICE['subject']}的公示",
        "number": "海团字〔2014〕18号",
    },
}
NOMINEES = [f"共青团{firm(number)}支部委员会" for number in range(14)]


def ballot(number, yes, no, abstain=0, *, entitled=9, result=""):
    return {
        "nominee": NOMINEES[number],
        "unit": firm(number),
        "entitled": entitled,
        "voters": yes + no + abstain,
        "yes": yes,
        "no": no,
        "abstain": abstain,
        "invalid": 0,
        "needed": entitled // 2 + 1,
        "result": result or ("通过" if yes > entitled // 2 else "未通过"),
        "digest": hashlib.sha256(f"{number}/{yes}/{no}".encode()).hexdigest(),
    }


def vote(title, at, *lines, is_void=False, note=""):
    return {
        "title": title,
        "closed": f"2014-09-24 {at}:40",
        "opened": f"2014-09-24 {at}:42",
        "opened_by": "何秋菊",
        "lines": list(lines),
        "is_void": is_void,
        "note": note,
    }


MINUTES = {
    "heading": "先进团支部评审会议纪要",
    "campaign": CAMPAIGN,
    "honour": "先进团支部",
    "held_on": "2014-09-24",
    "hours": "9时30分至11时50分",
    "place": "团区委二层会议室",
    "chair": "何秋菊",
    "secretary": "孙明远",
    "members": [
        {"name": "何秋菊", "duty": "主任委员", "unit": "共青团海淀区委", "present": True, "note": ""},
        {
            "name": "邵嘉禾",
            "duty": "副主任委员",
            "unit": "海淀区人力资源和社会保障局",
            "present": True,
            "note": "",
        },
        *(
            {
                "name": person(number + 5),
                "duty": "委员",
                "unit": unit,
                "present": number != 3,
                "note": "因公出差，已请假" if number == 3 else "",
            }
            for number, unit in enumerate(
                [
                    "海淀区社会建设工作委员会",
                    "清河街道团工委",
                    "中关村街道团工委",
                    "海淀区工商业联合会",
                    "四季青镇团委",
                    "共青团海淀区委基层组织建设部",
                    "海淀区青年联合会",
                    "上地街道团工委",
                ]
            )
        ),
    ],
    "recusals": [
        {"member": person(6), "nominee": NOMINEES[2], "ground": "该团支部的指导员（系统核对）"},
        {"member": "邵嘉禾", "nominee": NOMINEES[5], "ground": "近亲属在该单位任职（本人申报）"},
    ],
    "scoring": "按组织建设40%、活动开展30%、作用发挥30%评分，百分制；各委员独立评分，去掉一个最高分和一个最低分后"
    "取平均，保留两位小数；回避委员不评分。",
    "results": [
        {
            "rank": str(at + 1) if at not in (5, 6) else "6",
            "nominee": name,
            "unit": firm(at),
            "score": f"{95.5 - at * 1.25 if at != 6 else 95.5 - 5 * 1.25:.2f}",
            "judges": 8 if at in (2, 5) else 9,
        }
        for at, name in enumerate(NOMINEES)
    ],
    "voting": "无记名投票。实投票人数达到应投票人数的三分之二，投票有效；同意票超过应投票人数的半数为通过。",
    "votes": [
        vote(
            "第一次投票",
            10,
            *(ballot(number, 9 - number % 3, number % 3) for number in range(5)),
            ballot(5, 4, 3, 1, entitled=8, result="未通过"),
            ballot(6, 4, 4, 1),
        ),
        vote("第二次投票", 11, ballot(6, 5, 4), is_void=True, note="1名委员中途离会，按规定重新投票。"),
        vote("第二次投票（重新投票）", 11, ballot(6, 6, 3)),
    ],
    "ties": [f"{NOMINEES[5]}与{NOMINEES[6]}得分相同，并列第6名；按规则对二者分别投票，同意票多者在前。"],
    "strength": [
        "入选末位与候补首位相差1.25分。",
        "任去一名委员的评分，入选名单不变；去掉其中1名委员时第3名与第4名互换。",
    ],
    "conclusion": "根据评分和投票结果，提出先进团支部建议名单如下，提请团区委审定。",
    "selected": [{"name": NOMINEES[number], "unit": ""} for number in (0, 1, 2, 3, 4, 6)],
    "reserves": [{"name": NOMINEES[number], "unit": ""} for number in (7, 8)],
    "not_selected": [{"name": NOMINEES[number], "unit": ""} for number in (5, 9, 10, 11, 12, 13)],
    "remarks": ["11时10分，1名委员因故离会，此前所投选票有效。"],
    "printed_on": "2014-09-24",
}
