"""How often one address may send something through a public page: nobody is named, and nothing of it is stored."""

import hmac
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

# Corrections count as well; an office behind one address still gets through.
MOST = 20
WITHIN = 3600


def too_many(request: HttpRequest, purpose: str) -> bool:
    """Count a submission, and whether there were too many from its address within the last hour.

    The count lies in the cache under a keyed digest of the address, which tells nobody who sent anything; with a cache
    in memory each process counts for itself.
    """
    address = sender(request)
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{purpose} {address}".encode(), sha256).hexdigest()
    key = f"submissions:{digest}"
    cache.add(key, 0, WITHIN)
    try:
        return int(cache.incr(key)) > MOST
    except ValueError:  # it ran out in between
        return False


def sender(request: HttpRequest) -> str:
    """The address as the nearest proxy saw it, where one is configured; else that of the connection."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
