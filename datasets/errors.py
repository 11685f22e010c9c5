"""The errors that reach a user, by what he can do about them.

    DigitsiteError
    +-- InvalidInput         the request is wrong, and says how          400
    |   +-- TooLarge         more than we take                           413
    |   +-- UnsupportedType  a format that we do not read                415
    +-- NotAllowed           not his to do                               403
    +-- Conflict             too late, or somebody else was first        409
    +-- TooManyRequests      later, and says when                        429
    +-- Unavailable          ours: nothing published, a service is away  503

Status codes are given in one place, `digitsite.errors`; nothing here knows HTTP. Every message says what
was expected and what was received. `code` is stable and for programs, the message is for people: `message` for those
who run the site, `public_message` for everybody.
"""


class DigitsiteError(Exception):
    """Base of all errors that are shown to a user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def public_message(self) -> str:
        """The message, unless it may name hosts and files."""
        return self.message


class InvalidInput(DigitsiteError):
    """The request cannot be understood or must be refused; sending it again will not help."""


class TooLarge(InvalidInput):
    """The request is larger than we take."""


class UnsupportedType(InvalidInput):
    """The content is of a type that we do not read."""


class NotAllowed(DigitsiteError):
    """The caller may not do this."""


class Conflict(DigitsiteError):
    """The state has moved on: the request came too late, or somebody else was first."""


class TooManyRequests(DigitsiteError):
    """A limit is reached."""

    def __init__(self, code: str, message: str, *, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after  # seconds


class Unavailable(DigitsiteError):
    """Our side cannot answer now: nothing is published, or a service is away. Try again later."""
