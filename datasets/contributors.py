"""Who is asking: a signed cookie, and for two days a keyed hash of the address.

The cookie holds the contributor's key and nothing else. It is HttpOnly and SameSite=Lax, so no script reads it and no
other site sends it.

Whoever sends his first drawing has no cookie yet. Of a browser we know that it will keep the one that it gets: it is a
hand of its own from the first drawing on, also in a school where thirty of them share an address. A program mostly
keeps none, and would be somebody new each time: all programs at an address are one contributor for a day, who is not
taken for a hand. None of them gets his cookie: it would show and give them what the others have sent. Each can take
back its own with the token that came with it. A program that poses as a browser is believed; it could as well collect
cookies.
"""

import ipaddress
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.request import Request

from datasets.models import Contributor

SALT = "datasets.contributors"
SITE = "site"
KEPT_DAYS = 3  # 48 hours are of three days


def contributor_of(request: HttpRequest) -> Contributor | None:
    """Return the contributor that the cookie names (not saved when the database does not know him), or None.

    One who stands for the programs at an address is nobody's own.
    """
    key = request.get_signed_cookie(
        settings.CONTRIBUTOR_COOKIE, default=None, salt=SALT, max_age=settings.CONTRIBUTOR_COOKIE_AGE
    )
    if not key:
        return None
    known = Contributor.objects.filter(source=SITE, key=key).first()
    if known is not None and known.kind == Contributor.Kind.PROGRAM:
        return None
    return known or Contributor(source=SITE, key=key, kind=Contributor.Kind.VISITOR)


def newcomer_kind(request: HttpRequest | Request) -> Contributor.Kind:
    """Return what somebody without a cookie is: a browser says of each POST where it comes from, a program does not."""
    is_browser = "Origin" in request.headers or "Sec-Fetch-Site" in request.headers
    return Contributor.Kind.VISITOR if is_browser else Contributor.Kind.PROGRAM


def remember(response: HttpResponseBase, contributor: Contributor) -> None:
    """Set the cookie by which this browser will be known."""
    response.set_signed_cookie(
        settings.CONTRIBUTOR_COOKIE,
        contributor.key,
        salt=SALT,
        max_age=settings.CONTRIBUTOR_COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def address_hash(request: HttpRequest) -> str:
    """Return a SHA-256 (hex) of the client's address, keyed by a secret and the day; "" when there is no address.

    The same address has another hash each day, so that hashes of different days cannot be joined.
    """
    return next(iter(address_hashes(request)), "")


def address_hashes(request: HttpRequest) -> list[str]:
    """Return the hashes that the client's address has today and had on the days whose hashes are still kept."""
    address = _address(request)
    if not address:
        return []
    days = [timezone.now() - timedelta(days=ago) for ago in range(KEPT_DAYS)]
    return [salted_hmac(f"{SALT}.address.{day:%Y-%m-%d}", address, algorithm="sha256").hexdigest() for day in days]


def _address(request: HttpRequest) -> str:
    """Return the address; of an IPv6 one the first 64 bits, which is what a household has."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY and request.headers.get("X-Forwarded-For"):
        text = request.headers["X-Forwarded-For"].rsplit(",", 1)[-1].strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
