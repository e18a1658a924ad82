# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the mean and the variance of what arrives | visible | the deviation for the variance; only the means; measures behind the layer; mixed by the momentum |
# | divided by the count | visible: 9 rows | divided by the count less one |
# | for each channel, over all other axes | visible: unlike channels | one number for all channels; over the images only |
# | with all earlier layers replaced | visible: two BatchNorms; hidden: three | with the statistics of the old network |
# | in inference mode | visible: Dropout before the second BatchNorm | with Dropout on; the whole network in training mode |
# | each BatchNormalization layer | visible and hidden | the first BatchNorm only; the last BatchNorm only |
# | the same weights but for these | visible | forgets the weights; resets scale and shift |
# | a new keras.Sequential | visible | changes the network; shares the layers; returns the last output |
# | images are not changed | visible, first | normalises in place |
# | a ValueError without BatchNormalization | bad input | no error; takes any normalisation |
# | any way to do it | visible and hidden | momentum 0 in training mode; a model up to each layer; copies of the layers in a new Sequential |

# %% right: momentum 0 in training mode
def adapt_batchnorm(network, images):
    copy = keras.Sequential.from_config(network.get_config())
    copy.set_weights(network.get_weights())
    norms = [layer for layer in copy.layers if isinstance(layer, layers.BatchNormalization)]
    if not norms:
        raise ValueError("the network has no BatchNormalization layer")
    x = images
    for layer in copy.layers:
        if layer in norms:
            momentum, layer.momentum = layer.momentum, 0.0
            layer(x, training=True)
            layer.momentum = momentum
        x = layer(x, training=False)
    return copy


# %% right: a model up to each layer
def adapt_batchnorm(network, images):
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    places = [i for i, layer in enumerate(copy.layers) if "BatchNorm" in type(layer).__name__]
    if len(places) == 0:
        raise ValueError("nothing to adapt")
    for place in places:
        arrives = tf.constant(images)
        for layer in copy.layers[:place]:
            arrives = layer(arrives)
        rows = np.asarray(arrives).reshape(-1, arrives.shape[-1]).astype("float64")
        weights = copy.layers[place].get_weights()
        copy.layers[place].set_weights([*weights[:2], rows.mean(0), rows.var(0)])
    return copy


# %% wrong: the deviation for the variance
# says: Square it
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.std(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: only the means
# says: expected
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: mixed by the momentum
# says: expected
def adapt_batchnorm(network, images):
    if not any(isinstance(layer, layers.BatchNormalization) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = images
    for layer in adapted.layers:
        x = layer(x, training=isinstance(layer, layers.BatchNormalization))
    return adapted


# %% wrong: divided by the count less one
# says: expected
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes, ddof=1))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: one number for all channels
# says: expected
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(np.full(x.shape[-1], x.mean()))
            layer.moving_variance.assign(np.full(x.shape[-1], x.var()))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: over the images only
# says: must not raise
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = 0
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: with the statistics of the old network
# says: adapted first
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = network.layers[adapted.layers.index(layer)](x, training=False).numpy()
    return adapted


# %% wrong: with Dropout on
# says: Dropout is on
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=isinstance(layer, layers.Dropout)).numpy()
    return adapted


# %% wrong: the first BatchNorm only
# says: expected
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind) and layer is adapted.layers[0]:
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: forgets the weights
# says: set_weights after clone_model
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: resets scale and shift
# says: expected
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.gamma.assign(np.ones(x.shape[-1]))
            layer.beta.assign(np.zeros(x.shape[-1]))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: changes the network
# says: changed one
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = network
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: returns the last output
# says: kind that the docstring says|Is what your function returns
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return x


# %% wrong: normalises in place
# says: changed input
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any(isinstance(layer, kind) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    images -= images.mean()
    return adapted


# %% wrong: no error
# says: expected a ValueError
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: takes any normalisation
# says: expected a ValueError
def adapt_batchnorm(network, images):
    kind = layers.BatchNormalization
    if not any("Norm" in type(layer).__name__ for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, kind):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% right: copies of the layers in a new Sequential
def adapt_batchnorm(network, images):
    x, made, found = tf.constant(images), [], 0
    for layer in network.layers:
        new = layer.__class__.from_config(layer.get_config())
        new.build(x.shape)
        new.set_weights(layer.get_weights())
        if isinstance(new, layers.BatchNormalization):
            mean, variance = keras.ops.moments(x, axes=list(range(len(x.shape) - 1)))
            new.moving_mean.assign(mean)
            new.moving_variance.assign(variance)
            found += 1
        x = new(x, training=False)
        made.append(new)
    if found == 0:
        raise ValueError("no BatchNormalization")
    return keras.Sequential(made)


# %% wrong: shares the layers
# says: clone_model copies
def adapt_batchnorm(network, images):
    if not any(isinstance(layer, layers.BatchNormalization) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.Sequential(network.layers)
    x = np.asarray(images)
    for layer in adapted.layers:
        if isinstance(layer, layers.BatchNormalization):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: the whole network in training mode
# says: Dropout is on
def adapt_batchnorm(network, images):
    if not any(isinstance(layer, layers.BatchNormalization) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    for layer in adapted.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.0
    adapted(images, training=True)
    return adapted


# %% wrong: the last BatchNorm only
# says: the old one
def adapt_batchnorm(network, images):
    places = [i for i, a in enumerate(network.layers) if isinstance(a, layers.BatchNormalization)]
    if not places:
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for place, layer in enumerate(adapted.layers):
        if place == places[-1]:
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
        x = layer(x, training=False).numpy()
    return adapted


# %% wrong: measures behind the layer
# says: Measure before it
def adapt_batchnorm(network, images):
    if not any(isinstance(layer, layers.BatchNormalization) for layer in network.layers):
        raise ValueError("no BatchNormalization")
    adapted = keras.models.clone_model(network)
    adapted.set_weights(network.get_weights())
    x = np.asarray(images)
    for layer in adapted.layers:
        x = layer(x, training=False).numpy()
        if isinstance(layer, layers.BatchNormalization):
            axes = tuple(range(x.ndim - 1))
            layer.moving_mean.assign(x.mean(axis=axes))
            layer.moving_variance.assign(x.var(axis=axes))
    return adapted
