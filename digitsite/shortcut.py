"""The way of a prediction through the middleware: a short one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property

from digitsite.errors import ErrorMiddleware
from recognizer.views.predict import predict


class PredictAtOnce:
    """Answer predictions here, before the middleware that brings sessions, languages and users to pages.

    A prediction needs nothing of that, and it would cost as much time as both networks together. Hosts are checked and
    errors answered as for any other view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._others = get_response
        self._errors = ErrorMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != self._path:
            return self._others(request)
        request.get_host()  # raises DisallowedHost
        response = self._errors.process_request(request) or self._predict(request)
        answer = self._errors.process_response(request, response)
        if isinstance(answer, HttpResponse) and not answer.has_header("Content-Length"):
            answer["Content-Length"] = str(len(answer.content))  # or it would be sent in chunks
        return answer

    @cached_property
    def _path(self) -> str:
        return reverse("recognizer:predict")  # when the first request comes, the addresses are known

    def _predict(self, request: HttpRequest) -> HttpResponse:
        try:
            return predict(request)
        except Exception as error:
            answer = self._errors.process_exception(request, error)
            if answer is None:
                raise
            return answer
