from django.urls import include, path

from benchmarks import views

urlpatterns = [
    path("benchmarks/empty", views.empty),
    path("benchmarks/constant", views.constant),
    path("benchmarks/quick-constant", views.quick_constant),
    path("", include("digitsite.urls")),
]
