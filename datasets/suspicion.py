"""How much a drawing looks like vandalism, and how much of it there is among many. NumPy only.

Evidence about one drawing is a weight: the natural logarithm of how much more often vandals leave such a drawing than
honest people do. The figures behind the weights: 750 UNIPEN digits by 200 people, and 1,200 scribbles of four kinds
under random labels, both read by the networks that ship with the project; rounded towards caution. Who claims that his
drawing is no digit is believed, unless the networks are sure that it is one; that alone says little, as they are of
every sixth honest one (O, l, a plain line), so that those on which they agree count for him.

One drawing proves nothing. A group (what came from one address, say) is a mixture of two kinds of hands, and how large
the share of vandals in it is follows from the weights of all (expectation maximization). The share then is what is to
be believed of each beforehand. So a scribble that is read as the digit it was claimed to be falls with the other 200
from its address, and a child's clumsy 4 stays among the good digits of its school.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.labels import ACCEPTED_FROM

Floats = NDArray[np.float64]

MOST_OF_ONE = 7.0  # weight: however clear one hand is, a thousand to one is enough
HONEST_SHARE = 0.02  # of vandals, where there is no reason to think of any
ROUNDS = 60
MOST_TRAVEL = 5.0  # of the pen for a digit, in units of its longer side


@dataclass(frozen=True)
class Mixture:
    """What a group consists of."""

    share: float  # of vandals, 0 to 1
    gain: float  # how much better that explains it than HONEST_SHARE does: logarithm of the ratio of likelihoods
    probabilities: Floats  # (n,) of each to be a vandal


def weights(
    claims_digit: NDArray[np.bool_], agrees: NDArray[np.bool_], confidence: Floats, is_digit: Floats, travel: Floats
) -> Floats:
    """Return the weight of each drawing, all arrays (n,).

    `agrees`: the digit that is read is the one claimed. `confidence` in it, `is_digit` probability of a digit; NaN
    where nobody has read the drawing. `travel`: the way of the pen in units of the drawing's longer side; NaN unknown.
    """
    accepted = is_digit >= ACCEPTED_FROM
    read = np.select(
        [
            is_digit < 0.05,
            is_digit < 0.2,
            is_digit < ACCEPTED_FROM,
            accepted & ~agrees,
            accepted & agrees & (is_digit >= 0.8) & (confidence >= 0.8),
            accepted & agrees,
        ],
        [3.5, 2.5, 1.4, 3.4, -3.5, -1.0],
        default=0.0,
    )
    drawn = np.select([travel < 4, travel < MOST_TRAVEL, travel >= MOST_TRAVEL], [-0.6, 1.5, 3.5], default=0.0)
    as_none = np.select([(is_digit >= 0.9) & (confidence >= 0.9), is_digit < ACCEPTED_FROM], [1.0, -1.0], default=0.0)
    return np.where(claims_digit, np.clip(read + drawn, -MOST_OF_ONE, MOST_OF_ONE), as_none)


def mixture(hands: Floats) -> Mixture:
    """Return how many vandals there are among hands of these weights, (n,) with n at least 1."""
    ratios = np.exp(np.clip(hands, -MOST_OF_ONE, MOST_OF_ONE))
    share = 0.5
    for _ in range(ROUNDS):
        probabilities = share * ratios / (share * ratios + 1 - share)
        share = float(probabilities.mean())
    with_them = np.log(1 - share + share * ratios).sum()
    without = np.log(1 - HONEST_SHARE + HONEST_SHARE * ratios).sum()
    return Mixture(share, float(with_them - without), probabilities)


def travel(strokes: list[list[list[float]]]) -> float:
    """Return how far the pen goes on paper, in units of the drawing's longer side; points are [x, y, ...].

    A digit takes 1 to 4 of them; an 8 of several loops, at most 5.
    """
    lines = [np.array([point[:2] for point in stroke], np.float64) for stroke in strokes]
    side = np.ptp(np.concatenate(lines), axis=0).max()
    way = sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in lines)
    return way / max(float(side), 1.0)
