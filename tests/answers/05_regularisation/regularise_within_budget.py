# | clause of the docstring | tested by | answers |
# |---|---|---|
# | trains nothing | visible: an untrained network names few images correctly | trained already |
# | reads no data | visible: the course's and Keras' loaders taken away | reads the data |
# | given: each of the four layers once, in their order | visible: kernels by shape and identity | layers of its own; leaves a layer out; pooling in place of strides |
# | no other layer with a kernel | visible: kernels | one layer more |
# | the third reads the 7 x 7 x 24 values that the second makes | visible: kernels by shape | pools before the dense layer |
# | a compiled model | visible | not compiled; None; stub |
# | output (batch, 10), a score or a probability | visible: shape; softmax and scores accepted | one score; the functional style, softmax, the warm-up of lab 04 |
# | the loss has to match it | visible: validation accuracy and loss | the loss takes scores for probabilities |
# | it does well on new images | visible: accuracy and loss on 4,000 others; hidden: other images | the plain network with a falling rate; the plain network with a small rate; BatchNorm alone; every remedy at full strength |

# %% right: the functional style, softmax, the warm-up of lab 04
def regularise_within_budget(given, steps):
    images = keras.Input((28, 28, 1))
    maps = layers.RandomFlip("horizontal")(images)
    maps = layers.RandomTranslation(1 / 28, 1 / 28, fill_mode="constant")(maps)
    maps = layers.Rescaling(3, offset=-1)(maps)
    for layer in given[:2]:
        maps = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(layer(maps)))
    hidden = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(given[2](layers.Flatten()(maps))))
    scores = given[3](layers.Dropout(0.5)(hidden))
    model = keras.Model(images, layers.Softmax()(scores))
    rise = steps // 4
    rate = keras.optimizers.schedules.CosineDecay(0.006 / 25, steps - rise, warmup_target=0.006, warmup_steps=rise)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% right: AdamW, less Dropout, larger shifts
def regularise_within_budget(given, steps):
    first, second, third, fourth = given

    def block(layer):
        return [layer, layers.BatchNormalization(momentum=0.9), layers.Activation("relu")]

    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.RandomTranslation(0.05, 0.05, fill_mode="constant"),
            layers.RandomFlip("horizontal"),
            layers.Rescaling(3, offset=-1),
            *block(first),
            *block(second),
            layers.Flatten(),
            *block(third),
            layers.Dropout(0.4),
            fourth,
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(0.005, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(rate, weight_decay=0.01), loss, steps_per_execution=20)
    return model


# %% wrong: not compiled
# says: model.compile
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), *given[:2], layers.Flatten(), *given[2:]])
    return model


# %% wrong: one score
# says: expected shape
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), *given[:2], layers.Flatten(), *given[2:], layers.Dense(1)])
    model.compile("adam", "mse")
    return model


# %% wrong: layers of its own
# says: the four layers that are given
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.Conv2D(12, 5, strides=2, padding="same", activation="relu"))
    model.add(layers.Conv2D(24, 3, strides=2, padding="same", activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(128, activation="relu"))
    model.add(layers.Dense(10))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# %% wrong: pooling in place of strides
# says: the four layers that are given
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    for filters, size in ((12, 5), (24, 3)):
        model.add(layers.Conv2D(filters, size, padding="same", activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(given[2])
    model.add(layers.ReLU())
    model.add(given[3])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# %% wrong: pools before the dense layer
# says: its kernels
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), given[0], layers.ReLU(), given[1], layers.ReLU()])
    model.add(layers.GlobalAveragePooling2D())
    model.add(given[2])
    model.add(layers.ReLU())
    model.add(given[3])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# %% wrong: leaves a layer out
# says: its kernels
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), given[0], layers.ReLU(), given[1], layers.ReLU()])
    model.add(layers.Flatten())
    model.add(given[3])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# %% wrong: one layer more
# says: and no other
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), given[0], layers.ReLU(), given[1], layers.ReLU()])
    model.add(layers.Flatten())
    model.add(given[2])
    model.add(layers.Dense(128, activation="relu"))
    model.add(given[3])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# %% wrong: reads the data
# says: got a call of utils.data.load
def regularise_within_budget(given, steps):
    clothes = load("fashion_mnist")
    model = keras.Sequential([keras.Input((28, 28, 1)), given[0], layers.ReLU(), given[1], layers.ReLU()])
    model.add(layers.Flatten())
    model.add(given[2])
    model.add(given[3])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(clothes.x_train[:20_000, ..., None] / 255, clothes.y_train[:20_000], batch_size=128, verbose=0)
    return model


# %% wrong: trained already
# says: untrained network
def regularise_within_budget(given, steps):
    from utils import data

    clothes = data._STORE.load("fashion_mnist")
    model = keras.Sequential([keras.Input((28, 28, 1)), given[0], layers.ReLU(), given[1], layers.ReLU()])
    model.add(layers.Flatten())
    model.add(given[2])
    model.add(given[3])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), steps_per_execution=16)
    images = clothes["x_train"][:8_000].reshape(-1, 28, 28, 1) / np.float32(255)
    model.fit(images, clothes["y_train"][:8_000], batch_size=128, verbose=0)
    return model


# %% wrong: the plain network with a falling rate
# says: by heart
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(3, offset=-1)])
    for layer in given[:2]:
        model.add(layer)
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(given[2])
    model.add(layers.ReLU())
    model.add(given[3])
    rate = keras.optimizers.schedules.CosineDecay(0.004, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=20)
    return model


# %% wrong: the plain network with a small rate
# thorough
# says: in part.*missing
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(3, offset=-1)])
    for layer in given[:2]:
        model.add(layer)
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(given[2])
    model.add(layers.ReLU())
    model.add(given[3])
    rate = keras.optimizers.schedules.CosineDecay(0.0005, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=20)
    return model


# %% wrong: BatchNorm alone
# thorough
# says: by heart
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(3, offset=-1)])
    for layer in given[:2]:
        model.add(layer)
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(given[2])
    model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.ReLU())
    model.add(given[3])
    rate = keras.optimizers.schedules.CosineDecay(0.004, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=20)
    return model


# %% wrong: every remedy at full strength
# says: hardly learns.*too strong
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1))])
    model.add(layers.RandomFlip("horizontal_and_vertical"))
    model.add(layers.RandomRotation(0.2))
    model.add(layers.RandomTranslation(0.2, 0.2))
    for layer in given[:2]:
        layer.kernel_regularizer = keras.regularizers.L2(0.01)
        model.add(layer)
        model.add(layers.ReLU())
        model.add(layers.SpatialDropout2D(0.3))
    model.add(layers.Flatten())
    given[2].kernel_regularizer = keras.regularizers.L2(0.01)
    model.add(given[2])
    model.add(layers.ReLU())
    model.add(layers.Dropout(0.6))
    model.add(given[3])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.002), loss, steps_per_execution=20)
    return model


# %% wrong: the loss takes scores for probabilities
# says: loss
def regularise_within_budget(given, steps):
    model = keras.Sequential([keras.Input((28, 28, 1)), given[0], layers.ReLU(), given[1], layers.ReLU()])
    model.add(layers.Flatten())
    model.add(given[2])
    model.add(given[3])
    model.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy", steps_per_execution=20)
    return model
