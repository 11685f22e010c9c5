"""/models/compare: any two versions of one network beside each other, with the drawings on which they differ."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from training.errors import UnreadableArtifact
from training.judging.comparison import Comparison, compare
from training.models import ModelVersion, Network
from training.pages.showing import Gallery, galleries, readings_of
from training.pages.texts import class_name
from training.selection import CLASSES
from training.versions.predictions import Indices, Predictions, on_the_same, stored_with

MOST = 60  # drawings shown of each kind
CHOICES = 100  # versions to choose from, of each network


@dataclass(frozen=True)
class ClassRow:
    """How both read the drawings of one class."""

    name: str
    n: int
    lost: int
    won: int
    points: float  # of the second over the first


@dataclass(frozen=True)
class SideBySide:
    """What two versions make of the drawings that both were tested on."""

    comparison: Comparison
    accuracies: tuple[float, float]
    classes: list[ClassRow]
    lost: Gallery  # read correctly by the first only; what the second says stands below
    won: Gallery
    lost_count: int
    won_count: int

    @property
    def gain(self) -> float:
        """Points of accuracy of the second over the first."""
        return -self.comparison.loss_points

    @property
    def gain_low(self) -> float:
        return -self.comparison.loss_interval[1]

    @property
    def gain_high(self) -> float:
        return -self.comparison.loss_interval[0]


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    first, second = _chosen(request.GET.get("a", "")), _chosen(request.GET.get("b", ""))
    same_network = first is not None and second is not None and first.network == second.network
    try:
        found = side_by_side(first, second) if first and second and same_network else None
        unreadable = False
    except UnreadableArtifact:
        found, unreadable = None, True
    context = {
        "first": first,
        "second": second,
        "found": found,
        "same_network": same_network,
        "unreadable": unreadable,
        "choices": [(Network(name).label, _choices(name)[:CHOICES]) for name in Network.values],
    }
    return render(request, "training/compare.html", context)


def side_by_side(first: ModelVersion, second: ModelVersion) -> SideBySide | None:
    """Compare the stored answers of two versions of one network; None when no drawing was read by both.

    Raises `UnreadableArtifact` when the answers of one are not to be had.
    """
    champion, candidate = on_the_same(stored_with(first), stored_with(second))
    if not len(champion):
        return None
    found = compare(champion.probabilities, candidate.probabilities, champion.classes)
    lost, won = _differences(champion, candidate)
    lost_readings, won_readings = readings_of(candidate, lost), readings_of(champion, won)  # what is wrong
    classes = CLASSES[second.network]
    lost_gallery, won_gallery = galleries(classes, (lost_readings, MOST), (won_readings, MOST))
    return SideBySide(
        comparison=found,
        accuracies=(_accuracy(champion), _accuracy(candidate)),
        classes=[
            ClassRow(class_name(name), change.n, change.lost, change.won, -change.loss_points)
            for name, change in zip(classes, found.classes, strict=True)
        ],
        lost=lost_gallery,
        won=won_gallery,
        lost_count=len(lost),
        won_count=len(won),
    )


def _chosen(name: str) -> ModelVersion | None:
    """Return the version that an address names, None for none; an unknown one is not found."""
    if not name:
        return None
    network, _, number = name.partition("/")
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    versions = ModelVersion.objects.public().of_network(network).with_state()
    version = versions.filter(number=int(number)).select_related("dataset_version").first()
    if version is None:
        raise Http404
    return version


def _choices(network: str) -> QuerySet[ModelVersion]:
    rows = ModelVersion.objects.public().of_network(network).with_state()
    return rows.only("network", "number", "architecture").order_by("-number")


def _differences(champion: Predictions, candidate: Predictions) -> tuple[Indices, Indices]:
    theirs, ours = champion.answers == champion.classes, candidate.answers == candidate.classes
    return (theirs & ~ours).nonzero()[0], (ours & ~theirs).nonzero()[0]


def _accuracy(predictions: Predictions) -> float:
    return float((predictions.answers == predictions.classes).mean())
