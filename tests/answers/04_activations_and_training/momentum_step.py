# %% right: without a helper name
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if weights.shape != gradient.shape or weights.shape != velocity.shape:
        raise ValueError("the shapes differ")
    if momentum < 0 or momentum >= 1:
        raise ValueError("momentum has to be in [0, 1)")
    velocity = velocity * momentum - gradient * learning_rate
    return weights + velocity, velocity


# %% right: number by number, as a list
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if {weights.shape, gradient.shape} != {velocity.shape}:
        raise ValueError("the shapes differ")
    if not 0 <= momentum < 1:
        raise ValueError("momentum has to be in [0, 1)")
    new_weights, new_velocity = weights.copy(), velocity.copy()
    for place in np.ndindex(weights.shape):
        new_velocity[place] = momentum * velocity[place] - learning_rate * gradient[place]
        new_weights[place] = weights[place] + new_velocity[place]
    return [new_weights, new_velocity]


# %% right: by Keras
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not (weights.shape == gradient.shape == velocity.shape and 0 <= momentum < 1):
        raise ValueError("shapes or momentum are wrong")
    new_velocity = keras.ops.convert_to_tensor(momentum * velocity - learning_rate * gradient)
    return keras.ops.convert_to_tensor(weights) + new_velocity, new_velocity


# %% wrong: uphill
# says: downhill
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity + learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: a velocity without the learning rate
# says: no learning rate
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity + gradient
    return weights - learning_rate * new_velocity, new_velocity


# %% wrong: plain gradient descent
# says: forgotten
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = -learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: a running mean
# says: 1 - momentum
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - (1 - momentum) * learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: moves by the old velocity
# says: new velocity
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    return weights + velocity, momentum * velocity - learning_rate * gradient


# %% wrong: order of the results
# says: order is
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - learning_rate * gradient
    return new_velocity, weights + new_velocity


# %% wrong: only the weights
# says: tuple
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    return weights + momentum * velocity - learning_rate * gradient


# %% wrong: velocity subtracted
# says: velocity is added
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights - new_velocity, new_velocity


# %% wrong: Nesterov
# says: Nesterov
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + momentum * new_velocity - learning_rate * gradient, new_velocity


# %% wrong: writes into velocity
# says: stay as it was
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    velocity *= momentum
    velocity -= learning_rate * gradient
    return weights + velocity, velocity.copy()


# %% wrong: no errors
# says: ValueError
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: momentum not tested
# says: momentum 1
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not weights.shape == gradient.shape == velocity.shape:
        raise ValueError("shapes differ")
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: momentum fixed at 0.9
# says: momentum 0.8
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not weights.shape == gradient.shape == velocity.shape or not 0 <= momentum < 1:
        raise ValueError("shapes or momentum")
    new_velocity = 0.9 * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: the velocity takes up the whole gradient
# says: no learning rate
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - gradient
    return weights + learning_rate * new_velocity, new_velocity
