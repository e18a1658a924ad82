# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a tensor equal to x | visible | reversed forward as well; scaled forward; the parts do not add up; no decorator |
# | -strength times the gradient | visible | the identity; no strength; no sign; not times what comes back; two ways back; the derivative of nothing that follows |
# | of any shape | hidden: one and four axes | with stop_gradient |
# | a number or a scalar tensor | hidden: tf.constant | leaves TensorFlow |
# | strength 0 gives 0, not None | visible | stops the gradient; strength 0 as a special case |
# | inside a tf.function | hidden | leaves TensorFlow |
# | any way to do it | visible and hidden | with stop_gradient; the strength as an argument; around the difference |

# %% not right: in float32

# %% not right: in float64

# %% not right: as a tensor

# %% right: with stop_gradient
def gradient_reversal(x, strength):
    return tf.stop_gradient((1 + strength) * x) - strength * x


# %% right: the strength as an argument
@tf.custom_gradient
def gradient_reversal(x, strength):
    strength = tf.cast(strength, x.dtype)

    def back(upstream):
        return -upstream * strength, None

    return 1.0 * x, back


# %% wrong: reversed forward as well
# says: Forward, nothing changes
def gradient_reversal(x, strength):
    return -strength * x


# %% wrong: scaled forward
# says: way back only
def gradient_reversal(x, strength):
    @tf.custom_gradient
    def reverse(values):
        return strength * values, lambda back: -strength * back

    return reverse(x)


# %% wrong: the identity
# says: came through as it was
def gradient_reversal(x, strength):
    return tf.identity(x)


# %% wrong: no strength
# says: strength is missing
def gradient_reversal(x, strength):
    return tf.stop_gradient(2 * x) - x


# %% wrong: no sign
# says: sign is missing
def gradient_reversal(x, strength):
    return tf.stop_gradient((1 - strength) * x) + strength * x


# %% wrong: not times what comes back
# says: gradient that comes back
def gradient_reversal(x, strength):
    @tf.custom_gradient
    def reverse(values):
        return tf.identity(values), lambda back: -strength * tf.ones_like(back)

    return reverse(x)


# %% wrong: two ways back
# says: two ways
def gradient_reversal(x, strength):
    return x + tf.stop_gradient(strength * x) - strength * x


# %% wrong: stops the gradient
# says: got None
def gradient_reversal(x, strength):
    return tf.stop_gradient(x)


# %% wrong: strength 0 as a special case
# says: got None
def gradient_reversal(x, strength):
    if isinstance(strength, int) and strength == 0:
        return tf.stop_gradient(x)
    return tf.stop_gradient((1 + strength) * x) - strength * x


# %% wrong: leaves TensorFlow
# says: tf.function|must not raise|got None
def gradient_reversal(x, strength):
    @tf.custom_gradient
    def reverse(values):
        return tf.identity(values), lambda back: tf.constant(-strength * back.numpy())

    return reverse(x)


# %% right: around the difference
def gradient_reversal(x, strength):
    return x - (1 + strength) * (x - tf.stop_gradient(x))


# %% wrong: the parts do not add up
# says: add up to x
def gradient_reversal(x, strength):
    return tf.stop_gradient(x) - strength * x


# %% wrong: no decorator
# says: expected
def gradient_reversal(x, strength):
    def back(upstream):
        return -strength * upstream

    return tf.identity(x), back


# %% wrong: the derivative of nothing that follows
# says: expected
def gradient_reversal(x, strength):
    @tf.custom_gradient
    def reverse(values):
        return tf.identity(values), lambda back: -strength * values

    return reverse(x)
