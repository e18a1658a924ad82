# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a Keras model | visible: its kind | returns the list of layers; stub; None; zeros; constant |
# | new at every call | hidden: no weights shared by two calls | the same network at every call |
# | flattened first | visible: shape for 5 images of 4 x 5 x 2 | forgets to flatten; averages over the image |
# | one dense layer for each number in hidden_units, in order | visible: [6, 4], with hints; hidden: one, three, two alike | the first number for every hidden layer; only the first hidden layer; no hidden layer; hidden layers in reverse order |
# | an empty list means no hidden layer | visible and hidden: [] | needs at least one hidden layer |
# | ReLU in the hidden layers | visible: values | no ReLU; softmax in the hidden layers, too; activations as layers, Reshape in place of Flatten |
# | last a layer with num_classes units and softmax | visible: 7 classes; hidden: 2 to 7 | no softmax; sigmoid in place of softmax; ten classes always; ReLU before the softmax; softmax over images |
# | all with biases | visible: number of parameters | no biases |
# | nothing else | visible: the same while training; hidden: no penalty, number of parameters | Dropout that nobody asked for; a penalty on the weights; BatchNorm after each layer |
# | compiled or not | every check | compiled already |
# | hidden_units is not changed | visible: first of all | appends to hidden_units |
# | it has its weights already | visible | no Input, so the model does not know its input; no Input, but called once; a subclass, called once; a subclass, its last layer made first; functional |

# %% right: Sequential, layers added one by one
def build_mlp(input_shape, hidden_units, num_classes):
    model = keras.Sequential()
    model.add(keras.Input(shape=input_shape))
    model.add(keras.layers.Flatten())
    for units in hidden_units:
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(num_classes, activation="softmax"))
    return model

# %% right: functional
def build_mlp(input_shape, hidden_units, num_classes):
    inputs = keras.Input(input_shape)
    values = keras.layers.Flatten()(inputs)
    for units in hidden_units:
        values = keras.layers.Dense(units, activation=keras.activations.relu)(values)
    return keras.Model(inputs, keras.layers.Dense(num_classes, activation="softmax")(values))

# %% right: activations as layers, Reshape in place of Flatten
def build_mlp(input_shape, hidden_units, num_classes):
    layers = [keras.Input(input_shape), keras.layers.Reshape((int(np.prod(input_shape)),))]
    for units in hidden_units:
        layers += [keras.layers.Dense(units), keras.layers.ReLU()]
    return keras.Sequential([*layers, keras.layers.Dense(num_classes), keras.layers.Softmax()])

# %% right: compiled already
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    model = keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])
    model.compile(loss="sparse_categorical_crossentropy")
    return model

# %% wrong: no softmax
# says: softmax is missing
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, keras.layers.Dense(num_classes)])

# %% wrong: sigmoid in place of softmax
# says: not sigmoid
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="sigmoid")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: no ReLU
# says: no ReLU
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units) for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: forgets to flatten
# says: flatten the image first
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), *hidden, last])

# %% wrong: no biases
# says: biases are missing
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu", use_bias=False) for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax", use_bias=False)
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: the first number for every hidden layer
# says: used for its own layer
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(hidden_units[0], activation="relu") for _ in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: only the first hidden layer
# says: only the first hidden layer
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(hidden_units[0], activation="relu")]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: no hidden layer
# says: no hidden layer
def build_mlp(input_shape, hidden_units, num_classes):
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), last])

# %% wrong: ten classes always
# says: shape
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(10, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: no Input, so the model does not know its input
# says: begin with keras.Input
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    return keras.Sequential([keras.layers.Flatten(), *hidden, keras.layers.Dense(num_classes, activation="softmax")])

# %% wrong: needs at least one hidden layer
# says: index out of range
def build_mlp(input_shape, hidden_units, num_classes):
    layers = [keras.Input(input_shape), keras.layers.Flatten()]
    layers.append(keras.layers.Dense(hidden_units[0], activation="relu"))
    for units in hidden_units[1:]:
        layers.append(keras.layers.Dense(units, activation="relu"))
    return keras.Sequential([*layers, keras.layers.Dense(num_classes, activation="softmax")])

# %% wrong: hidden layers in reverse order
# says: opposite order
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in reversed(hidden_units)]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% right: no Input, but called once
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    model = keras.Sequential([keras.layers.Flatten(), *hidden, last])
    model(np.zeros((1, *input_shape)))
    return model

# %% right: a subclass, called once
class Mlp(keras.Model):
    def __init__(self, hidden_units, num_classes):
        super().__init__()
        self.flatten = keras.layers.Flatten()
        self.hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
        self.last = keras.layers.Dense(num_classes, activation="softmax")

    def call(self, images):
        values = self.flatten(images)
        for layer in self.hidden:
            values = layer(values)
        return self.last(values)


def build_mlp(input_shape, hidden_units, num_classes):
    model = Mlp(hidden_units, num_classes)
    model(np.zeros((1, *input_shape)))
    return model

# %% right: recursion
def build_mlp(input_shape, hidden_units, num_classes):
    def layered(values, units):
        if not units:
            return keras.layers.Dense(num_classes, activation="softmax")(values)
        return layered(keras.layers.Dense(units[0], activation="relu")(values), units[1:])

    inputs = keras.Input(shape=input_shape)
    return keras.Model(inputs, layered(keras.layers.Flatten()(inputs), hidden_units))

# %% wrong: Dropout that nobody asked for
# says: no Dropout
def build_mlp(input_shape, hidden_units, num_classes):
    layers = [keras.Input(input_shape), keras.layers.Flatten()]
    for units in hidden_units:
        layers += [keras.layers.Dense(units, activation="relu"), keras.layers.Dropout(0.5)]
    return keras.Sequential([*layers, keras.layers.Dense(num_classes, activation="softmax")])

# %% wrong: BatchNorm after each layer
# says: count_params
def build_mlp(input_shape, hidden_units, num_classes):
    layers = [keras.Input(input_shape), keras.layers.Flatten()]
    for units in hidden_units:
        layers += [keras.layers.Dense(units, activation="relu"), keras.layers.BatchNormalization()]
    return keras.Sequential([*layers, keras.layers.Dense(num_classes, activation="softmax")])

# %% wrong: a penalty on the weights
# says: penalties
def build_mlp(input_shape, hidden_units, num_classes):
    layers = [keras.Input(input_shape), keras.layers.Flatten()]
    for units in hidden_units:
        layers.append(keras.layers.Dense(units, activation="relu", kernel_regularizer="l2"))
    return keras.Sequential([*layers, keras.layers.Dense(num_classes, activation="softmax")])

# %% wrong: appends to hidden_units
# says: changed input
def build_mlp(input_shape, hidden_units, num_classes):
    hidden_units.append(num_classes)
    kinds = ["relu"] * (len(hidden_units) - 1) + ["softmax"]
    layers = [keras.layers.Dense(units, activation=kind) for units, kind in zip(hidden_units, kinds)]
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *layers])

# %% wrong: the same network at every call
# says: share
networks = {}


def build_mlp(input_shape, hidden_units, num_classes):
    key = (tuple(input_shape), tuple(hidden_units), num_classes)
    if key not in networks:
        hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
        last = keras.layers.Dense(num_classes, activation="softmax")
        networks[key] = keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])
    return networks[key]

# %% wrong: returns the list of layers
# says: a Keras model, got list
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return [keras.Input(input_shape), keras.layers.Flatten(), *hidden, last]

# %% wrong: averages over the image
# says: count_params
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.GlobalAveragePooling2D(), *hidden, last])

# %% wrong: softmax in the hidden layers, too
# says: images
def build_mlp(input_shape, hidden_units, num_classes):
    layers = [keras.layers.Dense(units, activation="softmax") for units in [*hidden_units, num_classes]]
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *layers])

# %% wrong: ReLU before the softmax
# says: images
def build_mlp(input_shape, hidden_units, num_classes):
    layers = [keras.layers.Dense(units, activation="relu") for units in [*hidden_units, num_classes]]
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *layers, keras.layers.Softmax()])

# %% wrong: softmax over images
# says: images
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = [keras.layers.Dense(num_classes), keras.layers.Softmax(axis=0)]
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, *last])


# %% right: a subclass, its last layer made first
def build_mlp(input_shape, hidden_units, num_classes):
    class Dense(keras.Model):
        def __init__(self):
            super().__init__()
            self.last = keras.layers.Dense(num_classes, activation="softmax")
            self.flatten = keras.layers.Flatten()
            self.hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]

        def call(self, images):
            values = self.flatten(images)
            for layer in self.hidden:
                values = layer(values)
            return self.last(values)

    model = Dense()
    model(np.zeros((1, *input_shape), "float32"))
    return model
