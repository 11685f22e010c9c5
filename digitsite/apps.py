from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DigitsiteConfig(AppConfig):
    name = "digitsite"
    verbose_name = _("Site")
