"""What of the outbox waits and what is dead; dead messages are tried again when their cause is gone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from records import outbox
from records.models import OutboxMessage

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Counts the messages of the outbox that wait or are dead, and lists the dead ones with their last error. "
        "--retry has one of them or all tried again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--retry", metavar="ID|all", help="try a dead message again, or all of them")

    def handle(self, *args: Any, retry: str | None, **options: Any) -> None:
        if retry is not None:
            self.revive(retry)
        counts = OutboxMessage.objects.exclude(state=OutboxMessage.State.DONE).values("state", "kind")
        for row in counts.annotate(number=Count("pk"), oldest=Min("not_before")).order_by("state", "kind"):
            state = OutboxMessage.State(row["state"]).label
            oldest = timezone.localtime(row["oldest"]).isoformat(" ", "minutes")
            self.stdout.write(
                _("%(state)s %(kind)s：%(number)d 件，最早应于 %(oldest)s 处理")
                % {"state": state, "kind": row["kind"], "number": row["number"], "oldest": oldest}
            )
        self.show_dead()

    def show_dead(self) -> None:
        """The newest dead messages, one a line: what to look at before a retry."""
        dead = OutboxMessage.objects.filter(state=OutboxMessage.State.DEAD).order_by("-id")
        for message in dead[:SHOWN]:
            self.stdout.write(f"{message.pk}  {message}  {message.last_error}")

    def revive(self, which: str) -> None:
        """Have the named dead messages tried again; says so when there is none."""
        messages = OutboxMessage.objects.all()
        if which != "all":
            if not which.isdecimal():
                raise CommandError(_("--retry 后面请写待发事项的编号，或者写 all。"))
            messages = messages.filter(pk=int(which))
        number = outbox.revive(messages, at=timezone.now())
        if not number and which != "all":
            raise CommandError(_("编号 %(id)s 不是多次失败的待发事项，没有什么可以重试。") % {"id": which})
        self.stdout.write(_("%(number)d 件将重新处理。") % {"number": number})
