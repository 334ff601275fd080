"""The self-assessment: a claim, points, a note and evidence for each item of the standard; a statement; two
signatures."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.actions.acceptance import (
    Claim,
    Purpose,
    changed_items,
    file_assessment,
    last_saved,
    save_assessment,
    self_judgement,
    self_total,
)
from orgs.actions.acceptance.system_data import SystemFact, facts_beside
from orgs.models import AcceptanceItem
from orgs.rules.acceptance import Judgement, full_points
from orgs.rules.inspection_words import points_text
from orgs.rules.standards import EVIDENCE_KINDS

from ...fields import Text
from ...unit_form import Line
from .signing import SigningForm

HALF = Decimal("0.5")
# What the system itself issued need not be handed in again.
ISSUED = frozenset({"establishment", "leadership"})
FEW = 3  # from so many empty items on, one line tells of all of them
CLAIMS = {True: "yes", False: "no", None: ""}


@dataclass
class Part:
    """One item on the page: what the standard asks, the fields for what is claimed, and the evidence."""

    item: dict[str, Any]
    row: AcceptanceItem
    claimed: Any
    points: Any
    note: Any
    files: dict[str, Any]
    kinds: list[str]
    full: str
    facts: list[SystemFact]
    must_prove: bool
    is_changed: bool


class PointsField(forms.DecimalField):
    """Points of one item, in halves, up to its full points."""

    def __init__(self, *, full: Decimal, required: bool) -> None:
        super().__init__(label=gettext_lazy("自评分"), max_digits=5, decimal_places=1, required=required)
        self.full = full
        self.widget.attrs.update(
            {"inputmode": "decimal", "min": "0", "max": points_text(full), "step": "0.5"}
        )
        self.error_messages["required"] = _("请填写自评分，0 至 %(full)s 分。") % {"full": points_text(full)}
        self.error_messages["invalid"] = _("自评分应为数字，例如 4.5。")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not 0 <= value <= self.full:
            text = _("自评分应在 0 至 %(full)s 分之间，请更正。")
            raise forms.ValidationError(text % {"full": points_text(self.full)})
        if value is not None and value % HALF:
            raise forms.ValidationError(_("自评分以 0.5 分为单位，请更正为整数或半分。"))


class AssessmentForm(SigningForm):
    """Every item of the standard, the statement and the signatures."""

    statement = Text(
        label=gettext_lazy("自评说明"),
        max_length=1500,
        required=False,
        rows=4,
        help_text=gettext_lazy("工作概况、亮点和不足，供审核和现场验收参考。"),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        for item, row in self.standard_items():
            self.add_item(item, row)
        self.add_signatures(required=not self.draft)
        self.initial["statement"] = self.acceptance.statement

    def add_item(self, item: dict[str, Any], row: AcceptanceItem) -> None:
        place = row.position
        self.fields[f"claimed_{place}"] = forms.ChoiceField(
            label=_("自评结论"),
            choices=[("yes", _("达标")), ("no", _("未达标"))],
            widget=forms.RadioSelect,
            required=not self.draft,
            error_messages={"required": _("请选择达标或未达标。")},
        )
        self.fields[f"points_{place}"] = PointsField(full=row.full, required=not self.draft)
        self.fields[f"note_{place}"] = Text(label=_("说明"), max_length=500, required=False, rows=1)
        self.fields[f"note_{place}"].widget.attrs["placeholder"] = _("简述完成情况，或材料、链接所在")
        self.add_slot(f"files_{place}", str(_("佐证材料")), row, Purpose.EVIDENCE)
        self.initial.update(
            {
                f"claimed_{place}": CLAIMS[row.claimed],
                f"points_{place}": points_text(row.self_points),
                f"note_{place}": row.self_note,
            }
        )

    # -- judging -------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.refuse_stale()
        if self.draft:
            return data
        for item, row in self.standard_items():
            self.check_item(item, row, data)
        self.check_signatures(data)
        return data

    def stale_message(self) -> str:
        name, at = last_saved(self.acceptance) or (_("他人"), self.at)
        text = _("您打开本页后，%(name)s 于 %(at)s 保存过自评。请核对本页内容，再按一次即以本页为准。")
        return text % {"name": name, "at": f"{at.astimezone():%H:%M}"}

    def check_item(self, item: dict[str, Any], row: AcceptanceItem, data: dict[str, Any]) -> None:
        place = row.position
        claimed, points = data.get(f"claimed_{place}"), data.get(f"points_{place}")
        if claimed == "yes" and points == 0:
            self.add_error(f"points_{place}", _("达标的项目不能是 0 分，请更正得分或结论。"))
        if claimed == "no" and points is not None and points == row.full:
            self.add_error(f"points_{place}", _("未达标的项目不能给满分，请更正得分或结论。"))
        if claimed != "yes" or f"files_{place}" in self.errors or self.has_file(f"files_{place}"):
            return
        if self.is_on_record(row.code):
            return
        if row.mandatory:
            text = _("必备项自评达标须上传佐证材料：%(evidence)s。")
            self.add_error(f"files_{place}", text % {"evidence": item["evidence"]})
        elif not data.get(f"note_{place}"):
            text = _("请上传佐证材料（%(evidence)s），或在说明中写明材料所在。")
            self.add_error(f"note_{place}", text % {"evidence": item["evidence"]})

    @cached_property
    def facts(self) -> dict[str, list[SystemFact]]:
        """What the system knows about each item, by its code."""
        return facts_beside(self.acceptance, on=self.on)

    def is_on_record(self, code: str) -> bool:
        """Whether an item is proved by documents that were issued in this system."""
        sources = self.acceptance.rules.get("system_data", {}).get(code, ())
        return not ISSUED.isdisjoint(sources) and all(fact.text for fact in self.facts[code])

    def claim_of(self, row: AcceptanceItem) -> Claim:
        data, place = self.cleaned_data, row.position
        claimed = {"yes": True, "no": False}.get(data.get(f"claimed_{place}") or "")
        return Claim(claimed, data.get(f"points_{place}"), data.get(f"note_{place}") or "")

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "claims": {code: self.claim_of(row) for code, row in self.rows.items()},
            "statement": data["statement"],
            "secretary": data["secretary"],
            "representative": data["representative"],
            "by": self.by,
            "at": self.at,
        }

    def save_draft(self) -> bool:
        """Keep what was filled in; False when something of it cannot be kept as it stands."""
        if not self.is_valid():
            return False
        save_assessment(self.acceptance, **self.values())
        return True

    def save(self) -> None:
        file_assessment(self.acceptance, reason=self.cleaned_data["secretary_reason"], **self.values())

    def submission_note(self) -> str:
        """What the submission says on record: the total, and why somebody else signed for the secretary."""
        data = self.cleaned_data
        note = _("自评%(total)s分。") % {"total": points_text(self_total(self.acceptance))}
        if data["secretary_reason"] and data["secretary"] != self.registered:
            values = {"note": note, "name": data["secretary"], "reason": data["secretary_reason"]}
            note = _("%(note)s书记签名由%(name)s签署：%(reason)s") % values
        return note

    # -- what the page shows -------------------------------------------------------------------------------------

    def typed(self, row: AcceptanceItem) -> Claim:
        """What stands in the fields now, as far as it can be read."""
        if not self.is_bound:
            return Claim(row.claimed, row.self_points, row.self_note)
        claimed = self.data.get(f"claimed_{row.position}", "")
        try:
            points = Decimal(self.data.get(f"points_{row.position}", "").strip())
        except InvalidOperation:
            points = None
        inside = points is not None and points.is_finite() and 0 <= points <= row.full
        return Claim({"yes": True, "no": False}.get(claimed), points if inside else None)

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """The sections of the page, each with its items and what they come to so far."""
        changed = changed_items(self.acceptance)
        return [self.criterion(one, changed) for one in self.standard["criteria"]]

    def criterion(self, criterion: dict[str, Any], changed: set[str]) -> dict[str, Any]:
        rows = [self.rows[item["code"]] for item in criterion["items"]]
        claims = [self.typed(row) for row in rows]
        parts = [
            self.part(item, row, is_changed=row.code in changed)
            for item, row in zip(criterion["items"], rows, strict=True)
        ]
        points = sum((one.points for one in claims if one.points is not None), Decimal(0))
        fields = [field for one in parts for field in (one.claimed, one.points, one.note, one.files["field"])]
        return {
            "code": criterion["code"],
            "name": criterion["name"],
            "parts": parts,
            "full": points_text(sum((row.full for row in rows), Decimal(0))),
            "points": points_text(points),
            "filled": sum(one.claimed is not None and one.points is not None for one in claims),
            "is_wrong": any(field.errors for field in fields),
            "is_noted": any(row.paper_note for row in rows),
        }

    def part(self, item: dict[str, Any], row: AcceptanceItem, *, is_changed: bool = False) -> Part:
        place = row.position
        return Part(
            item=item,
            row=row,
            claimed=self[f"claimed_{place}"],
            points=self[f"points_{place}"],
            note=self[f"note_{place}"],
            files=self.file_group(f"files_{place}"),
            kinds=[str(EVIDENCE_KINDS[kind]) for kind in item["kinds"] if kind in EVIDENCE_KINDS],
            full=points_text(row.full),
            facts=[fact for fact in self.facts.get(row.code, []) if fact.text],
            must_prove=row.mandatory and not self.is_on_record(row.code),
            is_changed=is_changed,
        )

    @property
    def sums(self) -> dict[str, Any]:
        """What all items come to as the fields stand."""
        claims = [self.typed(row) for row in self.rows.values()]
        return {
            "points": points_text(sum((one.points for one in claims if one.points is not None), Decimal(0))),
            "full": points_text(full_points(self.standard)),
            "filled": sum(one.claimed is not None and one.points is not None for one in claims),
            "count": len(claims),
        }

    @property
    def judgement(self) -> Judgement:
        """How the acceptance would end if everything were found as it stands in the fields."""
        claims = {code: self.typed(row) for code, row in self.rows.items()}
        return self_judgement(self.standard, claims, self.acceptance.rules)

    @property
    def error_lines(self) -> list[Line]:
        """Items of which nothing is said yet share one line; twice as many lines as items would hide the others."""
        places = [
            place
            for place in (str(row.position) for row in self.rows.values())
            if self.is_missing(f"claimed_{place}") and self.is_missing(f"points_{place}")
        ]
        if len(places) < FEW:
            return super().error_lines
        empty = {self[f"{name}_{place}"].auto_id for place in places for name in ("claimed", "points")}
        lines = [one for one in super().error_lines if one.anchor.removesuffix("_group") not in empty]
        codes = [code for code, row in self.rows.items() if str(row.position) in places]
        label = _("还有 %(count)d 项没有自评") % {"count": len(codes)}
        return [*lines, Line(label, f"item-{places[0]}", _("、").join(codes))]

    def is_missing(self, name: str) -> bool:
        return name in self.errors and not self.data.get(name)

    def label_of(self, name: str) -> str:
        place = name.rpartition("_")[2]
        row = next((one for one in self.rows.values() if str(one.position) == place), None)
        if row is None:
            return super().label_of(name)
        return _("%(code)s %(field)s") % {"code": row.code, "field": self.fields[name].label}
