"""One plausible content per kind of document; names and firms are invented."""

from datetime import date
from functools import lru_cache

from records.documents import KINDS, Issuer
from records.documents.rendering import compose, freeze

from . import award_samples as awards
from . import honour_samples as honours

STREET = Issuer(
    id=17,
    name="共青团北京市海淀区清河街道工作委员会",
    letter_code="海清团字",
    certificate_code="HDTQ",
    office="共青团清河街道工委办公室",
)
DISTRICT = Issuer(
    id=1,
    name="共青团北京市海淀区委员会",
    letter_code="海团字",
    certificate_code="HDTQ",
    office="共青团海淀区委办公室",
)
UNIT = Issuer(id=231, name="北京星河智联科技有限公司", letter_code="星智字", type="unit")
ON = date(2014, 9, 5)
VERIFY_URL = "https://liuyou.hdgqt.example.cn/verify/ABCDEFGHJKMN/"
BRANCH = "共青团北京星河智联科技有限公司支部委员会"

REQUEST = {
    "addressee": STREET.name,
    "organization": BRANCH,
    "organization_kind": "团支部",
    "mode": "单独建团",
    "unit": UNIT.name,
    "unit_nature": "非公有制企业（有限责任公司）",
    "employees": 86,
    "youth": 61,
    "members": 24,
    "party_members": 7,
    "introduction": "公司成立于2009年，主要从事物联网软件开发，注册地址为海淀区清河中街66号院1号楼。",
    "reason": "公司青年员工集中，团员人数已达到单独建立团支部的条件。成立团支部，有利于加强团员教育管理，"
    "组织动员青年立足岗位成长成才，也有利于深化党建带团建工作。公司党支部已研究同意。",
    "officers": [
        {"post": "书记", "name": "陶喆文"},
        {"post": "委员", "name": "张堃"},
        {"post": "委员", "name": "李镕"},
    ],
    "covered": [],
    "attachments": ["团员花名册", "拟任负责人简历", "公司党支部意见"],
    "signer": "赵䶮",
    "contact": "周𬍛",
    "telephone": "010-5555 0166",
}
REPLY = {
    "addressee": UNIT.name,
    "request": {"title": f"{UNIT.name}关于成立{BRANCH}的请示", "number": "星智字〔2014〕3号"},
    "organization": BRANCH,
    "organization_kind": "团支部",
    "mode": "单独建团",
    "parent": STREET.name,
    "unit": UNIT.name,
    "covered": [],
    "appointed": False,
    "seats": 3,
    "secretaries": 1,
    "deputies": 0,
    "elect_within_days": 30,
    "lapse_days": 60,
    "conditions": [
        "健全组织生活制度，建立团员名册，做好团员组织关系转接和团费收缴工作。",
        "结合企业生产经营开展活动，及时报送工作信息。",
    ],
    "copies": ["共青团北京市海淀区委员会", "中共北京星河智联科技有限公司支部委员会"],
}
LEADERSHIP = {
    "variant": "elected",
    "addressee": UNIT.name,
    "report": {"title": f"关于{BRANCH}选举结果的报告", "number": "星智字〔2014〕5号"},
    "organization": BRANCH,
    "officers": [
        {"post": "书记", "name": "陶喆文"},
        {"post": "委员", "name": "张堃"},
        {"post": "委员", "name": "李镕"},
    ],
    "term_from": "2014-09-25",
    "term_to": "2017-09-24",
    "copies": ["共青团北京市海淀区委员会", "中共北京星河智联科技有限公司支部委员会"],
    "meeting": {"held_on": "2014-09-22", "entitled": 24, "present": 22},
}
CERTIFICATE = {
    "organization": BRANCH,
    "organization_kind": "团支部",
    "mode": "单独建团",
    "parent": STREET.name,
    "approval_number": "海清团字〔2014〕9号",
    "approved_on": "2014-09-05",
    "founded_on": "2014-09-25",
    "units": [UNIT.name],
}


def opinion(step: str, outcome: str, text: str, name: str, post: str, on: str, **more) -> dict:
    said = {"step": step, "outcome": outcome, "opinion": text, "name": name, "post": post, "on": on}
    return said | {"round": 1, "is_void": False} | more


def fact(label: str, value: str, *, wide: bool = False) -> dict:
    return {"label": label, "value": value, "wide": wide}


SHEET = {
    "heading": "共青团组织成立审批表",
    "case_number": "JT-2014-00017",
    "case_title": f"关于成立{BRANCH}的申请",
    "opened_on": "2014-08-25",
    "state": "办理中，当前环节为区委审批",
    "rounds": 2,
    "facts": [
        fact("拟建组织", BRANCH, wide=True),
        fact("组织类别", "团支部"),
        fact("建团方式", "独立建团"),
        fact("申请单位", UNIT.name, wide=True),
        fact("单位性质", "非公有制企业"),
        fact("工商注册号", "110108000123456"),
        fact("单位地址", "海淀区清河中街66号院1号楼", wide=True),
        fact("隶属团组织", "清河街道团工委"),
        fact("申请人", "周𬍛"),
        fact("人员情况", "从业人员86人，35岁以下青年61人，团员24人，党员7人", wide=True),
        fact("拟任人选", "书记：陶喆文；委员：张堃、李镕", wide=True),
        fact("建团理由", REQUEST["reason"], wide=True),
        fact("附件", "1. 团员花名册；2. 拟任负责人简历；3. 公司党支部意见", wide=True),
    ],
    "boxes": [
        {
            "label": "单位意见",
            "opinions": [
                opinion(
                    "单位意见",
                    "同意",
                    "经党支部研究，同意成立团支部，请予支持。",
                    "赵䶮",
                    "北京星河智联科技有限公司 · 单位负责人",
                    "2014-08-27",
                )
            ],
            "awaited": [],
        },
        {
            "label": "街镇意见",
            "opinions": [
                opinion(
                    "街镇受理审查",
                    "退回补正",
                    "团员花名册缺少入团时间和组织关系所在支部，请补充后重新提交。",
                    "孙明远",
                    "清河街道团工委 · 经办人",
                    "2014-08-29",
                ),
                opinion(
                    "街镇受理审查",
                    "不予批准",
                    "选错结论。",
                    "孙明远",
                    "清河街道团工委 · 经办人",
                    "2014-09-01",
                    round=2,
                    is_void=True,
                ),
                opinion(
                    "街镇受理审查",
                    "同意",
                    "材料已补齐。",
                    "孙明远",
                    "清河街道团工委 · 经办人",
                    "2014-09-01",
                    round=2,
                ),
                opinion(
                    "街镇审批",
                    "同意",
                    "符合独立建团条件，同意成立团支部，报团区委审批。",
                    "何秋菊（代李建业）",
                    "清河街道团工委 · 审批人",
                    "2014-09-03",
                    round=2,
                ),
            ],
            "awaited": [],
        },
        {"label": "区委意见", "opinions": [], "awaited": [""]},
    ],
    "remarks": [],
    "printed_on": "2014-09-05",
}
SAMPLES = {
    "approval_request": (UNIT, REQUEST),
    "establishment_reply": (STREET, REPLY),
    "leadership_reply": (STREET, LEADERSHIP),
    "result_report": (honours.PREPARATORY, honours.REPORT),
    "acceptance_notice": (STREET, honours.ACCEPTANCE_NOTICE),
    "award_call": (DISTRICT, awards.CALL),
    "consultation_letter": (DISTRICT, awards.CONSULTATION),
    "public_notice": (DISTRICT, honours.PUBLIC_NOTICE),
    "commendation_decision": (DISTRICT, honours.DECISION),
    "honour_revocation": (DISTRICT, awards.REVOCATION),
    "founding_certificate": (STREET, CERTIFICATE),
    "acceptance_certificate": (STREET, honours.ACCEPTANCE),
    "award_certificate": (DISTRICT, honours.AWARD),
}
# Further looks of a kind: name of the sample, kind, issuer, content.
VARIANTS = {
    "result_report-appointed": ("result_report", honours.PREPARATORY, honours.APPOINTED),
    "result_report-two_rounds": ("result_report", honours.PREPARATORY, honours.TWO_ROUNDS),
    "award_call-single": ("award_call", DISTRICT, awards.SINGLE_CALL),
    "consultation_letter-list": ("consultation_letter", DISTRICT, awards.CONSULTATION_LIST),
    "public_notice-supplement": ("public_notice", DISTRICT, awards.SUPPLEMENT),
    "honour_revocation-person": ("honour_revocation", DISTRICT, awards.PERSON_REVOCATION),
    "acceptance_certificate-long": ("acceptance_certificate", STREET, honours.LONG_ACCEPTANCE),
    "award_certificate-person": ("award_certificate", DISTRICT, honours.PERSON_AWARD),
    "award_certificate-long": ("award_certificate", DISTRICT, honours.LONG_AWARD),
}
LOOKS = [*SAMPLES, *VARIANTS]


def sample(name: str) -> tuple[str, Issuer, dict]:
    """Kind, issuer and content of a sample or variant."""
    return VARIANTS[name] if name in VARIANTS else (name, *SAMPLES[name])


@lru_cache
def sample_pdf(name: str) -> bytes:
    """The sample or variant as issued with number 9, rendered once per test run."""
    kind, issuer, content = sample(name)
    entry = KINDS[kind]
    number = entry.number(issuer, ON.year, 9, content)
    frozen = freeze(entry, issuer, content, ON, number, "ABCD-EFGH-JKMN", VERIFY_URL)
    return compose(entry, entry.version, frozen, final=True)


VISITS = {
    "heading": "现场验收出访安排",
    "inspector": "陈立",
    "visits_on": "2014-11-25",
    "visits": [
        {
            "hour": "09:30",
            "organization": "共青团北京云岫信息技术有限公司支部委员会",
            "unit": "北京云岫信息技术有限公司",
            "street": "中关村街道",
            "place": "科学院南路2号一层会议室",
            "contact": "李想",
            "telephone": "010-62550000",
            "purpose": "验收",
            "case_number": "YS-2014-00001",
            "standard": "SIX-HAVES 2014.1",
            "company": ["王芳"],
            "criteria": [
                {
                    "name": "有班子",
                    "items": [
                        {
                            "code": "C1.1",
                            "text": "成立批复齐全",
                            "points": "5",
                            "claimed": "5",
                            "mandatory": True,
                        }
                    ],
                }
            ],
            "vetoes": ["伪造材料或数据库记录"],
        }
    ],
    "printed_on": "2014-11-24",
}
