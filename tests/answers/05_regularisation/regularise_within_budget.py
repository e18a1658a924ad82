# %% right: the functional style, softmax, a warm-up
def regularise_within_budget(steps):
    images = keras.Input((28, 28, 1))
    maps = layers.RandomFlip("horizontal")(images)
    maps = layers.Conv2D(24, 5, strides=2, padding="same")(maps)
    maps = layers.MaxPooling2D()(layers.ReLU()(layers.BatchNormalization(momentum=0.9)(maps)))
    hidden = layers.Dense(96)(layers.Flatten()(maps))
    hidden = layers.Dropout(0.3)(layers.ReLU()(layers.BatchNormalization(momentum=0.9)(hidden)))
    model = keras.Model(images, layers.Dense(10, activation="softmax")(hidden))
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - steps // 10, warmup_target=0.005, warmup_steps=steps // 10
    )
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% right: two convolutions with pooling, BatchNorm and AdamW, no augmentation
def regularise_within_budget(steps):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters in (16, 32):
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.MaxPooling2D())
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.4))
    model.add(layers.Dense(96, activation="relu"))
    model.add(layers.Dense(10))
    rate = keras.optimizers.schedules.CosineDecay(0.004, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(rate, weight_decay=0.01), loss, steps_per_execution=20)
    return model


# %% right: the plain network with a learning rate that falls
def regularise_within_budget(steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(3, offset=-1)])
    for filters, size in ((12, 5), (24, 3)):
        model.add(layers.Conv2D(filters, size, strides=2, padding="same", kernel_initializer="he_normal"))
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu", kernel_initializer="he_normal"))
    model.add(layers.Dense(10))
    rate = keras.optimizers.schedules.CosineDecay(0.004, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=20)
    return model


# %% right: BatchNorm, Dropout and mirrored images, without pooling
def regularise_within_budget(steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.RandomFlip("horizontal"), layers.Rescaling(3, offset=-1)])
    for filters, size in ((12, 5), (24, 3)):
        model.add(layers.Conv2D(filters, size, strides=2, padding="same", use_bias=False))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(128, use_bias=False))
    model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.ReLU())
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(10))
    rate = keras.optimizers.schedules.CosineDecay(0.004, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=20)
    return model


# %% wrong: not compiled
# says: model.compile
def regularise_within_budget(steps):
    return keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])


# %% wrong: too large
# says: at most 200,000 parameters
def regularise_within_budget(steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(500), layers.Dense(10)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# %% wrong: one score
# says: expected shape
def regularise_within_budget(steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(1)])
    model.compile("adam", "mse")
    return model


# %% wrong: the plain network
# says: by heart
def regularise_within_budget(steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(3, offset=-1)])
    for filters, size in ((12, 5), (24, 3)):
        model.add(layers.Conv2D(filters, size, strides=2, padding="same", kernel_initializer="he_normal"))
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu", kernel_initializer="he_normal"))
    model.add(layers.Dense(10))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.004), loss, steps_per_execution=20)
    return model


# %% wrong: BatchNorm alone, at a constant rate (hint 1)
# says: learning rate fall
def regularise_within_budget(steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(3, offset=-1)])
    for filters, size in ((12, 5), (24, 3)):
        model.add(layers.Conv2D(filters, size, strides=2, padding="same", use_bias=False, kernel_initializer="he_normal"))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dense(128, use_bias=False, kernel_initializer="he_normal"))
    model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.ReLU())
    model.add(layers.Dense(10))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.004), loss, steps_per_execution=20)
    return model


# %% wrong: every remedy at full strength
# says: too much regularisation
def regularise_within_budget(steps):
    penalty = keras.regularizers.L2(0.01)
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.RandomFlip("horizontal_and_vertical"))
    model.add(layers.RandomRotation(0.2))
    model.add(layers.RandomTranslation(0.2, 0.2))
    for filters in (16, 32):
        model.add(layers.Conv2D(filters, 3, padding="same", kernel_regularizer=penalty, activation="relu"))
        model.add(layers.MaxPooling2D())
        model.add(layers.SpatialDropout2D(0.3))
    model.add(layers.Flatten())
    model.add(layers.Dense(96, activation="relu", kernel_regularizer=penalty))
    model.add(layers.Dropout(0.6))
    model.add(layers.Dense(10))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.002), loss, steps_per_execution=20)
    return model


# %% wrong: the loss takes scores for probabilities
# says: validation accuracy
def regularise_within_budget(steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])
    model.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy", steps_per_execution=20)
    return model


# %% wrong: a softmax too many, and a learning rate that kills it
# says: validation accuracy
def regularise_within_budget(steps):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(16, 3, strides=2, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(keras.optimizers.Adam(0.3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
