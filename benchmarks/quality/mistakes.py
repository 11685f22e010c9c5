"""A sheet of everything that is read wrongly, with a word on its label where that was reviewed. Written where asked."""

from benchmarks.quality.accuracy import of_digits
from benchmarks.quality.bench import Bench, Figures, Part
from benchmarks.quality.drawings import Drawings
from benchmarks.quality.markdown import table
from benchmarks.quality.review import readings
from benchmarks.quality.sheets import Tile, write_sheets
from datasets.preprocessing.strokes import rasterize


def measure(bench: Bench) -> Figures:
    """Write the sheets, if a folder was named, and count what is on them."""
    found: Figures = {}
    for subject in bench.digits:
        for name, drawings in bench.test_sets().items():
            if "without" in name:  # a part of the one before
                continue
            wrong = of_digits(subject.network, drawings)["mistakes"]
            found[f"{subject.name}, {name}"] = {
                "wrong": len(wrong),
                "labels found wrong": sum(_is_wrong_label(mistake) for mistake in wrong),
                "ambiguous": sum(readings().get(mistake["key"]) == "ambiguous" for mistake in wrong),
            }
            if bench.mistakes:
                title = f"{subject.name} {name}".replace(" ", "-").lower()
                write_sheets(_tiles(drawings, wrong), bench.mistakes, title)
    return found


def _is_wrong_label(mistake: dict) -> bool:
    read = readings().get(mistake["key"])
    return read is not None and read not in (str(mistake["label"]), "ambiguous")


def _tiles(drawings: Drawings, mistakes: list[dict]) -> list[Tile]:
    places = {record.source_key: place for place, record in enumerate(drawings.records)}
    tiles = []
    for mistake in sorted(mistakes, key=lambda each: -each["certainty"]):
        place = places[mistake["key"]]
        strokes = drawings.records[place].strokes
        ink = rasterize(strokes) if strokes else drawings.images[place]
        read = readings().get(mistake["key"])
        words = f"{mistake['label']} as {mistake['answer']}, {100 * mistake['certainty']:.0f}%"
        tiles.append((ink, words + (f"\nreviewed: {read}" if read else "")))
    return tiles


def show(figures: Figures) -> str:
    rows = [[name, *found.values()] for name, found in figures.items()]
    about = "`--mistakes FOLDER` draws them. Labels were reviewed of UNIPEN's test people only."
    return f"{about}\n\n{table(['network and drawings', 'wrong', 'labels found wrong', 'ambiguous'], rows)}"


PART = Part("mistakes", "All mistakes", measure, show)
