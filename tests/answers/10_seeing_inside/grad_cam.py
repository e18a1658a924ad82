# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the score for classes[i], before the softmax | visible and hidden | through the softmax; the sum of all scores |
# | one weight a channel: the mean of the derivative over the places | visible: a head that tells places apart | gradient times map at each place; the mean of the sizes; the mean over the channels; only positive gradients; only positive weights; the gradient in place of the maps |
# | the heat is the weighted sum of the maps | visible: shapes | no sum over the channels; unweighted maps |
# | below zero becomes 0 | visible: negative weights | no ReLU; no ReLU, guarded against zero only; the absolute value; the ReLU before the sum |
# | divided by its largest value | visible; hidden | not scaled; stretched from lowest to highest; divided by the sum; stretched to 0 and 1 after the ReLU; divided by the length of the map |
# | for each image | visible | one largest value for all images; the mean over the images as well |
# | nothing above zero: all 0, never NaN | visible: all gradients against | no guard |
# | Keras models, inference mode | visible: Dropout inside the head | in training mode |
# | not changed | visible, first | changed input |
# | any way to do it | visible and hidden | sums in place of means; image by image; einsum; one model with two outputs; matrix products, one image after the other |

# %% right: sums in place of means
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        scores = head(maps)
        total = tf.reduce_sum(scores * tf.one_hot(classes, scores.shape[-1]))
    weights = np.sum(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = np.maximum(np.sum(weights * maps, axis=-1), 0)
    return np.stack([one / one.max() if one.max() > 0 else one for one in heat])


# %% right: image by image
def grad_cam(body, head, images, classes):
    heats = []
    for i in range(len(images)):
        maps = body(images[i : i + 1], training=False)
        with tf.GradientTape() as tape:
            tape.watch(maps)
            score = head(maps, training=False)[0, int(classes[i])]
        weights = np.asarray(tape.gradient(score, maps)).mean(axis=(0, 1, 2))
        heat = np.maximum(np.asarray(maps)[0] @ weights, 0)
        heats.append(heat / (heat.max() + 1e-12))
    return np.array(heats)


# %% right: einsum
def grad_cam(body, head, images, classes):
    maps = tf.Variable(body(tf.cast(images, tf.float32)))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = keras.ops.mean(tape.gradient(total, maps), axis=(1, 2))
    heat = keras.ops.relu(keras.ops.einsum("nhwc,nc->nhw", maps, weights))
    return tf.math.divide_no_nan(heat, keras.ops.max(heat, axis=(1, 2), keepdims=True))


# %% wrong: through the softmax
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(tf.nn.softmax(head(maps)), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: the sum of all scores
# says: choose one class
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(head(maps))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: gradient times map at each place
# says: One weight a channel
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    heat = tf.nn.relu(tf.reduce_sum(tape.gradient(total, maps) * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: the mean of the sizes
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tf.abs(tape.gradient(total, maps)), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: the mean over the channels
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=-1, keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: no sum over the channels
# says: over the channels
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(weights * maps)
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2, 3), keepdims=True))


# %% wrong: unweighted maps
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    heat = tf.nn.relu(tf.reduce_sum(body(images), axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: no ReLU
# says: below zero
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = np.sum(weights * maps, axis=-1)
    largest = heat.max(axis=(1, 2), keepdims=True)
    return heat / np.where(largest > 0, largest, 1)


# %% wrong: the absolute value
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = np.abs(np.sum(weights * maps, axis=-1))
    return heat / heat.max(axis=(1, 2), keepdims=True)


# %% wrong: not scaled
# says: Divide by the largest
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    return tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))


# %% wrong: stretched from lowest to highest
# says: are wrong|expected|lowest
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = np.sum(weights * maps, axis=-1)
    low, high = heat.min(axis=(1, 2), keepdims=True), heat.max(axis=(1, 2), keepdims=True)
    return (heat - low) / np.where(high > low, high - low, 1)


# %% wrong: divided by the sum
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_sum(heat, axis=(1, 2), keepdims=True))


# %% wrong: one largest value for all images
# says: of its own
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat))


# %% wrong: no guard
# says: got NaN
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return heat / tf.reduce_max(heat, axis=(1, 2), keepdims=True)


# %% wrong: in training mode
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images, training=True)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps, training=True), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% right: one model with two outputs
def grad_cam(body, head, images, classes):
    both = keras.Model(body.inputs[0], [body.output, head(body.output)])
    with tf.GradientTape() as tape:
        x = tf.convert_to_tensor(images)
        tape.watch(x)
        maps, scores = both(x, training=False)
        chosen = tf.gather(scores, classes, axis=1, batch_dims=1)
    weights = tf.reduce_mean(tape.gradient(chosen, maps), axis=[1, 2])
    heat = np.maximum(tf.einsum("nijk,nk->nij", maps, weights).numpy(), 0)
    largest = heat.max(axis=(1, 2), keepdims=True)
    return np.divide(heat, largest, out=np.zeros_like(heat), where=largest > 0)


# %% right: matrix products, one image after the other
def grad_cam(body, head, images, classes):
    result = []
    for image, k in zip(images, classes):
        maps = tf.constant(np.asarray(body(image[np.newaxis])))
        with tf.GradientTape() as tape:
            tape.watch(maps)
            scores = head(maps)
            score = scores[:, k]
        gradient = np.asarray(tape.gradient(score, maps))[0]
        weights = [gradient[:, :, c].mean() for c in range(gradient.shape[-1])]
        heat = sum(w * np.asarray(maps)[0, :, :, c] for c, w in enumerate(weights))
        heat = np.where(heat < 0, 0, heat)
        if heat.max() == 0:
            result.append(np.zeros_like(heat))
        else:
            result.append(heat / heat.max())
    return result


# %% wrong: the mean over the images as well
# says: weights of its own
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(0, 1, 2))
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: stretched to 0 and 1 after the ReLU
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = np.maximum(np.sum(weights * maps, axis=-1), 0)
    low, high = heat.min(axis=(1, 2), keepdims=True), heat.max(axis=(1, 2), keepdims=True)
    return (heat - low) / np.where(high > low, high - low, 1)


# %% wrong: only positive gradients
# says: Weights keep their sign
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tf.nn.relu(tape.gradient(total, maps)), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: the ReLU before the sum
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.reduce_sum(tf.nn.relu(weights * maps), axis=-1)
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: divided by the length of the map
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = np.maximum(np.sum(weights * maps, axis=-1), 0)
    return heat / np.maximum(np.sqrt((heat**2).sum(axis=(1, 2), keepdims=True)), 1e-9)


# %% wrong: the gradient in place of the maps
# says: are wrong|expected
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    heat = tf.nn.relu(tf.reduce_mean(tape.gradient(total, maps), axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: only positive weights
# says: Weights keep their sign
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.nn.relu(tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True))
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1))
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))


# %% wrong: no ReLU, guarded against zero only
# says: below zero
def grad_cam(body, head, images, classes):
    maps = body(images)
    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = tf.reduce_sum(tf.gather(head(maps), classes, batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.reduce_sum(weights * maps, axis=-1)
    return tf.math.divide_no_nan(heat, tf.reduce_max(heat, axis=(1, 2), keepdims=True))
