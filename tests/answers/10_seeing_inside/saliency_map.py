# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the score for classes[i] | visible: hints; hidden: drawn classes | the gradient of all scores; the first image's class for all; the highest score; columns of classes for every image; the mean of the chosen scores; forgets to watch |
# | the scores before the softmax | visible | through the softmax |
# | of the derivative | visible | gradient times input; scaled to 1 for each image |
# | the absolute value | visible | no absolute value; the absolute value last |
# | the largest of the channels | visible | the mean of the channels; all channels; the first channel; the length of the gradient |
# | inference mode | visible: a Dropout layer inside | in training mode |
# | one map for each image | visible | summed over the images |
# | float32 or float64, not changed | visible first; hidden: both | in place |
# | any way to do it | visible and hidden | one image after the other; one-hot; a Keras variable; a Jacobian's diagonal; gather_nd, and the maximum by pairs |

# %% right: one image after the other
def saliency_map(network, images, classes):
    maps = []
    for image, k in zip(images, classes):
        x = tf.constant(image[None], dtype=tf.float32)
        with tf.GradientTape() as tape:
            tape.watch(x)
            score = network(x)[0, int(k)]
        maps.append(tf.reduce_max(tf.abs(tape.gradient(score, x)[0]), axis=-1))
    return tf.stack(maps)


# %% right: one-hot
def saliency_map(network, images, classes):
    x = tf.cast(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = network(x, training=False)
        total = tf.reduce_sum(scores * tf.one_hot(classes, scores.shape[-1]))
    return keras.ops.max(keras.ops.abs(tape.gradient(total, x)), axis=-1)


# %% right: a Keras variable
def saliency_map(network, images, classes):
    x = tf.Variable(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        scores = network(x)
        chosen = [scores[i, k] for i, k in enumerate(classes)]
    gradients = tape.gradient(chosen, x)
    return np.max(np.abs(np.asarray(gradients)), axis=-1)


# %% wrong: the gradient of all scores
# says: choose one class
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        scores = network(x)
    return np.abs(tape.gradient(scores, x)).max(axis=-1)


# %% wrong: the first image's class for all
# says: are wrong
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(network(x)[:, int(classes[0])])
    return np.abs(tape.gradient(total, x)).max(axis=-1)


# %% wrong: the highest score
# says: are wrong
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.reduce_max(network(x), axis=-1))
    return np.abs(tape.gradient(total, x)).max(axis=-1)


# %% wrong: through the softmax
# says: leave out the softmax
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(tf.nn.softmax(network(x)), classes, batch_dims=1))
    return np.abs(tape.gradient(total, x)).max(axis=-1)


# %% wrong: gradient times input
# says: gradient times input
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    return np.abs(tape.gradient(total, x) * x).max(axis=-1)


# %% wrong: no absolute value
# says: absolute value before
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    return tf.reduce_max(tape.gradient(total, x), axis=-1)


# %% wrong: the absolute value last
# says: are wrong
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    return np.abs(np.max(tape.gradient(total, x), axis=-1))


# %% wrong: the mean of the channels
# says: not the mean
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    return np.abs(tape.gradient(total, x)).mean(axis=-1)


# %% wrong: all channels
# says: keep the largest
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    return np.abs(tape.gradient(total, x))


# %% wrong: the first channel
# says: are wrong
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    return np.abs(tape.gradient(total, x))[..., 0]


# %% wrong: in training mode
# says: are wrong
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x, training=True), classes, batch_dims=1))
    return np.abs(tape.gradient(total, x)).max(axis=-1)


# %% wrong: summed over the images
# says: One map for each image
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    return np.abs(tape.gradient(total, x)).max(axis=-1).max(axis=0)


# %% wrong: in place
# says: changed input
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    images[...] = np.abs(tape.gradient(total, x))
    return images.max(axis=-1)


# %% right: a Jacobian's diagonal
def saliency_map(network, images, classes):
    x = tf.convert_to_tensor(np.array(images, dtype="float32"))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        scores = network(x, training=False)
        own = tf.stack([scores[i, int(classes[i])] for i in range(len(images))])
    whole = tape.jacobian(own, x, experimental_use_pfor=False).numpy()
    diagonal = np.array([whole[i, i] for i in range(len(images))])
    return np.linalg.norm(diagonal, ord=np.inf, axis=-1)


# %% right: gather_nd, and the maximum by pairs
def saliency_map(network, images, classes):
    x = tf.cast(tf.stack(list(images)), "float32")
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        places = np.stack([np.arange(len(classes)), classes], axis=1)
        chosen = tf.gather_nd(network(x), places)
    size = np.abs(tape.gradient(chosen, x).numpy())
    result = np.zeros(size.shape[:3])
    for channel in range(size.shape[3]):
        result = np.maximum(result, size[:, :, :, channel])
    return result.tolist()


# %% wrong: scaled to 1 for each image
# says: are wrong|expected
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    size = np.abs(tape.gradient(total, x)).max(axis=-1)
    return size / size.max(axis=(1, 2), keepdims=True)


# %% wrong: the mean of the chosen scores
# says: are wrong|expected
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_mean(tf.gather(network(x), classes, batch_dims=1))
    return np.abs(tape.gradient(total, x)).max(axis=-1)


# %% wrong: columns of classes for every image
# says: Each image has its own class
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, axis=1))
    return np.abs(tape.gradient(total, x)).max(axis=-1)


# %% wrong: forgets to watch
# says: must not raise
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    return np.abs(tape.gradient(total, x)).max(axis=-1)


# %% wrong: the length of the gradient
# says: are wrong|expected
def saliency_map(network, images, classes):
    x = tf.constant(images, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(tf.gather(network(x), classes, batch_dims=1))
    return np.linalg.norm(tape.gradient(total, x), axis=-1)
