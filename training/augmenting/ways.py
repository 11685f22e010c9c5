"""Where the pen was, and its way along a stroke."""

import numpy as np
import numpy.typing as npt

from datasets.preprocessing.strokes import Stroke, Strokes


def places_of(drawing: Strokes) -> npt.NDArray[np.float64]:
    """Return all places where the pen was, (n, 2), in canvas units."""
    return np.concatenate([places_in(stroke) for stroke in drawing.strokes])


def places_in(stroke: Stroke) -> npt.NDArray[np.float64]:
    """Return the places of one stroke, (n, 2), in canvas units."""
    return np.array([point[:2] for point in stroke.points])


def way_of(stroke: Stroke) -> npt.NDArray[np.float64]:
    """Return how far the pen has come at each point, in canvas units."""
    return np.concatenate([[0.0], np.linalg.norm(np.diff(places_in(stroke), axis=0), axis=1).cumsum()])


def places_along(stroke: Stroke, distances: npt.NDArray[np.float64]) -> list[tuple[float, ...]]:
    """Return where the pen was after so many units of its way: x, y and, where there is one, the time."""
    way, columns = way_of(stroke), np.array(stroke.points).T
    return list(zip(*(np.interp(distances, way, column).tolist() for column in columns), strict=True))
