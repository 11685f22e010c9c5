"""Running a `.tflite` network: the only code that knows LiteRT.

An interpreter is not thread-safe (eight threads on one gave exceptions and wrong answers), and a lock would
make threads wait. So a call borrows one that nobody uses, and makes one where there is none. The one that was given
back last is taken first: its weights are still in the processor's cache, and a server that replaces its threads
keeps its interpreters.
"""

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from training.errors import UnreadableArtifact

INPUT_SHAPE = (1, 28, 28, 1)


class LiteRTNetwork:
    """A network that reads one drawing at a time; safe to share between threads.

    Raises `UnreadableArtifact` when the content is no `.tflite` file, or takes and gives something else than
    `float32 (1, 28, 28, 1)` and `float32 (1, classes)`.
    """

    classes: int

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._idle: list[_Interpreter] = []  # appending and popping are atomic
        first = self._borrow()
        self.classes = first.classes
        self._idle.append(first)

    def predict(self, image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the probabilities `float32 (classes,)` for one image: `(28, 28)`, 0..255, ink high."""
        interpreter = self._borrow()
        probabilities = interpreter.run(image)
        self._idle.append(interpreter)  # not after an exception: that one is not used again
        return probabilities

    def predict_many(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return `float32 (n, classes)` for images `(n, 28, 28)`, 0..255, ink high."""
        interpreter = self._borrow()
        probabilities = np.empty((len(images), self.classes), np.float32)
        for index, image in enumerate(images):
            probabilities[index] = interpreter.run(image)
        self._idle.append(interpreter)
        return probabilities

    def _borrow(self) -> "_Interpreter":
        try:
            return self._idle.pop()
        except IndexError:
            return _Interpreter(self._content)


class _Interpreter:
    """One interpreter and its tensors, for one thread at a time."""

    def __init__(self, content: bytes) -> None:
        try:
            self._interpreter = Interpreter(model_content=content, num_threads=1)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError, TypeError) as error:
            raise UnreadableArtifact(f"expected a .tflite network; received {_first_line(error)}") from error
        source, target = self._checked_tensors()
        self._input = source["index"]
        self._output = target["index"]
        self.classes = int(target["shape"][1])
        self._buffer = np.empty(INPUT_SHAPE, np.float32)

    def run(self, image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        self._buffer[0, :, :, 0] = image
        self._interpreter.set_tensor(self._input, self._buffer)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output)[0]

    def _checked_tensors(self) -> tuple[dict, dict]:
        inputs, outputs = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        tensors = [*inputs, *outputs]
        shapes = [tuple(int(side) for side in tensor["shape"]) for tensor in tensors]
        fits = (
            len(inputs) == len(outputs) == 1
            and all(tensor["dtype"] is np.float32 for tensor in tensors)
            and shapes[0] == INPUT_SHAPE
            and len(shapes[1]) == 2
            and shapes[1][0] == 1
        )
        if not fits:
            raise UnreadableArtifact(f"expected float32 (1, 28, 28, 1) to (1, classes); received {shapes}")
        return inputs[0], outputs[0]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
