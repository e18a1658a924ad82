# | clause of the docstring | tested by | answers |
# |---|---|---|
# | one dense layer, a kernel and a bias | visible: shapes of the weights; hidden: defaults | no bias; a hidden layer too many; None; zeros; constant |
# | logits | visible: values in inference mode | softmax at the end; ReLU at the end |
# | Dropout, then the dense layer | visible: training mode | no Dropout; Dropout after the dense layer; a fixed Dropout on the logits; Gaussian noise in place of Dropout |
# | dropout is the rate, 0.2 by default | visible: 0.5; hidden: 0, two drawn and none given | always the same rate of Dropout; the share that is kept |
# | built | visible: there are weights | without an input |
# | compiled with Adam, of learning_rate | visible | not compiled; plain gradient descent; the learning rate is not used |
# | learning_rate is 1e-2 by default | hidden | another learning rate by default |
# | the cross-entropy for integer labels and logits | visible: the loss | the loss takes logits for probabilities; a loss for one-hot labels; the squared error |
# | the metric accuracy | visible | no accuracy |
# | any way to build it | visible and hidden | the functional way; layers added one by one, no Dropout layer for a rate of 0; a class of its own, built |

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
# says: of logits
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% wrong: a loss for one-hot labels
# says: loss for integer labels
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: the squared error
# says: of logits|loss for integer labels
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])
    model.compile(keras.optimizers.Adam(learning_rate), "mse", metrics=["accuracy"])
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
# says: kernel and bias
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential(
        [keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes, use_bias=False)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: not compiled
# says: not compiled
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    return keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])


# %% wrong: the learning rate is not used
# says: the rate of
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
# says: weights of
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential(
        [keras.Input((n_features,)), layers.Dense(64, activation="relu"), layers.Dropout(dropout), layers.Dense(n_classes)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: no Dropout
# says: drops features
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: a fixed Dropout on the logits
# says: standard deviation|before the dense layer
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
# says: before the dense layer|drops features
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dense(n_classes), layers.Dropout(dropout)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: always the same rate of Dropout
# says: standard deviation
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


# %% right: a class of its own, built
class Head(keras.Model):
    def __init__(self, n_classes, dropout):
        super().__init__()
        self.drop, self.dense = layers.Dropout(dropout), layers.Dense(n_classes)

    def call(self, x, training=False):
        return self.dense(self.drop(x, training=training))


def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = Head(n_classes, dropout)
    model(np.zeros((1, n_features), dtype="float32"))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


# %% wrong: Gaussian noise in place of Dropout
# says: standard deviation
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.GaussianNoise(dropout), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: the share that is kept
# says: standard deviation|their mean
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(1 - dropout), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model


# %% wrong: another learning rate by default
# says: the rate of
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-3):
    model = keras.Sequential([keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model
