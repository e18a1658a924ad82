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
# says: momentum that is given
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
# says: starts at 0, not with the first batch
def batchnorm_inference(inputs, gamma, beta, batch_means, batch_variances, momentum=0.99, epsilon=1e-3):
    mean, variance = batch_means[0], batch_variances[0]
    for new_mean, new_variance in zip(batch_means[1:], batch_variances[1:]):
        mean = momentum * mean + (1 - momentum) * new_mean
        variance = momentum * variance + (1 - momentum) * new_variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, mean, variance
