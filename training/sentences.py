"""What runs and versions say in their rows, and how a page says it in the reader's language.

Who writes a row does not know who will read it, so it is written in English, and always by one of these sentences. To
show it, `retold` finds the sentence and puts its values into the translation of it. A text that is none of them, such
as the message of an error that nobody foresaw, is shown as it is.
"""

import re
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

AND = "; "  # between the reasons for one decision
LISTS = {"reasons", "shortages"}  # values that hold several sentences; all others hold no `AND`

# -- steps of a run
LOADING = _("loading the drawings")
AUGMENTING = _("augmenting: {done} of {total} parts")
TRAINING = _("training")
EXPORTING = _("exporting and checking the export")
TESTING = _("testing what was exported")
REGISTERING = _("registering")
TAKEN_BACK = _("taken back from a worker that died")

# -- what holds it up
NO_BROKER = _("the broker (Redis) cannot be reached: start it again, the run goes on by itself")
NO_WORKER = _(
    "no worker listening on the queue '{queue}': start one (`python -m digitsite.commands {queue}-worker`), "
    "or see in its log why it does not stay up; the run goes on by itself"
)

# -- how it ended
CANCELLED = _("cancelled")
PUBLISHED = _("{version} published ({against}): {reasons}")
HELD = _("{version} held for a person to decide ({against}): {reasons}")
COMPARED = _("compared with {champion}")
NOT_COMPARED = _("not compared with {champion}")
NO_CHAMPION = _("there was no published version")

# -- why it failed
TOO_FEW_DRAWINGS = _(
    "too few drawings, expected at least {needed} of each class. {shortages}. "
    "Approve more of these, or choose more sources."
)
SHORTAGE = _("class {label}: received {count}")
EMPTY_SPLIT = _(
    "expected at least one drawing in each of the splits training, validation and test; received none in {splits}. "
    "They are filled as people contribute: approve more drawings."
)
NOTHING_PUBLISHED = _("expected a published version of {network} to start from; received none")
DIVERGED = _("expected a finite loss; received none: try a lower learning rate")
OUT_OF_MEMORY = _(
    "out of memory: choose fewer copies, a smaller batch size or a smaller architecture, or give the worker more memory"
)
WORKER_DISK_FULL = _("no space left on the worker's disk or the storage of artifacts: free some, then run this again")
DATABASE_DISK_FULL = _("no space left on the disk of the database: free some, then run this again")
COMMAND_ENDED = _("the command that worked on this run was ended")
WORKER_DIED = _(
    "its worker died or was stopped {attempts} times without getting further; if nobody stopped it, it probably "
    "ran out of memory (choose fewer copies or fewer sources), or one epoch takes longer than {hours} hours"
)
WORKER_DIED_LAST = _(
    "its worker died or was stopped {attempts} times without getting further, the last was {worker}; "
    "if nobody stopped it, it probably ran out of memory (choose fewer copies or fewer sources), "
    "or one epoch takes longer than {hours} hours"
)
SHARD_DIED = _("the workers died {attempts} times over augmentation part {part}")

# -- why a version went live or was held
FIRST_VERSION = _("the first version: {accuracy} of {n} drawings are right")
NO_BETTER_THAN_COMMONEST = _(
    "no better than always naming the commonest class: at least {low} right, {commonest} by that"
)
CHANGES = _("accuracy changes by {points} points (at worst {worst}) on {n} drawings, {flips} are lost")
MAY_BE_LOWER = _(
    "accuracy may be {worst} points lower (at most {most} allowed, measured {points} points lower on {n} drawings)"
)
MAY_BE_LOWER_THOUGH_HIGHER = _(
    "accuracy may be {worst} points lower (at most {most} allowed, measured {points} points higher on {n} drawings)"
)
CLASS_LOSES = _("class {label} loses {points} points (at most {most} allowed)")
CALIBRATION_LOSES = _("its certainty is further off by {loss} (at most {most} allowed)")
SLOWER = _("one drawing takes {candidate} ms instead of {champion}")
FEW_ITEMS = _("only {n} test drawings, {needed} are needed to decide by rule")
FEW_ITEMS_OF_CLASS = _("only {n} test drawings of class {label}, {needed} are needed")
UNTESTED_SOURCES = _("not tested on {sources}, as {champion} was")
FEW_UNSEEN_HANDS = _("only {unseen} of {n} test drawings are by people who are not in the training data")
UNREADABLE_CHAMPION = _(
    "the file of {champion}, the published version, is missing or damaged: "
    "bring it back and run this again, or decide without a comparison"
)
OVERTAKEN = _("another version went live during the comparison")


@dataclass(frozen=True)
class Folded:
    """A text with many reasons as pages show it: a sentence, and what is folded away below it."""

    sentence: str
    others: list[str]


def folded(text: str) -> Folded:
    """Leave the first of many reasons in the sentence; a few stay there together."""
    first, *others = text.split(AND)
    return Folded(first, others) if len(others) > 1 else Folded(text, [])


def retold(text: str) -> str:
    """Return a text from a row in the reader's language, and what it quotes as well."""
    for sentence, pattern in _patterns().items():
        if found := pattern.fullmatch(text):
            values = {name: retold(value) for name, value in found.groupdict().items()}
            return gettext(sentence).format(**values)
    parts = text.split(AND)
    return AND.join(map(retold, parts)) if len(parts) > 1 else text


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return how to recognize each sentence; the longest first, because others may be parts of it."""
    sentences = [value for name, value in globals().items() if name.isupper() and name not in {"AND", "LISTS"}]
    return {sentence: _pattern(sentence) for sentence in sorted(sentences, key=len, reverse=True)}


def _pattern(sentence: str) -> re.Pattern[str]:
    """Return what matches the sentence with any values in it; a name that comes again has the same value."""
    pattern, known = "", set()
    for literal, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", sentence):
        pattern += re.escape(literal)
        if name:
            value = ".+?" if name in LISTS else f"(?:(?!{AND}).)+?"
            pattern += f"(?P={name})" if name in known else f"(?P<{name}>{value})"
            known.add(name)
    return re.compile(pattern, re.DOTALL)
