# %% [markdown]
# # 04 Activations and training: how a network learns
#
# Take a network of twelve layers and train it on pictures of clothes. Change one word in its code, the name of a
# function applied to single numbers, and the accuracy after the same training goes from 10%, which is guessing, to
# about 80%. In this lab you find out what that function does to a network, and then what else stands between a network
# that could learn and one that does.
#
# <!-- facts -->
#
# ## Objectives
#
# 1. Write an activation function with its slope, and predict from the slope how gradients fare in a deep network.
# 2. Write a softmax that survives any input, and the gradient of cross-entropy with respect to the logits.
# 3. Find a learning rate by measuring, and say what a schedule that rises and falls buys.
# 4. Find the faults of a program that runs without an error and learns badly, and diagnose a sick training from its
#    loss curves.
# 5. (Sections 10 and 11, further) Write the steps of momentum and Adam, and compare optimisers fairly.
# 6. (Section 12, further) Write a schedule, and tell what it gains from what the start decides.
#
# The sections ask you for a prediction before they show a result. Write yours into the cell below the question: what
# teaches is the difference between the two.

# %% imports
from functools import cache, partial
from itertools import pairwise
import sys
import tempfile
import time
import warnings

from utils.checks import (
    expect_by_hand,
    expect_close,
    expect_error,
    expect_new,
    expect_unchanged,
    run_check,
)
from utils.data import load, split_validation
from utils.figures import bars, curves, image_grid, show
from utils.figures import training_curves as draw
from utils.training import ProgressBar
import keras
import keras_tuner
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
import tensorflow as tf
from tqdm import tqdm

progress = partial(tqdm, leave=False, file=sys.stdout, ncols=90, ascii=" =")

# %% [markdown]
# The data: 20,000 of Fashion-MNIST's training pictures to learn from and 4,000 others to compare choices on. The test
# pictures stay closed until the end of section 6, where they are used once. (Lab 03 has looked at 2,000 of them, once,
# at its end; no choice was made on them.)

# %%
data = load("fashion_mnist")
x_train, y_train, x_val, y_val = split_validation(data.x_train, data.y_train, 4_000)
x_train, y_train = x_train[:20_000].astype("float32") / 255, y_train[:20_000]
x_val = x_val.astype("float32") / 255
print(x_train.shape, x_val.shape)

# %% evidence
names = [data.class_names[label] for label in y_train[:16]]
show(
    image_grid(x_train[:16], names, suptitle="Ten kinds of clothes"),
    alt="Sixteen small grey pictures of shirts, shoes, bags and other clothes, each with the name "
    "of its class.",
)

# %% [markdown]
# ## 1. Six functions and their slopes (16 minutes, core)
#
# A dense layer or a convolution computes weighted sums. An **activation function** is applied to each of these sums, on
# its own. Why is it there at all? Here are two layers without one.
#
# **Predict.** An image goes through a dense layer of 784 x 500 weights and then through one of 500 x 10. How many
# weights would *one* layer need to give exactly the same outputs for every image?

# %% guess [markdown]
# *Your prediction: ___ weights, because ...*

# %%
random = np.random.default_rng(0)
first, second = random.normal(size=(784, 500)), random.normal(size=(500, 10))
images = x_val[:100].reshape(100, 784)
in_two_layers = (images @ first) @ second
in_one_layer = images @ (first @ second)
print("weights of the two layers:", first.size + second.size)
print("weights of one layer that does the same:", (first @ second).size)

# %% evidence
assert np.allclose(in_two_layers, in_one_layer)
assert (first.size + second.size, (first @ second).size) == (397_000, 7_840)

# %% [markdown]
# 7,840 weights do what 397,000 did: a product of matrices is a matrix. However many layers you stack, without something
# non-linear between them you have one layer. Here are six activation functions that are used or were used widely, each
# with its **slope**: how much the output changes when the input changes a little. `tf.GradientTape` records a
# computation and gives its derivatives.
#
# **Predict.** How steep is each of sigmoid, tanh and ReLU at its steepest place?

# %% guess [markdown]
# *Your prediction: sigmoid at most ___, tanh at most ___, ReLU at most ___.*

# %%
x = np.linspace(-4, 4, 401).astype("float32")
shapes = {}
for name in ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu"]:
    activation, inputs = keras.activations.get(name), tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = activation(inputs)
    shapes[name] = outputs.numpy(), tape.gradient(outputs, inputs).numpy()
    lowest, highest = np.min(shapes[name], axis=1), np.max(shapes[name], axis=1)
    print(f"{name:10}  outputs {lowest[0]:5.2f} to {highest[0]:4.2f}", end=",  ")
    print(f"slopes {lowest[1]:5.2f} to {highest[1]:4.2f}")

# %% evidence
assert np.isclose(shapes["sigmoid"][1].max(), 0.25)
assert np.isclose(shapes["tanh"][1].max(), 1)
show(
    draw.activations(x, shapes),
    alt="Six panels with output and slope. Sigmoid's slope is a low hump of at most 0.25, tanh's a "
    "hump up to 1; both vanish far from 0. ReLU's slope is 0 left and 1 right of 0; leaky ReLU's "
    "is 0.2 on the left; ELU and GELU bend smoothly.",
)

# %% [markdown]
# Sigmoid is the least steep: nowhere more than 0.25, while tanh and ReLU reach 1. Read the dashed lines as traffic
# rules for learning. When a network learns, a gradient comes back through each unit and is multiplied with the slope at
# the place where the unit stood. Where the dashed line is near zero, nothing gets through, and the weights before that
# unit do not learn from this example.
#
# - **sigmoid** squeezes any number into 0 to 1, **tanh** into −1 to 1. Far from zero both are flat: they **saturate**.
# - ReLU (rectified linear unit) keeps positive numbers and replaces negative ones by 0: full slope on one side,
#   none on the other.
# - **leaky ReLU** leaves a small slope on the negative side. Keras' function takes 0.2 for it, PyTorch's 0.01.
# - **ELU** and **GELU** are smooth relatives of ReLU. GELU even dips a little: its slope is negative in places.

# %% [markdown]
# ### Exercise 1: `leaky_relu` (objective 1)
#
# Write both functions. A small example, with a negative slope of 0.1: the inputs −2, 0, 3 give the outputs −0.2, 0, 3
# and the slopes 0.1, 0.1, 1. At exactly 0 the function has a corner and no slope; take the negative side's there, as
# TensorFlow does.


# %% exercise="leaky_relu"
def leaky_relu(x, negative_slope=0.1):
    """Return x where it is positive, and negative_slope * x elsewhere.

    Args:
        x: an array of any shape, floats or integers; it stays as it is.
        negative_slope: the factor for negative numbers, a float, at least 0 and less than 1.

    Returns:
        A new float array of x's shape.

    Raises:
        ValueError: if negative_slope is not in that range.
    """
    ### BEGIN SOLUTION
    if not 0 <= negative_slope < 1:
        raise ValueError(f"negative_slope has to be in [0, 1), got {negative_slope}")
    return np.where(x > 0, x, negative_slope * x)
    ### END SOLUTION


def leaky_relu_slope(x, negative_slope=0.1):
    """Return the slope of leaky_relu at each x: 1 where x is positive, negative_slope elsewhere;
    otherwise as above (a new float array, the same ValueError).
    """
    ### BEGIN SOLUTION
    if not 0 <= negative_slope < 1:
        raise ValueError(f"negative_slope has to be in [0, 1), got {negative_slope}")
    return np.where(x > 0, 1.0, negative_slope)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where to start</summary>
# You need a decision for each number of an array. <code>np.where(condition, a, b)</code> takes from a where the
# condition holds and from b elsewhere.
# </details>
# <details><summary>Hint 2: the condition</summary>
# The condition is <code>x > 0</code> in both functions, so that 0 belongs to the negative side. The slope does not
# depend on how far from 0 x is.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# Test <code>0 <= negative_slope < 1</code> first and raise the ValueError. Then
# <code>np.where(x > 0, x, negative_slope * x)</code>; for the slope put 1.0 and negative_slope in the places of x and
# negative_slope * x.
# </details>


# %% check="leaky_relu"
def _check_leaky_relu():
    x = np.array([-2.0, 0.0, 3.0])
    before, got = x.copy(), leaky_relu(x, 0.1)
    expect_unchanged("leaky_relu(x), its x", x, before)
    slope = leaky_relu_slope(x, 0.1)
    expect_unchanged("leaky_relu_slope(x), its x", x, before)
    expect_new("leaky_relu(x)", got, x)
    expect_new("leaky_relu_slope(x)", slope, x)
    hints = [
        ([2.0, 0.0, 3.0], "This is the absolute value."),
        ([0.0, 0.0, 3.0], "This is ReLU: where has the small slope on the negative side gone?"),
        ([-0.1, 0.0, 3.0], "The output grows with the input: multiply x by negative_slope."),
        ([0.2, 0.0, 3.0], "The function rises on the negative side: -2 gives -0.2."),
        ([-0.4, 0.0, 3.0], "This is a slope of 0.2, Keras' default: use the negative_slope given."),
    ]
    expect_close("leaky_relu([-2, 0, 3], 0.1)", got, [-0.2, 0, 3], hints=hints)
    hints = [
        ([0.1, 1.0, 1.0], "At exactly 0 take the negative side's slope."),
        ([0.0, 0.0, 1.0], "This is ReLU's slope."),
        ([-0.1, -0.1, 1.0], "The function rises on the negative side as well: a positive slope."),
        ([-0.2, 0.0, 3.0], "This is leaky_relu itself, not its slope."),
        ([-0.2, 0.0, 1.0], "The slope is the same on all of the negative side: no factor x."),
    ]
    expect_close("leaky_relu_slope([-2, 0, 3], 0.1)", slope, [0.1, 0.1, 1], hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    drawn = np.round(random.uniform([0.25, 0.005, 0.7], [0.45, 0.04, 0.95]), 3).tolist()
    for shape, negative_slope in zip([(7,), (2, 3, 4), (3, 2), (4, 6)], [*drawn, 0.0]):
        x = random.normal(0, 3, size=shape).astype("float32")
        x.flat[0] = -random.uniform(1, 9)
        before, tensor = x.copy(), tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            expected = keras.ops.leaky_relu(tensor, negative_slope)
        slopes = tape.gradient(expected, tensor)
        call = f"(an array of shape {shape}, {negative_slope})"
        got = expect_by_hand(f"leaky_relu{call}", leaky_relu, (x, negative_slope))
        slope = expect_by_hand(f"leaky_relu_slope{call}", leaky_relu_slope, (x, negative_slope))
        expect_unchanged(f"leaky_relu{call}, its x", x, before)
        expect_new(f"leaky_relu{call}", got, x)
        expect_close(f"leaky_relu{call}", got, expected)
        expect_close(f"leaky_relu_slope{call}", slope, slopes)
    low, high = random.integers(2, 9, 2).tolist()
    x, positive = np.array([[-low, 0], [high, -1]]), np.array([1.0, high])
    lost = "Fractions are lost: is your result an array of integers, like x?"
    default = "negative_slope has a default, 0.1: has your function another?"
    whys = [(0, lost), (0.2, default), (0.01, default)]
    hints = [([[-s * low, 0], [high, -s]], why) for s, why in whys]
    expected, got = [[-0.1 * low, 0], [high, -0.1]], leaky_relu(x)
    expect_close(f"leaky_relu(integers {x.tolist()})", got, expected, hints=hints)
    hints = [([[s, s], [1, s]], why) for s, why in whys]
    call, got = f"leaky_relu_slope(integers {x.tolist()})", leaky_relu_slope(x)
    expect_close(call, got, [[0.1, 0.1], [1, 0.1]], hints=hints)
    got = leaky_relu(positive)
    expect_new(f"leaky_relu([1, {high}])", got, positive)
    expect_close(f"leaky_relu([1, {high}])", got, positive)
    for function in [leaky_relu, leaky_relu_slope]:
        kind = np.asarray(function(np.array([1, 2]))).dtype
        message = f"{function.__name__}(integers [1, 2]): expected floats, got {kind}."
        assert kind.kind == "f", message
    ### END HIDDEN TESTS


run_check("leaky_relu", _check_leaky_relu)


# %% bad_input="leaky_relu"
def _check_leaky_relu_bad_input():
    x = np.array([-2.0, 3.0])
    expect_close("leaky_relu([-2, 3], 0)", leaky_relu(x, 0), [0, 3])
    expect_close("leaky_relu_slope([-2, 3], 0)", leaky_relu_slope(x, 0), [0, 1])
    why = "negative_slope has to be at least 0 and less than 1, in both functions."
    for bad in [-0.1, 1.5]:
        expect_error(f"leaky_relu(x, {bad})", lambda bad=bad: leaky_relu(x, bad), hint=why)
        wrong = partial(leaky_relu_slope, x, bad)
        expect_error(f"leaky_relu_slope(x, {bad})", wrong, hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for bad in [1, -round(random.uniform(0.01, 3), 3), round(random.uniform(1.01, 5), 3)]:
        expect_error(f"leaky_relu(x, {bad})", lambda bad=bad: leaky_relu(x, bad), hint=why)
        wrong = partial(leaky_relu_slope, x, bad)
        expect_error(f"leaky_relu_slope(x, {bad})", wrong, hint=why)
    ### END HIDDEN TESTS


run_check("leaky_relu, bad input", _check_leaky_relu_bad_input)

# %% instructor [markdown]
# **For instructors.** After the first experiment ask why the two layers are one, not only how many weights it has; the
# brackets of (x A) B = x (A B) on the board are the whole answer. Typical wrong answers to exercise 1 are plain ReLU,
# slope 1 at exactly 0, a slope that is multiplied by x, and arrays of integers that lose the fractions (`zeros_like` of
# an integer x); the error for a bad `negative_slope` has to come from both functions. If time is short, break off
# before the exercise: nothing later uses its functions.

# %% [markdown]
# ## 2. Twelve layers deep (14 minutes, core)
#
# Now the network of the first paragraph: eleven hidden layers of 64 units and an output layer. Its ten outputs, one for
# each class, are logits: numbers of any size, of which the largest is the network's answer (section 3 makes
# probabilities of them). Keras draws the first weights by the rule of Glorot and Bengio (2010), `"glorot_uniform"`: so
# large that sums keep their size from layer to layer, forward and backward, *if the activation's slope is 1*.
#
# To learn is to change each weight a little against its gradient: the direction and the rate in which the loss
# grows with it. Plain gradient descent changes a layer whose gradient is a millionth of another's a million times more
# slowly. So we measure how long the gradient of each layer's weights is (its **norm**: the root of the sum of squares).


# %%
def build_deep(activation, initializer="glorot_uniform", seed=0):
    """Eleven hidden dense layers of 64 units, each followed by the activation, and ten logits."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
    for _ in range(11):
        model.add(keras.layers.Dense(64, kernel_initializer=initializer))
        model.add(keras.layers.Activation(activation))
    model.add(keras.layers.Dense(10))
    return model


cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def gradient_norms(model, images, labels):
    """Return the norm of the loss's gradient for the weights of each dense layer, input first."""
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    with tf.GradientTape() as tape:
        loss = cross_entropy(labels, model(images))
    return [float(tf.norm(gradient)) for gradient in tape.gradient(loss, kernels)]


# %% [markdown]
# **Predict.** Sigmoid's slope is at most 0.25. A gradient passes eleven activations on its way from the loss to the
# first layer. By what factor is the first layer's gradient smaller than the last one's? Write down a power of ten for
# sigmoid, and one for tanh.

# %% guess [markdown]
# *Your prediction: first layer / last layer is about 10 to the power of ___ for sigmoid and of ___ for tanh, because
# ...*

# %%
names = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu"]
norms_before = {name: gradient_norms(build_deep(name), x_val[:500], y_val[:500]) for name in names}
for name, norms in norms_before.items():
    print(f"{name:10}  first layer {norms[0]:.0e},  last {norms[-1]:.0e}", end=",  ")
    print(f"first / last {norms[0] / norms[-1]:.0e}")

# %% evidence
print(f"0.25 to the 11th power: {0.25**11:.0e}")
ratio = {name: norms[0] / norms[-1] for name, norms in norms_before.items()}
assert ratio["sigmoid"] < 1e-5
assert all(1 < ratio[name] < 30 for name in names[1:])
show(
    draw.by_layer(
        {"before training": norms_before},
        ylabel="norm of the gradient (logarithmic)",
        title="How much of the gradient each layer gets",
    ),
    alt="Sigmoid's gradients fall in a straight line over six powers of ten from layer 12 to layer "
    "1; the lines of the other five are flat, at different heights.",
)

# %% [markdown]
# Sigmoid's first layer gets less than a hundred-thousandth of what its last layer gets, and eleven slopes give the
# number: 0.25 to the 11th power is 2 · 10⁻⁷. This is the **vanishing gradient**, and a straight line on a logarithmic
# axis is its fingerprint: a factor per layer. With the other five the first layer gets no less than the last one. (Some
# lines lie lower than tanh's, and still the first layer does not starve: section 8, further, says why.)
#
# Does it matter? You know `model.fit`. Here is what is inside it: a loop of **steps**. One step takes a batch of
# images, computes the loss (forward), has the tape compute the gradient of every weight (backward), and lets the
# optimiser change the weights. `tf.function` compiles the loop once, which makes it several times faster. It is a class
# because every later experiment uses it. (Read the loop in `steps`; the rest is bookkeeping.)


# %%
def accuracy(model, images=x_val, labels=y_val):
    """Return the fraction of images whose largest logit is the right class's."""
    return float(np.mean(np.argmax(model(images), axis=-1) == labels))


def compiled_steps(model, optimizer):
    """Return a function that does a step for each rate, on its own batch, and gives the losses."""
    some = None  # any number of steps, of images in a batch
    batches = [tf.TensorSpec([some, some, 28, 28, 1]), tf.TensorSpec([some, some], "int32")]

    @tf.function(input_signature=[*batches, tf.TensorSpec([some])])
    def steps(images, labels, rates):
        losses = tf.TensorArray("float32", tf.size(rates))
        for number in tf.range(tf.size(rates)):
            optimizer.learning_rate.assign(rates[number])
            with tf.GradientTape() as tape:
                loss = cross_entropy(labels[number], model(images[number], training=True))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)
            losses = losses.write(number, loss)
        return losses.stack()

    return steps


# %%
class Trainer:
    """A network, its optimiser, and their steps; `train` starts from new weights."""

    def __init__(self, build, optimizer):
        self.model, self.optimizer = build(seed=0), optimizer
        self.first_weights = cache(lambda seed: build(seed=seed).get_weights())  # built once a seed
        optimizer.build(self.model.trainable_variables)
        self.steps = compiled_steps(self.model, optimizer)

    def train(self, rates, seed=0, pair=(x_train, y_train), batch_size=128, look=None, stops=()):
        """Do a step for each rate, each on a random batch; return the losses. `look` at `stops`."""
        self.model.set_weights(self.first_weights(seed))
        for variable in self.optimizer.variables:  # it must not remember an earlier training
            variable.assign(keras.ops.zeros_like(variable))
        shape, losses = (len(rates), batch_size), []
        picked = np.random.default_rng(seed).integers(0, len(pair[0]), shape)
        for start, end in pairwise(sorted({0, *stops, len(rates)})):
            images, labels = (part[picked[start:end]] for part in pair)
            losses.append(self.steps(images, labels.astype("int32"), rates[start:end]))
            if end in stops:
                look(end)
        return np.concatenate(losses)


# %% [markdown]
# The optimiser is Adam (section 4 says what it does) with its usual learning rate, 0.001. Four of the six networks,
# those with sigmoid, tanh, ReLU and leaky ReLU, get 150 batches of 128 images each.
#
# **Predict.** Which of the four will be right on many more images than guessing is?

# %% guess [markdown]
# *Your prediction: above guessing are ___, because ...*

# %%
deep, scores = {}, {}
for name in progress(names[:4], desc="four networks of twelve layers"):
    deep[name] = Trainer(partial(build_deep, name), keras.optimizers.Adam())
    deep[name].train(np.full(150, 0.001))
    scores[name] = accuracy(deep[name].model)
print(",  ".join(f"{name} {score:.0%}" for name, score in scores.items()))

# %% evidence
assert scores["sigmoid"] < 0.25
assert min(score for name, score in scores.items() if name != "sigmoid") > 0.4
assert max(scores.values()) > 0.75

# %% [markdown]
# Sigmoid still guesses. The other three learn; do not rank them, one start and 150 steps decide nothing. Activation and
# first weights belong together: tanh goes with Glorot's rule, ReLU and its relatives with that of He et al. (2015),
# `"he_normal"`, which makes up for the half that ReLU shuts off. (Later labs add BatchNorm and skip connections, which
# make a network less sensitive to both.)

# %% instructor [markdown]
# **For instructors.** Show the gradients by layer and ask for the factor per layer: sigmoid's line falls by six and a
# half powers of ten over eleven steps, so by about a quarter each. Whoever asks why Adam, which enlarges small
# gradients, does not rescue sigmoid has earned section 8. The accuracies of the three that learn depend on the start:
# do not let anybody rank them. The class `Trainer` has to be run, every later experiment uses it.

# %% [markdown]
# ## 3. From logits to a loss (28 minutes, core)
#
# Softmax makes probabilities of the ten logits: raise e to each, divide by the sum. Cross-entropy is then the loss:
# minus the logarithm of the probability that the right class got.
#
# $$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \qquad \text{loss} = -\log p_{\text{label}}$$
#
# **Predict.** What loss has a network that gives each of ten classes the same probability? And what does the formula,
# typed into NumPy as it stands, make of the logits (1000, 1001, 1002)?

# %% guess [markdown]
# *Your prediction: the loss is ___; the formula gives ___ for the three.*

# %%
print(f"loss when guessing: {-np.log(1 / 10):.4f}")
for logits in [np.array([0.0, 1.0, 2.0]), np.array([1000.0, 1001.0, 1002.0])]:
    with np.errstate(all="ignore"):  # NumPy stays silent, whatever comes
        typed_in = np.exp(logits) / np.exp(logits).sum()
    print(logits, "typed in:", typed_in, " Keras:", keras.ops.softmax(logits).numpy())

# %% evidence
assert abs(-np.log(1 / 10) - 2.3026) < 1e-4

# %% [markdown]
# 2.3026, the natural logarithm of 10, is worth remembering: it is the loss of pure guessing with ten classes, and a
# network that starts far above it or stays at it has something to tell you.
#
# The formula typed in gives `nan` (not a number) for the second row: e¹⁰⁰⁰ is more than a computer's number can hold
# (an **overflow**), it becomes infinite, and infinite divided by infinite is no number. Yet the right answer is the
# same for both rows: Keras gives the same three numbers. Why should that be so, and what can you subtract?
#
# ### Exercise 2: `softmax` (objective 2)
#
# Write a softmax that is right for logits of any size. A small example: the logits (0, log 3) give the probabilities
# (1/4, 3/4), and so do (5000, 5000 + log 3).


# %% exercise="softmax"
def softmax(logits):
    """Turn logits into probabilities along the last axis, without overflow.

    Written out with NumPy (or basic keras.ops): without a softmax or logsumexp of keras.ops,
    keras.activations, TensorFlow (tf.nn, tf.math), or scipy.special.

    Args:
        logits: an array of shape (..., classes) with any number of axes before the last, floats or
            integers, of any finite size; it stays as it is. Rows may differ a lot: one around
            -5000, the next around 5000.

    Returns:
        A new float array of the same shape, not negative, each row along the last axis adding up
        to 1. It may be as precise as float32 or float64.

    Raises:
        ValueError: if a logit is not finite (nan, inf or -inf).
    """
    ### BEGIN SOLUTION
    if not np.all(np.isfinite(logits)):
        raise ValueError("the logits have to be finite numbers")
    shifted = logits - np.max(logits, axis=-1, keepdims=True)
    powers = np.exp(shifted)
    return powers / np.sum(powers, axis=-1, keepdims=True)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: why both rows give the same</summary>
# Multiply numerator and denominator of the fraction by the same number, e to the power of −c. Every logit then becomes
# z − c, and the fraction is still the same.
# </details>
# <details><summary>Hint 2: which number to subtract</summary>
# Overflow comes from large positive numbers only; e to a large negative power is 0, which is harmless. So make the
# largest logit of each row 0: c is the row's maximum.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>np.max(logits, axis=-1, keepdims=True)</code> has one number for each row and keeps the axis, so that it can be
# subtracted. Sum with the same <code>axis=-1, keepdims=True</code>. For the error:
# <code>np.all(np.isfinite(logits))</code>.
# </details>


# %% check="softmax"
def _check_softmax():
    random = np.random.default_rng(2)
    logits = random.normal(0, 3, size=(4, 5))
    before, powers, expected = logits.copy(), np.exp(logits), keras.ops.softmax(logits)
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    call = "softmax(an array of shape (4, 5))"
    library = [f"keras.ops.{name}" for name in ("softmax", "log_softmax", "logsumexp")]
    library += [f"scipy.special.{name}" for name in ("softmax", "log_softmax", "logsumexp")]
    library += ["keras.activations.softmax", "tensorflow.nn.softmax", "tensorflow.nn.log_softmax"]
    library += ["tensorflow.reduce_logsumexp", "tensorflow.compat.v1.nn.softmax"]
    got = expect_by_hand(call, softmax, (logits,), *library)
    expect_unchanged("softmax(logits), its logits", logits, before)
    why = "adds up to 1, but each row should: sum along the last axis."
    hints = [(part / part.sum(axis=0), f"Each column {why}") for part in (powers, shifted)]
    hints += [(part / part.sum(), f"The whole array {why}") for part in (powers, shifted)]
    hints += [(powers, "Divide by the sum."), (np.log(expected), "These are the logarithms.")]
    hints += [(logits / logits.sum(axis=-1, keepdims=True), "Raise e to each logit first.")]
    expect_close(call, got, expected, hints=hints)

    logits = np.array([0.0, np.log(3.0)])
    expect_close("softmax([0, log 3])", softmax(logits.copy()), [0.25, 0.75])
    got, call = softmax(logits + 5000), "softmax([5000, 5000 + log 3])"
    message = f"{call}: expected finite numbers, got {got}."
    assert np.all(np.isfinite(got)), f"{message} e to the 5000 overflows: subtract the maximum."
    expect_close(call, got, [0.25, 0.75], atol=2e-4)
    rows = np.array([[5000.0, 5001.0, 4999.0], [-5000.0, -5001.0, -4999.0]])
    got, call = softmax(rows.copy()), "softmax(one row around 5000, one around -5000)"
    message = f"{call}: expected finite numbers, got {got}."
    assert np.all(np.isfinite(got)), f"{message} Subtract each row's own maximum."
    expect_close(call, got, keras.ops.softmax(rows))
    logits = random.normal(size=(2, 3, 4))
    call, expected = "softmax(an array of shape (2, 3, 4))", keras.ops.softmax(logits)
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    hints = [(shifted / shifted.sum(axis=1, keepdims=True), "The last axis is -1, not 1.")]
    expect_close(call, softmax(logits), expected, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    sizes = [((6,), 1), ((3, 3), 2), ((2, 3, 4), 5), ((2, 3, 4, 5), 3), ((1, 4), 0)]
    drawn = tuple(random.permutation(np.arange(2, 9))[:3].tolist())
    for shape, size in [*sizes, (drawn, 4), ((5, 10), 300), ((7, 2), 2000)]:
        logits = random.normal(size=shape) * size + random.normal(size=(*shape[:-1], 1)) * size
        logits, call = logits.astype("float32"), f"softmax(an array of shape {shape})"
        before, got = logits.copy(), softmax(logits)
        expect_unchanged(f"{call}, its logits", logits, before)
        expect_new(call, got, logits)
        atol = 1e-6 if size < 100 else 1e-3  # float32 keeps seven digits of a logit
        expect_close(call, got, keras.ops.softmax(before), rtol=1e-4, atol=atol)
    large = int(random.integers(800, 3000))
    integers = np.array([random.permutation(9)[:3], [large, 0, large]])
    expected = keras.ops.softmax(integers.astype("float64"))
    expect_close(f"softmax(integers {integers.tolist()})", softmax(integers), expected)
    expected = keras.ops.softmax(np.array([0.0, -1.0]))
    call, got = f"softmax([{-large}, {-large - 1}])", softmax(np.array([-large, -large - 1.0]))
    expect_close(call, got, expected, atol=2e-4)
    gap = int(random.integers(29, 50))
    got = np.asarray(softmax(np.array([float(gap), 0.0])))[1] * np.exp(gap)
    expect_close(f"softmax([{gap}, 0])[1] * e ** {gap}", got, 1, rtol=1e-3)
    expect_close(f"softmax([[{-gap}]])", softmax(np.array([[-float(gap)]])), [[1.0]])
    got = softmax(np.array([2e6, 2e6, -2e6]))
    expect_close("softmax([2e6, 2e6, -2e6])", got, [0.5, 0.5, 0.0])
    ### END HIDDEN TESTS


run_check("softmax", _check_softmax)


# %% bad_input="softmax"
def _check_softmax_bad_input():
    expect_close("softmax([2, 2])", softmax(np.array([2.0, 2.0])), [0.5, 0.5])
    why = "One logit is not finite: look for it by np.isfinite before you compute."
    for bad in [np.nan, np.inf, -np.inf]:
        row = np.array([0.0, bad])
        expect_error(f"softmax([0, {bad}])", lambda row=row: softmax(row), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    rows, columns, place = rng().integers([3, 4, 0], [9, 9, 4]).tolist()
    for bad in [np.nan, np.inf, -np.inf]:
        table = np.zeros((rows, columns), "float32")
        table[1, place] = bad
        call = f"softmax({rows} x {columns} logits, one of them {bad})"
        expect_error(call, lambda table=table: softmax(table), hint=why)
    ### END HIDDEN TESTS


run_check("softmax, bad input", _check_softmax_bad_input)

# %% [markdown]
# Keras goes one step further: with `from_logits=True` its loss takes the logits themselves and computes softmax and
# logarithm together, so that not even log 0 can happen. The setting must match the network's last layer. In this course
# networks end with logits, and losses say `from_logits=True`.
#
# ### Exercise 3: `cross_entropy_gradient` (objective 2)
#
# How does the loss change with each logit? Work it out on paper before you look at the hints: take the logarithm of the
# fraction first; the loss of one image is then $-z_{\text{label}} + \log \sum_j e^{z_j}$, and its derivative with
# respect to $z_k$ has two parts.
#
# A small example: the logits (0, log 3) with label 0 have the gradient (−3/4, 3/4). With a second image in the batch
# each image counts half, because the loss is the *mean* over the batch.


# %% exercise="cross_entropy_gradient"
def cross_entropy_gradient(logits, labels):
    """Return the gradient of the mean cross-entropy of a batch with respect to its logits.

    Written by hand, without automatic differentiation (tf.GradientTape, tf.gradients). Take
    keras.ops.softmax for the probabilities: np.array makes an array of its result that you may
    write into.

    Args:
        logits: (batch, classes), floats of any finite size; they stay as they are.
        labels: (batch,), integers of any kind from 0 to classes - 1; they stay as they are.

    Returns:
        A new float array of shape (batch, classes).

    Raises:
        ValueError: if a label is below 0 or above classes - 1. (NumPy would silently take -1 for
            the last class.)
    """
    ### BEGIN SOLUTION
    batch, classes = logits.shape
    if np.min(labels) < 0 or np.max(labels) >= classes:
        raise ValueError(
            f"labels have to be 0 to {classes - 1}, got {np.min(labels)} to {np.max(labels)}"
        )
    probabilities = np.asarray(keras.ops.softmax(logits))
    one_hot = np.eye(classes)[labels]
    return (probabilities - one_hot) / batch
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the two parts</summary>
# The derivative of log Σ e<sup>z</sup> with respect to z<sub>k</sub> is e<sup>z<sub>k</sub></sup> / Σ e<sup>z</sup>.
# You know that fraction. The derivative of −z<sub>label</sub> is −1 for k = label and 0 for all others.
# </details>
# <details><summary>Hint 2: in words</summary>
# The gradient is the probability that each class got, minus 1 for the right class: how far each probability is from
# what it should be. Rows add up to 0.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>np.eye(classes)[labels]</code> has a row for each image with a 1 at its label. Subtract it from the
# probabilities, and divide by the number of images.
# </details>


# %% check="cross_entropy_gradient"
def _check_cross_entropy_gradient_reference(logits, labels):
    probabilities = np.array(keras.ops.softmax(logits), "float64")
    probabilities[np.arange(len(labels)), labels] -= 1
    return probabilities / len(labels)


def _check_cross_entropy_gradient():
    logits, labels = np.array([[0.0, np.log(3.0)]]), np.array([0])
    before, labels_before = logits.copy(), labels.copy()
    call = "cross_entropy_gradient([[0, log 3]], [0])"
    tapes = "tensorflow.GradientTape", "tensorflow.gradients"
    got = expect_by_hand(call, cross_entropy_gradient, (logits, labels), *tapes)
    expect_unchanged(f"{call}, its logits", logits, before)
    expect_unchanged(f"{call}, its labels", labels, labels_before)
    hints = [([[0.75, -0.75]],
            "The sign is wrong: a larger logit of the right class makes the loss smaller."),
        ([[0.25, 0.75]], "These are the probabilities: subtract 1 for the right class."),
        ([[-4.0, 0.0]], "This is the gradient with respect to the probabilities; go one step "
            "further, to the logits."),
        ([[-0.375, 0.375]], "A mean over the images of the batch, not over the classes."),
        ([[-1.0, np.log(3.0)]], "1 was subtracted from the logits: from their softmax, please."),
        ([[0.0, 1.0]], "Softmax runs over the classes, the last axis."),
        ([[-0.75, 0.0]], "The other classes' logits change the loss as well.")]  # fmt: skip
    expect_close(call, got, [[-0.75, 0.75]], hints=hints)

    logits = np.random.default_rng(3).normal(0, 2, size=(6, 4))
    labels, before = np.array([3, 0, 0, 2, 1, 3]), logits.copy()
    expected = _check_cross_entropy_gradient_reference(logits, labels)
    columns = np.array(keras.ops.softmax(logits))
    columns[:, labels] -= 1
    hints = [(expected * 6, "The loss is the mean over the batch: divide by the number of images."),
        (expected * 6 / 4, "Divide by the number of images, not of classes.")]  # fmt: skip
    why = "[:, labels] takes whole columns: each image needs its own label alone."
    hints += [(columns / 6, why), (columns, why)]
    got = cross_entropy_gradient(logits, labels)
    expect_unchanged("cross_entropy_gradient(a batch of 6, ...), its logits", logits, before)
    expect_close("cross_entropy_gradient(a batch of 6, 4 classes)", got, expected, hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    some, many, large = random.integers([4, 9, 5000], [8, 16, 9000]).tolist()
    for batch, classes, size in [
        (1, 3, 1), (5, 5, 3), (32, 10, 1), (some, many, 2), (3, 7, large), (2, 9, 1),
    ]:  # fmt: skip
        logits = np.round(random.normal(size=(batch, classes)) * size * 8) / 8  # exact in float32
        labels = random.integers(0, classes, batch)
        if batch == 2:
            logits, labels = logits.astype("float32"), np.array([8, 0], "uint8")
        before, labels_before, tensor = logits.copy(), labels.copy(), tf.constant(logits)
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            loss = keras.losses.sparse_categorical_crossentropy(labels, tensor, from_logits=True)
            loss = keras.ops.mean(loss)
        call = f"a batch of {batch}, {classes} classes, logits around {size}"
        call, got = f"cross_entropy_gradient({call})", cross_entropy_gradient(logits, labels)
        expect_unchanged(f"{call}, its logits", logits, before)
        expect_unchanged(f"{call}, its labels", labels, labels_before)
        expect_new(call, got, logits)
        expect_close(call, got, tape.gradient(loss, tensor), rtol=1e-4)
    ### END HIDDEN TESTS


run_check("cross_entropy_gradient", _check_cross_entropy_gradient)


# %% bad_input="cross_entropy_gradient"
def _check_cross_entropy_gradient_bad_input():
    got = cross_entropy_gradient(np.zeros((2, 2)), np.array([0, 1]))
    call = "cross_entropy_gradient(zeros, labels 0 and 1)"
    expect_close(call, got, [[-0.25, 0.25], [0.25, -0.25]])
    why = "Two classes have the labels 0 and 1. Test the labels before you use them as an index."
    for bad in [2, -1]:
        call, labels = f"cross_entropy_gradient(2 classes, label {bad})", np.array([bad])
        wrong = partial(cross_entropy_gradient, np.zeros((1, 2)), labels)
        expect_error(call, wrong, hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    classes, less, more = rng().integers([3, 2, 1], [9, 9, 9]).tolist()
    for bad in [classes, -less, classes + more]:
        call = f"cross_entropy_gradient({classes} classes, label {bad})"
        wrong = partial(cross_entropy_gradient, np.zeros((3, classes)), np.array([0, bad, 1]))
        expect_error(call, wrong, hint=f"{classes} classes have the labels 0 to {classes - 1}.")
    ### END HIDDEN TESTS


run_check("cross_entropy_gradient, bad input", _check_cross_entropy_gradient_bad_input)

# %% instructor [markdown]
# **For instructors.** Show `nan` for 1000 before anybody writes softmax, and ask the class what may be subtracted.
# Typical wrong answers: the sum along the first axis or over the whole array, one maximum for the whole array (rows
# around −5000 then underflow), the mean subtracted, logits clipped, a shift in place. In exercise 3: no division by the
# batch, or one by the number of classes; the sign; the derivative with respect to the probabilities in place of the
# logits; `[:, labels]`, which changes whole columns; no error for label −1. Both exercises want paper first; if only
# one fits, take exercise 3.

# %% [markdown]
# ## 4. How long a step (5 minutes, core)
#
# The gradient says where uphill is. What to do with it is up to the optimiser. Plain gradient descent
# (**SGD**, the S for the random batches) takes a step of learning rate x gradient downhill. Its trouble is valleys:
# steep across, nearly flat along. A rate that is right for the flat direction makes it jump from wall to wall. Two
# ideas help:
#
# - **Momentum** remembers. A velocity takes up a fraction of every gradient; what points the same way again and again
#   adds up, what changes its sign cancels out.
# - **RMSprop** (Hinton, in a lecture of 2012) divides each weight's gradient by its own usual size, the root of a
#   running mean of its square. Steep and flat directions then get steps alike.
#
# **Adam** (Kingma and Ba, 2015) does both, and most people start with it. Whatever the size of the gradients, its steps
# are about as long as the learning rate, shorter where gradients disagree. So the learning rate is the first number to
# get right. (Sections 10 and 11, further, have the formulas, as exercises, all four in two landscapes, and a fair race
# of SGD and Adam.)
#
# The **range test** (Smith, 2017) measures it in one short training: start with a tiny rate, multiply it a little in
# every step, and watch the loss. Our task from here on is a small convolutional network; its 120 steps lead from a rate
# of 0.00001 to 1.
#
# **Predict.** Sketch the curve of the loss against the rate, on paper.

# %% guess [markdown]
# *Your sketch in numbers: the loss at a rate of 0.00001 is about ___, at 0.001 ___, at 0.03 ___, at 1 ___.*


# %%
def build_cnn(seed=0):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
            keras.layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10),
        ]
    )


small = Trainer(build_cnn, keras.optimizers.Adam())
rates = np.geomspace(1e-5, 1, 120)
range_losses = small.train(rates)
smooth = np.convolve(np.pad(range_losses, 5, mode="edge"), np.ones(11) / 11, "valid")
lowest = rates[np.argmin(smooth)]  # of the means of 11 steps
print(f"lowest smoothed loss at a rate of {lowest:.3f}; a third of it: {lowest / 3:.3f}")

# %% evidence
assert 0.01 < lowest < 0.1
assert range_losses[-5:].mean() > 2 * smooth.min()
show(
    draw.range_test(rates, range_losses, smooth, {"lowest": lowest, "a third of it": lowest / 3}),
    alt="The loss is flat at about 2.3 at the smallest rates, then falls to its lowest point at a "
    "few hundredths, and rises steeply beyond it.",
)

# %% [markdown]
# Three regions: too low to move, learning, out of control. At the lowest point the steps stop paying; a common rule
# takes a third to a tenth of it for a whole training at one rate. (It is a rule, not a law: section 12, further, tells
# what a constant rate at the lowest point costs here, a hundredth or two.) The lowest point itself is a good *highest*
# rate for a schedule, which comes next.

# %% instructor [markdown]
# **For instructors.** Let the sketches be drawn on the board before the cell is run. The text warns of one misreading,
# that the lowest point is the rate to train with; another one is that the test finds one right number (a third to a
# tenth of the lowest point is wider than a factor of three). The section has no exercise and is a place to end a first
# session.

# %% [markdown]
# ## 5. A rate that rises and falls (7 minutes, core)
#
# Early in training large steps are good, because everything is far from where it should be. Late they are bad: the
# weights jump about the minimum. So let the rate fall. And at the very first the weights are random, gradients large
# and Adam's averages based on a handful of batches: there, small steps may be good, too. A **schedule** says which rate
# each step gets. Two of them:
#
# - a **cosine** starts at its highest rate and falls along half a wave of cos, slowly at first, fast in the middle,
#   slowly at the end;
# - **one-cycle** has a **warm-up** before: a straight rise from 1/25 of the peak to the peak in the first quarter of
#   the steps, then the cosine down to zero.
#
# The name is that of Smith and Topin (2017, printed 2019), whose own cycle has a straight rise, a straight fall, and a
# last short fall far below the start. A quarter and 25 are what the library fastai takes (Howard and Gugger, 2020),
# which rises along a cosine as well. Whenever a lab of this course says `one_cycle`, it means these lines:


# %%
def one_cycle(peak, steps):
    """Rise from peak / 25 to the peak in the first quarter of the steps, then a cosine to zero."""
    rise = steps // 4
    return keras.optimizers.schedules.CosineDecay(
        peak / 25, steps - rise, warmup_target=peak, warmup_steps=rise
    )


def by_step(schedule, steps):
    """Return the learning rate of each step."""
    return np.array([float(schedule(step)) for step in range(steps)])


plans = {
    "cosine": by_step(keras.optimizers.schedules.CosineDecay(0.1, 100), 100),
    "one-cycle": by_step(one_cycle(0.1, 100), 100),
}
for name, plan in plans.items():
    print(f"{name:10} first {plan[0]:.3f}, highest {plan.max():.3f}", end=" ")
    print(f"in step {plan.argmax()}, last {plan[-1]:.5f}")

# %% evidence
assert abs(plans["one-cycle"][0] - 0.004) < 1e-6
assert plans["one-cycle"].argmax() == 25
show(
    curves(
        {name: (np.arange(100), plan) for name, plan in plans.items()},
        xlabel="step",
        ylabel="learning rate",
        title="Two ways to spend 100 steps with a peak of 0.1",
    ),
    alt="Learning rate against step: a cosine falls from 0.1 to 0; one-cycle rises in a straight "
    "line to 0.1 at step 25 and falls like a cosine.",
)

# %% [markdown]
# Both have a peak of 0.1. In the range test that was beyond the lowest point.
#
# **Predict.** Four starts each. What happens to the cosine, which starts there, and to one-cycle?

# %% guess [markdown]
# *Your prediction: the accuracy of the cosine is about ___, of one-cycle about ___, because ...*

# %%
high, early, last_hidden = ({name: [] for name in plans} for _ in range(3))
for name, plan in progress(plans.items(), desc="a peak of 0.1"):
    for seed in range(11, 15):
        model = small.model
        early[name].append(small.train(plan, seed=seed)[5:15].mean())
        hidden = keras.Model(model.inputs[0], model.layers[-2].output)(x_val[:1000]).numpy()
        high[name].append(accuracy(model))
        last_hidden[name].append(int(np.sum(np.all(hidden == 0, axis=0))))
for name, accuracies in high.items():
    print(f"{name:10} accuracy {', '.join(f'{score:.2f}' for score in accuracies)};", end="  ")
    print(f"of the 32 last hidden units 0 for every image: {last_hidden[name]}")
    print(f"{'':10} loss in steps 5 to 14: {', '.join(f'{loss:.2f}' for loss in early[name])}")

# %% evidence
assert min(high["one-cycle"]) > 0.7
worst = np.argmin(high["cosine"])
if high["cosine"][worst] < 0.15:  # whether and which starts die depends on rounding
    assert np.mean(high["cosine"]) < np.mean(high["one-cycle"]) - 0.05
    assert last_hidden["cosine"][worst] >= 28
    assert abs(early["cosine"][worst] - np.log(10)) < 0.1
assert max(last_hidden["one-cycle"]) < 20

# %% [markdown]
# With a warm-up every start survives a rate that is far too high. Without it, a start that ends at 0.10 has lost its
# network in the first few steps (its loss is that of guessing from step 5 on): (nearly) all 32 units of the last hidden
# layer are **dead units**. A ReLU is called dead when its sum is negative for every image: its slope is 0 then, and its
# weights get no gradient of their own. With the last hidden layer dead only the output layer's biases speak, so the
# loss is that of guessing, and no gradient comes back. (Which starts die depends on rounding and may differ on your
# machine.) So the first use of a schedule is forgiveness: you may be wrong about the rate by several times. Whether a
# schedule also ends higher than a well-chosen constant rate is a finer question: section 12 (further) races them, and
# has a schedule for you to write.

# %% instructor [markdown]
# **For instructors.** Let the class say what the range test tells about 0.1 before the cell runs. Which starts die
# depends on rounding, so read it from the output in front of you; that one-cycle loses none is asserted. Dead units
# that come back are section 8's.

# %% [markdown]
# ## 6. A program that learns nothing (13 minutes, core)
#
# Here is a program as somebody might write it on a Friday evening. It trains the small network of section 4 for one
# pass over the 20,000 images. It runs without an error and without a warning.


# %%
x_raw, y_raw, x_raw_val, y_raw_val = split_validation(data.x_train, data.y_train, 4_000)


def prepare(images, labels, seed=0):
    """Put images and labels into a random order, in the form that the network takes."""
    random = np.random.default_rng(seed)
    return random.permutation(images).astype("float32"), random.permutation(labels)


def program(images, labels, loss, rate=0.001, epochs=1):
    model = build_cnn()
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"], steps_per_execution=16)
    bar = ProgressBar("training")
    history = model.fit(
        images, labels, batch_size=128, epochs=epochs, verbose=0, callbacks=[bar]
    ).history
    return model, history["loss"][-1]


images, labels = prepare(x_raw[:20_000], y_raw[:20_000])
loss = keras.losses.SparseCategoricalCrossentropy()
model, last_loss = program(images, labels, loss)
print(f"training loss {last_loss:.2f}", end=", ")
print(f"validation accuracy {accuracy(model, *prepare(x_raw_val, y_raw_val)):.3f}")

# %% [markdown]
# **Predict.** Where would you look first? Write down every line that you suspect, and what you would measure to find
# out.

# %% guess [markdown]
# *Your prediction: I suspect the lines ...; I would measure ...*

# %% [markdown]
# Guessing at lines seldom finds all faults, since one hides the next. A procedure does better, and takes a minute:
#
# 1. **The loss before the first step.** With ten classes it should be near 2.3. If not, look at the loss and at the
#    size of what goes in.
# 2. **Overfit one batch.** A network with 26,698 weights can learn 32 images by heart, whatever their labels. If it
#    cannot, the labels are not to blame: look at network, loss and optimiser.
# 3. **Look at what goes in.** As the network gets it: the range of the numbers, and a few images with their labels.


# %%
def examine(images, labels, loss):
    """Print the procedure's numbers; return (loss at the start, accuracy on one batch)."""
    model = build_cnn()
    model.compile(keras.optimizers.Adam(0.001), loss, metrics=["accuracy"], steps_per_execution=25)
    start = float(loss(labels[:500], model(images[:500])))
    copies = np.tile(np.arange(32), 100)  # the same 32 images in each of 100 steps
    model.fit(images[copies], labels[copies], batch_size=32, shuffle=False, verbose=0)
    learned = accuracy(model, images[:32], labels[:32])
    print(f"loss at the start {start:5.2f}; 32 images, 100 steps: {learned:4.0%} right", end="; ")
    print(f"numbers from {images.min():g} to {images.max():g}")
    return start, learned


as_it_was = examine(images, labels, loss)

# %% evidence
show(
    image_grid(
        images[:16], [data.class_names[label] for label in labels[:16]], suptitle="What goes in"
    ),
    alt="Sixteen pictures of clothes as the network gets them, each with the name of its label; "
    "most names do not fit the pictures.",
)
start, learned = as_it_was
assert start > 5
assert learned < 0.6
assert np.mean(labels[:16] == y_raw[np.random.default_rng(0).permutation(20_000)[:16]]) < 0.5

# %% [markdown]
# **Predict.** The program has three faults. Name them, and say which of the three steps of the procedure finds which.

# %% guess [markdown]
# *Your diagnosis: (1) ..., found by ...; (2) ..., found by ...; (3) ..., found by ...*

# %% evidence
right_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
order = np.random.default_rng(0).permutation(20_000)
together = x_raw[order].astype("float32") / 255, y_raw[order]  # one permutation for both
found = {}
for name, pair in [
    ("loss mended", (images, labels)),
    ("and inputs scaled", (images / 255, labels)),
    ("and images with labels", together),
]:
    print(f"{name:22}", end="  ")
    found[name] = examine(*pair, right_loss)
    if name == "and inputs scaled":
        model, last_loss = program(*pair, right_loss)
        found[name] += (last_loss, accuracy(model))
        print(f"{'':24}one pass: training loss {last_loss:.2f}", end=", ")
        print(f"validation accuracy {accuracy(model):.2f}")
loss_only, scaled, all_three = found.values()
assert min(row[1] for row in found.values()) > 0.9
assert loss_only[0] > 10 * 2.3
assert all(2 < start < 2.8 for start, *_ in (scaled, all_three))
assert scaled[2] > 2.25
assert scaled[3] < 0.2
assert model.count_params() == 26_698
logits = tf.constant(model(together[0][:9]))
with warnings.catch_warnings(record=True) as said:  # softmax in the model, and from_logits=True
    warnings.simplefilter("always")
    twice = float(right_loss(y_raw[order[:9]], keras.ops.softmax(logits)))
assert said
assert np.isclose(twice, float(right_loss(y_raw[order[:9]], logits)))

# %% [markdown]
# <details><summary>What was wrong (open it when your diagnosis is written)</summary>
#
# - The network ends with logits, but the loss took them for probabilities: <code>from_logits=True</code> was missing.
#   Keras says nothing. Logits are cut off at 0 and 1, a number comes out that looks like a loss, and 32 images cannot
#   be learned by heart. (The opposite slip, a softmax layer with <code>from_logits=True</code>, Keras notices: it warns
#   and goes back to the logits.)
# - With that mended, 32 images are learned, yet the loss starts at ten times 2.3 or more: the numbers go from 0 to 255.
#   The first weights are made for inputs of about 1. Divide by 255. (By itself this fault costs little here: 0.774
#   against 0.810 after two passes, three starts each, measured once, not run here. It hides others, and what Adam
#   recovers from another optimiser may not.)
# - With both mended, all numbers are right, and the program still learns nothing: images and labels were shuffled
#   *apart*, by two draws from the same generator. One batch can be learned by heart all the same, since wrong labels
#   are labels. Only the pictures with their names show it. And the validation images went through the same function:
#   a test that shares the fault cannot find it.
# </details>
#
# ### The test, once
#
# All choices were made on validation data. Now the mended program runs with what we found, one-cycle to a peak of 0.03,
# for three passes. Then, and only now, the test images.

# %%
steps = 3 * int(np.ceil(len(x_train) / 128))  # the last batch of a pass is a small one
model, _ = program(x_train, y_train, cross_entropy, one_cycle(0.03, steps), epochs=3)
on_validation = accuracy(model)
on_test = accuracy(model, data.x_test.astype("float32") / 255, data.y_test)
print(f"{int(model.optimizer.iterations)} steps of {steps} planned:", end=" ")
print(f"validation {on_validation:.3f}, test {on_test:.3f}")

# %% evidence
assert int(model.optimizer.iterations) == steps == 471
assert 0.82 < on_test < 0.92
assert abs(on_test - on_validation) < 0.025

# %% [markdown]
# The two agree within about two hundredths. An accuracy measured on 4,000 images is uncertain by about half a hundredth
# (the standard error, √(p(1 − p)/n)), so do not read anything into the third digit. You will not use the test images of
# this lab again: whoever looks twice and then changes something has made validation data of them.

# %% instructor [markdown]
# **For instructors.** Let pairs write their suspicions, then the procedure's numbers, before anybody opens the folded
# cell that mends the faults one by one. Most find the missing division; few find that images and labels part company,
# because each line looks innocent. The point is the order: a network that cannot learn 32 images by heart makes every
# later measurement worthless. Ask what a test on real validation images, not sent through `prepare`, would have shown.

# %% [markdown]
# ## 7. Reading loss curves like a doctor (17 minutes, core)
#
# You cannot look at thousands of weights, but every training leaves two curves: its loss on training and on validation
# images. Here is a healthy patient, a small dense network, recorded before the first step, after it, and then every 15
# steps.


# %%
def build_patient(seed=0):
    keras.utils.set_random_seed(seed)
    hidden = [keras.layers.Dense(128, activation="relu"), keras.layers.Dense(64, activation="relu")]
    return keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), *hidden, keras.layers.Dense(10)]
    )


def chart(trainer, rate, train, val):
    """Train for 300 steps; return losses and accuracies on train and val after 0, 1, 15, 30, ..."""
    record = {name: [] for name in ["steps", "loss", "accuracy", "val_loss", "val_accuracy"]}

    def measure(done, model=trainer.model):
        record["steps"].append(done)
        for prefix, (images, labels) in {"": train, "val_": val}.items():
            logits, labels = model(images[:1000]), labels[:1000]
            record[f"{prefix}loss"].append(float(cross_entropy(labels, logits)))
            right = np.argmax(logits, axis=-1) == labels
            record[f"{prefix}accuracy"].append(float(np.mean(right)))

    measure(0, build_patient())
    trainer.train(np.full(300, rate), pair=train, look=measure, stops=[1, *range(15, 301, 15)])
    return record


# %%
doctor = Trainer(build_patient, keras.optimizers.Adam())
healthy = chart(doctor, 0.001, (x_train, y_train), (x_val, y_val))

# %% evidence
show(
    draw.charts(
        {"a healthy training": healthy},
        chance_loss=np.log(10),
        title="Both curves fall, close together",
    ),
    alt="Training and validation loss fall together from above 2 to about 0.5, fast at first, then "
    "slowly.",
)
assert 1.8 < healthy["loss"][0] < 2.8
assert healthy["val_loss"][-1] < 0.7
assert healthy["val_loss"][-1] - healthy["loss"][-1] < 0.25

# %% [markdown]
# A healthy chart: it starts near 2.3, falls steeply at first and slowly later, and validation stays close to training.
# Ask four questions of any other chart. Where does it start? How does it fall, smoothly or in jumps? Does validation go
# along, and if not, *since when*? Do loss and accuracy tell the same story?
#
# Now four patients, each trained by one of the four recipes in the next cell. It shows the recipes; the order of the
# charts is drawn by lot.

# %%
shuffled = np.random.default_rng(8).permutation(len(y_val))
recipes = [  # learning rate, (training images, labels), (validation images, labels)
    (0.00001, (x_train, y_train), (x_val, y_val)),
    (0.1, (x_train, y_train), (x_val, y_val)),
    (0.001, (x_train[:200], y_train[:200]), (x_val, y_val)),
    (0.001, (x_train, y_train), (x_val[shuffled], y_val)),
]
order = np.random.default_rng(11).permutation(4)
letters = {letter: recipes[number] for letter, number in zip("ABCD", order)}
patients = {
    f"patient {letter}": chart(doctor, *recipe)
    for letter, recipe in progress(letters.items(), desc="patients")
}

# %% evidence
show(
    draw.charts(patients, chance_loss=np.log(10), title="What is wrong with each?"),
    alt="A: training loss falls to about 0.4 while validation loss climbs far above that of "
    "guessing from the start, validation accuracy about 10%. B: both start near 2.3, shoot up at "
    "once to many times that, then stay near 2. C: both fall slowly in an almost straight line, "
    "still near 2. D: training loss goes to 0, validation falls at first, then turns and rises.",
)

# %% [markdown]
# ### Exercise 4: `diagnose_four_curves` (written, objective 4)
#
# For each patient: (1) the diagnosis, which recipe it got; (2) the evidence, one or two numbers or shapes that you read
# from *this* chart and that no other patient has; (3) the treatment, what you would change. Then: (4) in two of the
# charts the validation loss rises while the training loss falls. What tells them apart, and why can one of the two not
# be the usual illness?

# %% [markdown] written="diagnose_four_curves"
# **Model answer.**
#
# - **A: validation images and labels do not belong together** (the fourth recipe shuffles the images without their
#   labels). Training is healthy: the loss falls to about 0.4. But the validation loss rises from the first steps on,
#   far above 2.3, and validation accuracy stays at about 10%. Treatment: shuffle images and labels with the same
#   permutation; look at ten validation images with their labels.
# - **B: learning rate far too high** (0.1). The first step throws the loss from about 2.3 to many times that; it falls
#   back to about that of guessing and hardly moves any more, training no better than validation. Treatment: a rate 30
#   to 100 times lower, by a range test; a warm-up.
# - **C: learning rate far too low** (0.00001). Both curves are smooth, together and almost straight, and still falling
#   at the end; after 300 steps the loss is only a little below that of guessing. Treatment: a rate 100 times higher.
#   (More steps would do, too, at a hundred times the price.)
# - **D: overfitting** (200 training images). The training loss goes to 0 and training accuracy to 100%; validation
#   falls at first to below 1, turns within the first 150 steps and then rises slowly, at an accuracy of about three
#   quarters. Treatment: more data, augmentation, regularisation (lab 05), stopping at the lowest validation loss.
# - **A or D?** In D validation goes along first and turns later, and its accuracy stays far above guessing: the network
#   learned something that holds for new images, then learned its 200 images by heart. In A it is worse than guessing
#   from the start. And A cannot have learned its images by heart: it has seen 20,000 of them about twice each, and its
#   training loss is low on images that were new a moment before. What it learned holds for new images, so if validation
#   says otherwise from the first look on, the two were treated differently. That is a bug.
#
# **Rubric, 5 points.** One for each patient with diagnosis, evidence read from the chart (a number or a shape, and what
# it is compared with) and a treatment that fits (any that would work counts); half a point if one of the three is
# missing. One for telling A from D by a sound argument: *when* the curve turns, or validation accuracy at guessing
# against far above it, together with a reason why A is not overfitting (it cannot know 20,000 images by heart after two
# looks at each; what it learned from images seen once or twice must hold for others like them; its training curve is
# the healthy patient's, whose validation went along; or another reason that holds). No point for "overfitting can never
# lift the loss above 2.3": it can, since a network may be surely wrong. Too high and too low confused: no points for
# either, unless the evidence is right.

# %% [markdown]
# What each recipe did, whatever its letter (read this after you have written your answer):

# %% evidence
of_recipe = [patients["patient " + "ABCD"[list(order).index(number)]] for number in range(4)]
for (rate, (images, _), _), record in zip(recipes, of_recipe):
    losses, of_validation = record["loss"], record["val_loss"]
    print(f"rate {rate:g}, {len(images):,} images:  loss at the start {losses[0]:.1f},", end=" ")
    print(f"highest {max(losses):.1f}, last {losses[-1]:.2f}; of validation lowest", end=" ")
    print(
        f"{min(of_validation):.2f} after {record['steps'][np.argmin(of_validation)]} steps,", end=""
    )
    print(f" last {of_validation[-1]:.2f}, accuracy {record['val_accuracy'][-1]:.0%}")
assert all(1.8 < record["loss"][0] < 2.8 for record in of_recipe)
assert of_recipe[0]["loss"][-1] > 1.5
assert of_recipe[1]["loss"][1] > 10
assert of_recipe[1]["loss"][-1] > 0.8
learned, mixed = of_recipe[2:]
assert learned["loss"][-1] < 0.1
assert learned["accuracy"][-1] > 0.99
assert min(learned["val_loss"]) < 1
assert learned["steps"][np.argmin(learned["val_loss"])] <= 150
assert learned["val_loss"][-1] > min(learned["val_loss"]) + 0.1
assert 0.68 < learned["val_accuracy"][-1] < 0.82
assert mixed["val_loss"][-1] > 5
assert mixed["val_loss"][2] > np.log(10)
assert mixed["val_accuracy"][-1] < 0.15
assert 0.3 < mixed["loss"][-1] < 0.55

# %% instructor [markdown]
# **For instructors.** The figure of the four patients can be read aloud by groups, one patient each, before anybody
# writes. The rubric takes half a point where diagnosis, evidence or treatment is missing; evidence needs a number or a
# shape from the chart, and what it is compared with. For A and D ask *since when* validation goes its own way. A common
# argument is wrong: that overfitting could not lift the loss above that of guessing. Two hundred images with random
# labels, learned by heart, give a validation loss of about 5. The lot that orders the patients is fixed, so all
# students have the same letters; the cell after the answer prints what each recipe did.

# %% [markdown]
# ## What we have seen
#
# **In one sentence.** A network learns when gradients reach every layer at a useful size and the steps made of them
# have a useful length.
#
# **In one paragraph.** Going back, a gradient is multiplied with every slope on its way; sigmoid's slope of at most a
# quarter makes it vanish in twelve layers, ReLU and its relatives keep it, and the first weights have to be drawn to
# match. Cross-entropy of logits has a gradient that anyone can read: probability minus truth. How long the steps are,
# the learning rate, is found by measuring, and a schedule that rises and falls forgives one that is too high. When a
# program runs and learns nothing, a procedure finds faults that hide each other. And loss curves tell, if you ask when
# they part, where they started, and whether loss and accuracy agree.
#
# **The full list.**
#
# - Without activation functions a stack of layers is one layer.
# - A factor per layer is a straight line on a logarithmic axis: vanishing gradients. tanh goes with Glorot's first
#   weights, ReLU with He's.
# - Softmax does not change when all logits are shifted: subtract each row's maximum. The loss of guessing among ten
#   classes is 2.3026.
# - The gradient of the mean cross-entropy with respect to the logits is (probabilities − one-hot) / batch.
# - `from_logits` has to match the last layer. Logits taken for probabilities give a wrong loss and no warning.
# - Range test: one short training, rates from tiny to huge. Constant rate: a third to a tenth of the lowest point. Peak
#   of a schedule: about the lowest point.
# - A warm-up protects the first steps; without it a rate that is too high can leave a whole layer dead.
# - Nothing is learned: the loss before the first step, one batch by heart, look at what goes in. Mend one fault, then
#   measure again.
# - Curves: where do they start, how do they fall, since when do they part, do loss and accuracy agree?
# - Test once.
# - Further: a dead ReLU gets no gradient of its own; a sum passes a gradient on, a product multiplies with the other
#   factor, max pooling gives all to the winner; compare optimisers only with tuned rates and over several starts;
#   search at random and on a logarithmic scale.
#
# **Key terms.** activation function, slope, saturation, vanishing gradient, logit, softmax, cross-entropy, overflow,
# optimiser, step, SGD, momentum, RMSprop, Adam, learning rate, range test, schedule, warm-up, one-cycle, dead unit,
# overfitting one batch. Further: chain rule, bias correction, step decay, trial.
#
# **To remember it by.** *Slope, start, step, schedule*: does the activation let gradients through, do the first weights
# fit, does the step suit the landscape, does the rate come down? When a network does not learn, ask
# in this order, after you have looked for bugs.
#
# ## Check yourself
#
# **1.** In a 20-layer network the gradient of layer 1 is 10⁻⁹ of that of layer 20, and the plot against the layer is a
# straight line on a logarithmic axis. What is the likely cause? (a) The learning rate is too low. (b) Each layer
# multiplies the gradient by about a third. (c) Units of layer 1 are dead. (d) The loss has the wrong `from_logits`.
#
# <details><summary>Answer</summary>
# (b) Nineteen factors of a third make about 10<sup>−9</sup>, and equal factors make a straight line.<br>
# (a) is wrong: gradients are measured before the learning rate is applied. (c) would give a layer with little or no
# gradient, not a line through all of them. (d) changes what comes from the loss, and so all layers alike.
# </details>
#
# **2.** You replace softmax(z) by softmax(z − 1000) for every logit z. What changes, if the arithmetic is exact? (a)
# Nothing. (b) All probabilities become 0. (c) The largest probability gets larger. (d) The loss rises by 1000.
#
# <details><summary>Answer</summary>
# (a) Numerator and denominator both get the factor e<sup>−1000</sup>, which cancels.<br>
# (b) is what a careless implementation gives by underflow, not what the formula says. (c) needs a factor on the logits,
# not a shift. (d) is wrong, since the loss depends on the probabilities alone.
# </details>
#
# **3.** A range test has its lowest point at a rate of 0.02. What do you take? (a) A constant rate of 0.02. (b) A
# constant rate of about 0.005, or one-cycle with a peak of 0.02. (c) The highest rate at which the loss is still
# finite. (d) The rate at which the loss first moves.
#
# <details><summary>Answer</summary>
# (b) At the lowest point the steps stop paying: a third to a tenth of it for a constant rate, about the point itself
# for a peak that is reached slowly and left soon.<br>
# (a) may do, but is at the edge: usually a lower one ends higher. (c) is far too high. (d) would learn, in many more
# steps than needed.
# </details>
#
# **4.** A new network with ten classes has a loss of 2.3 before the first step and learns 32 images by heart, but on
# 20,000 images its training loss stays at 2.3. What do you suspect? (a) The loss takes logits for probabilities. (b)
# The inputs are not scaled. (c) Images and labels do not belong together. (d) Overfitting.
#
# <details><summary>Answer</summary>
# (c) 32 wrong labels can be learned by heart, 20,000 cannot in a few steps, and there is nothing else to learn.<br>
# (a) would start far from 2.3 and fail on the one batch; (b) would start far from 2.3. (d) would show a training loss
# that falls.
# </details>
#
# **5.** Training loss 0.02, validation loss 0.9 and slowly rising since step 2,000; accuracies 100% and 78%. What do
# you try first? (a) A higher learning rate. (b) More or augmented data, or stopping earlier. (c) More training steps.
# (d) Look for shuffled validation labels.
#
# <details><summary>Answer</summary>
# (b) This is overfitting: validation went along and turned later.<br>
# (a) The training loss is low already; learning faster is not what is missing. (c) makes it worse. (d) With shuffled
# labels the accuracy would be that of guessing, and from the start.
# </details>

# %% [markdown]
# ## Further
#
# Six sections for those who want more: dead units, counted; the chain rule, through a neuron and a whole convolutional
# network; the steps of momentum and Adam; a fair race of optimisers; schedules; an automatic search. Each stands on its
# own and uses what the core has defined.
#
# ## 8. Dead units, before and after training (14 minutes, further)
#
# ReLU's line in section 2 was flat, but lower than tanh's. ReLU lets half of the units through, so each layer loses
# about half of the signal's energy, forward *and* backward. Why then is the line flat? The gradient of a layer's
# weights is the signal that arrives from the left times the gradient that arrives from the right. In layer k the signal
# has lost k − 1 factors and the gradient the other 12 − k: eleven in all, whichever the layer. (A sigmoid's output
# stays near ½ in every layer, so only the way back counts, and its line is steep.)
#
# He, Zhang, Ren and Sun (2015) make up for what ReLU loses: they draw a layer's weights with a variance of 2 / (number
# of its inputs), which is twice Glorot's where a layer has as many outputs as inputs. In Keras it is `"he_normal"`.
#
# **Predict.** Will He's weights also rescue sigmoid?

# %% guess [markdown]
# *Your prediction: (yes / no), because ...*

# %%
by_rule = {}
for name in ["relu", "sigmoid"]:
    for rule in ["glorot_uniform", "he_normal"]:
        norms = gradient_norms(build_deep(name, rule), x_val[:500], y_val[:500])
        by_rule[name, rule] = norms
        print(f"{name:8} {rule:15} first layer {norms[0]:.0e},  last {norms[-1]:.0e}")

# %% evidence
assert by_rule["relu", "he_normal"][0] > 10 * norms_before["relu"][0]
assert 0.2 < by_rule["relu", "he_normal"][0] / norms_before["tanh"][0] < 10
assert by_rule["sigmoid", "he_normal"][0] / by_rule["sigmoid", "he_normal"][-1] < 1e-3

# %% [markdown]
# ReLU's gradients grow by more than ten times and are now about the size of tanh's. Sigmoid's still vanish: twice the
# variance is no match for a slope of a quarter at best.
#
# And Adam? It divides each gradient by its usual size, so small gradients should not matter. But it adds a small
# number, epsilon, in Keras 1e-7, to what it divides by, and gradients below that stay small. How large are those of
# sigmoid, weight by weight? And what do the logits say about an image at all?

# %%
deep_sigmoid = build_deep("sigmoid")
norms = gradient_norms(deep_sigmoid, x_val[:500], y_val[:500])
sizes = [layer.kernel.shape for layer in deep_sigmoid.layers if layer.name.startswith("dense")]
per_weight = [norm / np.sqrt(np.prod(size)) for norm, size in zip(norms, sizes)]
print("a typical weight's gradient, layers 1 to 4:", ", ".join(f"{g:.0e}" for g in per_weight[:4]))
spread = {}
for name in ["sigmoid", "tanh"]:
    spread[name] = build_deep(name)(x_val[:500]).numpy().std(axis=0).mean()
    print(f"{name:8} a logit differs from image to image by about {spread[name]:.0e}")

# %% evidence
assert max(per_weight[:3]) < 1e-7
assert spread["sigmoid"] < 1e-5
assert spread["tanh"] > 1e-3

# %% [markdown]
# In the first three layers the gradients are smaller than epsilon: that caps what Adam can do. With an epsilon of 1e-12
# four starts ended at 20, 19, 10 and 10% (measured once, 150 steps each, not run here): hardly a rescue. For the same
# slopes act on the way forward, too: they shrink the *differences between images*, layer by layer, until all pictures
# look the same up to the fifth digit and beyond. A gradient that hardly depends on the image has little to say about
# it, however much one enlarges it.
#
# ### Counting the dead
#
# If a ReLU's sum is negative for *every* image, its slope is zero for every image: it is dead (section 5) and gets no
# gradient of its own. Is that for ever? We count, in two trainings at each rate, the units whose slope is below 0.01
# for all of 1,000 validation images, before the first step and after 50, 100 and 150. And we count those that were dead
# at one look and alive at the next.


# %%
def dead_units(model, activation, images=x_val[:1000]):
    """Return (704,), which hidden units have a slope below 0.01 for every image."""
    signal, sums = images, []
    for layer in model.layers:
        signal = layer(signal)
        if isinstance(layer, keras.layers.Dense):
            sums.append(signal)
    with tf.GradientTape() as tape:
        tape.watch(sums)
        outputs = [keras.activations.get(activation)(layer) for layer in sums[:-1]]
    slopes = tape.gradient(outputs, sums[:-1])
    return np.concatenate([np.all(np.abs(slope) < 0.01, axis=0) for slope in slopes])


def count_dead(activation, rate, seed):
    """Train for 150 steps; return the masks of dead units after 0, 50, 100 and 150."""
    trainer, masks = deep[activation], []

    def look(_):
        masks.append(dead_units(trainer.model, activation))

    trainer.model.set_weights(trainer.first_weights(seed))
    look(0)
    trainer.train(np.full(150, rate), seed=seed, look=look, stops=[50, 100, 150])
    return np.array(masks)


# %% [markdown]
# **Predict.** There are 11 x 64 = 704 hidden units. How many ReLUs are dead before training, after it at a rate of
# 0.001, and at 0.01? How many of the dead come back? And how many leaky ReLUs die?

# %% guess [markdown]
# *Your prediction: dead ReLUs before training ___, after it ___, at the higher rate ___; come back: ___; dead leaky
# ReLUs: ___.*

# %%
masks = {}
starts = [11, 12]
for name, rate, seeds in [
    ("relu", 0.001, starts),
    ("relu", 0.01, starts),
    ("leaky_relu", 0.01, starts[:1]),
]:
    masks[name, rate] = [count_dead(name, rate, seed) for seed in seeds]
    for seed, looks in zip(seeds, masks[name, rate]):
        woken = looks[:-1] & ~looks[1:]
        print(f"{name}, {rate:g}, start {seed}: dead {looks.sum(axis=1)}", end=", ")
        print(f"woken in between {woken.sum(axis=1)};", end=" ")
        print(f"layer 1: {looks[:, :64].sum(axis=1)}, {woken[:, :64].sum(axis=1)}")

# %% evidence
slow, fast = masks["relu", 0.001], masks["relu", 0.01]
for looks, faster in zip(slow, fast):
    assert looks[0].sum() < looks[-1].sum() < 0.8 * faster[-1].sum()
    assert (looks[:-1] & ~looks[1:]).sum() > 5
    woken = faster[:-1] & ~faster[1:]
    assert woken.sum() > 30
    assert faster[-1, :64].sum() > 20
    share, elsewhere = (
        woken[:, part].sum() / faster[:-1, part].sum() for part in (slice(64), slice(64, None))
    )
    assert share < min(0.06, elsewhere / 2)
    assert faster[-1].mean() > 0.25
assert not np.any(masks["leaky_relu", 0.01])
dead = {
    f"{name}, rate {rate:g}, {when}": np.mean([looks[place].sum() for looks in group])
    for (name, rate), group in masks.items()
    for place, when in [(0, "before"), (-1, "after")]
}
show(
    bars(dead, xlabel="dead units of 704, mean of the starts", title="A high rate kills ReLUs"),
    alt="Bars of dead units. ReLU: a few dozen before training, more after training at 0.001, many "
    "more after training at 0.01. Leaky ReLU: none.",
)

# %% [markdown]
# Some ReLUs are born dead, and training kills more: one step too large pushes a unit's weights to where no image
# reaches it. At the higher rate more than a quarter of the network is dead, in both starts. But dead is not for ever:
# in each of these trainings units come back, dozens at the higher rate. A dead unit gets no gradient of its own, yet
# what comes *in* to it changes, as the layers before it learn, and one day its sum is positive again. Leaky ReLUs
# cannot die: their slope is never below 0.2.
#
# The first layer is a test of this explanation: before it there are only the images, and they stay as they are. At the
# higher rate more than twenty of its 64 units are dead, and of these hardly any wakes from one look to the next, less
# than 6%; of the dead in the other layers more than twice that share does. (The few that do were alive for some image
# that is not among our 1,000, or coasted on Adam's momentum. At the lower rate too few of the first layer die to tell
# anything.)

# %% instructor [markdown]
# **For instructors.** Ask before the count whether a dead unit can come back, and how; most say no, and many texts say
# so. That the first layer is the exception is the test of the explanation; have the class compare shares of the dead,
# not counts of the woken, since a layer in which few die cannot wake many. How many wake differs from run to run; that
# more than thirty do in each start at the higher rate is asserted.

# %% [markdown]
# ## 9. The way back: the chain rule (17 minutes, further)
#
# The gradient of a whole network is made of small pieces like that of exercise 3. The **chain rule** says how: if z
# acts on a, and a acts on the loss, then *dloss/dz = dloss/da · da/dz*. Start at the loss with 1, walk backward, and
# multiply at each node by its own slope. Here is one sigmoid neuron with input x, weight w and bias b; its output a
# should be the target t.
#
# **Predict.** With x = 2, w = 0.5, b = −1 and t = 1, fill in by hand, from right to left: dloss/da, dloss/dz, dloss/db,
# dloss/dw. You need three slopes: (a − t)² has slope 2(a − t), sigmoid has slope a(1 − a), a product w·x has slope x
# with respect to w.

# %% guess [markdown]
# *Your prediction: dloss/da = ___, dloss/dz = ___, dloss/db = ___, dloss/dw = ___.*

# %% exact
x, w, b, target = 2.0, 0.5, -1.0, 1.0
product = w * x  # forward
z = product + b
a = 1 / (1 + np.exp(-z))
loss = (a - target) ** 2

loss_a = 2 * (a - target)  # backward; loss_a is short for dloss/da
loss_z = loss_a * a * (1 - a)
loss_b = loss_z * 1  # a sum passes a gradient on as it is
loss_w, loss_x = loss_z * x, loss_z * w  # a product passes it on times the other factor
print(f"dloss/da {loss_a}, dloss/dz {loss_z}, dloss/db {loss_b}, dloss/dw {loss_w}", end=", ")
print(f"dloss/dx {loss_x}")
nudged = (1 / (1 + np.exp(-((w + 1e-6) * x + b))) - target) ** 2
print(f"measured by a nudge of w by one millionth: {(nudged - loss) / 1e-6:.4f}")

# %% evidence
assert (loss_a, loss_z, loss_b, loss_w, loss_x) == (-1, -0.25, -0.25, -0.5, -0.125)
show(
    draw.neuron_graph(
        {"x": x, "w": w, "b": b, "t": target, "p": product, "z": z, "a": a, "loss": loss},
        {"loss": 1, "a": loss_a, "z": loss_z, "b": loss_b, "p": loss_z, "w": loss_w, "x": loss_x},
    ),
    alt="A graph from x = 2 and w = 0.5 over product 1, sum 0 and sigmoid 0.5 to the loss 0.25. "
    "Below the arrows the gradients: 1 at the loss, -1 at a, -0.25 at z and b, -0.5 at w, -0.125 "
    "at x.",
)

# %% [markdown]
# Every gradient needs one number from the way forward (a, x, w) and one from the right. That is why training keeps all
# activations in memory, and why it costs about three times as much as prediction: once forward, and backward twice, for
# the inputs of a layer and for its weights.
#
# ### Through a network
#
# The same walk goes through a real network: a 3 x 3 convolution with two kernels (Sobel x and Sobel y, to begin with),
# ReLU, max pooling, a dense layer, softmax and cross-entropy, for one image. First forward; compare each line with labs
# 02 and 03. (You may skip the code of the way back, below the prediction: run it, and read the figure at the end of the
# section.)

# %%
chosen = np.flatnonzero(y_val == 5)[0]  # a sandal
image, label = x_val[chosen, :, :, 0].astype("float64"), y_val[chosen]
random = np.random.default_rng(4)
sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
kernels, weights = np.stack([sobel, sobel.T], axis=-1), random.normal(0, 0.1, (338, 10))
kernel_bias, bias = np.array([-0.02, -0.02]), np.zeros(10)

windows = sliding_window_view(image, (3, 3))  # (26, 26, 3, 3)
z = np.einsum("hwij,ijc->hwc", windows, kernels) + kernel_bias  # convolution: (26, 26, 2)
a = np.maximum(z, 0)  # ReLU
# the four numbers of each 2 x 2 window:
blocks = a.reshape(13, 2, 13, 2, 2).swapaxes(1, 2).reshape(13, 13, 4, 2)
pooled = blocks.max(axis=2)  # (13, 13, 2)
logits = pooled.reshape(338) @ weights + bias
probabilities = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
image_loss = -np.log(probabilities[label])

# %% [markdown]
# **Predict.** How many of the 26 x 26 x 2 = 1,352 numbers in `z` can get a gradient that is not zero?

# %% guess [markdown]
# *Your prediction: at most ___ of 1,352.*

# %%
d_logits = probabilities - np.eye(10)[label]  # exercise 3, for one image
d_weights, d_bias = np.outer(pooled, d_logits), d_logits
d_pooled = (weights @ d_logits).reshape(13, 13, 2)
d_blocks = np.zeros_like(blocks)  # max pooling: everything to the winner
np.put_along_axis(d_blocks, blocks.argmax(axis=2)[:, :, None], d_pooled[:, :, None], axis=2)
d_a = d_blocks.reshape(13, 13, 2, 2, 2).swapaxes(1, 2).reshape(26, 26, 2)
d_z = d_a * (z > 0)  # ReLU: its slope is 1 or 0
d_kernels, d_kernel_bias = np.einsum("hwij,hwc->ijc", windows, d_z), d_z.sum(axis=(0, 1))
d_image = np.zeros_like(image)
for i in range(3):
    for j in range(3):
        d_image[i : i + 26, j : j + 26] += d_z @ kernels[i, j]
print(f"{np.count_nonzero(d_z)} of {d_z.size} numbers in z get a gradient")

# %% evidence
assert np.count_nonzero(d_z) <= 338

# %% [markdown]
# At most 338, one for each of the 13 x 13 x 2 pooling windows; fewer here, because where the picture is dark ReLU shuts
# even the winner. The tape must find the same numbers.

# %%
parts = [tf.constant(part) for part in (kernels[:, :, None], kernel_bias, weights, bias)]
with tf.GradientTape() as tape:
    tape.watch(parts)
    maps = tf.nn.relu(tf.nn.conv2d(image[None, :, :, None], parts[0], 1, "VALID") + parts[1])
    flat = tf.reshape(tf.nn.max_pool2d(maps, 2, 2, "VALID"), (1, 338))
    tape_loss = keras.losses.sparse_categorical_crossentropy(
        np.array([label]), flat @ parts[2] + parts[3], from_logits=True
    )
automatic = tape.gradient(tape_loss, parts)
by_hand = [d_kernels[:, :, None], d_kernel_bias, d_weights, d_bias]
for name, ours, tapes in zip(
    ["kernels", "kernels' bias", "dense weights", "dense bias"], by_hand, automatic
):
    print(f"{name:14} {ours.shape!s:13} largest difference {np.abs(ours - tapes).max():.0e}")

# %% evidence
assert all(np.allclose(ours, tapes, atol=1e-5) for ours, tapes in zip(by_hand, automatic))
show(
    draw.maps_and_gradients(
        {"image": image, "convolution": z[:, :, 0], "ReLU": a[:, :, 0], "pooling": pooled[:, :, 0]},
        {
            "image": d_image,
            "convolution": d_z[:, :, 0],
            "ReLU": d_a[:, :, 0],
            "pooling": d_pooled[:, :, 0],
        },
    ),
    alt="Upper row: a piece of clothing, its feature map, the map after ReLU, the pooled map. "
    "Lower row: the size of their gradients. The pooled map's is dense; before the pooling only "
    "a quarter of the places get any, before ReLU fewer.",
)

# %% [markdown]
# Read the lower row from right to left. The dense layer sends a gradient to every pooled number. Pooling hands each to
# one place of four. ReLU stops those that arrive where it was shut. Convolution spreads what is left over 3 x 3
# windows, to the image, and sums it up into the kernels' gradient. Nine weights are shared by 676 places, so all of
# these have a say in how the kernel changes.

# %% instructor [markdown]
# **For instructors.** Do the neuron by hand, with the class, on the board: draw the graph, values above the arrows,
# then the gradients below from right to left. What sticks: the slope of sigmoid is taken at its output, a(1 − a), and
# both sum and product have two inputs, each with its own gradient. The nudge at the end of the cell is a check that
# students can use anywhere. Then show the figure of the network, from right to left, and have each row of the code
# found in it; the forward code and the backward code have the same lines in opposite order. The code works without a
# loop over places, which is why it is hard to read: let it be skipped. Who solved the exercise of lab 02 on the
# gradient of a convolution knows `d_kernels` already.

# %% [markdown]
# ## 10. Better steps: momentum and Adam (36 minutes, further)
#
# **Momentum** keeps a velocity v, which takes up a fraction of every gradient. A ball rolls down the valley. (The
# comparison fails in one point: a ball gains speed until friction stops it; this one never gets faster than a tenfold
# of a single step, with momentum 0.9.)
#
# $$v \leftarrow \mu v - \eta g \qquad w \leftarrow w + v$$
#
# Here g is the gradient, η the learning rate, μ the momentum. This is Keras' way to write it. Other libraries keep the
# learning rate out of v and write w ← w − ηv; with a constant η both take the same steps.
#
# ### Exercise 5: `momentum_step` (objective 5)
#
# A small example with learning rate 0.1 and momentum 0.9: the weight 1 with gradient 2 and velocity 0.5 gets the
# velocity 0.9 · 0.5 − 0.1 · 2 = 0.25, and becomes 1.25.


# %% exercise="momentum_step"
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    """Do one step of gradient descent with momentum, as Keras writes it.

    Args:
        weights, gradient, velocity: float arrays of the same shape, any shape; all three stay as
            they are.
        learning_rate: a positive number.
        momentum: the fraction of the velocity that is kept, at least 0 and less than 1.

    Returns:
        A tuple (new weights, new velocity) of new arrays.

    Raises:
        ValueError: if the three shapes differ (NumPy would silently broadcast them), or momentum is
            out of its range.
    """
    ### BEGIN SOLUTION
    if not weights.shape == gradient.shape == velocity.shape:
        raise ValueError(f"shapes differ: {weights.shape}, {gradient.shape}, {velocity.shape}")
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum has to be at least 0 and less than 1, got {momentum}")
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the order</summary>
# First the new velocity, then the weights, which move by the <em>new</em> velocity.
# </details>
# <details><summary>Hint 2: without changing what you were given</summary>
# <code>velocity *= momentum</code> writes into the caller's array. <code>momentum * velocity</code> makes a new one.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>new_velocity = momentum * velocity - learning_rate * gradient</code>; return <code>weights + new_velocity</code>
# and <code>new_velocity</code>. Shapes compare with <code>==</code>, and Python lets you chain:
# <code>a.shape == b.shape == c.shape</code>.
# </details>


# %% check="momentum_step"
def _check_momentum_step(arrays, *settings, call):
    """Make one step; return (weights, velocity) after the tests that every step has to pass."""
    before = [array.copy() for array in arrays]
    got = expect_by_hand(call, momentum_step, (*arrays, *settings))
    for name, now, then in zip(["weights", "gradient", "velocity"], arrays, before):
        expect_unchanged(f"{call}, its {name}", now, then)
    found = len(got) if isinstance(got, tuple | list) else type(got).__name__
    assert found == 2, f"{call}: expected a tuple (weights, velocity), got {found}"
    for part in got:
        expect_new(call, part, arrays[0])
        expect_new(call, part, arrays[2])
    return got


def _check_momentum_step_values():
    arrays, call = [np.array([1.0]), np.array([2.0]), np.array([0.5])], "momentum_step(1, 2, 0.5, "
    weights, velocity = _check_momentum_step(arrays, 0.1, 0.9, call=f"{call}0.1, 0.9)")
    no_rate = "This velocity has no learning rate in it"
    hints = [([0.65], "Downhill: the gradient is subtracted."),
        ([2.45], f"{no_rate}. Keras' has: v = momentum * v - learning_rate * gradient."),
        ([-1.55], f"{no_rate}, Keras' has: subtract learning_rate * gradient."),
        ([0.43], "The old velocity is kept by the factor momentum, the gradient is not averaged: "
            "no (1 - momentum)."),
        ([-0.2], "The old velocity is forgotten."),
        ([1.25], "The order is (weights, velocity).")]  # fmt: skip
    expect_close(f"{call}0.1, 0.9), the velocity", velocity, [0.25], hints=hints)
    hints = [([1.5], "The weights move by the new velocity, not by the old one.")]
    hints += [([0.75], "The velocity is added.")]
    hints += [([1.025], "Nesterov's momentum looks one step ahead; this one does not.")]
    expect_close(f"{call}0.1, 0.9), the weights", weights, [1.25], hints=hints)
    _, velocity = _check_momentum_step(arrays, 0.2, call=f"{call}0.2)")
    default = "momentum has a default, 0.9: has your function another?"
    hints = [([0.5 * other - 0.4], default) for other in (0, 0.5, 0.95, 0.99)]
    expect_close(f"{call}0.2), the velocity", velocity, [0.05], hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    *rates, kept = np.round(
        random.uniform([0.02, 0.02, 0.02, 0.3], [0.5, 0.5, 0.5, 0.7]), 3
    ).tolist()
    for shape, rate, momentum in zip([(5,), (3, 4), (2, 2, 3)], rates, [0.8, kept, 0.0]):
        weights = random.normal(size=shape).astype("float32")
        variable, velocity = keras.Variable(weights), np.zeros(shape, "float32")
        optimizer = keras.optimizers.SGD(rate, momentum=momentum)
        for number in range(1, 6):
            gradient = random.normal(size=shape).astype("float32")
            optimizer.apply([gradient], [variable])
            call = f"momentum_step, step {number}, shape {shape}, rate {rate}, momentum {momentum}"
            arrays = [weights, gradient, velocity]
            got = _check_momentum_step(arrays, rate, momentum, call=call)
            expect_close(f"{call}, the weights", got[0], variable.numpy(), atol=1e-5)
            velocity = momentum * velocity - rate * gradient
            expect_close(f"{call}, the velocity", got[1], velocity, atol=1e-5)
            weights = variable.numpy()
    still = [np.ones(2), np.zeros(2), np.zeros(2)]
    _check_momentum_step(still, 0.5, call="momentum_step(1, gradient 0, velocity 0, 0.5)")
    single = [np.array(2.0), np.array(1.0), np.array(0.0)]
    got = _check_momentum_step(single, 0.5, call="momentum_step(arrays of shape (), 0.5)")
    expect_close("momentum_step(arrays of shape (), 0.5), the weights", got[0], 1.5)
    ### END HIDDEN TESTS


run_check("momentum_step", _check_momentum_step_values)


# %% bad_input="momentum_step"
def _check_momentum_step_bad_input():
    one, row, column = np.ones(1), np.zeros(3), np.zeros((3, 1))
    got = momentum_step(one, one, one, 0.5, 0.5)
    expect_close("momentum_step(1, 1, 1, 0.5, 0.5), the weights", got[0], [1.0])
    why = "momentum is the fraction that is kept: at least 0, less than 1."
    for bad in [1.0, -0.1]:
        wrong = partial(momentum_step, one, one, one, 0.1, bad)
        expect_error(f"momentum_step with momentum {bad}", wrong, hint=why)
    why = "NumPy broadcasts such shapes without a word: compare them yourself, all three."
    for arrays in [(column, row, column), (row, one, row), (row, row, one)]:
        call = f"momentum_step of shapes {', '.join(str(array.shape) for array in arrays)}"
        expect_error(call, lambda arrays=arrays: momentum_step(*arrays, 0.1), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    rows, columns = random.permutation(np.arange(2, 9))[:2].tolist()
    row, table = np.zeros(columns), np.zeros((rows, columns))
    for arrays in [(table, row, table), (row, row, table), (row, table, table), (one, row, row)]:
        call = f"momentum_step of shapes {', '.join(str(array.shape) for array in arrays)}"
        expect_error(call, lambda arrays=arrays: momentum_step(*arrays, 0.1), hint=why)
    bad = round(random.uniform(1.01, 3), 2)
    wrong = partial(momentum_step, row, row, row, 0.1, bad)
    expect_error(f"momentum_step with momentum {bad}", wrong)
    ### END HIDDEN TESTS


run_check("momentum_step, bad input", _check_momentum_step_bad_input)

# %% [markdown]
# Momentum has one learning rate for all weights. **RMSprop** gives each weight its own: it keeps a running mean s of
# the *squared* gradient and divides by its root. A weight whose gradients are always large takes smaller steps, one
# whose gradients are tiny takes larger ones. **Adam** does both: a running mean m of the gradient, a running mean v of
# its square.
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# Both start at 0, and so are too small at first: after one step m is only a tenth of the gradient. Adam corrects for
# that (**bias correction**). In step t (counted from 1) it uses
#
# $$\hat m = \frac{m}{1 - \beta_1^t} \qquad \hat v = \frac{v}{1 - \beta_2^t}$$
#
# $$w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# The corrected values are used for the step only; what is remembered for the next step are the uncorrected m and v.
#
# **Predict.** What is the size of Adam's very first step, with a learning rate of 0.1, for a gradient of 1000, and for
# one of 0.001?

# %% guess [markdown]
# *Your prediction: for 1000 the step is ___, for 0.001 it is ___.*

# %%
first_steps = {}
for gradient in [1000.0, 0.001]:
    weight = keras.Variable(0.0)
    keras.optimizers.Adam(0.1).apply([tf.constant(gradient)], [weight])
    first_steps[gradient] = abs(float(weight.numpy()))
    print(f"gradient {gradient:g}: first step {first_steps[gradient]:.3f}")

# %% evidence
assert all(abs(size - 0.1) < 0.0005 for size in first_steps.values())

# %% [markdown]
# The corrected m is the gradient itself, the corrected v its square, so that the very first step has the size of the
# learning rate for both, whatever the gradient (as long as it is much larger than epsilon).
#
# ### Exercise 6: `adam_step` (objective 5)
#
# A small example: weight 1, gradient 4, m and v both 0, step 1, learning rate 0.1. Then m = 0.1 · 4 = 0.4 and v = 0.001
# · 16 = 0.016; corrected, they are 4 and 16; so the weight becomes 1 − 0.1 · 4 / √16 = 0.9.


# %% exercise="adam_step"
def adam_step(
    weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    """Do one step of Adam, written out: without keras.optimizers.

    Args:
        weights, gradient, m, v: float arrays of one shape and one float type; m and v are the
            running means of the gradient and of its square, uncorrected. All stay as they are.
        step: the number of this step, counted from 1.
        learning_rate, beta_1, beta_2, epsilon: as in the formulas. (Keras adds epsilon to the root
            of the uncorrected v. That differs only where gradients are as small as epsilon, in
            early steps, and counts as right, too.)

    Returns:
        A tuple (new weights, new m, new v) of new arrays; m and v uncorrected, ready for the next
        step.

    Raises:
        ValueError: if step is below 1.
    """
    ### BEGIN SOLUTION
    if step < 1:
        raise ValueError(f"steps are counted from 1, got {step}")
    new_m = beta_1 * m + (1 - beta_1) * gradient
    new_v = beta_2 * v + (1 - beta_2) * gradient**2
    corrected_m, corrected_v = new_m / (1 - beta_1**step), new_v / (1 - beta_2**step)
    return weights - learning_rate * corrected_m / (np.sqrt(corrected_v) + epsilon), new_m, new_v
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where to start</summary>
# Four lines of arithmetic, one for each formula, then the step. Give the corrected values names of their own, so that
# they do not end up in what you return.
# </details>
# <details><summary>Hint 2: what is squared, what is under the root</summary>
# The square is of each gradient, element by element: <code>gradient**2</code>. The root is of the corrected v, and
# epsilon is added outside the root.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>new_m / (1 - beta_1&ast;&ast;step)</code> and <code>new_v / (1 - beta_2&ast;&ast;step)</code> are the
# corrected ones; the weights lose <code>learning_rate * corrected_m / (np.sqrt(corrected_v) + epsilon)</code>.
# </details>


# %% check="adam_step"
def _check_adam_step(call, arrays, *settings, **named):
    before = [array.copy() for array in arrays]
    got = expect_by_hand(call, partial(adam_step, **named), (*arrays, *settings))
    for name, now, then in zip(["weights", "gradient", "m", "v"], arrays, before):
        expect_unchanged(f"{call}, its {name}", now, then)
    assert len(got) == 3, f"{call}: expected a tuple of three (weights, m, v), got {len(got)}"
    [expect_new(call, part, given) for part, given in zip(got, [arrays[0], *arrays[2:]])]
    return got  # after the tests that every step has to pass


def _check_adam_step_values():
    call, first = "adam_step(1, 4, 0, 0, step 1, rate 0.1)", list(np.array([[1.0], [4], [0], [0]]))
    weights, m, v = map(np.array, _check_adam_step(call, first, 1, learning_rate=0.1))
    expect_close(f"{call}, m", m, [0.4], hints=[([3.6], "beta_1 belongs to the old m."),
        ([4.0], "Return m uncorrected: the correction is for the step only."),
        ([0.004], "m is averaged with beta_1, v with beta_2."),
        ([0.016], "This is v: the order is (weights, m, v).")])  # fmt: skip
    expect_close(f"{call}, v", v, [0.016], hints=[([15.984], "beta_2 belongs to the old v."),
        ([16.0], "Return v uncorrected."), ([0.004], "v is the mean of the gradient's square."),
        ([1.6], "Use beta_2 for v."), ([0.00016], "Square the gradient, not m.")])  # fmt: skip
    expect_close(f"{call}, the weights", weights, [0.9], hints=[([1.1], "Downhill: subtract."),
        ([0.683772], "The bias correction is missing."), ([0.99], "m has to be corrected, too."),
        ([-2.162278], "v has to be corrected, too."), ([0.975], "Divide by the square root."),
        ([0.925586], "Steps are counted from 1: no step + 1.")])  # fmt: skip
    expect_by_hand(call, adam_step, (*first, 1), "keras.optimizers.*")
    got = _check_adam_step("adam_step in step 2", [np.array([0.9]), -first[1], m, v], 2, 0.1)
    hints = [([0.907073], "In step 2 divide by 1 - beta ** 2.")]
    expect_close("adam_step, step 2 with gradient -4", got[0], [0.905263], atol=1e-5, hints=hints)
    call = "adam_step([1, 1], [4, 0.5], [1, -1], [1, 2], 100, 0.1, 0.5, 0.8, epsilon=0.1)"
    second = list(np.array([[1, 1], [4, 0.5], [1, -1], [1, 2]]))
    weights, m, v = _check_adam_step(call, second, 100, 0.1, 0.5, 0.8, 0.1)
    expect_close(f"{call}, m", m, [2.5, -0.25], hints=[([1.3, -0.85], "Use the beta_1 given.")])
    hints = [([1.015, 1.99825], "Use the beta_2 that is given."), ([4.05, 4.85], "Take no sum.")]
    expect_close(f"{call}, v", v, [4, 1.65], hints=hints)
    hints = [([0.876534, 1.018898], "Epsilon is added outside the root.")]
    hints += [([0.875, 1.019463], "Use the given epsilon.")]
    expect_close(f"{call}, the weights", weights, [0.880952, 1.018057], hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    ends = {"learning_rate": (0.01, 0.05), "beta_1": (0.6, 0.8), "beta_2": (0.98, 0.995)}
    others = {name: round(random.uniform(*end), 4) for name, end in ends.items()}
    for shape, settings in [((6,), {}), ((3, 4), others), ((2, 2, 3), {})]:
        weights = random.normal(size=shape).astype("float32")
        variable, m, v = keras.Variable(weights), *np.zeros((2, *shape), "float32")
        optimizer = keras.optimizers.Adam(**settings)
        beta_1, beta_2 = settings.get("beta_1", 0.9), settings.get("beta_2", 0.999)
        for number in range(1, 17):  # no gradient near 0, where epsilon's place would matter
            gradient = random.choice([-1, 1, 1], shape) * random.uniform(0.5, 2, shape)
            gradient = gradient.astype("float32")
            call = f"adam_step, step {number}, shape {shape}, {settings or 'defaults'}"
            got = _check_adam_step(call, [weights, gradient, m, v], number, **settings)
            optimizer.apply([gradient], [variable])
            m, v = beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2
            m, v, weights = m.astype("float32"), v.astype("float32"), variable.numpy()
            expect_close(f"{call}, the weights against Keras'", got[0], weights, rtol=0)
            expect_close(f"{call}, m", got[1], m)
            expect_close(f"{call}, v", got[2], v)
    one, zero = np.ones(2), np.zeros(2)
    call = "adam_step(1, 0, 0, 0, step 1, epsilon=0.5), the weights"
    expect_close(call, _check_adam_step(call, [one, zero, zero, zero], 1, epsilon=0.5)[0], one)
    small, call = 1e-7 * one, "adam_step(0, 1e-7, 1e-7, 1e-14, step 20000), the weights"
    late = _check_adam_step(call, [zero, small, small, small**2], 20_000)[0]
    hints = [(-0.000909 * one, "epsilon has a default, 1e-7: has your function another?")]
    hints += [(-0.001 * one, "epsilon is missing.")]
    expect_close(call, late, -0.0005 * one, hints=hints)
    ### END HIDDEN TESTS


run_check("adam_step", _check_adam_step_values)


# %% bad_input="adam_step"
def _check_adam_step_bad_input():
    first = np.array([[1.0], [4.0], [0.0], [0.0]])
    got = adam_step(*first, 1, learning_rate=0.1)
    expect_close("adam_step(1, 4, 0, 0, step 1, rate 0.1), the weights", got[0], [0.9])
    why = "Steps are counted from 1: in step 0 the correction would divide by 0."
    expect_error("adam_step in step 0", lambda: adam_step(*first, 0), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    step = -int(rng().integers(1, 100))
    expect_error(f"adam_step in step {step}", lambda: adam_step(*first, step), hint=why)
    ### END HIDDEN TESTS


run_check("adam_step, bad input", _check_adam_step_bad_input)

# %% [markdown]
# ### Two landscapes
#
# With two weights the loss is a landscape, and an optimiser's path can be drawn. Ours are a *ravine*, whose walls curve
# thirty times more strongly than its floor, and a *saddle*: a pass between two valleys, with walls as steep. There the
# path starts almost on the line where the ground is level, between the two valleys.


# %%
def ravine(x, y):
    return 0.5 * x**2 + 15 * y**2  # lowest, 0, at (0, 0)


def ravine_gradient(x, y):
    return np.stack([x, 30 * y], axis=-1)


def saddle(x, y):
    return 15 * x**2 - 0.5 * y**2 + 0.1 * y**4  # lowest, -0.625, at (0, 1.58) and (0, -1.58)


def saddle_gradient(x, y):
    return np.stack([30 * x, -y + 0.4 * y**3], axis=-1)


def descend(optimizer, gradient, start, rates, steps=40):
    """Return the points (steps + 1, rates, 2) that an optimiser visits, for all rates at once.

    A step of rate x direction in w is a step of 1 x direction in w / rate: with its own rate 1 the
    optimiser walks there.
    """
    scale = np.array(rates)[:, None]
    point = keras.Variable(np.array(start) / scale)
    path = [point.numpy() * scale]
    for _ in range(steps):
        optimizer.apply([gradient(*path[-1].T).astype("float32")], [point])
        path.append(point.numpy() * scale)
    return np.array(path)


# %% [markdown]
# Four optimisers, forty steps each. To be fair, each tries the same ten learning rates, from 0.01 to 1, on each
# landscape and keeps the one that ends lowest.
#
# **Predict.** Who zigzags in the ravine? Who is still near the pass of the saddle, where the gradient is almost zero,
# after 40 steps?

# %% guess [markdown]
# *Your prediction: zigzagging in the ravine: ___; still near the pass after 40 steps: ___.*

# %%
sgd, rmsprop, adam = keras.optimizers.SGD, keras.optimizers.RMSprop, keras.optimizers.Adam
makers = {"SGD": sgd, "momentum": partial(sgd, momentum=0.9), "RMSprop": rmsprop, "Adam": adam}
rates, paths = np.geomspace(0.01, 1, 10), {"ravine": {}, "saddle": {}}
for surface, gradient, start in [
    (ravine, ravine_gradient, (-4.0, 1.5)),
    (saddle, saddle_gradient, (-1.5, 0.02)),
]:
    for name, make in makers.items():
        with np.errstate(all="ignore"):  # a rate that is too high ends at infinity
            tried = descend(make(1.0), gradient, start, rates)
            ends = np.nan_to_num(surface(*tried[-1].T), nan=np.inf)
        caption = f"rate {rates[ends.argmin()]:.2g}, ends at {ends.min():.3f}"
        paths[surface.__name__][name] = tried[:, ends.argmin()], caption
for surface, found in paths.items():
    print(surface, {name: caption for name, (_, caption) in found.items()})

# %% evidence
ends = {name: saddle(*path[-1]) for name, (path, _) in paths["saddle"].items()}
assert ends.pop("SGD") > -0.2 > -0.5 > max(ends.values())
ends = {name: ravine(*path[-1]) for name, (path, _) in paths["ravine"].items()}
assert ends["SGD"] == max(ends.values())
across = np.sign(paths["ravine"]["SGD"][0][:, 1])
assert np.all(across[1:] != across[:-1])  # from wall to wall in every step
assert paths["ravine"]["momentum"][0][:, 0].max() > 0.1 < paths["ravine"]["Adam"][0][:, 0].max()
grids = {}
for surface, width, height in [(ravine, 4.6, 3.2), (saddle, 1.9, 2.2)]:
    x, y = np.meshgrid(np.linspace(-width, width, 150), np.linspace(-height, height, 150))
    grids[surface.__name__] = x, y, surface(x, y)
show(
    draw.descents(grids, paths),
    alt="Eight contour maps. In the ravine SGD zigzags between the walls and ends highest; "
    "momentum and Adam swing beyond the lowest point. On the saddle SGD is still near the pass "
    "after forty steps while the others have reached a valley.",
)

# %% [markdown]
# In the ravine SGD jumps from wall to wall in every step, and its rate cannot be raised: each step multiplies the
# distance across by 1 − rate x curvature, so that rate x curvature has to stay below 2, here the rate below 2/30, or
# the path blows up. On the saddle the same limit holds, and so it is still near the pass after forty steps: a small
# gradient means a small step. Momentum collects speed, and so gets away; RMSprop and Adam divide the size of the
# gradient away, weight by weight, so that steep and flat directions look alike to them.
#
# What has a running mean of the gradient, momentum and Adam, *swings*: it runs beyond the lowest point of the ravine
# and has to come back. Do not read a ranking of these three into where they end: with other rates to choose from, or
# another start, their order changes. (With three rates each, measured once, Adam ended above plain SGD.) And two
# weights are a toy. A network has thousands; there are ravines and saddles among them, but nobody can draw them.
#
# Your own Adam must walk the same path as Keras' (this cell works once you have solved exercise 6):

# %% uses="adam_step"
point, m, v = np.array([-4.0, 1.5]), np.zeros(2), np.zeros(2)
yours = [point]
for step in range(1, 41):
    gradient = ravine_gradient(*point)
    point, m, v = adam_step(point, gradient, m, v, step, learning_rate=0.3)
    yours.append(point)
theirs = descend(adam(1.0), ravine_gradient, (-4.0, 1.5), [0.3])[:, 0]
print(
    f"largest distance between your path and Keras': {np.abs(np.array(yours) - theirs).max():.0e}"
)

# %% instructor [markdown]
# **For instructors.** Typical wrong answers to exercise 5: a velocity without the learning rate, as other libraries
# write it; a running mean with (1 − momentum); weights moved by the old velocity; `velocity *= momentum`, which writes
# into the caller's array. To exercise 6: corrected m and v returned, so that the next step corrects them twice; no
# square root; epsilon inside it; steps counted from 0; betas swapped. In the landscapes zigzag and swing are the safe
# results; where the paths end depends on the rates that were offered.

# %% [markdown]
# ## 11. A fair race of optimisers (7 minutes, further)
#
# Plain SGD and Adam train the small convolutional network, 100 steps of 64 images each. An unfair race is easy to run:
# give both the same learning rate, or each its default. So we tune first: each tries five rates, from its default
# upward, on the same start.

# %%
trainers = {"SGD": Trainer(build_cnn, keras.optimizers.SGD()), "Adam": small}
rates = {"SGD": [0.01, 0.03, 0.1, 0.3, 1.0], "Adam": [0.001, 0.003, 0.01, 0.03, 0.1]}
tuning = {name: {} for name in trainers}
for name in progress(trainers, desc="tuning two optimisers"):
    for rate in rates[name]:
        trainers[name].train(np.full(100, rate), batch_size=64)
        tuning[name][rate] = accuracy(trainers[name].model)
for name, tried in tuning.items():
    print(f"{name:9}", ",  ".join(f"{rate:g}: {score:.0%}" for rate, score in tried.items()))

# %% [markdown]
# **Predict.** On three *other* starts, with its best rate from this table: how far will plain SGD be behind Adam? And
# how far with both at their default rates, the first of each row?

# %% guess [markdown]
# *Your prediction: with default rates SGD is ___ behind, with tuned rates ___.*

# %%
results = {}
for name, trainer in progress(trainers.items(), desc="the race"):
    tried = tuning[name]
    for kind, rate in [("default", min(tried)), ("tuned", max(tried, key=tried.get))]:
        runs = results[name, kind] = []
        for seed in [1, 2, 3]:
            trainer.train(np.full(100, rate), seed=seed, batch_size=64)
            runs.append(accuracy(trainer.model))
means = {key: np.mean(runs) for key, runs in results.items()}
gap = {kind: means["Adam", kind] - means["SGD", kind] for kind in ("default", "tuned")}
print(f"Adam ahead of SGD: {gap['default']:.2f} with default rates, {gap['tuned']:.2f} when tuned")

# %% evidence
assert gap["default"] > 0.2
assert 0 < gap["tuned"] < gap["default"] / 2
show(
    draw.starts(
        {f"{name}, {kind} rate": runs for (name, kind), runs in results.items()},
        xlabel="validation accuracy after 100 steps",
        title="Three starts each, two rates",
    ),
    alt="Validation accuracy of three starts each: SGD at its default rate far behind all others; "
    "with tuned rates SGD comes near Adam.",
)

# %% [markdown]
# With default rates Adam seems to be in another class than SGD. With tuned ones less than half of that lead is left:
# most of it was the learning rate. And it is the order for 100 steps of a small network: on long trainings SGD with
# momentum often ends as well or better; Wilson et al. (2017) show cases. Where three starts lie far apart, the tuning
# may have fallen for a rate that is a little too high, because it saw a single, lucky start. What always holds: *an
# optimiser without its learning rate is no answer to any question.* Where the grid of the tuning table is wide enough,
# a row has a hill: too low learns too slowly, too high badly or not at all.

# %% instructor [markdown]
# **For instructors.** Ask which rates a fair race may offer, and to whom; the tables' rows should have a hill in them.
# Of the results, only the order of Adam and SGD and the shrinking of the gap are safe.

# %% [markdown]
# ## 12. Schedules: written, and raced (17 minutes, further)
#
# ### Exercise 7: `cosine_with_warmup` (objective 6)
#
# A relative of section 5's one-cycle, in which you choose how long the warm-up is: a straight rise from 0 (not from
# 1/25) to the peak, then half a wave of cos, lifted and halved so that it runs from 1 to 0.
#
# $$\text{rate} = \text{peak} \cdot \frac{\text{step}}{\text{warm-up steps}}$$
#
# and then
#
# $$\text{rate} = \text{peak} \cdot \frac{1 + \cos(\pi f)}{2}$$
#
# where
#
# $$f = \frac{\text{steps since the warm-up}}{\text{steps after the warm-up in all}}$$
#
# A small example with peak 1, 4 warm-up steps and 12 steps in all: step 0 has rate 0, step 1 has 0.25, step 4 the peak
# 1, step 8 is half-way down and has 0.5, step 12 has 0.


# %% exercise="cosine_with_warmup"
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    """Return the learning rate of one step: a straight rise from 0 to the peak, then half a cosine
    down to 0. Written out, without keras.optimizers.schedules.

    Args:
        step: the number of the step, counted from 0, at most total_steps.
        peak_rate: the highest rate, reached in step number warmup_steps.
        warmup_steps: how many steps the rise takes; 0 means no warm-up, so that step 0 has the peak
            (a rise that covered step <= warmup_steps would divide 0 by 0 there).
        total_steps: all steps, those of the warm-up included; the rate at step total_steps is 0.

    Returns:
        A number.

    Raises:
        ValueError: if warmup_steps is negative or not less than total_steps, or step is not from 0
            to total_steps.
    """
    ### BEGIN SOLUTION
    if not 0 <= warmup_steps < total_steps:
        raise ValueError(f"warmup_steps has to be 0 to {total_steps - 1}, got {warmup_steps}")
    if not 0 <= step <= total_steps:
        raise ValueError(f"step has to be 0 to {total_steps}, got {step}")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    fraction = (step - warmup_steps) / (total_steps - warmup_steps)
    return peak_rate * 0.5 * (1 + np.cos(np.pi * fraction))
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: two cases</summary>
# Steps below <code>warmup_steps</code> belong to the rise, all others to the cosine. With this order of cases nothing
# is ever divided by a warm-up of 0.
# </details>
# <details><summary>Hint 2: the fraction</summary>
# In the cosine, what counts is how much of the way <em>after</em> the warm-up is done:
# <code>(step - warmup_steps) / (total_steps - warmup_steps)</code>, which runs from 0 to 1.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>peak_rate * step / warmup_steps</code> for the rise,
# <code>peak_rate * 0.5 * (1 + np.cos(np.pi * fraction))</code> for the fall. Two tests with ValueErrors before them:
# <code>0 <= warmup_steps < total_steps</code> and <code>0 <= step <= total_steps</code>.
# </details>


# %% check="cosine_with_warmup"
def _check_cosine_with_warmup():
    halve = "Halve it: 1 + cos runs from 2 to 0."
    cases = [  # arguments, right rate, {wrong rate: why}
        ((0, 1.0, 4, 12), 0.0, {0.25: "Step 0 has rate 0: do not add 1 to the step.",
            0.04: "This rise begins at 0, not at 1/25 of the peak.",
            1.0: "The warm-up is missing."}),
        ((1, 1.0, 4, 12), 0.25, {0.5: "Steps are counted from 0: do not add 1.",
            1 / 12: "The rise takes warmup_steps, not all steps."}),
        ((4, 1.0, 4, 12), 1.0, {2.0: halve,
            0.75: "The peak belongs to step number warmup_steps: the cosine counts from there."}),
        ((6, 1.0, 4, 12), 0.853553, {1.707107: halve,
            0.5: "Count from the end of the warm-up, and take half a wave: from 0 to pi.",
            0.75: "A straight line down; half a cosine was asked for.",
            0.933013: "f is the part of the steps after the warm-up: divide by "
                "total_steps - warmup_steps.",
            0.984456: "Half a wave runs from 0 to pi: multiply f by pi inside the cosine.",
            0.92388: "Half a wave runs to pi, a quarter only to pi / 2.",
            0.707107: "Lift the cosine by 1 and halve it."}),
        ((8, 1.0, 4, 12), 0.5, {0.25: "Count from the end of the warm-up.", 1.0: "Halve it.",
            0.0: "Lift the cosine by 1 and halve it."}),
        ((12, 1.0, 4, 12), 0.0, {-1.0: "Lift the cosine by 1 and halve it, so that it ends at 0."}),
        ((1, 0.3, 2, 10), 0.15, {0.5: "The peak is 0.3, not 1: multiply the rise by peak_rate."}),
        ((0, 0.3, 0, 10), 0.3, {1.0: "The peak is 0.3, not 1: multiply the cosine by peak_rate.",
            0.0: "Without a warm-up step 0 has the peak."}),
    ]  # fmt: skip
    for case, rate, wrong in cases:
        call = f"cosine_with_warmup{case}"
        got = expect_by_hand(call, cosine_with_warmup, case, "keras.optimizers.schedules.*")
        expect_close(call, got, rate, atol=1e-5, hints=wrong.items())
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    peaks = np.round(random.uniform([0.05, 1.5, 0.002], [0.6, 3, 0.02]), 4).tolist()
    warmup, fall, short = random.integers([3, 12, 5], [9, 22, 10]).tolist()
    cases = [(peaks[0], warmup, warmup + fall), (peaks[1], 1, short), (peaks[2], fall, fall + 1)]
    for peak, warmup, total in [*cases, (1.0, 0, short + 1)]:
        start, fall = (0.0 if warmup else peak), total - warmup
        rise = {"warmup_target": peak, "warmup_steps": warmup} if warmup else {}
        schedule = keras.optimizers.schedules.CosineDecay(start, fall, **rise)
        for step in range(total + 1):
            call = f"cosine_with_warmup({step}, {peak}, {warmup}, {total})"
            got = expect_by_hand(call, cosine_with_warmup, (step, peak, warmup, total))
            expect_close(call, got, float(schedule(step)), rtol=1e-4, atol=1e-6)
    ### END HIDDEN TESTS


run_check("cosine_with_warmup", _check_cosine_with_warmup)


# %% bad_input="cosine_with_warmup"
def _check_cosine_with_warmup_bad_input():
    expect_close("cosine_with_warmup(3, 1.0, 3, 9)", cosine_with_warmup(3, 1.0, 3, 9), 1.0)
    warmup, outside = "The warm-up has to leave a step for the fall.", "The plan has no such step."
    for bad, why in [
        ((5, 1.0, -1, 10), "A warm-up cannot take less than no step."),
        ((5, 1.0, 10, 10), warmup),
        ((-1, 1.0, 2, 10), outside),
        ((11, 1.0, 2, 10), outside),
    ]:
        call = f"cosine_with_warmup{bad}"
        expect_error(call, lambda bad=bad: cosine_with_warmup(*bad), hint=why)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    total, more = rng().integers([6, 1], [20, 5]).tolist()
    for bad, why in [
        ((0, 0.1, total + more, total), warmup),
        ((3, 0.1, -more, total), "A warm-up cannot take less than no step."),
        ((total + more, 0.1, 2, total), outside),
        ((-more, 0.1, 0, total), outside),
        ((0, 0.1, 0, 0), warmup),
    ]:
        call = f"cosine_with_warmup{bad}"
        expect_error(call, lambda bad=bad: cosine_with_warmup(*bad), hint=why)
    ### END HIDDEN TESTS


run_check("cosine_with_warmup, bad input", _check_cosine_with_warmup_bad_input)

# %% [markdown]
# Your schedule must agree with Keras' (this cell works once you have solved the exercise):

# %% uses="cosine_with_warmup"
keras_schedule = keras.optimizers.schedules.CosineDecay(
    0.0, 90, warmup_target=0.03, warmup_steps=10
)
yours = np.array([cosine_with_warmup(step, 0.03, 10, 100) for step in range(100)])
print(f"largest difference: {np.abs(yours - by_step(keras_schedule, 100)).max():.0e}")

# %% [markdown]
# ### The race
#
# What does a schedule gain over a constant rate? 100 steps with a peak of 0.03, about the lowest point of the range
# test, three starts each. To be fair to the constant rate, it runs at a third of it. **Step decay** divides
# its rate by three at half time and again at three quarters.
#
# **Predict.** Is any schedule better than the constant 0.01, by more than the spread between starts?

# %% guess [markdown]
# *Your prediction: better than the constant 0.01 by more than the spread: ___.*

# %%
cosine = by_step(keras.optimizers.schedules.CosineDecay(0.03, 100), 100)
plans = {"constant 0.01": np.full(100, 0.01), "cosine": cosine}
plans["step decay"] = 0.03 * np.repeat([1, 1 / 3, 1 / 9], [50, 25, 25])
plans |= {"one-cycle": by_step(one_cycle(0.03, 100), 100)}
race = {name: [] for name in plans}
for name, plan in progress(plans.items(), desc="racing schedules"):
    for seed in [1, 2, 3]:
        small.train(plan, seed=seed)
        race[name].append(accuracy(small.model))
means = {name: np.mean(scores) for name, scores in race.items()}
spread = max(np.ptp(scores) for scores in race.values())
print(f"best mean {max(means.values()):.3f}, constant 0.01 {means['constant 0.01']:.3f};", end=" ")
print(f"the starts of one plan differ by up to {spread:.3f}")

# %% evidence
title = "Schedules on the same budget"
show(
    draw.starts(race, xlabel="validation accuracy after 100 steps", title=title),
    alt="Validation accuracy of three starts each, all about 0.8 or a little more; the plans "
    "overlap.",
)
assert min(means.values()) > 0.7
assert max(means.values()) - means["constant 0.01"] < 0.03

# %% [markdown]
# Against the constant 0.01, a third of the range test's lowest point, nothing is gained that could be told from the
# spread between starts. Ten starts of each (measured once, not run here) ended at 0.823 ± 0.006 (mean and standard
# deviation) with the constant 0.01 and the same with one-cycle, at 0.810 ± 0.015 with the cosine, and at 0.808 ± 0.014
# with the constant 0.03. So the use of a schedule, in a training as short as this, is what section 5 showed:
# forgiveness for a rate that is too high.

# %% instructor [markdown]
# **For instructors.** Wrong answers to exercise 7 count from 1, let the cosine start at step 0 in place of the end of
# the warm-up, divide by all steps, do not halve, or take a quarter of a wave; the check has a hint for each. A rise
# that covers `step <= warmup_steps` divides by 0 where there is no warm-up. The race shows a null result, and that is
# its lesson: ask how many starts one would need to tell 0.823 from 0.822.

# %% [markdown]
# ## 13. A search (7 minutes, further)
#
# The learning rate is not the only number to choose, and numbers depend on each other. KerasTuner tries combinations
# for you: you declare a space, it draws **trials** and remembers their scores. Here the space is learning rate x batch
# size. Every trial may look at 6,400 images, so a batch of 32 means 200 steps and a batch of 512 only 12. Scores are
# accuracies on validation images; the test images stay closed.
#
# **Predict.** Which batch size wins under this rule? And does a larger batch want a larger or a smaller learning rate?

# %% guess [markdown]
# *Your prediction: a batch size of ___; a larger batch wants a (larger / smaller) rate.*


# %%
class Search(keras_tuner.RandomSearch):
    """Random search whose trials use our own training loop."""

    def run_trial(self, trial, **_):
        values = trial.hyperparameters.values
        batch_size, rate = values["batch_size"], values["learning_rate"]
        small.train(np.full(6_400 // batch_size, rate), batch_size=batch_size)
        return {"val_accuracy": accuracy(small.model)}


# %%
space = keras_tuner.HyperParameters()
space.Float("learning_rate", 1e-4, 1e-1, sampling="log")
space.Choice("batch_size", [32, 128, 512])
start = time.process_time()
with tempfile.TemporaryDirectory() as folder:
    goal = keras_tuner.Objective("val_accuracy", direction="max")
    search = Search(
        objective=goal,
        max_trials=9,
        seed=6,
        hyperparameters=space,
        directory=folder,
        project_name="search",
    )
    search.search(verbose=0)
    trials = list(search.oracle.trials.values())
seconds = time.process_time() - start
found = [
    (trial.hyperparameters.values["learning_rate"], trial.hyperparameters.values["batch_size"])
    for trial in trials
]
scores = [trial.score for trial in trials]
steps = sum(6_400 // batch_size for _, batch_size in found)
print(f"{len(trials)} trials, {steps:,} steps, {seconds:.0f} s of computing", end="; ")
print("the range test took 120 steps")
rate, batch_size = found[int(np.argmax(scores))]
print(f"best: rate {rate:.2g}, batch {batch_size}, accuracy {max(scores):.3f}")

# %% evidence
assert batch_size != 512
assert steps > 6 * 120
show(
    draw.search_map([rate for rate, _ in found], [size for _, size in found], scores),
    alt="Nine dots by learning rate and batch size with their validation accuracies; the best is "
    "ringed.",
)

# %% [markdown]
# The best trial does not have the large batch. No wonder: with a fixed number of images it gets the fewest steps. Had
# we given every trial the same number of *steps*, or of seconds, the ranking could be another one. A search finds what
# the rule rewards. For the interaction nine dots are too few: rate and batch size differ at the same time, and
# neighbours differ by chance. (Goyal et al. (2017) measured it for SGD with momentum: up to a point, a batch k times
# larger wants a rate k times higher. For Adam the root of k is the usual rule.)
#
# Do not compare its accuracy with those of section 12 either: a trial saw 6,400 images, those trainings 100 x 128 =
# 12,800.
#
# And the price: the search took more than six times the steps of the range test, which had already told us the region
# of good rates. Three habits follow. Search on a logarithmic scale. Draw at random rather than on a grid: nine random
# trials test nine learning rates, a 3 x 3 grid only three (Bergstra and Bengio, 2012). And remember that the best of
# many trials is partly the luckiest: its validation accuracy is too good to be true by a little, which is one reason
# for a test set.

# %% instructor [markdown]
# **For instructors.** The point is the rule of the comparison, not the winner: ask what would win if every trial had
# the same number of steps. That the large batch does not win is asserted; the best rate and the ranking of neighbours
# are those of one draw of nine. The search runs nine short trainings in a row: run the cell first and discuss the
# prediction meanwhile.

# %% [markdown]
# ## Read on
#
# - X. Glorot and Y. Bengio (2010), *Understanding the difficulty of training deep feedforward neural networks*. Plots
#   like that of section 2, and the initialisation.
# - K. He, X. Zhang, S. Ren and J. Sun (2015), *Delving deep into rectifiers: surpassing human-level performance on
#   ImageNet classification*.
# - D. P. Kingma and J. Ba (2015), *Adam: a method for stochastic optimization*. Keras follows the variant at the end of
#   its section 2, where epsilon counts a little differently.
# - A. C. Wilson, R. Roelofs, M. Stern, N. Srebro and B. Recht (2017), *The marginal value of adaptive gradient methods
#   in machine learning*.
# - L. N. Smith (2017), *Cyclical learning rates for training neural networks*; L. N. Smith and N. Topin (2017, printed
#   2019), *Super-convergence: very fast training of neural networks using large learning rates*; J. Howard and S.
#   Gugger (2020), *fastai: a layered API for deep learning*.
# - P. Goyal et al. (2017), *Accurate, large minibatch SGD: training ImageNet in 1 hour*. Warm-up, and how rate and
#   batch size go together.
# - S. Malladi, K. Lyu, A. Panigrahi and S. Arora (2022), *On the SDEs and scaling rules for adaptive gradient
#   algorithms*. Why the root for Adam.
# - J. Bergstra and Y. Bengio (2012), *Random search for hyper-parameter optimization*.
# - A. Karpathy (2019), *A recipe for training neural networks*. Section 6's procedure, and more of it.
# - I. Goodfellow, Y. Bengio and A. Courville (2016), *Deep learning*, chapters 6 and 8.
#
# ### An open challenge
#
# Train the twelve-layer network with *sigmoid* to more than 70% on the validation images. You may change anything but
# the activation and the number of layers: the first weights, the optimiser, the order in which layers are trained,
# layers in between, shortcuts around them. Measure the gradients by layer before and after each of your ideas, and say
# which of them let the gradient through, and which only made its steps longer.
