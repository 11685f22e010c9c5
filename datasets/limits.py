"""How much somebody may send or guess in a while: counted in Redis, in one step, so that it holds at one moment.

A while begins with the first request and ends by itself. Redis adds one and says how many there are, and each request
gets a number of its own: of sixty at once against a limit of ten, exactly ten are let through. While Redis is away
nothing is let through, and the error says so: a limit that nobody counts is none.
"""

import contextlib
import hashlib
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from datasets.errors import TooManyRequests

NOBODY = "unknown"  # who has no address shares this one
PASSWORD_SECONDS = 15 * 60


@dataclass(frozen=True)
class Limit:
    """At most so many in so many seconds, by each."""

    name: str
    most: int
    seconds: int
    code: str
    what: str  # for the message, such as "drawings"

    def count(self, who: str) -> None:
        """Count one more; raises TooManyRequests when it is more than may be.

        `who` is a key or a hash, never an address.
        """
        key = self._key(who)
        number = self._next(key)
        if number > self.most:
            left = self._seconds_left(key)
            raise TooManyRequests(
                self.code,
                f"Expected at most {self.most} {self.what} in {self.seconds} seconds, received {number}. "
                f"Try again in {left} seconds.",
                retry_after=left,
            )

    def take_back(self, who: str) -> None:
        """Count one less, where something was counted before it was clear whether it counts."""
        with contextlib.suppress(ValueError):  # the while is over
            cache.decr(self._key(who))

    def forget(self, who: str) -> None:
        """Begin a new while with the next one."""
        cache.delete(self._key(who))

    def _key(self, who: str) -> str:
        return f"datasets.limit.{self.name}.{who}"

    def _next(self, key: str) -> int:
        while True:
            try:
                number = cache.incr(key)
            except ValueError:  # the first in a while
                cache.add(key, 0, timeout=self.seconds)
                continue
            if number == 1:
                # Also where it expired inside `incr`, which looks first and adds then: such a count would never end.
                cache.touch(key, self.seconds)
                cache.set(f"{key}.until", time.time() + self.seconds, timeout=self.seconds)
            return number

    def _seconds_left(self, key: str) -> int:
        until = cache.get(f"{key}.until", 0.0)
        return max(1, round(until - time.time()))


def count_submission(contributor_key: str, address_hash: str) -> None:
    """Count a drawing for its contributor, if a cookie names him, and for his address; raises TooManyRequests."""
    if contributor_key:
        most = settings.SUBMISSIONS_PER_CONTRIBUTOR
        Limit("contributor", most, 60, "too_many_drawings", "drawings of one contributor").count(contributor_key)
    # Last: what the other limit has refused takes nothing from those who share the address.
    most = settings.SUBMISSIONS_PER_ADDRESS
    Limit("address", most, 60, "too_many_drawings", "drawings from one address").count(address_hash or NOBODY)


def count_vote(contributor_key: str, address_hash: str) -> None:
    """Count a vote, as `count_submission` does a drawing; raises TooManyRequests."""
    if contributor_key:
        most = settings.VOTES_PER_CONTRIBUTOR
        Limit("voter", most, 60, "too_many_votes", "votes of one person").count(contributor_key)
    limit = Limit("votes", settings.VOTES_PER_ADDRESS, 60, "too_many_votes", "votes from one address")
    limit.count(address_hash or NOBODY)


def count_offer(address_hash: str) -> None:
    """Count a drawing that is shown to somebody for his vote; raises TooManyRequests."""
    limit = Limit("offers", 2 * settings.VOTES_PER_ADDRESS, 60, "too_many_votes", "drawings shown at one address")
    limit.count(address_hash or NOBODY)


def count_report(address_hash: str) -> None:
    """Count a report for the address that it comes from; raises TooManyRequests."""
    limit = Limit("reports", settings.REPORTS_PER_ADDRESS, 3600, "too_many_reports", "reports from one address")
    limit.count(address_hash or NOBODY)


def count_login(name: str, address_hash: str) -> None:
    """Count a password for a name before anybody looks at it, so that it holds at one moment; raises TooManyRequests.

    A right one is taken back by `forgive_login`. What is guessed elsewhere does not count: a stranger who knows a name
    would lock its owner out.
    """
    _logins_by_name().count(_name_at(name, address_hash))
    _logins_by_address().count(address_hash or NOBODY)


def forgive_login(name: str, address_hash: str) -> None:
    """Forget the wrong passwords for this name at this address: the right one has come."""
    _logins_by_name().forget(_name_at(name, address_hash))
    _logins_by_address().take_back(address_hash or NOBODY)


def old_passwords() -> Limit:
    """Return how often somebody who is logged in may be wrong about his own password, by his id."""
    most = settings.LOGIN_FAILURES_PER_NAME
    return Limit("password", most, PASSWORD_SECONDS, "too_many_passwords", "wrong passwords of one person")


def _logins_by_name() -> Limit:
    most = settings.LOGIN_FAILURES_PER_NAME
    return Limit("login", most, PASSWORD_SECONDS, "too_many_passwords", "wrong passwords for one name")


def _logins_by_address() -> Limit:
    most = settings.LOGIN_FAILURES_PER_ADDRESS
    return Limit("logins", most, PASSWORD_SECONDS, "too_many_passwords", "wrong passwords from one address")


def _name_at(name: str, address_hash: str) -> str:
    return hashlib.sha256(f"{address_hash or NOBODY} {name}".encode()).hexdigest()
