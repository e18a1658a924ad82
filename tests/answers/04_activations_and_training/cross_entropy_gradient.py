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


# %% right: automatic
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
# says: cross_entropy_gradient
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
# says: cross_entropy_gradient
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
