"""The architectures, as Keras builders. ('models' means the ORM in this project, so these are networks.)

Every network takes `(None, 28, 28, 1)` with raw ink 0..255 (it rescales inside, so that no client has to know)
and gives a softmax over its classes. It is made of two named parts: the "trunk", from pixels to features, and the
"head", from features to classes. Transfer learning takes the trunk and puts a new head on it.
"""

from training.networks.catalogue import Architecture, architectures, build
from training.networks.files import dump, load
from training.networks.parts import HEAD, TRUNK, layers_of, two_parts
from training.networks.transfer import resume, transfer

__all__ = [
    "HEAD",
    "TRUNK",
    "Architecture",
    "architectures",
    "build",
    "dump",
    "layers_of",
    "load",
    "resume",
    "transfer",
    "two_parts",
]
