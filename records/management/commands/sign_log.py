"""Sign the daily head now; the worker does it by itself once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from records import audit


class Command(BaseCommand):
    help = "Signs the head over all audit chains of today, unless that is done, and prints it with the public key."

    def handle(self, *args: Any, **options: Any) -> None:
        day = timezone.localdate()
        if audit.head_due(day):
            head = audit.sign_head(day=day, at=timezone.now())
            self.stdout.write(
                _("已签署 %(day)s 链首：%(chains)d 条链、%(entries)d 条记录，根 %(root)s")
                % {"day": head.day, "chains": head.chains, "entries": head.entries, "root": head.root}
            )
        else:
            audit.publish_heads()
            self.stdout.write(_("%(day)s 的链首已经签署。") % {"day": day})
        self.stdout.write(_("签名公钥：%(key)s") % {"key": audit.public_key()})
