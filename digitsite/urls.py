from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from digitsite import passwords

urlpatterns = [
    path("", include("recognizer.urls")),
    path("", include("datasets.urls")),
    path("", include("training.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    # Before the admin's own, which have no limit.
    path("admin/login/", passwords.login),
    path("admin/password_change/", admin.site.admin_view(passwords.password_change, cacheable=True)),
    path("admin/", admin.site.urls),
]
