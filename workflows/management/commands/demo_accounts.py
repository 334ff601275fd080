"""Print the demo accounts by role."""

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand

from workflows.demo import demo_accounts, demo_password


def padded(text: str, width: int) -> str:
    """Pad to a width on screen, where a Chinese character takes two columns."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, width - taken)


class Command(BaseCommand):
    help = "Print the demo accounts and their password."

    def handle(self, *args: Any, **options: Any) -> None:
        for account in demo_accounts():
            self.stdout.write(f"  {padded(account.username, 20)}{padded(account.role, 14)}{account.place}")
        self.stdout.write(f"  Password of every demo account: {demo_password()}")
