# | clause of the docstring | tested by | answers |
# |---|---|---|
# | written out, without a library's normalisation | visible: Keras' and TensorFlow's taken away | asks Keras' layer; asks Keras' function; asks for vectors of length 1; asks for layer normalisation, transposed |
# | functions for mean and variance are welcome | visible | with Keras' moments; axes by hand |
# | (batch, channels) and (batch, height, width, channels) | visible: both; hidden: five shapes, a batch of one, one channel | averages over the batch only; axes for maps only; flattened to (n, channels) |
# | inputs, gamma and beta are not changed | visible: unchanged, before the values | changes the inputs; scales beta in place; changed input |
# | gamma scales, beta moves, each channel by its own | visible: outputs | no gamma and beta; no beta; gamma and beta swapped; beta is scaled, too |
# | epsilon is added to the variance, below the root | visible: 0.5; hidden: a constant channel | epsilon outside the root; an epsilon of its own; no epsilon; divides by the variance |
# | epsilon is 0.001 where it is not given | hidden: default | another default epsilon |
# | outputs are new, and of the shape of inputs | visible: shares no memory | writes the outputs into the inputs; wrong shape; channel by channel, a list |
# | mean: over all other axes, (channels,) | visible: shape, then values | one mean for everything; variance before mean; each image for itself; keeps the axes |
# | variance: divided by n | visible | divides by n - 1; epsilon in the variance that is returned; returns the spread in place of the variance; a fixed variance |
# | three results, in this order | visible: their number | only the outputs; the statistics first |

# %% right: axes by hand
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = (0,) if inputs.ndim == 2 else (0, 1, 2)
    mean = inputs.mean(axis=axes)
    variance = ((inputs - mean) ** 2).mean(axis=axes)
    normal = (inputs - mean) / (variance + epsilon) ** 0.5
    return normal * gamma + beta, mean, variance


# %% right: flattened to (n, channels)
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    flat = inputs.reshape(-1, inputs.shape[-1])
    mean, variance = np.mean(flat, axis=0), np.var(flat, axis=0)
    return (gamma * ((flat - mean) / np.sqrt(variance + epsilon)) + beta).reshape(inputs.shape), mean, variance


# %% right: channel by channel, a list
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    outputs, means, variances = np.zeros(inputs.shape), [], []
    for channel in range(inputs.shape[-1]):
        values = inputs[..., channel]
        means.append(values.mean())
        variances.append(values.var())
        outputs[..., channel] = gamma[channel] * (values - means[-1]) / np.sqrt(variances[-1] + epsilon) + beta[channel]
    return [outputs, np.array(means), np.array(variances)]


# %% right: with Keras' moments
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    mean, variance = keras.ops.moments(inputs, axes=list(range(inputs.ndim - 1)))
    return gamma * (inputs - mean) / keras.ops.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: averages over the batch only
# says: average over height and width
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    mean, variance = inputs.mean(axis=0), inputs.var(axis=0)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: one mean for everything
# says: One mean for each channel
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    mean, variance = inputs.mean(), inputs.var()
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: each image for itself
# says: not one an image|one axis|axes|expected shape
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(1, inputs.ndim - 1)) or (1,)
    mean, variance = inputs.mean(axis=axes, keepdims=True), inputs.var(axis=axes, keepdims=True)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: divides by n - 1
# says: n - 1
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes, ddof=1)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: returns the spread in place of the variance
# says: Not its root
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, np.sqrt(variance)


# %% wrong: no gamma and beta
# says: gamma and beta are missing
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return (inputs - mean) / np.sqrt(variance + epsilon), mean, variance


# %% wrong: no beta
# says: beta is missing
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon), mean, variance


# %% wrong: divides by the variance
# says: root of variance
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return gamma * (inputs - mean) / (variance + epsilon) + beta, mean, variance


# %% wrong: epsilon outside the root
# says: below the root
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return gamma * (inputs - mean) / (np.sqrt(variance) + epsilon) + beta, mean, variance


# %% wrong: an epsilon of its own
# says: epsilon that is given
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return gamma * (inputs - mean) / np.sqrt(variance + 1e-3) + beta, mean, variance


# %% wrong: only the outputs
# says: expected outputs, mean and variance
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    return gamma * (inputs - inputs.mean(axis=axes)) / np.sqrt(inputs.var(axis=axes) + epsilon) + beta


# %% wrong: changes the inputs
# says: stay as it was
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    outputs = gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta
    inputs -= mean
    return outputs, mean, variance


# %% wrong: no epsilon
# says: epsilon is missing
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return gamma * (inputs - mean) / np.sqrt(variance) + beta, mean, variance


# %% right: sums and counts, in float32
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    values = np.asarray(inputs, dtype="float32")
    axes = tuple(range(values.ndim))[:-1]
    count = values.size / values.shape[-1]
    mean = values.sum(axis=axes) / count
    variance = np.square(values - mean).sum(axis=axes) / count
    return gamma / np.sqrt(variance + epsilon) * (values - mean) + beta, mean, variance


# %% wrong: asks Keras' layer
# says: written by hand, got a call of keras.layers.BatchNormalization
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    layer = layers.BatchNormalization(momentum=0.0, epsilon=epsilon)
    layer.build(inputs.shape)
    layer.set_weights([gamma, beta, np.zeros(len(gamma)), np.ones(len(gamma))])
    outputs = layer(inputs, training=True)
    return outputs, layer.moving_mean, layer.moving_variance


# %% wrong: asks Keras' function
# says: written by hand, got a call of keras.ops.batch_normalization
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    outputs = keras.ops.batch_normalization(inputs, mean, variance, -1, beta, gamma, epsilon)
    return outputs, mean, variance


# %% wrong: axes for maps only
# says: must not raise
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    mean, variance = inputs.mean(axis=(0, 1, 2)), inputs.var(axis=(0, 1, 2))
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: scales beta in place
# says: stay as it was
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    gamma /= np.sqrt(variance + epsilon)
    return gamma * (inputs - mean) + beta, mean, variance


# %% wrong: gamma and beta swapped
# says: gamma and beta are swapped
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return beta * (inputs - mean) / np.sqrt(variance + epsilon) + gamma, mean, variance


# %% wrong: beta is scaled, too
# says: after gamma has scaled
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return gamma * ((inputs - mean) / np.sqrt(variance + epsilon) + beta), mean, variance


# %% wrong: another default epsilon
# says: gamma, beta.*expected
def batchnorm_train(inputs, gamma, beta, epsilon=1e-5):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: writes the outputs into the inputs
# says: stay as it was
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    inputs[...] = gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta
    return inputs, mean, variance


# %% wrong: keeps the axes
# says: expected shape .3,
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes, keepdims=True), inputs.var(axis=axes, keepdims=True)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: a fixed variance
# says: variance
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), np.ones(len(gamma))
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: the statistics first
# says: shape
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return mean, variance, gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta


# %% wrong: asks for vectors of length 1
# says: written by hand
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    channels = inputs.shape[-1]
    flat = inputs.reshape(-1, channels)
    mean, variance = flat.mean(axis=0), flat.var(axis=0)
    normal = np.asarray(keras.ops.normalize(flat - mean, axis=0)) * np.sqrt(len(flat) * variance / (variance + epsilon))
    return gamma * normal.reshape(inputs.shape) + beta, mean, variance


# %% wrong: asks for layer normalisation, transposed
# says: written by hand
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    columns = inputs.reshape(-1, inputs.shape[-1]).T
    normal = np.asarray(keras.ops.layer_normalization(columns, axis=-1, epsilon=epsilon)).T
    return gamma * normal.reshape(inputs.shape) + beta, columns.mean(axis=1), columns.var(axis=1)


# %% wrong: variance before mean
# says: Mean first
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, variance, mean


# %% wrong: epsilon in the variance that is returned
# says: Without epsilon
def batchnorm_train(inputs, gamma, beta, epsilon=1e-3):
    axes = tuple(range(inputs.ndim - 1))
    mean, variance = inputs.mean(axis=axes), inputs.var(axis=axes) + epsilon
    return gamma * (inputs - mean) / np.sqrt(variance) + beta, mean, variance
