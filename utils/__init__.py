"""What the labs import: data, figures, checks, training helpers. It never imports `course`, and holds no solutions.

Importing it keeps the user's own settings out of a lab, and TensorFlow's start-up log off the screen, so a lab imports `utils`
before Keras.
"""

from utils._quiet import quiet_tensorflow
from utils._settings import pin

pin()
quiet_tensorflow()
