# | clause of the docstring | tested by | answers |
# |---|---|---|
# | one step along the sign | visible: hints | the gradient itself; scaled to length 1; scaled by the largest; no watch |
# | in which the cross-entropy of the right class grows | visible: hints | downhill; lowers the right score; the loss of the answer that it gives; lowers the margin; raises the right score |
# | the scores before the softmax | visible | takes the scores for probabilities |
# | inference mode | visible: Dropout inside | in training mode |
# | a pixel with derivative 0 stays | visible: a pixel with weights 0 | zero counts as plus |
# | clipped to 0..1 | visible: pixels near 0 and 1 | no clipping; clipped before the step; clipped to the range of the images |
# | an array or tensor, shaped as images | visible | only the change; one image for all |
# | float32 or float64, not changed | visible first; hidden: both | in place |
# | labels: each image's own | visible and hidden | the first label for all |
# | any way to do it | visible and hidden | one image after the other; log-softmax by hand; a Keras loss object and a variable; Keras' operations and a helper |

# %% right: one image after the other
def fgsm(network, images, labels, epsilon):
    made = []
    for image, label in zip(images, labels):
        x = tf.Variable(image[None], dtype=tf.float32)
        with tf.GradientTape() as tape:
            loss = keras.losses.sparse_categorical_crossentropy(
                np.array([label]), network(x, training=False), from_logits=True
            )
        made.append(np.clip(x.numpy() + epsilon * np.sign(tape.gradient(loss, x)), 0, 1)[0])
    return np.array(made)


# %% right: log-softmax by hand
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = network(x)
        gain = tf.reduce_sum(tf.nn.log_softmax(scores) * tf.one_hot(labels, scores.shape[-1]))
    return tf.clip_by_value(x - epsilon * tf.sign(tape.gradient(gain, x)), 0.0, 1.0)


# %% right: a Keras loss object and a variable
def fgsm(network, images, labels, epsilon):
    x = tf.Variable(np.array(images, dtype="float32"))
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = cross_entropy(labels, network(x, training=False))
    slope = np.asarray(tape.gradient(loss, x))
    return np.minimum(np.maximum(images + epsilon * np.sign(slope), 0), 1)


# %% wrong: the gradient itself
# says: take the sign
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    return tf.clip_by_value(x + epsilon * tape.gradient(loss, x), 0, 1)


# %% wrong: scaled to length 1
# says: take the sign
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    slope = tape.gradient(loss, x)
    slope /= tf.norm(tf.reshape(slope, (len(images), -1)), axis=1)[:, None, None, None]
    return tf.clip_by_value(x + epsilon * slope, 0, 1)


# %% wrong: scaled by the largest
# says: take the sign
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    slope = tape.gradient(loss, x)
    slope /= tf.reduce_max(tf.abs(slope), axis=(1, 2, 3), keepdims=True)
    return tf.clip_by_value(x + epsilon * slope, 0, 1)


# %% wrong: downhill
# says: an attack makes it grow
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    return tf.clip_by_value(x - epsilon * tf.sign(tape.gradient(loss, x)), 0, 1)


# %% wrong: lowers the right score
# says: raise the cross-entropy
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), labels, batch_dims=1))
    return tf.clip_by_value(x - epsilon * tf.sign(tape.gradient(total, x)), 0, 1)


# %% wrong: the loss of the answer that it gives
# says: right class, not of the network's answer
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = network(x)
        answers = tf.argmax(scores, axis=1)
        loss = keras.losses.sparse_categorical_crossentropy(answers, scores, from_logits=True)
    return tf.clip_by_value(x + epsilon * tf.sign(tape.gradient(loss, x)), 0, 1)


# %% wrong: takes the scores for probabilities
# says: needs from_logits=True
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x, training=False))
    return tf.clip_by_value(x + epsilon * tf.sign(tape.gradient(loss, x)), 0, 1)


# %% wrong: in training mode
# says: Dropout is on
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = network(x, training=True)
        loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
    return tf.clip_by_value(x + epsilon * tf.sign(tape.gradient(loss, x)), 0, 1)


# %% wrong: zero counts as plus
# says: are wrong|expected
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    way = np.where(tape.gradient(loss, x) >= 0, 1, -1)
    return np.clip(images + epsilon * way, 0, 1)


# %% wrong: no clipping
# says: Clip to 0..1
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    return x + epsilon * tf.sign(tape.gradient(loss, x))


# %% wrong: clipped before the step
# says: Clip to 0..1
def fgsm(network, images, labels, epsilon):
    x = tf.clip_by_value(tf.cast(images, tf.float32), 0, 1)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    return x + epsilon * tf.sign(tape.gradient(loss, x))


# %% wrong: only the change
# says: add it to the image
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    return epsilon * tf.sign(tape.gradient(loss, x))


# %% wrong: one image for all
# says: shape
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    return tf.clip_by_value(x + epsilon * tf.sign(tape.gradient(loss, x)), 0, 1)[0]


# %% wrong: in place
# says: changed input
def fgsm(network, images, labels, epsilon):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    images += epsilon * np.sign(tape.gradient(loss, x))
    return np.clip(images, 0, 1)


# %% wrong: the first label for all
# says: are wrong|expected
def fgsm(network, images, labels, epsilon):
    x = tf.cast(images, tf.float32)
    labels = np.full(len(images), labels[0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    return tf.clip_by_value(x + epsilon * tf.sign(tape.gradient(loss, x)), 0, 1)


# %% right: Keras' operations and a helper
def slopes_of(network, x, labels):
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = network(x, training=False)
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=scores)
    return tape.gradient(loss, x)


def fgsm(network, images, labels, epsilon):
    x = keras.ops.convert_to_tensor(images, dtype="float32")
    moved = x + epsilon * keras.ops.sign(slopes_of(network, x, labels))
    return keras.ops.clip(moved, 0.0, 1.0)


# %% wrong: no watch
# says: The gradient is None
def fgsm(network, images, labels, epsilon):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    return tf.clip_by_value(x + epsilon * tf.sign(tape.gradient(loss, x)), 0, 1)


# %% wrong: lowers the margin
# says: are wrong
def fgsm(network, images, labels, epsilon):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = network(x, training=False)
        own = tf.one_hot(labels, scores.shape[-1])
        margin = tf.reduce_sum(scores * own, axis=1) - tf.reduce_max(scores - 1e9 * own, axis=1)
    return tf.clip_by_value(x - epsilon * tf.sign(tape.gradient(margin, x)), 0, 1)


# %% wrong: raises the right score
# says: raise the cross-entropy
def fgsm(network, images, labels, epsilon):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        own = tf.gather(network(x, training=False), labels, batch_dims=1)
    return tf.clip_by_value(x + epsilon * tf.sign(tape.gradient(own, x)), 0, 1)


# %% wrong: clipped to the range of the images
# says: are wrong
def fgsm(network, images, labels, epsilon):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = keras.losses.sparse_categorical_crossentropy(labels, network(x), from_logits=True)
    moved = x + epsilon * tf.sign(tape.gradient(loss, x))
    return tf.clip_by_value(moved, tf.reduce_min(x), tf.reduce_max(x))
