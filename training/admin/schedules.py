"""The schedules of django-celery-beat, in the look of this admin."""

import json
from typing import Any

from django.contrib import admin
from django_celery_beat.admin import ClockedScheduleAdmin as BaseClockedScheduleAdmin
from django_celery_beat.admin import CrontabScheduleAdmin as BaseCrontabScheduleAdmin
from django_celery_beat.admin import PeriodicTaskAdmin as BasePeriodicTaskAdmin
from django_celery_beat.admin import PeriodicTaskForm, TaskSelectWidget
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from datasets.errors import DigitsiteError
from training import services

for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


class _TaskSelectWidget(UnfoldAdminSelectWidget, TaskSelectWidget):
    template_name = "unfold/widgets/select.html"


class ScheduleForm(PeriodicTaskForm):
    """The form of django-celery-beat with this admin's widgets."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = _TaskSelectWidget()

    def clean(self) -> dict[str, Any]:
        """Refuse arguments that a retraining would not understand, now rather than on Sunday at three."""
        data: dict[str, Any] = super().clean()
        if str(data.get("task", "")).startswith("training.tasks.retrain"):
            try:
                services.schedule_options(json.loads(data.get("kwargs") or "{}"))
            except ValueError:
                pass  # the form itself says that this is no JSON
            except DigitsiteError as error:
                self.add_error("kwargs", error.message)
        return data


@admin.register(PeriodicTask)
class ScheduleAdmin(BasePeriodicTaskAdmin, ModelAdmin):
    form = ScheduleForm


@admin.register(CrontabSchedule)
class CrontabAdmin(BaseCrontabScheduleAdmin, ModelAdmin):
    pass


@admin.register(IntervalSchedule)
class IntervalAdmin(ModelAdmin):
    pass


@admin.register(ClockedSchedule)
class ClockedAdmin(BaseClockedScheduleAdmin, ModelAdmin):
    pass


@admin.register(SolarSchedule)
class SolarAdmin(ModelAdmin):
    pass
