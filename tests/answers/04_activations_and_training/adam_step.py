# | clause of the docstring | tested by | answers |
# |---|---|---|
# | m: the running mean of the gradient, by beta_1 | visible: step 1 and step 100 | betas belong to the other term; betas fixed; betas swapped; zeros; constant; None; stub |
# | v: the running mean of its square, by beta_2 | visible: step 1 and step 100 | gradient not squared; beta_2 fixed; squares summed over the weights; squares the new m |
# | the correction, by the number of the step, counted from 1 | visible: steps 1, 2; hidden: steps 1 to 16 against Keras | no bias correction; correction of the first step in all steps; m not corrected; v not corrected; steps counted from 0; no correction from step 10 on |
# | the step downhill, divided by the root | visible: the weights | uphill; no root |
# | epsilon, outside the root | visible: 0.1 in step 100 | no epsilon; epsilon inside the root; epsilon fixed |
# | the defaults of learning_rate, beta_1, beta_2, epsilon | hidden: steps against Keras without settings; a gradient of 1e-7 in step 20000 | another default epsilon; another default rate |
# | Keras' way to add epsilon is right, too | all | Keras' form |
# | a tuple (weights, m, v), m and v uncorrected | visible | returns the corrected means; only the weights; v before m |
# | arrays of one shape | hidden: (6,), (3, 4), (2, 2, 3) | wrong shape; swapped axes |
# | all stay as they are, new arrays | visible, first; hidden | writes into m and v; changed input |
# | written out, without keras.optimizers | visible: one call by hand | by Keras' optimizer |
# | ValueError if step is below 1 | bad input: 0, -1 | no error in step 0 |
# | one float type, any way to compute it | all | number by number, as a list; tensors; in float32; in float64; as a tensor |

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
# says: of the gradient's square|gradient's square
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
# says: beta_1 given
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
# says: take no sum
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


# %% right: tensors
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("steps are counted from 1")
    weights, gradient, m, v = (keras.ops.convert_to_tensor(array) for array in (weights, gradient, m, v))
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * keras.ops.square(gradient)
    root = keras.ops.sqrt(v / (1 - beta_2**step))
    return weights - learning_rate * (m / (1 - beta_1**step)) / (root + epsilon), m, v


# %% wrong: no correction from step 10 on
# says: step 1[0-6]
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    if step >= 10:
        return weights - learning_rate * m / (np.sqrt(v) + epsilon), m, v
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: v before m
# says: the order is
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), v, m


# %% wrong: betas swapped
# says: averaged with beta_1
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_2 * m + (1 - beta_2) * gradient
    v = beta_1 * v + (1 - beta_1) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: squares the new m
# says: not m
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * m**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: another default epsilon
# says: has a default
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: another default rate
# says: against Keras
def adam_step(weights, gradient, m, v, step, learning_rate=0.01, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - learning_rate * (m / (1 - beta_1**step)) / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v


# %% wrong: by Keras' optimizer
# says: by hand, got a call of keras.optimizers
def adam_step(weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    if step < 1:
        raise ValueError("step")
    optimizer = keras.optimizers.Adam(learning_rate, beta_1, beta_2, epsilon)
    variable = keras.Variable(weights, dtype="float64")
    optimizer.build([variable])
    optimizer._momentums[0].assign(m)
    optimizer._velocities[0].assign(v)
    optimizer._iterations.assign(step - 1)
    optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
    return variable.numpy(), optimizer._momentums[0].numpy(), optimizer._velocities[0].numpy()
