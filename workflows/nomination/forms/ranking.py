"""The form of a ranking: a place for whoever is recommended, a reason for whoever is not."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.models import Nomination

RECOMMEND, LEAVE_OUT, WAIT = "recommend", "leave_out", "wait"
CHOICES = (
    (RECOMMEND, gettext_lazy("推荐")),
    (LEAVE_OUT, gettext_lazy("不推荐")),
    (WAIT, gettext_lazy("暂不办理")),
)


class Row(NamedTuple):
    """One nominee with its fields."""

    nomination: Nomination
    place: Any
    choice: Any
    reason: Any


class RankingForm(forms.Form):
    """``first`` is the next free place, ``left`` how many places there are."""

    common = forms.CharField(
        label=gettext_lazy("共同的不推荐理由"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("没有逐个填写理由的，用这一条。单位可以看到。"),
    )
    use_required_attribute = False

    def __init__(
        self, *args: Any, nominations: Sequence[Nomination], first: int, left: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.nominations, self.first, self.left = list(nominations), first, left
        for number, one in enumerate(self.nominations):
            within = number < left
            self.fields[f"place_{one.pk}"] = forms.IntegerField(
                label=_("%(name)s 名次") % {"name": one.name},
                required=False,
                min_value=1,
                initial=first + number if within else None,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "rank-n form-control"}),
                error_messages={
                    "invalid": _("名次请填写数字。"),
                    "min_value": _("名次从1开始。"),
                },
            )
            self.fields[f"choice_{one.pk}"] = forms.ChoiceField(
                label=_("%(name)s 办理") % {"name": one.name},
                choices=CHOICES,
                widget=forms.Select(attrs={"class": "form-select"}),
                initial=RECOMMEND if within else WAIT,
                error_messages={"required": _("这是新送来的推荐，请选择如何办理。")},
            )
            self.fields[f"reason_{one.pk}"] = forms.CharField(
                label=_("%(name)s 不推荐的理由") % {"name": one.name},
                required=False,
                max_length=500,
                widget=forms.TextInput(attrs={"class": "form-control", "placeholder": _("不推荐的理由")}),
            )

    @property
    def rows(self) -> list[Row]:
        """The nominees in the order of their places, those without one behind."""
        found = [
            Row(one, self[f"place_{one.pk}"], self[f"choice_{one.pk}"], self[f"reason_{one.pk}"])
            for one in self.nominations
        ]
        return sorted(found, key=lambda row: place_of(row.place.value()))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [one for one in self.nominations if data.get(f"choice_{one.pk}") == RECOMMEND]
        for one in self.nominations:
            choice, place = data.get(f"choice_{one.pk}"), data.get(f"place_{one.pk}")
            if choice == RECOMMEND and place is None and f"place_{one.pk}" not in self.errors:
                self.add_error(f"place_{one.pk}", _("推荐的须填写名次。"))
            reason = (data.get(f"reason_{one.pk}") or data.get("common") or "").strip()
            if choice == LEAVE_OUT and not reason:
                self.add_error(f"reason_{one.pk}", _("不推荐须写明理由，逐个填写或填写共同的理由。"))
        self._check_places([data.get(f"place_{one.pk}") for one in chosen])
        if len(chosen) > self.left:
            text = _("还可以推荐%(left)d个，现在选了%(chosen)d个。请减少推荐对象。")
            self.add_error(None, text % {"left": self.left, "chosen": len(chosen)})
        if chosen == [] and not self.left_out:
            self.add_error(None, _("请至少对一个对象作出推荐或不推荐的决定。"))
        return data

    def _check_places(self, places: list[int | None]) -> None:
        """No two equal, none left out, beginning behind those that are recommended already."""
        numbers = sorted(place for place in places if place is not None)
        if len(numbers) < len(places) or not numbers:
            return
        wanted = list(range(self.first, self.first + len(numbers)))
        if len(set(numbers)) < len(numbers):
            self.add_error(None, _("名次不能相同。请为每个推荐对象填写不同的名次。"))
        elif numbers != wanted:
            values = {"first": wanted[0], "last": wanted[-1]}
            self.add_error(None, _("名次须连续，从%(first)d到%(last)d。请改正名次。") % values)

    @property
    def order(self) -> list[Nomination]:
        """Who is recommended, best first."""
        chosen = [one for one in self.nominations if self.cleaned_data.get(f"choice_{one.pk}") == RECOMMEND]
        return sorted(chosen, key=lambda one: self.cleaned_data.get(f"place_{one.pk}") or 0)

    @property
    def left_out(self) -> dict[str, list[Nomination]]:
        """Who is not recommended, by the reason."""
        found: dict[str, list[Nomination]] = {}
        for one in self.nominations:
            if self.cleaned_data.get(f"choice_{one.pk}") == LEAVE_OUT:
                own = self.cleaned_data.get(f"reason_{one.pk}") or self.cleaned_data.get("common") or ""
                found.setdefault(own.strip(), []).append(one)
        return found

    def moved(self, key: int, *, up: bool) -> dict[str, Any]:
        """What the fields hold after the nominee has changed places with its neighbour, for a form that is shown again;
        the places of all recommended are numbered anew."""
        held = {name: self[name].value() for name in self.fields}
        order = [row.nomination.pk for row in self.rows if held[f"choice_{row.nomination.pk}"] == RECOMMEND]
        if key in order:
            at = order.index(key)
            to = min(max(at + (-1 if up else 1), 0), len(order) - 1)
            order[at], order[to] = order[to], order[at]
        for number, pk in enumerate(order, start=self.first):
            held[f"place_{pk}"] = number
        return held


def place_of(value: Any) -> float:
    """A place as typed, for sorting; whatever is no number comes last."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return float("inf")
