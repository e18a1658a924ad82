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
# says: too slowly for the budget
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: plain gradient descent
# says: expected 92.5%
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: a rate that is far too high
# says: Is the rate far too high
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile(keras.optimizers.Adam(0.3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: mean squared error of a logit and a label
# says: does the loss know of logits
def train_lenet(model, x_train, y_train, epochs, batch_size=256):
    model.compile(keras.optimizers.Adam(4e-3), lambda y, z: ops.mean((z - ops.cast(ops.reshape(y, (-1, 1)), z.dtype)) ** 2))
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0).history


# %% wrong: trains a copy
# says: this the model that you train
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
# says: expected fit's history
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
