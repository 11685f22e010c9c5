"""Train a network in the foreground: the same pipeline as the workers', with a progress bar."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from datasets.errors import DigitsiteError
from datasets.models import DatasetVersion
from training import execution, services
from training.configuration import RunConfig
from training.models import Network, TrainingRun
from training.models.runs import PublishPolicy, StartFrom
from training.networks import architectures


class Command(BaseCommand):
    help = "Train a network on the approved drawings, test it, and publish it when it is better."

    def add_arguments(self, parser: ArgumentParser) -> None:
        defaults = RunConfig()
        parser.add_argument("network", choices=Network.values)
        parser.add_argument("--architecture", choices=sorted(architectures()), default=services.DEFAULT_ARCHITECTURE)
        parser.add_argument("--dataset", type=int, help="the number of a dataset version; default: freeze a new one")
        parser.add_argument("--sources", default="", help="comma-separated; default: all sources")
        parser.add_argument("--start-from", choices=StartFrom.values, default=StartFrom.SCRATCH)
        parser.add_argument("--epochs", type=int, default=defaults.epochs)
        parser.add_argument("--batch-size", type=int, default=defaults.batch_size)
        parser.add_argument("--learning-rate", type=float, default=defaults.learning_rate)
        parser.add_argument("--copies", type=int, default=defaults.copies, help="augmented copies of each drawing")
        parser.add_argument("--fine-tune", action="store_true", help="digit-or-not: train the trunk as well")
        parser.add_argument("--seed", type=int, default=defaults.seed)
        parser.add_argument("--publish", choices=PublishPolicy.values, default=PublishPolicy.IF_BETTER)

    def handle(self, *args: Any, **options: Any) -> None:
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
        except KeyboardInterrupt:
            if run is not None:
                services.cancel_run(run)
            raise CommandError("interrupted: the run is cancelled") from None
        run.refresh_from_db()
        if run.state != TrainingRun.State.SUCCEEDED:
            raise CommandError(run.error or run.outcome)
        self.stdout.write(self.style.SUCCESS(run.outcome))

    def _start(self, options: dict[str, Any]) -> TrainingRun:
        config = RunConfig(
            epochs=options["epochs"],
            batch_size=options["batch_size"],
            learning_rate=options["learning_rate"],
            copies=options["copies"],
            seed=options["seed"],
            fine_tune=options["fine_tune"],
        )
        dataset = None
        if options["dataset"] is not None:
            dataset = DatasetVersion.objects.public().filter(number=options["dataset"]).first()
            if dataset is None:
                raise CommandError(f"expected the number of a dataset version; received {options['dataset']}")
        return services.start_run(
            options["network"],
            architecture=options["architecture"],
            config=config,
            sources=[source for source in options["sources"].split(",") if source],
            start_from=options["start_from"],
            publish=options["publish"],
            trigger="manage.py train",
            dataset_version=dataset,
            foreground=True,
        )

    def _work(self, run: TrainingRun) -> None:
        with tqdm(
            total=100, unit="%", bar_format="{desc:40.40} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
        ) as bar:

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
