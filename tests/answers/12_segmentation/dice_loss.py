# | clause of the docstring | tested by | answers |
# |---|---|---|
# | 1 minus the coefficient | visible | the coefficient |
# | twice the intersection | visible | the intersection once |
# | below the line T + P | visible | the union below the line; the union below twice the intersection; squares below the line |
# | smooth above and below the line | visible: hints for each | no smooth; smooth above the line only; smooth below the line only; a guard in place of smooth; smooth is doubled with the intersection |
# | smooth is an argument | hidden: 0.25, 3 | smooth is always 1 |
# | sums over an image | visible: an empty image | sums over the batch; sums over the images, not the pixels; one mean too early |
# | a single number, the mean over the images | visible | the sum over the images; one loss an image |
# | probabilities, not yes or no | visible: 0.8, 0.4 | rounds the probabilities |
# | truth of integers, booleans or floats | hidden | minus on booleans |
# | not changed | visible, first | changed input; multiplies in place |
# | written out | visible: Keras' losses taken away | Keras does it |
# | ValueError if the shapes differ | bad input: a last axis more, one image, swapped | no test of the shapes; tests the number of axes |
# | any way to do it | visible and hidden | keras.ops; a loop; flattened; TensorFlow in float32 |

# %% right: keras.ops
def dice_loss(truth, probability, smooth=1.0):
    if truth.shape != probability.shape:
        raise ValueError("shapes differ")
    truth = keras.ops.cast(truth, "float32")
    probability = keras.ops.cast(probability, "float32")
    both = keras.ops.sum(truth * probability, axis=(1, 2))
    areas = keras.ops.sum(truth + probability, axis=(1, 2))
    return keras.ops.mean(1 - (2 * both + smooth) / (areas + smooth))


# %% right: a loop
def dice_loss(truth, probability, smooth=1.0):
    if np.shape(truth) != np.shape(probability):
        raise ValueError(f"{np.shape(truth)} is not {np.shape(probability)}")
    total = 0.0
    for t, p in zip(truth, probability):
        i = float(p[t > 0].sum())
        total += 1 - (2 * i + smooth) / (np.count_nonzero(t) + float(p.sum()) + smooth)
    return total / len(truth)


# %% right: flattened
def dice_loss(truth, probability, smooth=1.0):
    if list(truth.shape) != list(probability.shape):
        raise ValueError("truth and probability are of unlike shapes")
    t = np.asarray(truth, dtype=float).reshape(len(truth), -1)
    p = np.asarray(probability, dtype=float).reshape(len(truth), -1)
    return float(np.mean((t.sum(1) + p.sum(1) - 2 * (t * p).sum(1)) / (t.sum(1) + p.sum(1) + smooth)))


# %% wrong: the coefficient
# says: 1 minus it
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean((2 * both + smooth) / (areas + smooth))


# %% wrong: the intersection once
# says: counts twice
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - (both + smooth) / (areas + smooth))


# %% wrong: the union below the line
# says: IoU
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2)) - both
    return np.mean(1 - (both + smooth) / (areas + smooth))


# %% wrong: squares below the line
# says: squares
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth**2, axis=(1, 2)) + np.sum(probability**2, axis=(1, 2))
    return np.mean(1 - (2 * both + smooth) / (areas + smooth))


# %% wrong: no smooth
# says: smooth is missing
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - 2 * both / areas)


# %% wrong: a guard in place of smooth
# says: smooth is missing
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - 2 * both / np.maximum(areas, 1e-9))


# %% wrong: smooth above the line only
# says: below the line
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - (2 * both + smooth) / areas)


# %% wrong: smooth below the line only
# says: above the line
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - 2 * both / (areas + smooth))


# %% wrong: smooth is always 1
# says: expected
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - (2 * both + 1) / (areas + 1))


# %% wrong: sums over the batch
# says: its own loss
def dice_loss(truth, probability, smooth=1.0):
    return 1 - (2 * np.sum(truth * probability) + smooth) / (np.sum(truth) + np.sum(probability) + smooth)


# %% wrong: the sum over the images
# says: take the mean
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.sum(1 - (2 * both + smooth) / (areas + smooth))


# %% wrong: one loss an image
# says: one loss an image
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return 1 - (2 * both + smooth) / (areas + smooth)


# %% wrong: rounds the probabilities
# says: expected
def dice_loss(truth, probability, smooth=1.0):
    probability = np.where(probability > 0.5, 1.0, 0.0)
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - (2 * both + smooth) / (areas + smooth))


# %% wrong: minus on booleans
# says: valid
def dice_loss(truth, probability, smooth=1.0):
    off = np.sum(-truth * (probability - 1), axis=(1, 2))
    both = np.sum(truth, axis=(1, 2)) - off
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - (2 * both + smooth) / (areas + smooth))


# %% wrong: multiplies in place
# says: input
def dice_loss(truth, probability, smooth=1.0):
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    probability *= truth
    return np.mean(1 - (2 * probability.sum(axis=(1, 2)) + smooth) / (areas + smooth))


# %% wrong: Keras does it
# says: by hand
def dice_loss(truth, probability, smooth=1.0):
    return keras.losses.Dice(axis=(1, 2))(truth, probability)


# %% wrong: no test of the shapes
# says: ValueError
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - (2 * both + smooth) / (areas + smooth))


# %% wrong: tests the number of axes
# says: ValueError
def dice_loss(truth, probability, smooth=1.0):
    if np.ndim(truth) != np.ndim(probability):
        raise ValueError("axes differ")
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - (2 * both + smooth) / (areas + smooth))


# %% right: TensorFlow in float32
def dice_loss(truth, probability, smooth=1.0):
    if tuple(truth.shape) != tuple(probability.shape):
        raise ValueError("shapes")
    truth, probability = tf.cast(truth, "float32"), tf.cast(probability, "float32")
    both = tf.einsum("nhw,nhw->n", truth, probability)
    areas = tf.reduce_sum(truth + probability, axis=[1, 2])
    return tf.reduce_mean(1 - (2 * both + smooth) / (areas + smooth))


# %% wrong: smooth is doubled with the intersection
# says: smooth
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=(1, 2))
    areas = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2))
    return np.mean(1 - 2 * (both + smooth) / (areas + smooth))


# %% wrong: sums over the images, not the pixels
# says: expected
def dice_loss(truth, probability, smooth=1.0):
    both = np.sum(truth * probability, axis=0)
    areas = np.sum(truth, axis=0) + np.sum(probability, axis=0)
    return np.mean(1 - (2 * both + smooth) / (areas + smooth))


# %% wrong: one mean too early
# says: expected
def dice_loss(truth, probability, smooth=1.0):
    both = np.mean(truth * probability, axis=(1, 2))
    areas = np.mean(truth, axis=(1, 2)) + np.mean(probability, axis=(1, 2))
    return np.mean(1 - (2 * both + smooth) / (areas + smooth))


# %% wrong: the union below twice the intersection
# says: without taking
def dice_loss(truth, probability, smooth=1.0):
    if np.shape(truth) != np.shape(probability):
        raise ValueError("shapes")
    both = np.sum(truth * probability, axis=(1, 2))
    union = np.sum(truth, axis=(1, 2)) + np.sum(probability, axis=(1, 2)) - both
    return np.mean(1 - (2 * both + smooth) / (union + smooth))
