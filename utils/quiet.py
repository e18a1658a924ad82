"""Keeps the lines off the screen that TensorFlow's C++ writes: at its start, and in a block that you name.

TensorFlow 2.21 writes some lines before it reads `TF_CPP_MIN_LOG_LEVEL`, straight to file descriptor 2, so the descriptor
is turned away while the package is imported. If the import fails, what was written is shown.
"""

from collections.abc import Iterator
import contextlib
import importlib.abc
import importlib.util
import os
import sys
import tempfile


@contextlib.contextmanager
def native_stderr_held_back() -> Iterator[None]:
    """Hold back what is written to file descriptor 2, also by programs in C++; show it only if an exception passes."""
    with tempfile.TemporaryFile() as held:
        saved = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(saved, 2)
            held.seek(0)
            sys.stderr.write(held.read().decode(errors="replace"))
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


class _QuietTensorFlow(importlib.abc.MetaPathFinder):
    """Finds TensorFlow as the others do, and gives it a loader that runs quietly."""

    def find_spec(self, name, path=None, target=None):
        """Return TensorFlow's own spec with a quiet loader; None for everything else."""
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)  # so that the others are asked
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_quietly(module):
                with native_stderr_held_back():
                    execute(module)
                module.get_logger().setLevel("ERROR")  # its warnings about retracing would stand in the labs' outputs

            spec.loader.exec_module = execute_quietly
        return spec


def quiet_tensorflow() -> None:
    """Let TensorFlow start without its log; has no effect once it is imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _QuietTensorFlow())
