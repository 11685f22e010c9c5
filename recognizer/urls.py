from django.urls import path

from recognizer import api, guide, health, pages, trying

app_name = "recognizer"

urlpatterns = [
    path("api/v1/predict", api.predict, name="predict"),  # first: the most often asked
    path("api/v1/models/predict", trying.predict_with, name="predict-with"),
    path("models/try", trying.trying, name="try"),
    path("", pages.draw, name="draw"),
    path("about", guide.about, name="about"),
    path("help", guide.how_to, name="help"),
    path("privacy", pages.privacy, name="privacy"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics_text, name="metrics"),
]
