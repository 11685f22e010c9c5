"""Under which terms the drawings of each source may be used, and whom to name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Licence:
    """The terms of a source."""

    name: str  # as SPDX has it
    url: str = ""
    attribution: str = ""


CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
BY = "https://creativecommons.org/licenses/by/4.0/"
BY_SA = "https://creativecommons.org/licenses/by-sa/3.0/"

UNKNOWN = Licence("unknown", attribution="Ask those who run this site where these drawings come from.")
LICENCES = {
    "site": Licence("CC0-1.0", CC0, "Drawings given by visitors of this site."),
    "mnist": Licence("CC-BY-SA-3.0", BY_SA, "MNIST: Y. LeCun, C. Cortes, C. J. C. Burges."),
    "unipen": Licence(
        "CC-BY-4.0",
        BY,
        "UNIPEN train_r01_v07, isolated characters: International Unipen Foundation; I. Guyon, L. Schomaker, "
        "R. Plamondon, M. Liberman, S. Janet, ICPR 1994; doi:10.5281/zenodo.1195803.",
    ),
    "quickdraw": Licence("CC-BY-4.0", BY, "The Quick, Draw! Dataset: Google Creative Lab."),
}


def licence_of(source: str) -> Licence:
    return LICENCES.get(source, UNKNOWN)
