from django.urls import path

from recognizer.views import draw, guide, health, predict, trying

app_name = "recognizer"

urlpatterns = [
    path("api/v1/predict", predict.predict, name="predict"),  # first: the most often asked
    path("api/v1/models/predict", trying.predict_with, name="predict-with"),
    path("models/try", trying.trying, name="try"),
    path("", draw.draw, name="draw"),
    path("about", guide.about, name="about"),
    path("help", guide.how_to, name="help"),
    path("privacy", draw.privacy, name="privacy"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics_text, name="metrics"),
]
