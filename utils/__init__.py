"""What the labs import: data, figures, checks, training helpers. It never imports `course`, and holds no solutions.

Importing it keeps the user's own settings out of a lab, and TensorFlow's start-up log off the screen, so a lab imports `utils`
before Keras.
"""

from utils._settings import pin
from utils.quiet import quiet_tensorflow

pin()
quiet_tensorflow()
