"""The schedules of retraining, in words. What beat keeps for the site itself is not for moderators to edit."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django_celery_beat import admin as beat_admin  # registers its tables, once
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from datasets.admin.reading import NamedList, moderator_of
from datasets.errors import DigitsiteError
from datasets.ids import id_in
from training.admin.settings_form import SettingsForm, initial_of
from training.admin.words import DAYS, last_time, next_time, sentence
from training.models import Schedule
from training.runs import schedules

for name in ("ClockedSchedule", "CrontabSchedule", "IntervalSchedule", "PeriodicTask", "SolarSchedule"):
    admin.site.unregister(getattr(beat_admin, name))

Kind = Schedule.Kind


class ScheduleForm(SettingsForm):
    """When, what, and what then."""

    FIRST = ["name", "enabled", "kind", "days", "time", "threshold", "networks", "architecture", "publish", "when_busy"]

    name = forms.CharField(label=_("Name"), max_length=100, widget=UnfoldAdminTextInputWidget)
    enabled = forms.BooleanField(label=_("Switched on"), required=False, initial=True, widget=UnfoldBooleanWidget)
    kind = forms.ChoiceField(label=_("When"), choices=Kind.choices, widget=UnfoldAdminSelectWidget)
    days = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=DAYS,
        coerce=int,
        required=False,
        initial=[6],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    time = forms.TimeField(
        label=_("At"),
        required=False,
        initial="03:00",
        help_text=_("In the time zone of the site."),
        widget=UnfoldAdminSingleTimeWidget(format="%H:%M"),
    )
    threshold = forms.IntegerField(
        label=_("New drawings"),
        min_value=1,
        required=False,
        initial=500,
        help_text=_("Approved since the data that the last run was trained on."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    when_busy = forms.ChoiceField(
        label=_("When a run of the network is active then"),
        choices=Schedule.WhenBusy.choices,
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, schedule: Schedule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schedule = schedule
        self.order_fields(self.FIRST)

    def simple(self) -> Iterator[forms.BoundField]:
        yield from sorted(super().simple(), key=lambda field: field.name == "sources")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Schedule.objects.filter(name=name).exclude(pk=self.schedule.pk).exists():
            raise forms.ValidationError(_("Another schedule has this name."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needed = ["days", "time"] if data.get("kind") == Kind.AT_TIMES else ["threshold"]
        for name in needed:
            if name not in self.errors and not data.get(name) and data.get(name) != 0:
                self.add_error(name, _("This is needed for the schedule to know when."))
        return data

    def save(self) -> Schedule:
        """Store the schedule. Raises `InvalidInput`."""
        options = self.options()
        config = options.pop("config")
        names = ("name", "enabled", "kind", "days", "time", "threshold", "when_busy")
        values = {**{name: self.cleaned_data[name] for name in names}, **options, "config": config.to_json()}
        for name, value in {**values, "networks": self.chosen_networks()}.items():
            setattr(self.schedule, name, value)
        return schedules.save(self.schedule)


def initial(schedule: Schedule) -> dict[str, Any]:
    """Return the initial values of the form for a schedule that is there already."""
    names = ("name", "enabled", "kind", "days", "time", "threshold", "when_busy")
    kept = ("architecture", "start_from", "publish", "sources")
    values = {name: getattr(schedule, name) for name in (*names, *kept)}
    return initial_of(schedule.config, schedule.networks, **values)


@admin.register(Schedule)
class ScheduleAdmin(NamedList, ModelAdmin):
    list_display = ["name", "enabled", "in_words", "next_time", "last_time"]
    list_display_links = ["name"]
    actions_list = ["begin"]
    show_add_link = False  # a plus without a word; `begin` has one

    @action(description=_("New schedule"), url_path="begin", permissions=["add"], icon="add")
    def begin(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:training_schedule_add")

    @display(description=_("in words"))
    def in_words(self, schedule: Schedule) -> str:
        return sentence(schedule)

    @display(description=_("next"))
    def next_time(self, schedule: Schedule) -> str:
        return next_time(schedule)

    @display(description=_("last time"))
    def last_time(self, schedule: Schedule) -> str:
        return last_time(schedule)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for a schedule in words, in place of the columns of its row."""
        schedule = get_object_or_404(Schedule, pk=id_in(object_id)) if object_id else Schedule()
        allowed = self.has_change_permission(request, schedule) if object_id else self.has_add_permission(request)
        if not allowed:
            return HttpResponse(status=403)
        values = initial(schedule) if object_id else {}
        form = ScheduleForm(request.POST or None, initial=values, schedule=schedule)
        if form.is_valid():
            if not object_id:
                schedule.created_by = moderator_of(request)
            try:
                form.save()
            except DigitsiteError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, f"{schedule}: {sentence(schedule)}")
                return redirect("admin:training_schedule_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": str(schedule) if object_id else _("New schedule"),
            "text": _prospect(schedule) if object_id else "",
            "schedule": schedule if object_id else None,
            "submit_text": _("Save"),
        }
        return TemplateResponse(request, "admin/settings.html", context)

    def delete_model(self, request: HttpRequest, obj: Schedule) -> None:
        schedules.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        for schedule in queryset:
            schedules.delete(schedule)


def _prospect(schedule: Schedule) -> str:
    return _("Next: %(next)s. Last time: %(last)s") % {"next": next_time(schedule), "last": last_time(schedule)}
