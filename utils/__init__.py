"""What the labs import: data, figures, checks, training helpers. It never imports `course`, and holds no solutions.

Importing it keeps TensorFlow's start-up log off the screen, so a lab imports `utils` before Keras.
"""

import os

from utils._quiet import quiet_tensorflow

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
quiet_tensorflow()
