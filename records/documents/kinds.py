"""The register of document kinds: one entry and one template folder per kind.

To add a kind: describe its content as a TypedDict (``contents.py`` and its neighbours), write
``templates/documents/<kind>/v1/document.html``, and add an entry to ``KINDS``. A change to a template
or style sheet that has issued documents is a new version (``v2`` folders and ``version="v2"``); documents
keep the version that they were issued with.
"""

from django.utils.translation import gettext_lazy as _

from .awards import AwardCall, ConsultationLetter, HonourRevocation
from .contents import (
    ApprovalRequest,
    DecisionSheet,
    EstablishmentReply,
    FoundingCertificate,
    LeadershipReply,
    ResultReport,
    VisitList,
)
from .families import Issuer, Kind, certificate, form, letter
from .honours import (
    AcceptanceCertificate,
    AcceptanceNotice,
    AwardCertificate,
    CommendationDecision,
    PublicNotice,
)
from .minutes import ReviewMinutes
from .reports import AcceptanceReport

__all__ = ["KINDS", "Issuer", "Kind"]

_ALL = (
    letter(
        "approval_request",
        _("请示"),
        ApprovalRequest,
        lambda issuer, content: f"{issuer}关于成立{content['organization']}的请示",
        sealed=False,
    ),
    letter(
        "establishment_reply",
        _("成立批复"),
        EstablishmentReply,
        lambda issuer, content: f"{issuer}关于同意成立{content['organization']}的批复",
    ),
    letter(
        "leadership_reply",
        _("班子批复"),
        LeadershipReply,
        lambda issuer, content: (
            f"{issuer}关于{content['organization']}领导班子任职的批复"
            if content["variant"] == "appointed"
            else f"{issuer}关于{content['organization']}选举结果的批复"
        ),
    ),
    letter(
        "result_report",
        _("结果报告"),
        ResultReport,
        lambda issuer, content: (
            f"{issuer}关于{content['organization']}班子人选的报告"
            if content["variant"] == "appointed"
            else f"{issuer}关于{content['organization']}选举结果的报告"
        ),
        sealed=False,
    ),
    letter(
        "acceptance_notice",
        _("验收通知"),
        AcceptanceNotice,
        lambda issuer, content: (
            f"{issuer}关于对{content['organization']}进行“六有”{'复验' if content['again'] else '验收'}的通知"
        ),
    ),
    letter(
        "award_call",
        _("评选通知"),
        AwardCall,
        lambda issuer, content: f"{issuer}关于开展{content['subject']}评选推荐工作的通知",
        subject=lambda content: content["subject"],
    ),
    letter(
        "consultation_letter",
        _("征求意见函"),
        ConsultationLetter,
        lambda issuer, content: f"{issuer}关于征求{content['subject']}意见的函",
        subject=lambda content: content["subject"],
        sheets=("consultation.css",),
    ),
    letter(
        "public_notice",
        _("公示"),
        PublicNotice,
        lambda issuer, content: (
            f"{issuer}关于{content['subject']}的{'补充' if 'supplements' in content else ''}公示"
        ),
        subject=lambda content: content["subject"],
    ),
    letter(
        "commendation_decision",
        _("表彰决定"),
        CommendationDecision,
        lambda issuer, content: f"{issuer}关于表彰{content['subject']}的决定",
        subject=lambda content: content["subject"],
    ),
    letter(
        "honour_revocation",
        _("撤销称号决定"),
        HonourRevocation,
        lambda issuer, content: (
            f"{issuer}关于撤销{content['recipient']}{'同志' if content['variant'] == 'person' else ''}"
            f"“{content['honour']}”称号的决定"
        ),
        subject=lambda content: content["unit"] if content["variant"] == "person" else content["recipient"],
    ),
    certificate(
        "founding_certificate",
        _("成立证书"),
        FoundingCertificate,
        lambda issuer, content: f"{content['organization']}成立证书",
        lambda content: "JT",
    ),
    certificate(
        "acceptance_certificate",
        _("验收合格证书"),
        AcceptanceCertificate,
        lambda issuer, content: f"{content['organization']}“六有”验收合格证书",
        lambda content: "YS",
        sheets=("acceptance.css",),
        drawings=("tick.svg",),
    ),
    certificate(
        "award_certificate",
        _("荣誉证书"),
        AwardCertificate,
        lambda issuer, content: f"{content['recipient']}“{content['award']}”荣誉证书",
        lambda content: content["letters"],
        sheets=("award.css",),
        drawings=("frame.svg",),
        subject=lambda content: content["unit"] if content["variant"] == "person" else content["recipient"],
        holder=lambda content: content["recipient"],
    ),
    form(
        "decision_sheet",
        _("审批表"),
        DecisionSheet,
        lambda issuer, content: f"{content['heading']}（{content['case_number']}）",
    ),
    form(
        "visit_list",
        _("出访安排"),
        VisitList,
        lambda issuer, content: f"{content['heading']}（{content['inspector']} {content['visits_on']}）",
        "visits.css",
    ),
    form(
        "acceptance_report",
        _("验收报告"),
        AcceptanceReport,
        lambda issuer, content: f"{content['heading']}（{content['case_number']}）",
        "report.css",
    ),
    form(
        "review_minutes",
        _("评审会议纪要"),
        ReviewMinutes,
        lambda issuer, content: f"{content['heading']}（{content['campaign']}）",
        "minutes.css",
    ),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
