# %% right: the functional way
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    inputs = keras.Input(shape=(n_features,))
    outputs = layers.Dense(n_classes)(layers.Dropout(dropout)(inputs))
    model = keras.Model(inputs, outputs)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% right: layers added one by one, no Dropout layer for a rate of 0
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential()
    model.add(keras.Input((n_features,)))
    if dropout > 0:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(n_classes, activation="linear"))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss, optimizer=keras.optimizers.Adam(learning_rate), metrics=["accuracy"])
    return model


# %% wrong: softmax at the end
# says: leave the softmax to the loss
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential(
        [keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes, activation="softmax")]
    )
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% wrong: the loss takes logits for probabilities
# says: does it know that it gets logits
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% wrong: ReLU at the end
# says: No ReLU
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential(
        [keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes, activation="relu")]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: no bias
# says: bias is missing
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential(
        [keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes, use_bias=False)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: not compiled
# says: expected it compiled
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    return keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])


# %% wrong: the learning rate is not used
# says: learning rate of
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    return model


# %% wrong: no accuracy
# says: expected the metric accuracy
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss)
    return model


# %% wrong: a hidden layer too many
# says: parameters of
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential(
        [keras.Input((n_features,)), layers.Dense(64, activation="relu"), layers.Dropout(dropout), layers.Dense(n_classes)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: no Dropout
# says: Dropout is missing
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: a fixed Dropout on the logits
# says: the layers of
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dense(n_classes), layers.Dropout(0.9)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: plain gradient descent
# says: optimiser of
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: Dropout after the dense layer
# says: before the dense layer
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dense(n_classes), layers.Dropout(dropout)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: always the same rate of Dropout
# says: expected .'Dropout 0.5'
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(0.2), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: without an input
# says: keras.Input
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([layers.Dropout(dropout), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: a loss for one-hot labels
# says: integer labels
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model
