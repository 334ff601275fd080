"""Check the audit log; see :mod:`records.audit.checking`."""

from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from records import audit


class Command(BaseCommand):
    help = "Checks all hash chains, the decisions behind them and the signed daily heads; exit 1 where one breaks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--export", type=Path, metavar="FILE", help="also write the log to FILE, to check it elsewhere"
        )

    def handle(self, *args: Any, export: Path | None, **options: Any) -> None:
        started = perf_counter()
        summary = audit.check_log()
        seconds = perf_counter() - started
        self.stdout.write(
            _(
                "已核验 %(entries)d 条记录、%(chains)d 条链、%(facts)d 项决定、%(heads)d 个链首（%(seconds).1f 秒）。"
            )
            % {
                "entries": summary.entries,
                "chains": summary.chains,
                "facts": summary.facts,
                "heads": summary.heads,
                "seconds": seconds,
            }
        )
        if export is not None:
            self.export(export)
        if summary.breaks:
            raise CommandError("\n".join(str(one) for one in summary.breaks), returncode=1)
        self.stdout.write(self.style.SUCCESS(_("审计日志完整。")))

    def export(self, path: Path) -> None:
        try:
            count = audit.export_log(path)
        except OSError as error:
            raise CommandError(
                _("无法写入 %(path)s：%(error)s。请换一个可写的位置。")
                % {"path": path, "error": error.strerror}
            ) from error
        self.stdout.write(_("已导出 %(count)d 条记录到 %(path)s。") % {"count": count, "path": path})
        self.stdout.write(_("签名公钥：%(key)s") % {"key": audit.public_key() or _("尚无链首")})
