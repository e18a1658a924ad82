# | clause of the docstring | tested by | answers |
# |---|---|---|
# | within epsilon of the original's pixel | visible | only valid pixels; one distance for the whole image; the upper end only; an epsilon relative to the pixel; a box around the images; a box around zero |
# | from 0 to 1 | visible | only the ball; valid below only |
# | the nearest value | visible | back to the original; to the corners; the change alone; scaled down |
# | a pixel that is allowed stays | visible | to the corners |
# | arrays of any shape, any values | hidden: four axes, one axis | two clips; TensorFlow |
# | epsilon 0 or more | hidden: 0 and 2 | half the radius |
# | a new array or a tensor, nothing changed | visible first; hidden | in place; clips the originals in place |
# | any way to do it | visible and hidden | two clips; where; TensorFlow; the change is clipped; valid first, the ball second; the middle one of three |

# %% right: two clips
def project_linf(images, originals, epsilon):
    return np.clip(np.clip(images, originals - epsilon, originals + epsilon), 0, 1)


# %% right: where
def project_linf(images, originals, epsilon):
    x = np.array(images, dtype="float64")
    x = np.where(x > originals + epsilon, originals + epsilon, x)
    x = np.where(x < originals - epsilon, originals - epsilon, x)
    x[x < 0], x[x > 1] = 0, 1
    return x


# %% right: TensorFlow
def project_linf(images, originals, epsilon):
    images, originals = tf.cast(images, tf.float32), tf.cast(originals, tf.float32)
    low, high = tf.nn.relu(originals - epsilon), tf.minimum(originals + epsilon, 1)
    return tf.clip_by_value(images, low, high)


# %% right: the change is clipped
def project_linf(images, originals, epsilon):
    change = np.clip(images - originals, -epsilon, epsilon)
    return (originals + change).clip(0, 1)


# %% wrong: only valid pixels
# says: Stay within epsilon
def project_linf(images, originals, epsilon):
    return np.clip(images, 0, 1)


# %% wrong: one distance for the whole image
# says: are wrong|expected
def project_linf(images, originals, epsilon):
    return np.clip(images, max(originals.min() - epsilon, 0), min(originals.max() + epsilon, 1))


# %% wrong: only the ball
# says: from 0 to 1
def project_linf(images, originals, epsilon):
    return np.clip(images, originals - epsilon, originals + epsilon)


# %% wrong: valid below only
# says: are wrong|expected
def project_linf(images, originals, epsilon):
    return np.maximum(np.clip(images, originals - epsilon, originals + epsilon), 0)


# %% wrong: back to the original
# says: not the original
def project_linf(images, originals, epsilon):
    return np.where(np.abs(images - originals) > epsilon, originals, images)


# %% wrong: to the corners
# says: allowed stays
def project_linf(images, originals, epsilon):
    return np.clip(originals + epsilon * np.sign(images - originals), 0, 1)


# %% wrong: the change alone
# says: add it to the original
def project_linf(images, originals, epsilon):
    return np.clip(images - originals, -epsilon, epsilon)


# %% wrong: scaled down
# says: are wrong|expected
def project_linf(images, originals, epsilon):
    change = images - originals
    largest = np.abs(change).max()
    return np.clip(originals + change * min(1, epsilon / max(largest, 1e-9)), 0, 1)


# %% wrong: half the radius
# says: are wrong|expected
def project_linf(images, originals, epsilon):
    return np.clip(np.clip(images, originals - epsilon / 2, originals + epsilon / 2), 0, 1)


# %% wrong: in place
# says: changed input
def project_linf(images, originals, epsilon):
    np.clip(images, originals - epsilon, originals + epsilon, out=images)
    return np.clip(images, 0, 1)


# %% wrong: clips the originals in place
# says: changed input
def project_linf(images, originals, epsilon):
    low = np.maximum(originals - epsilon, 0)
    originals += epsilon
    return np.clip(images, low, np.minimum(originals, 1))


# %% right: valid first, the ball second
def project_linf(images, originals, epsilon):
    return np.clip(np.clip(images, 0, 1), originals - epsilon, originals + epsilon)


# %% right: the middle one of three
def project_linf(images, originals, epsilon):
    low, high = np.maximum(originals - epsilon, 0), np.minimum(originals + epsilon, 1)
    return np.median([low, images, high], axis=0)


# %% wrong: the upper end only
# says: lower end
def project_linf(images, originals, epsilon):
    return np.clip(np.minimum(images, originals + epsilon), 0, 1)


# %% wrong: an epsilon relative to the pixel
# says: are wrong|expected
def project_linf(images, originals, epsilon):
    return np.clip(np.clip(images, originals * (1 - epsilon), originals * (1 + epsilon)), 0, 1)


# %% wrong: a box around the images
# says: lies around the originals
def project_linf(images, originals, epsilon):
    return np.clip(np.clip(originals, images - epsilon, images + epsilon), 0, 1)


# %% wrong: a box around zero
# says: Each pixel has its own limits
def project_linf(images, originals, epsilon):
    return np.clip(images, -epsilon, epsilon)
