# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the gradient with respect to the logits: probability minus 1 for the right class | visible: (0, log 3), a batch of 6 | sign; probabilities only; with respect to the probabilities; logits in place of probabilities; 1 subtracted from the logits; zeros; constant; None; stub |
# | each image its own label | visible: a batch of 6 | every image gets the whole column |
# | of the mean over the batch | visible: a batch of 6; hidden: 1, 2, 3, 5, 32 images | not divided by the batch; divided by the classes |
# | (batch, classes) | hidden: as many images as classes, fewer, more | wrong shape; swapped axes; adds up the batch |
# | logits of any finite size | hidden: logits around 2000 | overflow |
# | labels of any integer kind, 0 and classes - 1 included | visible: 0 and 3 of 4; hidden: uint8 | the last label refused |
# | logits and labels stay as they are | visible, first; hidden | subtracts in the logits; changed input |
# | a new array | hidden | subtracts in the logits |
# | without automatic differentiation | visible: the first call by hand | automatic |
# | ValueError for a label below 0 | bad input: -1, -3 | no error for a negative label; only the upper end is tested |
# | ValueError for a label above classes - 1 | bad input: 2 of 2, 4 and 9 of 4 | only the lower end is tested |
# | any other way, arrays or tensors | all | loops; subtract at the labels; one-hot by Keras; in float32; in float64; as a tensor |

# %% right: subtract at the labels
def cross_entropy_gradient(logits, labels):
    if (labels < 0).any() or (labels >= logits.shape[1]).any():
        raise ValueError("a label is out of range")
    gradient = np.array(keras.ops.softmax(logits))
    gradient[np.arange(len(labels)), labels] -= 1
    return gradient / len(labels)


# %% right: loops
def cross_entropy_gradient(logits, labels):
    batch, classes = logits.shape
    gradient = np.zeros((batch, classes))
    for image in range(batch):
        if not 0 <= labels[image] < classes:
            raise ValueError(f"label {labels[image]} is out of range")
        powers = np.exp(logits[image] - logits[image].max())
        for k in range(classes):
            gradient[image, k] = (powers[k] / powers.sum() - (k == labels[image])) / batch
    return gradient


# %% wrong: automatic
# says: by hand, got a call of tensorflow.GradientTape
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    logits = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    return tape.gradient(loss, logits)


# %% wrong: not divided by the batch
# says: divide by the number of images
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    return np.asarray(keras.ops.softmax(logits)) - np.eye(logits.shape[1])[labels]


# %% wrong: divided by the classes
# says: not over the classes|not of classes
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    return (np.asarray(keras.ops.softmax(logits)) - np.eye(logits.shape[1])[labels]) / logits.shape[1]


# %% wrong: sign
# says: sign
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    return (np.eye(logits.shape[1])[labels] - np.asarray(keras.ops.softmax(logits))) / len(labels)


# %% wrong: probabilities only
# says: subtract 1
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    return np.asarray(keras.ops.softmax(logits)) / len(labels)


# %% wrong: with respect to the probabilities
# says: with respect to the probabilities
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    return -np.eye(logits.shape[1])[labels] / np.asarray(keras.ops.softmax(logits)) / len(labels)


# %% wrong: logits in place of probabilities
# says: from their softmax
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    return (logits - np.eye(logits.shape[1])[labels]) / len(labels)


# %% wrong: overflow
# says: nan
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    powers = np.exp(logits)
    return (powers / powers.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[labels]) / len(labels)


# %% wrong: every image gets the whole column
# says: whole columns
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    gradient = np.array(keras.ops.softmax(logits))
    gradient[:, labels] -= 1
    return gradient / len(labels)


# %% wrong: no error for a negative label
# says: ValueError
def cross_entropy_gradient(logits, labels):
    return (np.asarray(keras.ops.softmax(logits)) - np.eye(logits.shape[1])[labels]) / len(labels)


# %% wrong: only the upper end is tested
# says: ValueError
def cross_entropy_gradient(logits, labels):
    if max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    return (np.asarray(keras.ops.softmax(logits)) - np.eye(logits.shape[1])[labels]) / len(labels)


# %% right: one-hot by Keras
def cross_entropy_gradient(logits, labels):
    classes = logits.shape[1]
    if not set(np.unique(labels).tolist()) <= set(range(classes)):
        raise ValueError(f"labels have to be 0 to {classes - 1}")
    return (keras.ops.softmax(logits) - keras.ops.one_hot(labels, classes, dtype=str(logits.dtype))) / len(labels)


# %% wrong: 1 subtracted from the logits
# says: from their softmax
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    return (logits - np.eye(logits.shape[1])[labels]) / len(labels)


# %% wrong: the last label refused
# says: must not raise
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1] - 1:
        raise ValueError("bad label")
    return (np.asarray(keras.ops.softmax(logits)) - np.eye(logits.shape[1])[labels]) / len(labels)


# %% wrong: adds up the batch
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    gradient = np.asarray(keras.ops.softmax(logits)) - np.eye(logits.shape[1])[labels]
    return np.mean(gradient, axis=0)


# %% wrong: subtracts in the logits
# says: stay as it was
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0 or max(labels) >= logits.shape[1]:
        raise ValueError("a label is out of range")
    logits[:] = np.asarray(keras.ops.softmax(logits))
    logits[np.arange(len(labels)), labels] -= 1
    logits /= len(labels)
    return logits


# %% wrong: only the lower end is tested
# says: ValueError
def cross_entropy_gradient(logits, labels):
    if min(labels) < 0:
        raise ValueError("a label is out of range")
    gradient = np.array(keras.ops.softmax(logits))
    for image, label in enumerate(labels):
        gradient[image, min(label, logits.shape[1] - 1)] -= 1
    return gradient / len(labels)
