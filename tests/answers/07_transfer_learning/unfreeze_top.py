# %% right: a flag that is raised at the first layer
def unfreeze_top(model, base, first_layer, learning_rate):
    base.get_layer(first_layer)  # raises ValueError
    base.trainable, reached = True, False
    for layer in base.layers:
        reached = reached or layer.name == first_layer
        layer.trainable = reached and not isinstance(layer, layers.BatchNormalization)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return int(sum(np.prod(v.shape) for v in model.trainable_variables))


# %% right: slices of the list of layers
def unfreeze_top(model, base, first_layer, learning_rate):
    positions = [i for i, layer in enumerate(base.layers) if layer.name == first_layer]
    if not positions:
        raise ValueError(f"no layer {first_layer}")
    base.trainable = False
    base.trainable = True
    for layer in base.layers[: positions[0]]:
        layer.trainable = False
    for layer in base.layers[positions[0] :]:
        layer.trainable = type(layer).__name__ != "BatchNormalization"
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    total = 0
    for variable in model.trainable_variables:
        total += variable.numpy().size
    return total


# %% wrong: opens everything and closes what is below, which a second call does not undo
# says: conv_a stayed frozen
def unfreeze_top(model, base, first_layer, learning_rate):
    base.get_layer(first_layer)
    base.trainable, reached = True, False
    for layer in base.layers:
        reached = reached or layer.name == first_layer
        if not reached or isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: opens the top and closes nothing that an earlier call has opened
# says: expected 89, got
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    if not base.trainable:
        base.trainable = True
        for layer in base.layers:
            layer.trainable = False
    for layer in base.layers[names.index(first_layer) :]:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: BatchNorm learns too
# says: leave BatchNorm frozen
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for layer in base.layers[: names.index(first_layer)]:
        layer.trainable = False
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: everything learns
# says: Everything learns
def unfreeze_top(model, base, first_layer, learning_rate):
    base.get_layer(first_layer)
    base.trainable = True
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: does not compile again
# says: compile again
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: only sets the old optimiser's rate
# says: .
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    model.optimizer.learning_rate = learning_rate
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: compiles first, then unfreezes, and stays at the old list
# says: expected
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    count = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    return count


# %% wrong: unfreezes what lies below
# says: below conv_b
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i < names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: a loss that takes logits for probabilities
# says: does it know that it gets logits
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: begins one layer too late
# says: expected
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i > names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: an unknown name unfreezes nothing and says nothing
# says: expected a ValueError
def unfreeze_top(model, base, first_layer, learning_rate):
    base.trainable, reached = True, False
    for layer in base.layers:
        reached = reached or layer.name == first_layer
        layer.trainable = reached and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: freezes everything before it looks for the name
# says: what learns after a wrong name
def unfreeze_top(model, base, first_layer, learning_rate):
    base.trainable = True
    for layer in base.layers:
        layer.trainable = False
    names = [layer.name for layer in base.layers]
    start = names.index(first_layer)  # raises ValueError
    for layer in base.layers[start:]:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: leaves base.trainable at False, so that a later False freezes nothing
# says: base.trainable after
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: opens the network after its layers, which opens them all
# says: Everything learns
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    base.trainable = True
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: no metric
# says: accuracy
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss)
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: plain gradient descent
# says: the optimiser after
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)
