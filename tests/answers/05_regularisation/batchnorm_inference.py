# | clause of the docstring | tested by | answers |
# |---|---|---|
# | written out, without a library's normalisation | visible: Keras' and TensorFlow's taken away | asks Keras' function |
# | none of the arrays that it gets is changed | visible: unchanged, before the values | averages into the first batch's statistics; changed input |
# | inputs (batch, channels) and (batch, height, width, channels) | visible: both; hidden: five shapes | statistics for maps only; weights of all steps at once |
# | gamma scales, beta moves | visible: outputs | no beta at inference |
# | batch_means in the order of training | visible | backwards through the steps |
# | steps may be 0 | hidden: no step | takes the last of the moving statistics; a loop over numbered steps |
# | momentum: the share of the old that is kept | visible: 0.9; hidden: 0.0, 1.0 and drawn ones | momentum is the share of the new; a momentum of its own; the mean of all batches; the last batch alone |
# | momentum is 0.99 where it is not given | hidden: default, 600 steps | another default momentum |
# | they start at mean 0 and variance 1 | visible | the variance starts at 0; starts with the first batch's statistics |
# | epsilon is added to the variance, below the root | hidden: a drawn one, and small variances | an epsilon of its own; epsilon outside the root |
# | epsilon is 0.001 where it is not given | hidden: default | another default epsilon |
# | outputs: new, with the moving statistics | visible | the inputs' own statistics; writes into the inputs; float32 and in place on its own arrays |
# | moving_mean and moving_variance after the last step, (channels,) | visible and hidden | returns the spread; one step too few; wrong shape |
# | three results, in this order | visible: their number, their shapes | the statistics first; only the outputs |

# %% right: a loop over numbered steps
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(gamma.shape), np.ones(gamma.shape)
    for step in range(len(batch_means)):
        mean = mean + (1 - momentum) * (batch_means[step] - mean)
        variance = variance + (1 - momentum) * (batch_variances[step] - variance)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% right: weights of all steps at once
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    steps = len(batch_means)
    shares = (1 - momentum) * momentum ** np.arange(steps)[::-1]
    mean = shares @ batch_means
    variance = momentum**steps * np.ones(len(gamma)) + shares @ batch_variances
    scale = gamma / np.sqrt(variance + epsilon)
    return [inputs * scale + (beta - mean * scale), mean, variance]


# %% right: float32 and in place on its own arrays
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma), "float32"), np.ones(len(gamma), "float32")
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean *= momentum
        mean += (1 - momentum) * new_mean
        variance *= momentum
        variance += (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: the inputs' own statistics
# says: inputs' own statistics
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    axes = tuple(range(inputs.ndim - 1))
    own = (inputs - inputs.mean(axis=axes)) / np.sqrt(inputs.var(axis=axes) + epsilon)
    return gamma * own + beta, mean, variance


# %% wrong: momentum is the share of the new
# says: share of the old
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = (1 - momentum) * mean + momentum * new_mean
        variance = (1 - momentum) * variance + momentum * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: the variance starts at 0
# says: starts at 1
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.zeros(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: the mean of all batches
# says: not the mean of all
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.mean(batch_means, axis=0), np.mean(batch_variances, axis=0)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: the last batch alone
# says: last batch alone
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = batch_means[-1], batch_variances[-1]
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: backwards through the steps
# says: reverse order
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means[::-1], batch_variances[::-1]):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: a momentum of its own
# says: momentum given
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = 0.99 * mean + 0.01 * new_mean
        variance = 0.99 * variance + 0.01 * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: an epsilon of its own
# says: epsilon that is given
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + 1e-3) + beta, mean, variance


# %% wrong: starts with the first batch's statistics
# says: starts at 0, not at the first batch
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = batch_means[0], batch_variances[0]
    for new_mean, new_variance in zip(batch_means[1:], batch_variances[1:]):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% right: recursion over the steps, in tensors
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    if not len(batch_means):
        mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    else:
        before = batch_means[:-1], batch_variances[:-1]
        _, mean, variance = batchnorm_inference(inputs, gamma, beta, *before, momentum, epsilon)
        mean = momentum * mean + (1 - momentum) * batch_means[-1]
        variance = momentum * variance + (1 - momentum) * batch_variances[-1]
    outputs = (inputs - mean) * keras.ops.rsqrt(variance + epsilon) * gamma + beta
    return keras.ops.convert_to_tensor(outputs), mean, variance


# %% wrong: asks Keras' function
# says: written by hand, got a call of keras.ops.batch_normalization
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    outputs = keras.ops.batch_normalization(inputs, mean, variance, -1, beta, gamma, epsilon)
    return outputs, mean, variance


# %% wrong: averages into the first batch's statistics
# says: stay as it was
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = batch_means[0], batch_variances[0]
    mean *= 1 - momentum
    variance *= 1 - momentum
    variance += momentum
    for new_mean, new_variance in zip(batch_means[1:], batch_variances[1:]):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: statistics for maps only
# says: must not raise|shape
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    mean4, variance4 = mean[None, None, None], variance[None, None, None]
    return gamma * (inputs - mean4) / np.sqrt(variance4 + epsilon) + beta, mean, variance


# %% wrong: no beta at inference
# says: outputs
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon), mean, variance


# %% wrong: takes the last of the moving statistics
# says: must not raise
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    means, variances = [], []
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
        means.append(mean)
        variances.append(variance)
    mean, variance = means[-1], variances[-1]
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: another default momentum
# says: default momentum
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.9, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: epsilon outside the root
# says: outputs
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / (np.sqrt(variance) + epsilon) + beta, mean, variance


# %% wrong: another default epsilon
# says: outputs
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-5):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: writes into the inputs
# says: stay as it was
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    inputs -= mean
    return gamma * inputs / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: returns the spread
# says: moving variance
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    outputs = gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta
    return outputs, mean, np.sqrt(variance)


# %% wrong: one step too few
# says: moving mean
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for step in range(1, len(batch_means)):
        mean = momentum * mean + (1 - momentum) * batch_means[step]
        variance = momentum * variance + (1 - momentum) * batch_variances[step]
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance


# %% wrong: the statistics first
# says: shape
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return mean, variance, gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta


# %% wrong: only the outputs
# says: expected three results
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = np.zeros(len(gamma)), np.ones(len(gamma))
    for new_mean, new_variance in zip(batch_means, batch_variances):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta
