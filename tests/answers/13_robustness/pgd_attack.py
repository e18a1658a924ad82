# | clause of the docstring | tested by | answers |
# |---|---|---|
# | start, after so many steps | visible: hints; hidden: 0 steps | begins at the originals; one step too many; one step too few; one step only; stops where the network errs; each step from the original |
# | step_size times the sign | visible: hints | steps of epsilon; the gradient itself |
# | of its image's cross-entropy, uphill | visible: hint | downhill; takes the scores for probabilities |
# | at the current image | visible: hint | the gradient at the start; the gradient at the original |
# | within epsilon of the original | visible: hints | no ball; a ball around the current image; a ball around the start |
# | from 0 to 1 | visible: hint | pixels outside of 0 and 1 |
# | after each step | visible | projected at the end only |
# | inference mode | visible: Dropout inside | in training mode |
# | not changed | visible, first | moves the start in place |
# | float32 or float64 | hidden: both | one image after the other |
# | without a call of fgsm or project_linf | visible | calls project_linf; calls fgsm |
# | of a float32 tensor of images | visible: hints | an array in the loop; a tape that does not watch the current image |
# | any way to do it | visible and hidden | the change as a variable |

# %% right: the change as a variable
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images = tf.cast(images, tf.float32)
    change = tf.Variable(tf.cast(start, tf.float32) - images)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            scores = network(images + change, training=False)
            shares = tf.nn.log_softmax(scores) * tf.one_hot(labels, scores.shape[-1])
            loss = -tf.reduce_sum(shares)
        step = step_size * tf.sign(tape.gradient(loss, change))
        moved = tf.clip_by_value(change + step, -epsilon, epsilon)
        change.assign(tf.clip_by_value(images + moved, 0, 1) - images)
    return images + change


# %% right: one image after the other
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    made = []
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for image, label, x in zip(images, labels, start):
        x = np.array(x[None], dtype="float32")
        for _ in range(steps):
            current = tf.Variable(x)
            with tf.GradientTape() as tape:
                loss = loss_of(np.array([label]), network(current))
            x = x + step_size * np.sign(tape.gradient(loss, current))
            x = np.clip(np.clip(x, image - epsilon, image + epsilon), 0, 1)
        made.append(x[0])
    return np.stack(made)


# %% wrong: begins at the originals
# says: Begin at start
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(images, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: one step too many
# says: are wrong|expected
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps + 1):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: one step only
# says: are wrong|expected
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(min(steps, 1)):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: steps of epsilon
# says: Use step_size
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + epsilon * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: the gradient itself
# says: Take the sign
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tape.gradient(loss, x)
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: downhill
# says: Raise the loss
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x - step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: takes the scores for probabilities
# says: are wrong|expected
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: the gradient at the start
# says: at the current image
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    begin = x
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(begin)
            scores = network(begin, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, begin))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: no ball
# says: Stay near the original
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(x, 0, 1)
    return x


# %% wrong: a ball around the current image
# says: Stay near the original
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        last = x
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, last - epsilon, last + epsilon), 0, 1)
    return x


# %% wrong: a ball around the start
# says: Stay near the original
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    begin = x
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, begin - epsilon, begin + epsilon), 0, 1)
    return x


# %% wrong: pixels outside of 0 and 1
# says: Clip to 0..1
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(x, images - epsilon, images + epsilon)
    return x


# %% wrong: projected at the end only
# says: Clip each step
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
    return tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)


# %% wrong: in training mode
# says: are wrong|expected
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=True)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: moves the start in place
# says: changed input
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    start[...] = x
    return x


# %% wrong: the gradient at the original
# says: at the current image
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(images)
            scores = network(images, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, images))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: stops where the network errs
# says: are wrong
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        still = tf.cast(tf.argmax(scores, axis=1) == labels, tf.float32)[:, None, None, None]
        x = x + step_size * still * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: each step from the original
# says: are wrong
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = images + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: one step too few
# says: Too few steps
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps - 1):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: an array in the loop
# says: as a tensor, not an array
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = np.clip(np.clip(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: calls project_linf
# says: a call of your
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = network(x, training=False)
            loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.cast(project_linf(x, images, epsilon), tf.float32)
    return x


# %% wrong: calls fgsm
# says: a call of your
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    x = np.asarray(start)
    for _ in range(steps):
        x = np.asarray(fgsm(network, x, labels, step_size))
        x = np.clip(np.clip(x, images - epsilon, images + epsilon), 0, 1)
    return x


# %% wrong: a tape that does not watch the current image
# says: a tape watch the current image
def pgd_attack(network, images, labels, epsilon, step_size, steps, start):
    images, x = tf.cast(images, tf.float32), tf.cast(start, tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        scores = network(x, training=False)
        loss = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
    for _ in range(steps):
        x = x + step_size * tf.sign(tape.gradient(loss, x))
        x = tf.clip_by_value(tf.clip_by_value(x, images - epsilon, images + epsilon), 0, 1)
    return x
