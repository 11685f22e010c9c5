"""Dataset versions: what is in them, and a new one."""

from collections.abc import Iterable

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from datasets import services
from datasets.admin.forms import FreezeForm
from datasets.admin.reading import ReadOnlyAdmin, ask, moderator_of
from datasets.cards import filters_of
from datasets.errors import DigitsiteError
from datasets.exporters.formats import FORMATS, NAMES
from datasets.labels import Label
from datasets.lineage import descendants_of
from datasets.membership import withdrawn_since
from datasets.models import DatasetVersion, Split


@admin.register(DatasetVersion)
class DatasetVersionAdmin(ReadOnlyAdmin, ModelAdmin):
    list_display = ["__str__", "size", "of_train", "of_validation", "of_test", "shown_sources", "created_at"]
    list_filter = ["room"]
    ordering = ["-id"]
    actions_list = ["freeze"]
    fieldsets = [
        (None, {"fields": ["number", "room", "note", "created_at", "created_by", "shown_page"]}),
        (_("Drawings"), {"fields": ["size", "shown_counts", "shown_dropped", "shown_withdrawn"]}),
        (_("Selection"), {"fields": ["shown_sources", "shown_filters", "manifest_sha256"]}),
        (_("What came of it"), {"fields": ["shown_descendants", "shown_exports"]}),
    ]

    def has_freeze_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("datasets.add_datasetversion")

    @display(description=_("drawings"))
    def size(self, version: DatasetVersion) -> str:
        return f"{version.size:,}"

    @display(description=Split.TRAIN.label)
    def of_train(self, version: DatasetVersion) -> str:
        return f"{version.count(Split.TRAIN):,}"

    @display(description=Split.VALIDATION.label)
    def of_validation(self, version: DatasetVersion) -> str:
        return f"{version.count(Split.VALIDATION):,}"

    @display(description=Split.TEST.label)
    def of_test(self, version: DatasetVersion) -> str:
        return f"{version.count(Split.TEST):,}"

    @display(description=_("sources"))
    def shown_sources(self, version: DatasetVersion) -> str:
        return ", ".join(version.sources) or str(_("all"))

    @display(description=_("by split and label"))
    def shown_counts(self, version: DatasetVersion) -> SafeString:
        head = format_html_join("", '<th scope="col">{}</th>', ((split.label,) for split in Split))
        rows = format_html_join(
            "",
            '<tr><th scope="row">{}</th>{}</tr>',
            ((label.label, _cells(version.count(split, [label]) for split in Split)) for label in Label),
        )
        return format_html(
            '<table class="figures"><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table>', head, rows
        )

    @display(description=_("left out"), empty_value="-")
    def shown_dropped(self, version: DatasetVersion) -> SafeString | None:
        if not version.dropped:
            return None
        rows = ((REASONS.get(reason, reason), f"{count:,}") for reason, count in version.dropped.items())
        return format_html_join("", "<div>{}: {}</div>", rows)

    @display(description=_("taken out since"))
    def shown_withdrawn(self, version: DatasetVersion) -> str:
        found = withdrawn_since(version)
        return _("%(rejected)s rejected, %(deleted)s deleted") % {
            "rejected": f"{found.rejected:,}",
            "deleted": f"{found.deleted:,}",
        }

    @display(description=_("other filters"), empty_value="-")
    def shown_filters(self, version: DatasetVersion) -> SafeString | None:
        return format_html_join("", "<div>{}</div>", ((text,) for text in filters_of(version))) or None

    @display(description=_("page"), empty_value="-")
    def shown_page(self, version: DatasetVersion) -> SafeString | None:
        if version.room_id is not None:
            return None
        address = reverse("datasets:version", args=[version.number])
        return format_html('<a class="underline" href="{}">{}</a>', address, _("pictures, card and files"))

    @display(description=_("trained on it"), empty_value="-")
    def shown_descendants(self, version: DatasetVersion) -> SafeString | None:
        rows = ((each.name, f" ({_('live')})" if each.is_live else "") for each in descendants_of(version))
        return format_html_join("", "<div>{}{}</div>", rows) or None

    @display(description=_("files"), empty_value="-")
    def shown_exports(self, version: DatasetVersion) -> SafeString | None:
        rows = (
            (export.filename, export.get_state_display(), filesizeformat(export.size or 0), export.error)
            for export in version.exports.order_by("format", "revision")
        )
        links = SafeString() if version.room_id else _ways_to_files(version)
        return links + format_html_join("", "<div>{}: {}, {} {}</div>", rows) or None

    @action(
        description=_("Freeze the approved drawings now"), url_path="freeze", permissions=["freeze"], icon="ac_unit"
    )
    def freeze(self, request: HttpRequest) -> HttpResponse:
        form = FreezeForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            before = DatasetVersion.objects.public().first()
            try:
                version = services.freeze_version(
                    form.selection(), note=form.cleaned_data["note"], actor=moderator_of(request)
                )
            except DigitsiteError as error:
                form.add_error(None, error.message)
            else:
                is_new = before is None or version.number > before.number
                text = _("Frozen as %s.") if is_new else _("Nothing has changed: these drawings are %s already.")
                messages.success(request, text % version)
                return redirect("admin:datasets_datasetversion_change", version.pk)
        return ask(
            request,
            self.admin_site,
            form,
            opts=self.opts,
            title=_("Freeze a dataset version"),
            text=_("All approved drawings of the chosen sources get a number under which they stay as they are now."),
            submit=_("Freeze"),
        )


def _ways_to_files(version: DatasetVersion) -> SafeString:
    """Return a link for each format: to its file, or to the page on which it is built."""
    links = (
        (reverse("datasets:export", args=[version.number, format]), NAMES.get(format, format)) for format in FORMATS
    )
    joined = format_html_join(", ", '<a class="underline" href="{}">{}</a>', links)
    return format_html("<div>{}: {}</div>", _("download or build"), joined)


def _cells(counts: Iterable[int]) -> SafeString:
    return format_html_join("", "<td>{}</td>", ((f"{count:,}",) for count in counts))


REASONS = {
    "reported": _("reported, and no moderator had looked yet"),
    "duplicate": _("the same content twice in a split"),
    "duplicate_of_another_split": _("the same content in another split, where it stays"),
    "over_the_limit_for_one_contributor": _("more than one contributor may have in a version"),
}
