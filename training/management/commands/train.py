"""Train a network in the foreground: the same pipeline as the workers', with a progress bar."""

from argparse import ArgumentParser, BooleanOptionalAction, _ArgumentGroup
from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from datasets.errors import DigitsiteError
from datasets.models import DatasetVersion
from datasets.selection import sources_in
from training import services
from training.augmenting.augmentation import LIMITS as AUGMENTATION_LIMITS
from training.augmenting.augmentation import Augmentation
from training.augmenting.configuration import Balance, Optimizer, RunConfig
from training.models import Network, TrainingRun
from training.models.runs import PublishPolicy, StartFrom
from training.networks import architectures
from training.runs import execution
from training.versions import seeds


class Command(BaseCommand):
    help = "Train a network on the approved drawings, test it, and publish it when it is better."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("network", choices=Network.values)
        parser.add_argument("--architecture", choices=sorted(architectures()), default=services.DEFAULT_ARCHITECTURE)
        parser.add_argument("--dataset", type=int, help="the number of a dataset version; default: freeze a new one")
        parser.add_argument("--sources", default="", help="comma-separated; default: all sources")
        parser.add_argument("--start-from", choices=StartFrom.values, default=StartFrom.SCRATCH)
        parser.add_argument("--publish", choices=PublishPolicy.values, default=PublishPolicy.IF_BETTER)
        parser.add_argument(
            "--seeds", type=_numbers, help="such as 1,2,3: train with each, and keep the best on validation"
        )
        fit = parser.add_argument_group("how to fit; the defaults are in brackets")
        _add_settings(fit, RunConfig(), {"optimizer": list(Optimizer), "balance": list(Balance)})
        copies = parser.add_argument_group("how far the augmented copies may be from a drawing")
        _add_settings(copies, Augmentation(), {})

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["seeds"]
        if not chosen:
            self._train(options)
            return
        versions = [
            self._train({**options, "seed": seed, "publish": PublishPolicy.ASK.value}).model_version for seed in chosen
        ]
        seeds.tell_each_of_all(versions)
        self.stdout.write(self.style.SUCCESS(seeds.publish_best(versions, options["publish"])))

    def _train(self, options: dict[str, Any]) -> TrainingRun:
        """Work on one run to its end, and return it; raises `CommandError` where it does not succeed."""
        run = None
        try:
            run = self._start(options)
            if run.state == TrainingRun.State.WAITING:
                services.cancel_run(run)
                raise CommandError(f"another run of {run.network} is active: wait for it, or cancel it")
            with execution.attended(run):
                self._work(run)
        except DigitsiteError as error:
            raise CommandError(error.message) from error
        except OperationalError as error:
            raise CommandError(f"the database went away, and the run with it; run this again: {error}") from error
        except KeyboardInterrupt:
            if run is not None:
                services.cancel_run(run)
            raise CommandError("interrupted: the run is cancelled") from None
        run.refresh_from_db()
        if run.state != TrainingRun.State.SUCCEEDED:
            raise CommandError(run.result)
        self.stdout.write(self.style.SUCCESS(run.outcome))
        return run

    def _start(self, options: dict[str, Any]) -> TrainingRun:
        names = {name: value for name, value in options.items() if value is not None}
        augmentation = {name: names[name] for name in AUGMENTATION_LIMITS}
        fit = {field.name: names[field.name] for field in fields(RunConfig) if field.name in names}
        config = RunConfig(**fit, augmentation=Augmentation(**augmentation))
        dataset = None
        if options["dataset"] is not None:
            if options["sources"]:
                raise CommandError("expected --dataset, which has its own sources, or --sources; received both")
            dataset = DatasetVersion.objects.public().filter(number=options["dataset"]).first()
            if dataset is None:
                raise CommandError(f"expected the number of a dataset version; received {options['dataset']}")
        return services.start_run(
            options["network"],
            architecture=options["architecture"],
            config=config,
            sources=sources_in(options["sources"]),
            start_from=options["start_from"],
            publish=options["publish"],
            trigger="manage.py train",
            dataset_version=dataset,
            foreground=True,
        )

    def _work(self, run: TrainingRun) -> None:
        form = "{desc:40.40} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
        with tqdm(total=100, unit="%", bar_format=form) as bar, logging_redirect_tqdm():  # the log above the bar

            def show(step: str, share: float) -> None:
                bar.set_description_str(step)
                bar.update(100 * share - bar.n)

            show("choosing the drawings", 0.0)
            execution.prepare_run(run.pk)
            for shard in run.shards.order_by("index"):
                execution.augment_shard(shard.pk)
                run.refresh_from_db()
                show(run.step or "augmented", run.progress)
            execution.execute_run(run.pk, show)
            run.refresh_from_db()
            show(run.get_state_display(), run.progress)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _add_settings(group: _ArgumentGroup, defaults: Any, choices: dict[str, list[Any]]) -> None:
    """Add an option for each setting that is a number, a name or a switch."""
    for field in fields(defaults):
        usual, name = getattr(defaults, field.name), "--" + field.name.replace("_", "-")
        if isinstance(usual, bool):
            group.add_argument(name, action=BooleanOptionalAction, default=usual)
        elif isinstance(usual, int | float | str):
            kind = type(usual)
            known = [str(choice) for choice in choices.get(field.name, [])] or None
            group.add_argument(name, type=kind, default=usual, choices=known, help=f"[{usual}]")
