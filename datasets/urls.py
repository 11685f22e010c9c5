from django.urls import path

from datasets import api

app_name = "datasets"

urlpatterns = [
    path("api/v1/drawings", api.DrawingsView.as_view(), name="drawings"),
    path("api/v1/drawings/<uuid:public_id>", api.DrawingView.as_view(), name="drawing"),
]
