# %% right: Keras' form
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step <= 0:
        raise ValueError("step is counted from 1")
    rate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    m = m + (gradient - m) * (1 - beta_1)
    v = v + (np.square(gradient) - v) * (1 - beta_2)
    return weights - rate * m / (np.sqrt(v) + epsilon), m, v


# %% right: number by number, as a list
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step is counted from 1")
    new = [np.array(weights, dtype=float), np.zeros(weights.shape), np.zeros(weights.shape)]
    for place in np.ndindex(weights.shape):
        first = beta_1 * m[place] + (1 - beta_1) * gradient[place]
        second = beta_2 * v[place] + (1 - beta_2) * gradient[place] * gradient[place]
        corrected = first / (1 - beta_1**step), second / (1 - beta_2**step)
        new[0][place] -= learning_rate * corrected[0] / (corrected[1] ** 0.5 + epsilon)
        new[1][place], new[2][place] = first, second
    return new


# %% wrong: no bias correction
# says: bias correction is missing
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * m / (np.sqrt(v) + epsilon), m, v


# %% wrong: returns the corrected means
# says: uncorrected
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = (beta_1 * m + (1 - beta_1) * gradient) / (1 - beta_1**step)
    v = (beta_2 * v + (1 - beta_2) * gradient**2) / (1 - beta_2**step)
    return weights - learning_rate * m / (np.sqrt(v) + epsilon), m, v


# %% wrong: correction of the first step in all steps
# says: step 2
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1)) / (np.sqrt(v / (1 - beta_2)) + epsilon), m, v


# %% wrong: no root
# says: square root
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (v / (1 - beta_2**step) + epsilon), m, v


# %% wrong: gradient not squared
# says: square
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * np.abs(gradient)
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: betas belong to the other term
# says: belongs to the old
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = (1 - beta_1) * m + beta_1 * gradient
    v = (1 - beta_2) * v + beta_2 * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: uphill
# says: downhill
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights + learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: m not corrected
# says: m has to be corrected
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * m / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: v not corrected
# says: v has to be corrected
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v) + epsilon), m, v


# %% wrong: writes into m and v
# says: stay as it was
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m *= beta_1
    m += (1 - beta_1) * gradient
    v *= beta_2
    v += (1 - beta_2) * gradient**2
    new = weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon)
    return new, m.copy(), v.copy()


# %% wrong: only the weights
# says: tuple
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon)


# %% wrong: no epsilon
# says: given epsilon
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / np.sqrt(v / (1 - beta_2**step)), m, v


# %% wrong: no error in step 0
# says: ValueError
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: betas fixed
# says: beta_1 that is given
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = 0.9 * m + (1 - 0.9) * gradient
    v = 0.999 * v + (1 - 0.999) * gradient**2
    return weights - learning_rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + epsilon), m, v


# %% wrong: beta_2 fixed
# says: beta_2 that is given
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = 0.999 * v + (1 - 0.999) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - 0.999**step)) + epsilon), m, v


# %% wrong: epsilon inside the root
# says: outside the root
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step) + epsilon)), m, v


# %% wrong: epsilon fixed
# says: given epsilon
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + 1e-7), m, v


# %% wrong: squares summed over the weights
# says: no sum
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * np.sum(gradient**2)
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: steps counted from 0
# says: no step \+ 1
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**(step + 1))) / (np.sqrt(v / (1 - beta_2**(step + 1))) + epsilon), m, v
