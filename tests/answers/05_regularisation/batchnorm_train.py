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
