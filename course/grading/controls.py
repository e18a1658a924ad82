"""Controls: what replaces a student's function to see whether its check still refuses a wrong answer."""

# The wrong answer is the student's own, spoiled: it has the right kind and shape, so it comes as far as the check's
# comparisons, which is where a check that was tampered with lets it pass. What a function did to a network that it was
# given, such as training it, is undone. Where there is nothing to spoil (None, an object of an unknown kind), the control
# raises: that never passes a check, and finds nothing either.
_CONTROL = """
def _control(original):
    import sys

    import numpy

    spoiled = []

    def spoil(value):
        if isinstance(value, dict):
            return {key: spoil(item) for key, item in value.items()}
        if isinstance(value, tuple) and hasattr(value, "_make"):
            return value._make(spoil(item) for item in value)
        if isinstance(value, (list, tuple)):
            return type(value)(spoil(item) for item in value)
        if isinstance(value, (bool, numpy.bool_)):
            spoiled.append(True)
            return not value
        if isinstance(value, str):
            spoiled.append(True)
            return value + "?"
        if isinstance(value, numpy.integer):
            spoiled.append(True)
            return ~value
        if isinstance(value, (int, float, numpy.number)):
            spoiled.append(True)
            return value + 1 + abs(value) if numpy.isfinite(value) else 0.0
        keras = sys.modules.get("keras")
        if keras is not None and isinstance(value, keras.Model):
            spoiled.append(True)
            return keras.Sequential([value, keras.layers.Flatten(), keras.layers.Dense(7)])
        if hasattr(value, "shape") and hasattr(value, "dtype"):
            array = numpy.asarray(value)
            if array.size == 0 or array.dtype.kind not in "biufc":
                return value
            spoiled.append(True)
            if array.dtype.kind in "biu":
                array = ~array  # of whole numbers, -n - 1: far off, whatever the size, and it cannot overflow
            else:
                array = numpy.where(numpy.isfinite(array), array + 1 + abs(array), 0).astype(array.dtype)
            is_tensor = keras is not None and not isinstance(value, (numpy.ndarray, numpy.generic))
            return keras.ops.convert_to_tensor(array) if is_tensor else array
        return value

    def wrong(*args, **kwargs):
        del spoiled[:]
        keras = sys.modules.get("keras")
        given = [value for value in (*args, *kwargs.values()) if keras is not None and isinstance(value, keras.Model)]
        before = [network.get_weights() for network in given]
        result = spoil(original(*args, **kwargs))
        for network, weights in zip(given, before):
            if len(network.weights) == len(weights):
                network.set_weights(weights)
                spoiled.append(True)
        if not spoiled:
            raise NotImplementedError("there is nothing to spoil in this result")
        return result

    wrong._original = original
    return wrong


{name} = _control({name})
del _control
"""


def control(name: str) -> str:
    """Return Python source that replaces the function `name`, which has to exist, by a wrong answer.

    The function itself stays at hand as `name._original`.
    """
    return _CONTROL.replace("{name}", name).lstrip()
