"""Plausible contents of the documents of acceptance and awards, ordinary and long; names and firms are invented."""

from records.documents import Issuer

PREPARATORY = Issuer(id=231, name="北京星河智联科技有限公司团组织筹备组", letter_code="星智团筹", type="unit")
STREET_NAME = "共青团北京市海淀区清河街道工作委员会"
BRANCH = "共青团北京星河智联科技有限公司支部委员会"
_SURNAMES = "沈何林韩夏方石邵毛万钱汤尹黎易常武乔贺赖龚文欧"
_GIVEN = ["静怡", "喆", "雨桐", "堃", "嘉禾", "镕", "一鸣", "若溪", "浩然", "䶮", "景行", "𬍛", "云帆"]
_BRANDS = ["云岫", "星河", "澄观", "北辰", "知行", "远帆", "青禾", "观澜", "同舟", "启明"]


def person(number):
    return _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number * 5 % len(_GIVEN)]


def firm(number):
    brand = _BRANDS[number % len(_BRANDS)] + _BRANDS[number * 3 % len(_BRANDS)][0]
    return f"北京{brand}{'信息技术' if number % 2 else '科技'}有限公司"


def branches(count):
    return [{"name": f"共青团{firm(number)}支部委员会", "unit": ""} for number in range(count)]


def persons(count, *, with_unit=True):
    return [{"name": person(number), "unit": firm(number) if with_unit else ""} for number in range(count)]


REPORT = {
    "variant": "elected",
    "addressee": STREET_NAME,
    "reply": {"title": f"{STREET_NAME}关于同意成立{BRANCH}的批复", "number": "海清团字〔2014〕9号"},
    "organization": BRANCH,
    "ballots": [
        {
            "held_on": "2014-09-22",
            "place": "公司三层会议室",
            "entitled": 24,
            "present": 22,
            "seats": 3,
            "issued": 22,
            "returned": 22,
            "valid": 21,
            "votes": [
                {"name": "陶喆文", "votes": 21, "elected": True},
                {"name": "张堃", "votes": 19, "elected": True},
                {"name": "李镕", "votes": 17, "elected": True},
                {"name": "周𬍛", "votes": 5, "elected": False},
            ],
        }
    ],
    "officers": [
        {"post": "书记", "name": "陶喆文"},
        {"post": "委员", "name": "张堃"},
        {"post": "委员", "name": "李镕"},
    ],
    "attachments": ["团员大会会议记录", "当选人员名册"],
    "signer": "赵䶮",
    "contact": "周𬍛",
    "telephone": "010-5555 0166",
}
TWO_ROUNDS = REPORT | {
    "ballots": [
        REPORT["ballots"][0]
        | {"votes": [*REPORT["ballots"][0]["votes"][:2], {"name": "李镕", "votes": 10, "elected": False}]},
        REPORT["ballots"][0]
        | {
            "seats": 1,
            "votes": [{"name": "李镕", "votes": 18, "elected": True}, REPORT["ballots"][0]["votes"][3]],
        },
    ]
}
APPOINTED = {key: value for key, value in REPORT.items() if key not in ("contact", "telephone")} | {
    "variant": "appointed",
    "ballots": [],
    "attachments": [],
}
ACCEPTANCE_NOTICE = {
    "addressee": "北京星河智联科技有限公司团支部",
    "organization": BRANCH,
    "standard": "“六有”标准（2014.1版）",
    "again": False,
    "visit_on": "2014-11-18",
    "hour": "上午9时30分",
    "place": "清河中街66号院1号楼三层会议室",
    "methods": ["听取汇报", "查阅资料", "查看现场", "访谈"],
    "criteria": ["有班子", "有队伍", "有阵地", "有制度", "有活动", "有保障"],
    "inspectors": [{"post": "组长", "name": "何秋菊"}, {"post": "成员", "name": "孙明远"}],
    "prepare": [
        "请按标准备齐材料原件，由书记汇报自评情况。",
        "验收人员与你单位有利害关系的，可在验收前申请回避。",
    ],
    "attachments": ["“六有”标准验收评分表"],
    "copies": ["共青团北京市海淀区委员会"],
    "contact": "孙明远",
    "telephone": "010-5555 0128",
}
CHANNEL = {
    "office": "共青团海淀区委基层组织建设部",
    "address": "海淀区长春桥路17号",
    "telephone": "010-5555 0101",
    "email": "jcb@hdgqt.example.cn",
}
PUBLIC_NOTICE = {
    "subject": "2014年度非公有制经济组织和社会组织团建工作拟表彰对象",
    "introduction": "按照2014年度非公有制经济组织和社会组织团建工作评选表彰的有关规定，经单位推荐、街镇排序、"
    "资格审查、征求意见和评审委员会评审，产生了拟表彰的先进团支部和优秀团干部。现将名单予以公示。",
    "from_on": "2014-09-26",
    "to_on": "2014-10-08",
    "working_days": 5,
    "channel": CHANNEL,
    "annexes": [
        {
            "title": "拟表彰对象名单",
            "groups": [
                {"heading": "先进团支部（6个）", "entries": branches(6)},
                {"heading": "优秀团干部（9名）", "entries": persons(9)},
            ],
        }
    ],
    "copies": [],
}
DECISION = {
    "subject": "2014年度非公有制经济组织和社会组织团建工作先进集体和先进个人",
    "addressee": "各街道（地区）团工委、各镇团委，各系统团工委，各有关单位团组织",
    "introduction": "2014年，全区各级团组织按照“六有”标准加强非公有制经济组织和社会组织团建工作，"
    "涌现出一批组织健全、活动经常、作用明显的团组织和热心团的工作、成绩突出的团干部。\n"
    "为表彰先进，激励广大团员青年立足岗位建功成才，经评选、公示，作出如下决定。",
    "grants": [
        {"award": "先进团支部", "first": branches(1)[0]["name"], "count": 36, "measure": "个团组织"},
        {"award": "优秀团干部", "first": person(0), "count": 60, "measure": "名同志"},
        {"award": "优秀团员", "first": person(1), "count": 180, "measure": "名同志"},
    ],
    "call": "希望受到表彰的集体和个人珍惜荣誉、再接再厉，在今后的工作中取得新的更大成绩。"
    "全区各级团组织和广大团员青年要以先进为榜样，扎实推进团的基层组织建设，为海淀的发展作出新的贡献。",
    "annexes": [
        {"title": "先进团支部名单", "groups": [{"heading": "", "entries": branches(36)}]},
        {"title": "优秀团干部名单", "groups": [{"heading": "", "entries": persons(60)}]},
        {"title": "优秀团员名单", "groups": [{"heading": "", "entries": persons(180, with_unit=False)}]},
    ],
    "copies": ["共青团北京市委员会", "中共北京市海淀区委组织部"],
}
ACCEPTANCE = {
    "organization": BRANCH,
    "organization_kind": "团支部",
    "parent": STREET_NAME,
    "standard": "“六有”标准（2014.1版）",
    "results": [
        {"name": "有班子", "score": "19", "points": "20", "finding": "委员3名，按期选举，分工明确"},
        {"name": "有队伍", "score": "14", "points": "15", "finding": "团员24名，组织关系全部转入"},
        {"name": "有阵地", "score": "13.5", "points": "15", "finding": "与党支部共用活动室60平方米"},
        {"name": "有制度", "score": "14", "points": "15", "finding": "六项制度上墙，记录完整"},
        {"name": "有活动", "score": "18", "points": "20", "finding": "全年主题活动9次，平均到会九成"},
        {"name": "有保障", "score": "14", "points": "15", "finding": "单位列支经费1.2万元，专账管理"},
    ],
    "total": "92.5",
    "full": "100",
    "grade": "五星级",
    "accepted_on": "2014-11-18",
    "valid_from": "2014-11-25",
    "valid_to": "2017-11-24",
}
AWARD = {
    "variant": "organization",
    "recipient": BRANCH,
    "period": "2014年度",
    "work": "非公有制经济组织和社会组织团建工作",
    "award": "五四红旗团支部",
    "letters": "WSHQ",
    "decision": "海团字〔2014〕20号",
}
PERSON_AWARD = AWARD | {
    "variant": "person",
    "recipient": "陶喆文",
    "unit": "北京星河智联科技有限公司",
    "award": "优秀共青团干部",
    "letters": "YXGB",
}
LONG_NAME = "共青团" + "海淀区重点楼宇" * 12 + "联合支部委员会"
LONG_ACCEPTANCE = ACCEPTANCE | {
    "organization": LONG_NAME[:75],
    "results": [each | {"finding": ("活动记录完整，" * 6)[:40]} for each in ACCEPTANCE["results"]],
}
LONG_AWARD = AWARD | {
    "recipient": LONG_NAME,
    "work": "推动非公有制经济组织和社会组织团的基层组织建设和基层工作“六有”标准全面落实专项行动",
    "award": "海淀区非公有制经济组织和社会组织团建工作先进集体标兵",
}
