"""`/contribute`: draw what the dataset lacks, one drawing after the other."""

from dataclasses import asdict

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from datasets import hooks
from datasets.contributors import contributor_of
from datasets.models import Drawing
from datasets.pages import texts
from datasets.prompting import prompts

ROUND = 10  # drawings


@never_cache
@require_safe
def contribute(request: HttpRequest) -> HttpResponse:
    config = {
        "urls": {"drawings": reverse("datasets:drawings"), **_addresses()},
        "consentVersion": settings.CONSENT_VERSION,
        "prompts": [asdict(prompt) for prompt in prompts()],
        "round": ROUND,
        "given": Drawing.objects.given_by(contributor_of(request)).tally(),
        "texts": texts.CONTRIBUTE,
    }
    return render(request, "datasets/contribute.html", {"config": config, "round": ROUND})


def _addresses() -> dict[str, str]:
    """Return the addresses that other apps offer to the page."""
    return {name: address for offered in hooks.ADDRESSES for name, address in offered().items()}
