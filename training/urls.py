from django.urls import path

from training import api

app_name = "training"

urlpatterns = [
    path("api/v1/models", api.Versions.as_view(), name="api-models"),
    path("api/v1/models/published", api.Published.as_view(), name="api-published"),
    path("artifacts/<path:path>", api.artifact, name="artifact"),
]
