"""Registration: starter kit and relations, database entry (入库), ledger row and certificate."""

import datetime as dt
from collections.abc import Sequence

from records import documents

from ...enums import MilestoneKind, OrganizationStatus
from ...issuers import issuer_of
from ...models import Coverage, Founding, LedgerEntry
from .common import (
    about,
    add_milestone,
    established,
    issuing_organization,
    leadership,
    reply_document,
    total_members,
)


def record_registration(
    founding: Founding, *, kit: Sequence[str], receiver: str, on: dt.date, relations_transferred: bool
) -> None:
    """Keep what was handed over (RULES section 0: emblem, membership books, flag, journal, handbook), to whom
    and when, and that the members' relations have arrived."""
    founding.starter_kit = list(kit)
    founding.starter_kit_receiver = receiver
    founding.starter_kit_on = on
    founding.relations_transferred = relations_transferred
    founding.save(
        update_fields=["starter_kit", "starter_kit_receiver", "starter_kit_on", "relations_transferred"]
    )


def register_organization(founding: Founding, *, by_id: int, on: dt.date, case_number: str) -> None:
    """Database entry (入库): the organization is active, covered units and the ledger row are written, and the
    founding certificate is issued."""
    organization = established(founding)
    organization.status = OrganizationStatus.ACTIVE
    organization.founded_on = founding.replied_on
    organization.save(update_fields=["status", "founded_on"])
    founding.registered_on = on
    founding.save(update_fields=["registered_on"])
    covered = [row.unit for row in founding.covered_units.select_related("unit")]
    Coverage.objects.bulk_create(
        [Coverage(organization=organization, unit=founding.unit, is_host=True, since=on)]
        + [Coverage(organization=organization, unit=unit, since=on) for unit in covered]
    )
    reply = reply_document(founding)
    LedgerEntry.objects.create(
        organization=organization,
        scope=founding.affiliation.scope,
        month=on.replace(day=1),
        registered_on=on,
        data=ledger_columns(founding, reply.number, [unit.name for unit in covered]),
    )
    documents.issue(
        "founding_certificate",
        issuer=issuer_of(issuing_organization(founding)),
        about=about(founding),
        unit_id=founding.unit_id,
        content={
            "organization": organization.name,
            "organization_kind": str(organization.get_kind_display()),
            "mode": str(organization.get_mode_display()),
            "parent": founding.affiliation.name,
            "approval_number": reply.number,
            "approved_on": founding.established_on.isoformat(),
            "founded_on": organization.founded_on.isoformat(),
            "units": [founding.unit.name] + [unit.name for unit in covered],
        },
        on=on,
        by_id=by_id,
    )
    add_milestone(founding, MilestoneKind.REGISTERED, on=on, case_number=case_number)


def ledger_columns(founding: Founding, reply_number: str, covered: list[str]) -> dict:
    """The ledger's columns (RULES section 3) that the case already knows; nobody fills them in a second time."""
    unit, organization, meeting = founding.unit, founding.organization, founding.current_meeting
    secretary = next((one for one in leadership(founding) if one.duty == "secretary"), None)
    return {
        "街镇": founding.affiliation.display_name,
        "单位名称": unit.name,
        "证照类型": str(unit.get_number_kind_display()),
        "证照号码": unit.number,
        "地址": unit.address,
        "单位性质": str(unit.get_kind_display()),
        "行业": unit.section,
        "是否规模以上": unit.above_scale,
        "从业人员": founding.employees,
        "35岁以下青年": founding.youth,
        "团员": total_members(founding),
        "党员": founding.party_members,
        "党组织": founding.party_organization,
        "工会": unit.has_trade_union,
        "建团形式": str(organization.get_mode_display()),
        "团组织名称": organization.name,
        "团组织类别": str(organization.get_kind_display()),
        "批复文号": reply_number,
        "批复日期": founding.established_on.isoformat(),
        "选举日期": meeting.held_on.isoformat() if meeting else "",
        "书记": secretary.name if secretary else "",
        "委员数": len(leadership(founding)),
        "覆盖单位": covered,
        "是否直接联系": founding.direct_contact,
        "指导员": founding.instructor,
        "入库日期": founding.registered_on.isoformat(),
    }
