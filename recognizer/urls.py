from django.urls import path

from recognizer import api, health, pages

app_name = "recognizer"

urlpatterns = [
    path("api/v1/predict", api.predict, name="predict"),  # first: the most often asked
    path("", pages.draw, name="draw"),
    path("about", pages.about, name="about"),
    path("help", pages.how_to, name="help"),
    path("privacy", pages.privacy, name="privacy"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics_text, name="metrics"),
]
