"""Trained, exported, evaluated, immutable versions of a network."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from datasets.models import DatasetVersion, Room


class Network(models.TextChoices):
    """The two roles."""

    DIGITS = "digits", _("digits")
    DIGIT_OR_NOT = "digit-or-not", _("digit or not")


class VersionState(models.TextChoices):
    """What became of a version; `ModelVersionQuerySet.with_state` works it out."""

    LIVE = "live", _("live")
    ONCE_LIVE = "once-live", _("was live")
    HELD = "held", _("held: a person decides")
    PASSED_OVER = "passed-over", _("passed over")


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    def public(self) -> Self:
        return self.filter(room=None)

    def of_room(self, room: Room | None) -> Self:
        return self.filter(room=room)

    def of_network(self, network: str) -> Self:
        return self.filter(network=network)

    def once_live(self) -> Self:
        """Return the versions that are live or were, the one that was published last first."""
        last_event = models.Max("publish_events")
        return self.annotate(last_event=last_event).filter(last_event__isnull=False).order_by("-last_event")

    def with_state(self) -> Self:
        """Annotate `state`. Held is what was never live while nothing newer went live in its place."""
        events: models.QuerySet[Any] = apps.get_model("training", "PublishEvent")._default_manager.all()
        own = events.filter(version=OuterRef("pk"))
        room = models.ExpressionWrapper(OuterRef("room_id"), output_field=models.BigIntegerField(null=True))
        same_room = Q(version__room=F("outer_room")) | Q(version__room=None, outer_room=None)
        since = events.annotate(outer_room=room).filter(
            same_room, version__network=OuterRef("network"), created_at__gt=OuterRef("created_at")
        )
        state = Case(
            When(publications__isnull=False, then=Value(VersionState.LIVE.value)),
            When(Exists(own), then=Value(VersionState.ONCE_LIVE.value)),
            When(Exists(since), then=Value(VersionState.PASSED_OVER.value)),
            default=Value(VersionState.HELD.value),
        )
        return self.annotate(state=state)


class ModelVersion(models.Model):
    """One version. Its files lie in the storage `artifacts` and never change; their SHA-256 stand here."""

    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, verbose_name=_("room"))
    network = models.CharField(_("network"), max_length=12, choices=Network.choices)
    number = models.PositiveIntegerField(_("number"))
    architecture = models.CharField(_("architecture"), max_length=40)
    run = models.OneToOneField(
        "training.TrainingRun",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="model_version",
        verbose_name=_("run"),
    )
    dataset_version = models.ForeignKey(
        DatasetVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="model_versions",
        verbose_name=_("dataset version"),
        help_text=_("empty: a starter version, trained elsewhere"),
    )
    trunk = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("trunk taken from")
    )
    preprocessing_version = models.PositiveSmallIntegerField(_("preprocessing version"))

    keras_path = models.CharField(_("Keras file"), max_length=200)
    keras_sha256 = models.CharField(_("SHA-256 of the Keras file"), max_length=64)
    tflite_path = models.CharField(_("LiteRT file"), max_length=200)
    tflite_sha256 = models.CharField(_("SHA-256 of the LiteRT file"), max_length=64)
    predictions_path = models.CharField(
        _("test predictions"),
        max_length=200,
        help_text=_("NPZ: probabilities, labels and the drawings' content hashes"),
    )
    predictions_sha256 = models.CharField(_("SHA-256 of the test predictions"), max_length=64)

    self_test: "models.JSONField[dict[str, Any]]" = models.JSONField(
        _("self-test"), help_text=_("probe images and the answers that the LiteRT file must give")
    )
    metrics: "models.JSONField[dict[str, Any]]" = models.JSONField(_("metrics"), default=dict)
    config: "models.JSONField[dict[str, Any]]" = models.JSONField(_("settings of the run"), default=dict)
    card = models.TextField(_("model card"), blank=True)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)

    HEAVY = ("self_test", "metrics", "config", "card")
    """What makes a row a hundred kilobytes, for reads that are made often to leave out."""

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        ordering = ["network", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "network", "number"], nulls_distinct=False, name="model_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_network_display()} {self.number}"  # in the reader's language, as everywhere on the pages

    def get_absolute_url(self) -> str:
        """Return the page of a public version; a room's have none."""
        return reverse("training:model", args=[self.network, self.number])

    @property
    def name(self) -> str:
        """What other pages call it in an address: digits/3."""
        return f"{self.network}/{self.number}"

    @property
    def parameters(self) -> int | None:
        """How many numbers it has learned or measured, if that was written down."""
        counts = self.metrics.get("parameters")
        return counts["trainable"] + counts["non_trainable"] if counts else None
