"""The containers run the processes of `make run`."""

import json
import re
import sys

import pytest
import yaml
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError

from digitsite import commands, errors
from digitsite.celery import app
from tests.paths import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
NGINX = ROOT / "deploy/nginx.conf.template"


def test_each_process_of_the_supervisor_is_a_service() -> None:
    run = {
        service["command"][-1]: name
        for name, service in SERVICES.items()
        if service.get("command", [])[:3] == ["python", "-m", "digitsite.commands"]
    }
    assert run == {name: name for name in commands.PROCESSES}


def test_the_site_waits_for_the_migrations() -> None:
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "prepare"]
    for name in commands.PROCESSES:
        assert SERVICES[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_nginx_waits_until_the_web_server_is_alive_and_starts_anew_with_each_container_of_it() -> None:
    """It asks for the address once, when it starts."""
    assert SERVICES["nginx"]["depends_on"] == {"web": {"condition": "service_healthy", "restart": True}}
    assert SERVICES["web"]["healthcheck"]["test"] == ["CMD", "python", "-m", "digitsite.readiness"]
    assert re.findall(r"^\s*(server web:.*|resolver .*)", NGINX.read_text(), re.M) == ["server web:8000;"]


@pytest.mark.parametrize("name", ["augmentation-worker", "training-worker"])
def test_a_stopped_container_gives_long_work_back(name: str) -> None:
    assert SERVICES[name]["stop_signal"] == "SIGQUIT"


def test_each_queue_has_a_worker_of_its_own(settings) -> None:
    """A task that takes minutes must not keep the reaper waiting."""
    workers = [name for name in commands.PROCESSES if name.endswith("worker")]
    lines = [commands.PROCESSES[name]({}) for name in workers]
    queues = [line[line.index("-Q") + 1] for line in lines]
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert sorted(queues) == sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *routed})
    assert len({line[line.index("-n") + 1] for line in lines}) == len(workers)


def test_only_short_tasks_share_the_queue_of_the_reaper() -> None:
    app.loader.import_default_modules()
    tasks = {name for name in app.tasks if name.startswith("training.")}
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in tasks}
    assert {name for name, queue in queues.items() if queue == "default"} == {
        "training.tasks.reap",
        "training.tasks.follow_schedule",
    }


def test_the_processes_of_the_augmentation_worker_follow_the_environment() -> None:
    command = commands.augmentation_worker({"WORKER_PROCESSES": "3"})
    assert command[command.index("--concurrency") + 1] == "3"


def test_only_the_training_image_has_tensorflow() -> None:
    training = {name for name, service in SERVICES.items() if service.get("image") == "digitsite-training"}
    assert training == {"training-worker"}


def test_the_queues_survive_a_restart() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_nobody_from_outside_reaches_a_container_but_nginx() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert SERVICES["nginx"]["ports"][0].startswith("${BIND:-127.0.0.1}:")


def test_nginx_overwrites_what_a_visitor_says_about_his_address() -> None:
    nginx = NGINX.read_text()
    assert re.findall(r"X-Forwarded-For (\S+);", nginx) == ["$remote_addr"]


def test_nginx_lets_the_largest_upload_through(settings) -> None:
    nginx = NGINX.read_text()
    megabytes = int(re.search(r"client_max_body_size (\d+)m;", nginx)[1])
    assert megabytes * 1024 * 1024 == settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_nginx_writes_no_address_of_a_visitor() -> None:
    nginx = NGINX.read_text()
    form = re.search(r"log_format without_visitor '([^']*)';", nginx)[1]
    assert set(re.findall(r"\$(\w+)", form)) == {
        "time_iso8601", "request_method", "uri", "status", "bytes_sent", "request_time",
    }  # fmt: skip
    assert re.findall(r"access_log \S+ (\S+);", nginx) == ["without_visitor"]
    assert re.findall(r"error_log \S+ (\S+);", nginx) == ["alert"]


def test_the_web_server_keeps_no_log_of_requests_whatever_its_environment_says() -> None:
    assert "--no-access-log" in commands.web({"GRANIAN_LOG_ACCESS_ENABLED": "true"})


def test_nginx_serves_no_file_but_static_ones() -> None:
    """Beside the networks that are live, the folder of artifacts has candidates, predictions and what rooms keep."""
    nginx = NGINX.read_text()
    assert re.findall(r"(?:alias|root) (\S+);", nginx) == ["/data/static/", "/data/static/away/"]
    assert re.findall(r"location ([^{]*?) \{\s+proxy_pass", nginx) == ["/"]
    assert not re.search(r"location \S*\s*\S*artifacts", nginx)


@pytest.mark.parametrize(
    ("location", "error"),
    [("too_large", RequestDataTooBig()), ("away", OperationalError())],
)
def test_nginx_answers_with_the_errors_of_the_site(location: str, error: Exception) -> None:
    nginx = NGINX.read_text()
    status, content = re.search(rf"location @{location} {{[^}}]*return (\d+) '([^']*)';", nginx).groups()
    answer = errors.translate(error)
    assert answer is not None
    assert (int(status), json.loads(content)) == answer[:2]


def test_the_web_image_copies_every_app() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    for folder in ("digitsite", "datasets", "training", "recognizer", "templates", "static", "locale"):
        assert f"COPY {folder} {folder}\n" in dockerfile
        assert f"!{folder}\n" in (ROOT / ".dockerignore").read_text()
    assert "COPY --from=scripts /site/static/vendor static/vendor\n" in dockerfile


def test_the_web_command_follows_the_environment() -> None:
    command = commands.web({"BIND": "0.0.0.0", "PORT": "8080", "WEB_PROCESSES": "3"})
    assert command[0] == sys.executable
    assert command[command.index("--host") + 1] == "0.0.0.0"
    assert command[command.index("--port") + 1] == "8080"
    assert command[command.index("--workers") + 1] == "3"


@pytest.mark.parametrize("value", ["0", "-1", "many", "70000"])
def test_a_port_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(commands.BadVariable, match=f"PORT: expected a number from 1 to 65535, received '{value}'"):
        commands.web({"PORT": value})
