from django.urls import path

from training import api
from training.views import comparing, runs, version, versions

app_name = "training"

urlpatterns = [
    path("models", versions.versions, name="models"),
    path("models/compare", comparing.comparison, name="compare"),
    path("models/<str:network>/<int:number>", version.version, name="model"),
    path("training", runs.training, name="training"),
    path("training/now", runs.training_now, name="training-now"),
    path("api/v1/models", api.Versions.as_view(), name="api-models"),
    path("api/v1/models/published", api.Published.as_view(), name="api-published"),
    path("api/v1/models/<str:network>/<int:number>", api.Version.as_view(), name="api-model"),
    path("artifacts/<path:path>", api.artifact, name="artifact"),
]
