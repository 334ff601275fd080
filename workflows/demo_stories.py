"""The organizations whose acceptance the demo shows, and how far each has come; demo_acceptance walks them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Points that an item gets where an inspector finds something missing.
SMALL = {"C2.4": "1", "C3.4": "1.5", "C6.4": "1"}
CLOSE = {
    "C1.4": "2",
    "C2.2": "1",
    "C2.4": "0",
    "C3.3": "0",
    "C4.3": "0",
    "C5.3": "2",
    "C6.3": "0",
    "C6.4": "0",
}
LACKING = {"C2.1": "2", "C4.2": "2", "C5.4": "2", "C6.3": "1"}


@dataclass(frozen=True)
class Story:
    """One organization: its unit, how far its acceptance is, what inspectors find, and when they come (days from
    today). ``account`` is the end of its applicant's user name."""

    prefix: str
    account: str
    unit: str
    section: str
    address: str
    steps: tuple[str, ...]
    lost: Mapping[str, str] = field(default_factory=dict)
    vetoes: tuple[str, ...] = ()
    day: int = -2
    hour: int = 9


TO_VISIT = ("assess", "review", "assign")
TO_PROPOSAL = (*TO_VISIT, "visit", "visit2", "summarize", "answer", "propose")
TO_DECISION = (*TO_PROPOSAL, "drawn")
STORIES = (
    # The first list of the sample, which is drawn, and what becomes of the cases.
    Story("zgc", "decision", "北京远望测绘技术有限公司", "M", "中关村南大街16号", TO_DECISION, SMALL, day=-6),
    Story(
        "zgc",
        "rectify",
        "北京青禾时代餐饮管理有限公司",
        "H",
        "双榆树西里2号",
        (*TO_DECISION, "rectify"),
        LACKING,
        day=-5,
    ),
    Story(
        "zgc",
        "appeal",
        "北京恒安保安服务有限公司",
        "L",
        "海淀大街27号",
        (*TO_DECISION, "fail", "appeal"),
        LACKING,
        ("V2",),
        day=-6,
        hour=14,
    ),
    Story(
        "zgc",
        "accepted",
        "北京云岫信息技术有限公司",
        "I",
        "科学院南路2号融科资讯中心C座",
        (*TO_DECISION, "pass"),
        SMALL,
        day=-7,
    ),
    Story(
        "zgc",
        "expiring",
        "北京知新教育科技有限公司",
        "P",
        "知春路49号",
        (*TO_DECISION, "pass"),
        SMALL,
        day=-7,
        hour=14,
    ),
    Story(
        "zgc",
        "revoked",
        "北京安泰物业管理有限公司",
        "K",
        "苏州街3号",
        (*TO_DECISION, "pass", "revoke"),
        day=-8,
    ),
    Story(
        "xyl",
        "accepted",
        "北京学苑文化传播有限公司",
        "R",
        "学院路30号",
        (*TO_DECISION, "pass"),
        SMALL,
        day=-6,
    ),
    Story("sd", "accepted", "北京上地生物科技有限公司", "M", "上地三街9号", (*TO_DECISION, "pass"), day=-5),
    # The second list, which is open.
    Story("zgc", "listed", "北京众诚会计师事务所", "L", "北四环西路9号", TO_PROPOSAL, SMALL, day=-3),
    Story(
        "zgc",
        "listed2",
        "北京迅达同城快递有限公司",
        "G",
        "中关村东路18号",
        TO_PROPOSAL,
        CLOSE,
        day=-3,
        hour=14,
    ),
    Story("zgc", "listed3", "北京博文图书发行有限公司", "R", "海淀中街12号", TO_PROPOSAL, day=-2),
    Story("xyl", "listed", "北京清源环保工程有限公司", "N", "成府路45号", TO_PROPOSAL, SMALL, day=-3),
    Story("xyl", "listed2", "北京康宁医药连锁有限公司", "F", "志新路8号", TO_PROPOSAL, CLOSE, day=-2),
    Story("sd", "listed", "北京信达软件有限公司", "I", "上地信息路1号", TO_PROPOSAL, SMALL, day=-2),
    # What waits for somebody before that.
    Story("zgc", "assess", "北京蓝天航空服务有限公司", "G", "知春路76号", ()),
    Story("zgc", "papers", "北京新禾农业科技有限公司", "A", "万泉河路68号", ("assess",)),
    Story("zgc", "assign", "北京天元律师事务所", "L", "丹棱街3号", ("assess", "review")),
    Story("zgc", "today", "北京和美酒店管理有限公司", "H", "北三环西路43号", TO_VISIT, day=0, hour=14),
    Story("zgc", "half", "北京中科仪器有限公司", "C", "科学院南路6号", (*TO_VISIT, "visit"), SMALL, day=0),
    Story("zgc", "tomorrow", "北京优能电子商务有限公司", "F", "科学院南路10号", TO_VISIT, day=1),
    Story("zgc", "tomorrow2", "北京阳光青年社会工作事务所", "Q", "双榆树东里15号", TO_VISIT, day=1, hour=14),
    Story(
        "zgc",
        "answer",
        "北京广联通信工程有限公司",
        "I",
        "大慧寺路5号",
        (*TO_VISIT, "visit", "visit2", "summarize"),
        LACKING,
        day=-1,
    ),
    Story(
        "zgc",
        "propose",
        "北京瑞丰人力资源有限公司",
        "L",
        "农大南路1号",
        TO_PROPOSAL[:-1],
        SMALL,
        day=-1,
        hour=14,
    ),
)
# Accounts of units that have something to do or to see; the others are listed nowhere (the password is the same).
SHOWN = ("assess", "answer", "rectify", "accepted")
HIDDEN = frozenset(story.account for story in STORIES) - frozenset(SHOWN)
