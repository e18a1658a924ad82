# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the model itself is trained | visible: accuracy on other digits | trains a copy; None |
# | under a budget of passes | visible: images counted while training | twice the budget |
# | batch_size images in a batch | visible: the largest batch; hidden: another size | ignores batch_size |
# | the rate falls below half of its highest | visible: noted at each step; hidden: other numbers | a bold rate, held constant; a wrapped model at a constant rate; a schedule for 55,000 digits in batches of 256; a schedule for the check's visible case; rises and stays |
# | (exercise) 92.5% in the small case | visible | Adam's usual rate, held constant; plain gradient descent; a rate that is far too high; a rate that is far too low; mean squared error of a logit and a label; a loss that takes logits for probabilities |
# | nothing of the notebook but its imports | visible | calls a helper of the notebook; calls one_cycle |
# | x_train is not changed | visible, first | scales the images in place |
# | a dictionary whose loss has one value a pass | visible | returns the model; fits pass by pass and returns the last history |
# | any optimiser, schedule or loop | visible and hidden | AdamW, a rate that falls from pass to pass; one-hot labels, cosine without warm-up; gradient descent with momentum, the rate falls along a line; a loop of its own, with GradientTape; one pass at a time, the rate set by hand; a wrapped model whose rate falls |

# %% right: AdamW, a rate that falls from pass to pass
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    rate = lambda epoch: 6e-3 * (1 - epoch / epochs) ** 0.7
    optimizer = keras.optimizers.AdamW(6e-3, weight_decay=0.01)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    schedule = keras.callbacks.LearningRateScheduler(rate)
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0, callbacks=[schedule]).history


# %% right: one-hot labels, cosine without warm-up
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * -(-len(x_train) // batch_size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(6e-3, steps))
    model.compile(optimizer, keras.losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    labels = keras.utils.to_categorical(y_train, 10)
    return model.fit(x_train, labels, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: Adam's usual rate, held constant
# says: too slowly|last rate below half
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: plain gradient descent
# thorough
# says: expected 92.50%
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: a rate that is far too high
# says: far too high
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile(keras.optimizers.Adam(0.3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: mean squared error of a logit and a label
# thorough
# says: the loss|too slowly
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile(keras.optimizers.Adam(4e-3), lambda y, z: ops.mean((z - ops.cast(ops.reshape(y, (-1, 1)), z.dtype)) ** 2))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: trains a copy
# says: A copy trained
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = [layers.Conv2D(6, 5, padding="same", activation="relu"), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10)]
    copy = keras.Sequential([keras.Input(x_train.shape[1:]), *steps])
    copy.compile(keras.optimizers.Adam(8e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return copy.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: twice the budget
# says: over the budget
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile(keras.optimizers.Adam(4e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=2 * epochs, verbose=0).history


# %% wrong: returns the model
# says: train_lenet
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * -(-len(x_train) // batch_size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(6e-3, steps))
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0)
    return model


# %% wrong: scales the images in place
# says: expected the input to stay
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    x_train -= x_train.mean()
    steps = epochs * -(-len(x_train) // batch_size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(6e-3, steps))
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% right: one cycle, several steps at once
# thorough
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * int(np.ceil(len(x_train) / batch_size))
    schedule = keras.optimizers.schedules.CosineDecay(
        4e-4, steps - steps // 4, warmup_target=8e-3, warmup_steps=steps // 4
    )
    model.compile(keras.optimizers.Adam(schedule, beta_2=0.98), keras.losses.SparseCategoricalCrossentropy(from_logits=True), steps_per_execution=8)
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% right: gradient descent with momentum, the rate falls along a line
# thorough
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * -(-len(x_train) // batch_size)
    schedule = keras.optimizers.schedules.PolynomialDecay(0.1, steps, end_learning_rate=1e-3)
    model.compile(keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% right: a loop of its own, with GradientTape
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    import tensorflow as tf

    steps = epochs * -(-len(x_train) // batch_size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(6e-3, steps))
    loss_of, history = keras.losses.SparseCategoricalCrossentropy(from_logits=True), {"loss": []}

    @tf.function(reduce_retracing=True)
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(images, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    optimizer.build(model.trainable_variables)
    for epoch in range(epochs):
        order, losses = np.random.permutation(len(x_train)), []
        for start in range(0, len(x_train), batch_size):
            chosen = order[start : start + batch_size]
            losses.append(float(step(tf.constant(x_train[chosen]), tf.constant(y_train[chosen]))))
        history["loss"].append(np.mean(losses))
    return history


# %% right: one pass at a time, the rate set by hand
# thorough
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile(keras.optimizers.Adam(6e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    losses = []
    for epoch in range(epochs):
        model.optimizer.learning_rate = 6e-3 * (1 - epoch / epochs)
        losses += model.fit(x_train, y_train, batch_size=batch_size, epochs=1, verbose=0).history["loss"]
    return {"loss": losses}


# %% wrong: a bold rate, held constant
# says: last rate below half
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile(keras.optimizers.Adam(3e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: a schedule for 55,000 digits in batches of 256
# thorough
# says: last rate below half
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    schedule = keras.optimizers.schedules.CosineDecay(5e-3, 1075)
    model.compile(keras.optimizers.Adam(schedule), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: a schedule for the check's visible case
# says: last rate below half
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    schedule = keras.optimizers.schedules.CosineDecay(6e-3, 120)
    model.compile(keras.optimizers.Adam(schedule), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: calls a helper of the notebook
# says: NameError
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * -(-len(x_train) // batch_size)
    logits_of(model, x_train[:1])
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(6e-3, steps))
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% right: a wrapped model whose rate falls
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    wrapped = keras.Sequential([keras.Input(x_train.shape[1:]), model])
    steps = epochs * -(-len(x_train) // batch_size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(6e-3, steps))
    wrapped.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return wrapped.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: a wrapped model at a constant rate
# thorough
# says: last rate below half
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    wrapped = keras.Sequential([keras.Input(x_train.shape[1:]), model])
    wrapped.compile(keras.optimizers.Adam(3e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return wrapped.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: ignores batch_size
# says: largest batch
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * -(-len(x_train) // 32)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-3, steps))
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, epochs=epochs, verbose=0).history


# %% wrong: rises and stays
# thorough
# says: last rate below half
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    rise = epochs * -(-len(x_train) // batch_size) // 4
    schedule = keras.optimizers.schedules.PolynomialDecay(2e-4, rise, end_learning_rate=4e-3)
    model.compile(keras.optimizers.Adam(schedule), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: a rate that is far too low
# thorough
# says: too slowly|is not why
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * -(-len(x_train) // batch_size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-4, steps))
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: a loss that takes logits for probabilities
# says: expected 92.50%
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * -(-len(x_train) // batch_size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(6e-3, steps))
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: fits pass by pass and returns the last history
# thorough
# says: values under 'loss'
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * -(-len(x_train) // batch_size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(6e-3, steps))
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for _ in range(epochs):
        history = model.fit(x_train, y_train, batch_size=batch_size, epochs=1, verbose=0)
    return history.history


# %% wrong: calls one_cycle
# says: calls one_cycle: expected False, got True
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    steps = epochs * int(np.ceil(len(x_train) / batch_size))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(one_cycle(0.01, steps)), loss)  # noqa: F821
    return model.fit(
        x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0
    ).history
