# %% [markdown]
# # 04 Activations and training: how a network learns
#
# Take a network of twelve layers and train it on pictures of clothes. Change one word in its code, the name of a
# function applied to single numbers, and the accuracy after the same training goes from 10%, which is guessing, to
# about 80%. In this lab you find out what that function does to a network, and then everything else that stands between
# a network that could learn and one that does.
#
# <!-- facts -->
#
# The layers of labs 02 and 03 are differentiated here, in section 10.
#
# ## Objectives
#
# 1. **Write** an activation function with its slope, and **predict** from the slope how gradients fare in a deep
#    network.
# 2. **Write** a softmax that survives any input, and the gradient of cross-entropy with respect to the logits.
# 3. **Carry** a gradient back by the chain rule, through a neuron, and (section 10, further) through convolution,
#    pooling and dense layer.
# 4. **Write** the steps of momentum and Adam, and **say** what each does better than plain gradient descent.
# 5. **Find** a learning rate by measuring, and **write** a schedule that changes it during training.
# 6. **Diagnose** a sick training from its loss curves, and (section 11, further) **judge** what an automatic search is
#    worth.
#
# The sections ask you for a prediction before they show a result. Write yours into the cell below the question: what
# teaches is the difference between the two.

# %% imports
from functools import cache, partial
import sys
import tempfile
import time

from utils.checks import expect_close, expect_error, expect_unchanged, passed
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
# pictures stay untouched until section 9, where they are used once.

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
# ## 1. Six functions and their slopes (20 minutes, core)
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
# non-linear between them you have one layer. The activation function is what makes depth worth anything. Here are six
# that are used or were used widely, each computed by Keras, each with its **slope**: how much the output changes when
# the input changes a little. `tf.GradientTape` records a computation and gives its derivatives.
#
# **Predict.** Before you run the cell: which of sigmoid, tanh, ReLU has the steepest slope anywhere, and which the
# least steep?

# %% guess [markdown]
# *Your prediction: the steepest is ___, with a slope of at most ___; the least steep is ___, with ___.*

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
# - **sigmoid** squeezes any number into 0 to 1, **tanh** into −1 to 1. Far from zero both are flat; one says they
#   **saturate**.
# - **ReLU** (rectified linear unit) keeps positive numbers and replaces negative ones by 0: full slope on one side,
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
    otherwise as above.
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
x = np.array([-2.0, 0.0, 3.0])
before = x.copy()
hints = [
    ([2.0, 0.0, 3.0], "This is the absolute value."),
    ([0.0, 0.0, 3.0], "This is ReLU: where has the small slope on the negative side gone?"),
    ([-0.1, 0.0, 3.0], "The output grows with the input: multiply x by negative_slope."),
]
expect_close("leaky_relu([-2, 0, 3], 0.1)", leaky_relu(x, 0.1), [-0.2, 0, 3], hints=hints)
hints = [
    ([0.1, 1.0, 1.0], "At exactly 0 take the negative side's slope."),
    ([0.0, 0.0, 1.0], "This is ReLU's slope."),
    ([-0.1, -0.1, 1.0], "The function rises on the negative side as well: its slope is positive."),
    ([-0.2, 0.0, 3.0], "This is leaky_relu itself, not its slope."),
    (
        [-0.2, 0.0, 1.0],
        "The slope on the negative side is the same everywhere: do not multiply it by x.",
    ),
]
expect_close(
    "leaky_relu_slope([-2, 0, 3], 0.1)", leaky_relu_slope(x, 0.1), [0.1, 0.1, 1], hints=hints
)
expect_unchanged("leaky_relu(x), its x", x, before)
for bad in [-0.1, 1.5]:
    expect_error(f"leaky_relu(x, {bad})", lambda bad=bad: leaky_relu(x, bad))
    expect_error(f"leaky_relu_slope(x, {bad})", lambda bad=bad: leaky_relu_slope(x, bad))
passed("leaky_relu")
### BEGIN HIDDEN TESTS
random = np.random.default_rng(41)
for shape, negative_slope in [((7,), 0.3), ((2, 3, 4), 0.01), ((4, 6), 0.0), ((3, 2), 0.9)]:
    x = random.normal(0, 3, size=shape).astype("float32")
    before, tensor = x.copy(), tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        expected = keras.ops.leaky_relu(tensor, negative_slope)
    call = f"(an array of shape {shape}, {negative_slope})"
    expect_close(f"leaky_relu{call}", leaky_relu(x, negative_slope), expected)
    expect_close(
        f"leaky_relu_slope{call}",
        leaky_relu_slope(x, negative_slope),
        tape.gradient(expected, tensor),
    )
    expect_unchanged(f"leaky_relu{call}, its x", x, before)
x = np.array([[-5, 0], [2, -1]])
hints = [([[0, 0], [2, 0]], "Fractions are lost: is your result an array of integers, like x?")]
expect_close("leaky_relu(integers)", leaky_relu(x), [[-0.5, 0], [2, -0.1]], hints=hints)
expect_close("leaky_relu_slope(integers)", leaky_relu_slope(x), [[0.1, 0.1], [1, 0.1]])
for bad in [1, -0.5]:
    expect_error(f"leaky_relu(x, {bad})", lambda bad=bad: leaky_relu(x, bad))
    expect_error(f"leaky_relu_slope(x, {bad})", lambda bad=bad: leaky_relu_slope(x, bad))
### END HIDDEN TESTS

# %% instructor [markdown]
# **For instructors.** After the first experiment ask why the two layers are one, not only how many weights it has; the
# brackets of (x A) B = x (A B) on the board are the whole answer. Typical wrong answers to exercise 1 are plain ReLU,
# slope 1 at exactly 0, a slope that is multiplied by x, and arrays of integers that lose the fractions (`zeros_like` of
# an integer x); the error for a bad `negative_slope` has to come from both functions. If time is short, break off
# before the exercise: nothing later uses its functions.

# %% [markdown]
# ## 2. Twelve layers deep (25 minutes, core)
#
# Now the network of the first paragraph: eleven hidden layers of 64 units and an output layer. Its ten outputs, one for
# each class, are called **logits**: numbers of any size, of which the largest is the network's answer (section 3 makes
# probabilities of them). The activation is a layer of its own, so that we can look at what comes before it. Keras draws
# the first weights by the rule of Glorot and Bengio (2010), `"glorot_uniform"`: so large that sums keep their size from
# layer to layer, forward and backward, *if the activation's slope is 1*.


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


# %% [markdown]
# To learn is to change each weight a little against its **gradient**: the direction and the rate in which the loss
# grows with it. Plain gradient descent changes a layer whose gradient is a millionth of another's a million times more
# slowly. So we measure how long the gradient of each layer's weights is (its *norm*: the root of the sum of squares).

# %%
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
assert norms_before["relu"][0] < norms_before["tanh"][0] / 10
assert norms_before["sigmoid"][0] / norms_before["sigmoid"][-1] < 1e-5
assert 1 < norms_before["tanh"][0] / norms_before["tanh"][-1] < 30

# %% [markdown]
# Sigmoid's first layer gets less than a hundred-thousandth of what its last layer gets. The eleven slopes alone explain
# most of it: 0.25 to the 11th power is 2 · 10⁻⁷. This is the **vanishing gradient**. With tanh, whose slope is 1 near
# zero, nothing is lost; the first layer even gets a little more.
#
# Before we look at all layers, we train these networks. You know `model.fit`. Here is what is inside it: a loop of
# **steps**. One step takes a batch of images, computes the loss (forward), has the tape compute the gradient of every
# weight (backward), and lets the optimiser change the weights. `tf.function` compiles the step once, which makes it
# several times faster. We wrap it in a class because every experiment of this lab uses it.


# %%
class Trainer:
    """A network, its optimiser, and one step, compiled once; `train` starts from new weights."""

    def __init__(self, build, optimizer):
        self.model, self.optimizer = build(seed=0), optimizer
        self.first_weights = cache(lambda seed: build(seed=seed).get_weights())  # built once a seed
        optimizer.build(self.model.trainable_variables)

    @tf.function(reduce_retracing=True)
    def step(self, images, labels):
        with tf.GradientTape() as tape:
            loss = cross_entropy(labels, self.model(images, training=True))
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply(gradients, self.model.trainable_variables)
        return loss

    def train(self, rates, seed=0, images=x_train, labels=y_train, batch_size=128, after_step=None):
        """Do one step for each learning rate, on a random batch; return the loss of each batch."""
        self.model.set_weights(self.first_weights(seed))
        for variable in self.optimizer.variables:  # it must not remember an earlier training
            variable.assign(keras.ops.zeros_like(variable))
        random, losses = np.random.default_rng(seed), []
        for number, rate in enumerate(rates):
            self.optimizer.learning_rate.assign(rate)
            batch = random.integers(0, len(images), batch_size)
            losses.append(self.step(images[batch], labels[batch]))
            if after_step:
                after_step(number)
        return np.array(losses)


# %%
def accuracy(model, images=x_val, labels=y_val):
    """Return the fraction of images whose largest logit is the right class's."""
    return float(np.mean(np.argmax(model(images), axis=-1) == labels))


# %% [markdown]
# The optimiser is Adam with its usual learning rate, 0.001; what that means is the subject of section 5. Every network
# gets 150 batches of 128 images.
#
# **Predict.** Which of the six will be right on many more images than guessing is? And will sigmoid's first layer get
# more gradient after training than before?

# %% guess [markdown]
# *Your prediction: above guessing are ___. Sigmoid's first layer gets (more / as much / less) gradient after training,
# because ...*

# %%
deep, norms_after, scores = {}, {}, {}
for name in progress(names, desc="six networks of twelve layers"):
    deep[name] = Trainer(partial(build_deep, name), keras.optimizers.Adam())
    deep[name].train(np.full(150, 0.001))
    norms_after[name] = gradient_norms(deep[name].model, x_val[:500], y_val[:500])
    scores[name] = accuracy(deep[name].model)
print(",  ".join(f"{name} {score:.0%}" for name, score in scores.items()))

# %% evidence
assert scores["sigmoid"] < 0.25
assert min(score for name, score in scores.items() if name != "sigmoid") > 0.4
assert max(scores.values()) > 0.75
show(
    draw.by_layer(
        {"before training": norms_before, "after 150 steps": norms_after},
        ylabel="norm of the gradient (logarithmic)",
        title="How much of the gradient each layer gets",
    ),
    alt="Before training, sigmoid's gradients fall in a straight line over six powers of ten from "
    "layer 12 to layer 1; the other five are flat. After training, sigmoid's still fall, and the "
    "other five lie close together around 1.",
)

# %% [markdown]
# Sigmoid still guesses. The other five learn, although not equally well in so few steps. The straight line in a
# logarithmic plot is the fingerprint of a factor per layer.
#
# A sharp question: Adam divides each gradient by its usual size (section 5 shows how), so small gradients should not
# matter. Why does it not rescue sigmoid? For one thing Adam adds a small number, in Keras 1e-7, to what it divides by,
# and gradients far below that stay small. For another the same slopes act on the way forward. They shrink the
# *differences between images*, layer by layer. The next cell measures what is left of them in the logits.

# %%
spread = {}
for name in ["sigmoid", "tanh"]:
    logits = build_deep(name)(x_val[:500]).numpy()
    spread[name] = logits.std(axis=0).mean()
    print(f"{name:8} a logit differs from image to image by about {spread[name]:.0e}")

# %% evidence
assert spread["sigmoid"] < 1e-4 <= spread["tanh"]

# %% [markdown]
# For the sigmoid network all pictures look the same, up to the fifth digit and beyond. A gradient that does not depend
# on the image cannot say anything about it, however much one enlarges it.
#
# Look at ReLU in the left panel: flat, but more than ten times lower than tanh. ReLU lets half of the units through, so
# each layer loses about half of the signal's energy, forward *and* backward. Why then is the line flat? The gradient of
# a layer's weights is the signal that arrives from the left times the gradient that arrives from the right. In layer k
# the signal has lost k − 1 factors and the gradient the other 12 − k: eleven in all, whichever the layer. (A sigmoid's
# output stays near ½ in every layer, so only the way back counts, and its line is steep.) GELU's line is lower still,
# since near 0 its slope is about ½ for all units. ReLU and GELU learn all the same: their signals still differ from
# image to image, and Adam enlarges small gradients.
#
# He, Zhang, Ren and Sun (2015) mended the loss: draw the weights with twice the variance. In Keras it is called
# `"he_normal"`.
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
assert by_rule["sigmoid", "he_normal"][0] / by_rule["sigmoid", "he_normal"][-1] < 1e-3

# %% [markdown]
# ReLU's gradients grow by more than ten times and are now about the size of tanh's. Sigmoid's still vanish: twice the
# variance is no match for a slope of a quarter at best. Activation and initialisation belong together: tanh with
# Glorot, ReLU and its relatives with He. (Later labs add BatchNorm and skip connections, which make a network less
# sensitive to both.)
#
# ### Dead units
#
# ReLU has a price. If a unit's sum is negative for *every* image, its slope is zero for every image: no gradient, and
# no change of its own. Such a unit is **dead**, until a change in the layers before it happens to lift its sum above
# zero again. We count them: units whose slope is below 0.01 for all of 1,000 validation images.


# %%
def dead_units(model, activation, images=x_val[:1000]):
    """Return how many hidden units have a slope below 0.01 for every image."""
    dense = [layer.output for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    sums = keras.Model(model.inputs[0], dense[:-1])(images)
    with tf.GradientTape() as tape:
        tape.watch(sums)
        outputs = [keras.activations.get(activation)(layer) for layer in sums]
    return sum(
        int(np.sum(np.all(np.abs(slope) < 0.01, axis=0))) for slope in tape.gradient(outputs, sums)
    )


# %% [markdown]
# **Predict.** There are 11 x 64 = 704 hidden units. How many ReLUs are dead before training, after it, and after a
# training with a learning rate ten times higher? How many leaky ReLUs?

# %% guess [markdown]
# *Your prediction: dead ReLUs before training ___, after it ___, after the higher rate ___; dead leaky ReLUs ___, ___,
# ___.*

# %%
dead = {}
for name in progress(["relu", "leaky_relu"], desc="dead units"):
    dead[f"{name}, before training"] = dead_units(build_deep(name), name)
    for rate in [0.001, 0.01]:
        deep[name].train(np.full(150, rate))
        dead[f"{name}, trained at {rate:g}"] = dead_units(deep[name].model, name)

# %% evidence
title = "A high learning rate kills ReLUs; leaky ReLUs cannot die"
show(
    bars(dead, xlabel="dead units of 704", title=title),
    alt="Bars of dead units. ReLU: a few dozen before training, more after training at 0.001, many "
    "more after training at 0.01. Leaky ReLU: none in all three.",
)
of_relu = [
    dead[f"relu, {when}"] for when in ("before training", "trained at 0.001", "trained at 0.01")
]
assert of_relu[0] < of_relu[1] < of_relu[2]
assert dead["relu, trained at 0.01"] > 150
assert dead["leaky_relu, trained at 0.01"] == 0

# %% [markdown]
# Some ReLUs are born dead, and training kills more: one step too large pushes a unit's weights to where no image
# reaches it, and nothing brings it back. At the higher rate more than a fifth of the network is gone (which fifth, and
# how many exactly, differs from run to run). Leaky ReLUs cannot die: their slope is never below 0.2. Keep this in mind:
# dead units come back in section 7.

# %% instructor [markdown]
# **For instructors.** Show the panel of gradients by layer and ask for the factor per layer: sigmoid's line falls by
# six and a half powers of ten over eleven steps, so by about a quarter each. The sharp question (Adam, and why it does
# not rescue sigmoid) is the one worth a discussion. The accuracies of the five that learn depend on the start: do not
# let anybody rank them. In a hurry, leave out the dead units and come back to them in section 7; the class `Trainer`
# has to be run, every later experiment uses it.

# %% [markdown]
# ## 3. From logits to a loss (35 minutes, core)
#
# The last layer gives ten numbers of any size, the **logits**. **Softmax** makes probabilities of them: raise e to
# each, divide by the sum. **Cross-entropy** is then the loss: minus the logarithm of the probability that the right
# class got.
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
# The formula typed in gives `nan` (not a number) for the second row: e¹⁰⁰⁰ is more than a computer's number can hold,
# it becomes infinite, and infinite divided by infinite is nothing. Yet the right answer is the same for both rows:
# Keras gives the same three numbers. Why should that be so, and what can you subtract?
#
# ### Exercise 2: `softmax` (objective 2)
#
# Write a softmax that is right for logits of any size. A small example: the logits (0, log 3) give the probabilities
# (1/4, 3/4), and so do (5000, 5000 + log 3).


# %% exercise="softmax"
def softmax(logits):
    """Turn logits into probabilities along the last axis, without overflow.

    Args:
        logits: an array of shape (..., classes) with any number of axes before the last, floats or
            integers, of any finite size; it stays as it is. Rows may differ a lot: one around
            -5000, the next around 5000.

    Returns:
        A new float array of the same shape, not negative, each row along the last axis adding up
        to 1.

    Raises:
        ValueError: if a logit is not finite (inf or nan).
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
logits = np.array([0.0, np.log(3.0)])
hints = [([0.0, 1.0], "The logits themselves were divided by their sum: raise e to each first.")]
hints += [([1.0, 3.0], "Divide by the sum.")]
expect_close("softmax([0, log 3])", softmax(logits), [0.25, 0.75], hints=hints)
got, call = softmax(logits + 5000), "softmax([5000, 5000 + log 3])"
message = f"{call}: expected finite numbers, got {got}."
assert np.all(np.isfinite(got)), f"{message} e to the 5000 overflows: subtract the maximum."
expect_close(call, got, [0.25, 0.75])

random = np.random.default_rng(2)
logits = random.normal(0, 3, size=(4, 5))
before, powers = logits.copy(), np.exp(logits)
why = "adds up to 1, but each row should: sum along the last axis."
hints = [(powers / powers.sum(axis=0), f"Each column {why}")]
hints += [(powers / powers.sum(), f"The whole array {why}")]
got, call = softmax(logits), "softmax(an array of shape (4, 5))"
expect_close(call, got, keras.ops.softmax(logits), hints=hints)
expect_unchanged("softmax(logits), its logits", logits, before)
rows = np.array([[5000.0, 5001.0, 4999.0], [-5000.0, -5001.0, -4999.0]])
got, call = softmax(rows), "softmax(one row around 5000, one around -5000)"
message = f"{call}: expected finite numbers, got {got}."
assert np.all(np.isfinite(got)), f"{message} Subtract each row's own maximum."
expect_close(call, got, keras.ops.softmax(rows))
logits = random.normal(size=(2, 3, 4))
expect_close("softmax(an array of shape (2, 3, 4))", softmax(logits), keras.ops.softmax(logits))
for bad in [np.nan, np.inf]:
    expect_error(f"softmax([0, {bad}])", lambda bad=bad: softmax(np.array([0.0, bad])))
passed("softmax")
### BEGIN HIDDEN TESTS
random = np.random.default_rng(42)
sizes = [((6,), 1), ((3, 3), 2), ((2, 3, 4), 5), ((5, 10), 300), ((7, 2), 2000), ((1, 4), 0)]
for shape, size in sizes:
    logits = random.normal(size=shape) * size + random.normal(size=(*shape[:-1], 1)) * size
    logits, call = logits.astype("float32"), f"softmax(an array of shape {shape})"
    before = logits.copy()
    expect_close(call, softmax(logits), keras.ops.softmax(logits), rtol=1e-4)
    expect_unchanged(f"{call}, its logits", logits, before)
integers = np.array([[1, 2, 3], [900, 0, 900]])
expect_close("softmax(integers)", softmax(integers), keras.ops.softmax(integers.astype("float64")))
expected = keras.ops.softmax(np.array([0.0, -1.0]))
expect_close("softmax([-800, -801])", softmax(np.array([-800.0, -801.0])), expected)
got = softmax(np.array([30.0, 0.0]))[1] * 1e13
expect_close("softmax([30, 0])[1]", got, np.exp(-30) * 1e13, rtol=1e-3)
expect_error("softmax([inf, 0])", lambda: softmax(np.array([np.inf, 0.0])))
### END HIDDEN TESTS

# %% [markdown]
# Keras goes one step further: with `from_logits=True` its loss takes the logits themselves and computes softmax and
# logarithm together, so that not even log 0 can happen. The setting must match the network's last layer.
#
# **Predict.** One image, three classes, logits (−2, 1, 4), the right class is the last. Which of the three losses below
# is wrong, and does Keras complain?

# %% guess [markdown]
# *Your prediction: the (first / second / third) is wrong; Keras (complains / says nothing).*

# %%
logits, label = np.array([[-2.0, 1.0, 4.0]], dtype="float32"), np.array([2])
loss = keras.losses.sparse_categorical_crossentropy
three = [
    float(loss(label, logits, from_logits=True)[0]),
    float(loss(label, keras.ops.softmax(logits), from_logits=False)[0]),
    float(loss(label, logits, from_logits=False)[0]),
]
print(f"logits, from_logits=True {three[0]:.4f};", end="  ")
print(f"probabilities, from_logits=False {three[1]:.4f}")
print(f"logits, from_logits=False {three[2]:.4f}")

# %% evidence
assert abs(three[0] - three[1]) < 1e-4 < 0.1 < abs(three[2] - three[0])

# %% [markdown]
# The third: logits are taken for probabilities, cut off at 0 and 1, and a number comes out that looks like any other
# loss. Keras says nothing. (It does notice the opposite slip, a softmax layer with `from_logits=True`.) In this course
# networks end with logits and losses say `from_logits=True`.
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

    Use keras.ops.softmax for the probabilities (np.array makes an array of its result that you may
    write into).

    Args:
        logits: (batch, classes), floats; they stay as they are.
        labels: (batch,), integers from 0 to classes - 1.

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
logits, labels = np.array([[0.0, np.log(3.0)]]), np.array([0])
hints = [
    ([[0.75, -0.75]], "The sign is the wrong way round: a larger logit of the right class makes "
        "the loss smaller."),
    ([[0.25, 0.75]], "These are the probabilities: subtract 1 for the right class."),
    ([[-4.0, 0.0]], "This is the gradient with respect to the probabilities; go one step further, "
        "to the logits."),
    ([[-0.375, 0.375]], "A mean over the images of the batch, not over the classes."),
]  # fmt: skip
call = "cross_entropy_gradient([[0, log 3]], [0])"
expect_close(call, cross_entropy_gradient(logits, labels), [[-0.75, 0.75]], hints=hints)

random = np.random.default_rng(3)
logits, labels = random.normal(0, 2, size=(6, 4)), np.array([3, 0, 0, 2, 1, 3])
before, tensor = logits.copy(), tf.constant(logits)
with tf.GradientTape() as tape:
    tape.watch(tensor)
    loss = keras.losses.sparse_categorical_crossentropy(labels, tensor, from_logits=True)
    loss = keras.ops.mean(loss)
expected = tape.gradient(loss, tensor).numpy()
hints = [(expected * 6, "The loss is the mean over the batch: divide by the number of images.")]
hints += [(expected * 6 / 4, "Divide by the number of images, not of classes.")]
got = cross_entropy_gradient(logits, labels)
expect_close("cross_entropy_gradient(a batch of 6, 4 classes)", got, expected, hints=hints)
expect_unchanged("cross_entropy_gradient(logits, labels), its logits", logits, before)
for bad in [2, -1]:
    call, labels = f"cross_entropy_gradient(2 classes, label {bad})", np.array([bad])
    expect_error(call, lambda labels=labels: cross_entropy_gradient(np.zeros((1, 2)), labels))
passed("cross_entropy_gradient")
### BEGIN HIDDEN TESTS
random = np.random.default_rng(43)
for batch, classes, size in [(1, 3, 1), (5, 5, 3), (32, 10, 1), (3, 7, 2000)]:
    logits, labels = random.normal(size=(batch, classes)) * size, random.integers(0, classes, batch)
    before, labels_before, tensor = logits.copy(), labels.copy(), tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        loss = keras.losses.sparse_categorical_crossentropy(labels, tensor, from_logits=True)
        loss = keras.ops.mean(loss)
    call = f"cross_entropy_gradient(a batch of {batch}, {classes} classes, logits around {size})"
    got = cross_entropy_gradient(logits, labels)
    expect_close(call, got, tape.gradient(loss, tensor), rtol=1e-4)
    expect_unchanged(f"{call}, its logits", logits, before)
    expect_unchanged(f"{call}, its labels", labels, labels_before)
for shift, label in [(0, 4), (4, -3)]:
    call, labels = f"cross_entropy_gradient(4 classes, label {label})", np.array([0, 4, 1]) - shift
    expect_error(call, lambda labels=labels: cross_entropy_gradient(np.zeros((3, 4)), labels))
### END HIDDEN TESTS

# %% instructor [markdown]
# **For instructors.** Show `nan` for 1000 before anybody writes softmax, and ask the class what may be subtracted.
# Typical wrong answers: the sum along the first axis or over the whole array, one maximum for the whole array (rows
# around −5000 then underflow), the mean subtracted, logits clipped, a shift in place. In exercise 3: no division by the
# batch, or one by the number of classes; the sign; the derivative with respect to the probabilities in place of the
# logits; `[:, labels]`, which changes whole columns; no error for label −1. Both exercises want paper first; if only
# one fits, take exercise 3.

# %% [markdown]
# ## 4. The way back: the chain rule (15 minutes, core)
#
# The gradient of a whole network is made of such small pieces. The **chain rule** says how: if z acts on a, and a acts
# on the loss, then *dloss/dz = dloss/da · da/dz*. Start at the loss with 1, walk backward, and multiply at each node by
# its own slope. Here is one sigmoid neuron with input x, weight w and bias b; its output a should be the target t.
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
# The same walk goes through convolution, ReLU, pooling and dense layer; section 10 (further) does it, number by number.

# %% instructor [markdown]
# **For instructors.** Do this one by hand, with the class, on the board: draw the graph, values above the arrows, then
# the gradients below from right to left. What sticks: the slope of sigmoid is taken at its output, a(1 − a), and both
# sum and product have two inputs, each with its own gradient. The nudge at the end of the cell is a check that students
# can use anywhere. Everybody who wants to see the gradient of a convolution goes on with section 10.

# %% [markdown]
# ## 5. Better steps: momentum and Adam (45 minutes, core)
#
# The gradient says where uphill is. What to do with it is the **optimiser's** business. Plain gradient descent
# (**SGD**, the S for the random batches) takes a step of *learning rate x gradient* downhill. Its trouble is valleys:
# steep across, nearly flat along. A rate that is right for the flat direction makes it jump from wall to wall.
#
# **Momentum** remembers. A velocity v takes up a fraction of every gradient; what points the same way again and again
# adds up, what changes its sign cancels out. A ball rolls down the valley. (The comparison fails in one point: a ball
# gains speed until friction stops it; this one never gets faster than a tenfold of a single step, with momentum 0.9.)
#
# $$v \leftarrow \mu v - \eta g \qquad w \leftarrow w + v$$
#
# Here g is the gradient, η the learning rate, μ the momentum. This is Keras' way to write it. Other libraries keep the
# learning rate out of v and write w ← w − ηv; with a constant η both take the same steps.
#
# ### Exercise 4: `momentum_step` (objective 4)
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
def as_pair(got):
    """Fail unless a step returned two things."""
    found = len(got) if isinstance(got, tuple | list) else type(got).__name__
    assert found == 2, f"momentum_step(...): expected a tuple (weights, velocity), got {found}"
    return got


inputs = {"weights": np.array([1.0]), "gradient": np.array([2.0]), "velocity": np.array([0.5])}
before = [array.copy() for array in inputs.values()]
new_weights, new_velocity = as_pair(momentum_step(*inputs.values(), 0.1, 0.9))
no_rate = "This velocity has no learning rate in it"
hints = [([0.65], "Downhill: the gradient is subtracted."),
    ([2.45], f"{no_rate}. Keras' has: v = momentum * v - learning_rate * gradient."),
    ([-1.55], f"{no_rate}, Keras' has: subtract learning_rate * gradient."),
    ([0.43], "The old velocity is kept by the factor momentum, the gradient is not averaged: "
        "no (1 - momentum)."),
    ([-0.2], "The old velocity is forgotten."),
    ([1.25], "The order is (weights, velocity).")]  # fmt: skip
expect_close("momentum_step(1, 2, 0.5, 0.1, 0.9), the velocity", new_velocity, [0.25], hints=hints)
hints = [([1.5], "The weights move by the new velocity, not by the old one.")]
hints += [([0.75], "The velocity is added.")]
hints += [([1.025], "Nesterov's momentum looks one step ahead; this one does not.")]
expect_close("momentum_step(1, 2, 0.5, 0.1, 0.9), the weights", new_weights, [1.25], hints=hints)
for (name, now), then in zip(inputs.items(), before):
    expect_unchanged(f"momentum_step(...), its {name}", now, then)
one, row, column = np.ones(1), np.zeros(3), np.zeros((3, 1))
expect_error("momentum_step with momentum 1", lambda: momentum_step(one, one, one, 0.1, 1.0))
call = "momentum_step of shapes (3, 1), (3,), (3, 1)"
expect_error(call, lambda: momentum_step(column, row, column, 0.1))
passed("momentum_step")
### BEGIN HIDDEN TESTS
random = np.random.default_rng(44)
for shape, rate, momentum in [((5,), 0.03, 0.8), ((3, 4), 0.5, 0.95), ((2, 2, 3), 0.1, 0.0)]:
    weights = random.normal(size=shape).astype("float32")
    variable, velocity = keras.Variable(weights), np.zeros(shape, "float32")
    optimizer = keras.optimizers.SGD(rate, momentum=momentum)
    for number in range(1, 6):
        gradient = random.normal(size=shape).astype("float32")
        before = weights.copy(), gradient.copy(), velocity.copy()
        got = as_pair(momentum_step(weights, gradient, velocity, rate, momentum))
        for now, then in zip((weights, gradient, velocity), before):
            expect_unchanged(f"momentum_step(arrays of shape {shape}), its inputs", now, then)
        optimizer.apply([gradient], [variable])
        call = f"momentum_step, step {number}, shape {shape}, momentum {momentum}"
        expect_close(f"{call}, the weights", got[0], variable.numpy(), atol=1e-5)
        expected = momentum * velocity - rate * gradient
        expect_close(f"{call}, the velocity", got[1], expected, atol=1e-5)
        weights, velocity = np.array(got[0]), np.array(got[1])
row, table = np.zeros(4), np.zeros((3, 4))
for arrays in [(table, row, table), (row, row, table)]:
    call = f"momentum_step of shapes {', '.join(str(array.shape) for array in arrays)}"
    expect_error(call, lambda arrays=arrays: momentum_step(*arrays, 0.1))
expect_error("momentum_step with momentum -0.1", lambda: momentum_step(row, row, row, 0.1, -0.1))
### END HIDDEN TESTS

# %% [markdown]
# Momentum has one learning rate for all weights. **RMSprop** (Hinton, in a lecture of 2012) gives each weight its own:
# it keeps a running mean s of the *squared* gradient and divides by its root. A weight whose gradients are always large
# takes smaller steps, one whose gradients are tiny takes larger ones: whether a gradient is usual for *this* weight
# counts, not its size. **Adam** (Kingma and Ba, 2015) does both: a running mean m of the gradient, a running mean v of
# its square.
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# Both start at 0, and so are too small at first: after one step m is only a tenth of the gradient. Adam corrects for
# that. In step t (counted from 1) it uses
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
# To the prediction: the corrected m is the gradient itself, the corrected v its square, so that the very first step has
# the size of the learning rate for both, whatever the gradient (as long as it is much larger than epsilon).
#
# ### Exercise 5: `adam_step` (objective 4)
#
# A small example: weight 1, gradient 4, m and v both 0, step 1, learning rate 0.1. Then m = 0.1 · 4 = 0.4 and v = 0.001
# · 16 = 0.016; corrected, they are 4 and 16; so the weight becomes 1 − 0.1 · 4 / √16 = 0.9.


# %% exercise="adam_step"
def adam_step(
    weights, gradient, m, v, step, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    """Do one step of Adam.

    Args:
        weights, gradient: float arrays of the same shape; they stay as they are.
        m, v: the running means of the gradient and of its square, same shape, uncorrected; they
            stay as they are.
        step: the number of this step, counted from 1.
        learning_rate, beta_1, beta_2, epsilon: as in the formulas.

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
    corrected_m = new_m / (1 - beta_1**step)
    corrected_v = new_v / (1 - beta_2**step)
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
# <code>new_m / (1 - beta_1**step)</code> and <code>new_v / (1 - beta_2**step)</code> are the corrected ones; the
# weights lose <code>learning_rate * corrected_m / (np.sqrt(corrected_v) + epsilon)</code>.
# </details>

# %% check="adam_step"
first, call = np.array([[1.0], [4.0], [0.0], [0.0]]), "adam_step(1, 4, 0, 0, step 1, rate 0.1)"
got = adam_step(*first, 1, learning_rate=0.1)
found = len(got) if isinstance(got, tuple | list) else type(got).__name__
assert found == 3, f"adam_step(...): expected a tuple (weights, m, v), got {found}"
expect_unchanged("adam_step(...), its inputs", first, [[1.0], [4.0], [0.0], [0.0]])
weights, m, v = got
expect_close(f"{call}, m", m, [0.4], hints=[([3.6], "beta_1 belongs to the old m."),
    ([4.0], "Return m uncorrected: the correction is for the step only.")])  # fmt: skip
expect_close(f"{call}, v", v, [0.016], hints=[([15.984], "beta_2 belongs to the old v."),
    ([16.0], "Return v uncorrected."), ([0.004], "v is the running mean of the gradient's square."),
    ([1.6], "v is averaged with beta_2, not with beta_1.")])  # fmt: skip
expect_close(f"{call}, the weights", weights, [0.9], hints=[
    ([1.1], "Downhill: the step is subtracted."), ([0.683772], "The bias correction is missing."),
    ([0.99], "m has to be corrected, too."), ([-2.162278], "v has to be corrected, too."),
    ([0.975], "Divide by the square root of the corrected v."),
    ([0.925586], "Steps are counted from 1: no step + 1.")])  # fmt: skip
got, call = adam_step(weights, -first[1], m, v, 2, 0.1), "adam_step, step 2 with gradient -4"
hints = [([0.907073], "In step 2 divide by 1 - beta ** 2.")]
expect_close(f"{call}, the weights", got[0], [0.905263], atol=1e-5, hints=hints)
call = "adam_step([1, 1], [4, 0.5], [1, -1], [1, 2], 100, 0.1, beta_1=0.5, beta_2=0.8, epsilon=0.1)"
second = np.array([[1, 1], [4, 0.5], [1, -1], [1, 2]])
weights, m, v = adam_step(*second, 100, 0.1, 0.5, 0.8, 0.1)
expect_close(f"{call}, m", m, [2.5, -0.25], hints=[([1.3, -0.85], "Use the beta_1 that is given.")])
expect_close(f"{call}, v", v, [4, 1.65], hints=[([1.015, 1.99825], "Use the beta_2 that is given."),
    ([4.05, 4.85], "Square each gradient alone, no sum.")])  # fmt: skip
hints = [([0.876534, 1.018898], "Epsilon is added outside the root.")]
hints += [([0.875, 1.019463], "Use the given epsilon.")]
expect_close(f"{call}, the weights", weights, [0.880952, 1.018057], hints=hints)
expect_error("adam_step in step 0", lambda: adam_step(*first, 0))
passed("adam_step")
### BEGIN HIDDEN TESTS
random = np.random.default_rng(45)
others = {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.99}
for shape, settings in [((6,), {}), ((3, 4), others), ((2, 2, 3), {})]:
    weights = random.normal(size=shape).astype("float32")
    variable, m, v = keras.Variable(weights), np.zeros(shape), np.zeros(shape)
    optimizer = keras.optimizers.Adam(**settings)
    for number in range(1, 9):
        gradient = random.normal(size=shape).astype("float32") + 0.5
        before = [array.copy() for array in (weights, gradient, m, v)]
        got = adam_step(weights, gradient, m, v, number, **settings)
        assert isinstance(got, tuple | list), f"adam_step(...): expected a tuple, got {type(got)}"
        for now, then in zip((weights, gradient, m, v), before):
            expect_unchanged(f"adam_step(arrays of shape {shape}), its inputs", now, then)
        optimizer.apply([gradient], [variable])
        call = f"adam_step, step {number}, shape {shape}, {settings}"
        expected = variable.numpy()
        expect_close(f"{call}, the weights against Keras'", got[0], expected, rtol=0, atol=1e-6)
        beta_1, beta_2 = settings.get("beta_1", 0.9), settings.get("beta_2", 0.999)
        expect_close(f"{call}, m", got[1], beta_1 * m + (1 - beta_1) * gradient)
        expect_close(f"{call}, v", got[2], beta_2 * v + (1 - beta_2) * gradient**2)
        weights, m, v = (np.array(part) for part in got)
one = np.ones(2)
got = adam_step(one, 0 * one, 0 * one, 0 * one, 1, epsilon=0.5)
expect_close("adam_step with a gradient of zero, the weights", got[0], one)
got = adam_step(one, 3 * one, 0 * one, 0 * one, 1, learning_rate=0.1, epsilon=1e-3)
expect_close("adam_step with epsilon 0.001, the weights", got[0], one - 0.1, atol=2e-3)
expect_error("adam_step in step -1", lambda: adam_step(one, one, one, one, -1))
### END HIDDEN TESTS

# %% [markdown]
# ### Two landscapes
#
# With two weights the loss is a landscape, and an optimiser's path can be drawn. Ours are a *ravine*, whose walls curve
# thirty times more strongly than its floor, and a *saddle*: a pass between two valleys, with walls as steep. There the
# path starts almost on the ridge, where the ground falls to neither side.


# %%
def ravine(x, y):
    return 0.5 * x**2 + 15 * y**2  # lowest, 0, at (0, 0)


def ravine_gradient(x, y):
    return np.array([x, 30 * y], "float32")


def saddle(x, y):
    return 15 * x**2 - 0.5 * y**2 + 0.1 * y**4  # lowest, -0.625, at (0, 1.58) and (0, -1.58)


def saddle_gradient(x, y):
    return np.array([30 * x, -y + 0.4 * y**3], "float32")


def descend(optimizer, gradient, start, steps=40):
    """Return the points (steps + 1, 2) that an optimiser visits."""
    point = keras.Variable(start)
    path = [point.numpy()]
    for _ in range(steps):
        optimizer.apply([gradient(*path[-1])], [point])
        path.append(point.numpy())
    return np.array(path)


# %% [markdown]
# Four optimisers, forty steps each. To be fair, each tries three learning rates on each landscape and keeps the one
# that ends lowest.
#
# **Predict.** Who zigzags in the ravine? Who is still near the pass of the saddle, where the gradient is almost zero,
# after 40 steps?

# %% guess [markdown]
# *Your prediction: zigzagging in the ravine: ___; still near the pass after 40 steps: ___.*

# %%
sgd, rmsprop, adam = keras.optimizers.SGD, keras.optimizers.RMSprop, keras.optimizers.Adam
makers = {
    "SGD": (sgd, [0.02, 0.04, 0.06]),
    "momentum": (partial(sgd, momentum=0.9), [0.01, 0.02, 0.05]),
}
makers |= {"RMSprop": (rmsprop, [0.03, 0.1, 0.3]), "Adam": (adam, [0.03, 0.1, 0.3])}
paths = {"ravine": {}, "saddle": {}}
for surface, gradient, start in [
    (ravine, ravine_gradient, (-4.0, 1.5)),
    (saddle, saddle_gradient, (-1.5, 0.02)),
]:
    for name, (make, rates) in makers.items():
        tried = [descend(make(rate), gradient, start) for rate in rates]
        best = int(np.argmin([surface(*path[-1]) for path in tried]))
        caption = f"rate {rates[best]:g}, ends at {surface(*tried[best][-1]):.2f}"
        paths[surface.__name__][name] = tried[best], caption

# %% evidence
ends = {name: saddle(*path[-1]) for name, (path, _) in paths["saddle"].items()}
assert ends.pop("SGD") > -0.2 > -0.5 > max(ends.values())
ends = {name: ravine(*path[-1]) for name, (path, _) in paths["ravine"].items()}
assert ends["Adam"] == max(ends.values())
assert ends["RMSprop"] == min(ends.values())
grids = {}
for surface, width, height in [(ravine, 4.6, 3.2), (saddle, 1.9, 2.2)]:
    x, y = np.meshgrid(np.linspace(-width, width, 150), np.linspace(-height, height, 150))
    grids[surface.__name__] = x, y, surface(x, y)
show(
    draw.descents(grids, paths),
    alt="Eight contour maps. In the ravine SGD zigzags between the walls, momentum swings wide, "
    "RMSprop and Adam head along the valley. On the saddle SGD is still near the pass after forty "
    "steps while the others have reached a valley.",
)

# %% [markdown]
# In the ravine SGD zigzags, and its rate cannot be raised: each step multiplies the distance across by 1 − rate x
# curvature, so that rate x curvature has to stay below 2, here the rate below 2/30, or the path blows up. On the saddle
# the same limit holds, and so it is still near the pass after forty steps: a small gradient means a small step.
# Momentum collects speed, and so gets away, but it also swings from wall to wall. RMSprop and Adam divide the size of
# the gradient away, weight by weight, so that steep and flat directions look alike to them.
#
# And yet, with the rates tried here, Adam ends highest of the four in the ravine, behind plain SGD: its running mean of
# the gradient is a momentum, it overshoots the lowest point, and forty steps are too few to come back. (A finer search
# finds rates at which it ends far lower: a ranking is as good as the tuning behind it.) RMSprop, which has none, simply
# arrives. No optimiser is the best everywhere, and two weights are a toy. A network has thousands; there are ravines
# and saddles among them, but nobody can draw them.
#
# Your own Adam must walk the same path as Keras' (this cell works once you have solved exercise 5):

# %% uses="adam_step"
point, m, v = np.array([-4.0, 1.5]), np.zeros(2), np.zeros(2)
yours = [point]
for step in range(1, 41):
    point, m, v = adam_step(point, ravine_gradient(*point), m, v, step, learning_rate=0.3)
    yours.append(point)
difference = np.abs(np.array(yours) - descend(adam(0.3), ravine_gradient, (-4.0, 1.5))).max()
print(f"largest distance between your path and Keras': {difference:.0e}")

# %% [markdown]
# ### The race on a real task
#
# Now the four train a small convolutional network on Fashion-MNIST, 100 steps each. An unfair race is easy to run: give
# all the same learning rate, or each its default. So we **tune** first: each optimiser tries four rates, the first of
# which is Keras' default, on the same start.


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


# %%
racers = {
    "SGD": (sgd(), [0.01, 0.1, 0.3, 1.0]),
    "momentum": (sgd(momentum=0.9), [0.01, 0.03, 0.1, 0.3]),
    "RMSprop": (rmsprop(), [0.001, 0.003, 0.01, 0.03]),
    "Adam": (adam(), [0.001, 0.003, 0.01, 0.03]),
}
trainers, tuning = {}, {}
for name, (optimizer, rates) in progress(racers.items(), desc="tuning four optimisers"):
    trainers[name], tuning[name] = Trainer(build_cnn, optimizer), {}
    for rate in rates:
        trainers[name].train(np.full(100, rate))
        tuning[name][rate] = accuracy(trainers[name].model)
for name, tried in tuning.items():
    print(f"{name:9}", ",  ".join(f"{rate:g}: {score:.0%}" for rate, score in tried.items()))

# %% [markdown]
# **Predict.** With its best rate from this table and three new starts each: how far will plain SGD be behind Adam? With
# their default rates it is the difference between the two first numbers in the rows of SGD and Adam.

# %% guess [markdown]
# *Your prediction: with default rates SGD is ___ behind, with tuned rates ___.*

# %%
best_rate = {name: max(tried, key=tried.get) for name, tried in tuning.items()}
results, losses = {}, {}
for name, trainer in progress(trainers.items(), desc="the race"):
    results[name], losses[name] = [], []
    for seed in [1, 2, 3]:
        losses[name].append(trainer.train(np.full(100, best_rate[name]), seed=seed))
        results[name].append(accuracy(trainer.model))
means = {name: np.mean(scores) for name, scores in results.items()}
default_gap = tuning["Adam"][0.001] - tuning["SGD"][0.01]
tuned_gap = means["Adam"] - means["SGD"]
print(f"Adam ahead of SGD: {default_gap:.2f} with default rates, {tuned_gap:.2f} with tuned ones")

# %% evidence
assert default_gap > 0.25
assert 0.02 < tuned_gap < default_gap / 2
window = np.ones(10) / 10
smooth = {
    f"{name} {best_rate[name]:g}": (
        np.arange(10, 101),
        np.convolve(np.mean(runs, axis=0), window, "valid"),
    )
    for name, runs in losses.items()
}
show(
    curves(
        smooth,
        xlabel="steps",
        ylabel="training loss, mean of 3 runs",
        title="100 steps, each at its tuned rate",
    ),
    alt="Four falling loss curves. Adam and RMSprop fall fastest, momentum follows, plain SGD is "
    "last but also falls.",
)

# %% evidence
show(
    draw.starts(
        results,
        xlabel="validation accuracy after 100 steps",
        title="Three starts each, at the tuned rates",
    ),
    alt="Validation accuracy of three starts each: SGD about 0.7, momentum and RMSprop higher, "
    "Adam the highest, near 0.8.",
)

# %% [markdown]
# With default rates Adam seems to be in another class than SGD. With tuned ones less than half of that lead is left:
# most of it was the learning rate. Trust the order of Adam and SGD here, but not that of neighbours: their starts
# overlap. And where three starts lie far apart, the tuning may have fallen for a rate that is a little too high,
# because it saw a single, lucky start. And it is the order for 100 steps of a small network. On long trainings SGD with
# momentum often ends as well or better; Wilson et al. (2017) show cases. What always holds: *an optimiser without its
# learning rate is no answer to any question.* Where the grid of the tuning table is wide enough, a row has a hill: too
# low learns too slowly, too high badly or not at all. Where the last rate is the best, nobody knows whether the next
# one would have been better.

# %% instructor [markdown]
# **For instructors.** Exercises 4 and 5 take most of this section. Typical wrong answers to exercise 4: a velocity
# without the learning rate, as other libraries write it; a running mean with (1 − momentum); weights moved by the old
# velocity; `velocity *= momentum`, which writes into the caller's array. To exercise 5: corrected m and v returned, so
# that the next step corrects them twice; no square root; epsilon inside it; steps counted from 0; betas written into
# the code. Of the results of the race, only the order of Adam and SGD is safe, and the landscapes hold for the three
# rates that each optimiser tried. To break off, stop before the landscapes; but the cells of landscapes and race have
# to be run, since later sections use their optimisers and trainers.

# %% [markdown]
# ## 6. Finding the learning rate by measuring (10 minutes, core)
#
# Tuning Adam cost four trainings, 400 steps. The **range test** (Smith, 2017) costs one of 120 steps: start with a tiny
# rate, multiply it a little in every step, and watch the loss. The 120 steps lead from 0.00001 to 1.
#
# **Predict.** Sketch the curve of the loss against the rate, on paper.

# %% guess [markdown]
# *Your sketch in numbers: the loss at a rate of 0.00001 is about ___, at 0.001 ___, at 0.03 ___, at 1 ___.*

# %%
rates = np.geomspace(1e-5, 1, 120)
range_losses = trainers["Adam"].train(rates)
padded = np.pad(range_losses, 5, mode="edge")
smooth = np.convolve(padded, np.ones(11) / 11, "valid")  # means of 11 steps
print(f"tuning of Adam, four trainings, 400 steps: {best_rate['Adam']}")

# %% evidence
lowest = rates[np.argmin(smooth)]
suggestion = lowest / 3
print(f"range test, 120 steps: lowest smoothed loss at {lowest:.3f};", end=" ")
print(f"a third of it: {suggestion:.3f}")
assert 0.01 < lowest < 0.12
assert range_losses[-5:].mean() > 2 * smooth.min()
show(
    draw.range_test(rates, range_losses, smooth, {"lowest": lowest, "a third of it": suggestion}),
    alt="The loss is flat at about 2.3 up to a rate of 0.0003, falls until about 0.03, and rises "
    "steeply above 0.1.",
)

# %% [markdown]
# Three regions: too low to move, learning, out of control. The lowest point is already too high for a whole training,
# since there the steps stop paying; a common rule takes a third to a tenth of it for a constant rate. Compare a third
# with what the tuning chose: they may differ by one place of our coarse grid, a factor of three, and so far you may
# trust neither (section 7 tries both on three starts). The lowest point itself is a good *highest* rate for a schedule,
# which comes next.

# %% instructor [markdown]
# **For instructors.** Let the sketches be drawn on the board before the cell is run. The text warns of one misreading,
# that the lowest point is the rate to train with; another one is that the test finds one right number (a third to a
# tenth of the lowest point is wider than a factor of three). The section has no exercise and is a place to end a first
# session.

# %% [markdown]
# ## 7. Schedules: the rate over time (25 minutes, core)
#
# Early in training large steps are good, because everything is far from where it should be. Late they are bad: the
# weights jump about the minimum. So let the rate fall. And at the very first the weights are random, gradients large
# and Adam's averages based on a handful of batches: there, small steps may be good, too. A **schedule** says which rate
# each step gets.
#
# ### Exercise 6: `cosine_with_warmup` (objective 5)
#
# A **warm-up** raises the rate in a straight line from 0 to its peak; a **cosine** then lowers it from the peak to 0,
# slowly at first, fast in the middle, slowly at the end: half a wave of cos, lifted and halved so that it runs from 1
# to 0.
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
    down to 0.

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
halve = "Halve it: 1 + cos runs from 2 to 0."
cases = [  # arguments, right rate, {wrong rate: why}
    ((0, 1.0, 4, 12), 0.0, {0.25: "Step 0 has rate 0: do not add 1 to the step.",
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
        0.92388: "Half a wave runs to pi, a quarter only to pi / 2."}),
    ((8, 1.0, 4, 12), 0.5, {0.25: "Count from the end of the warm-up.", 1.0: "Halve it.",
        0.0: "Lift the cosine by 1 and halve it."}),
    ((12, 1.0, 4, 12), 0.0, {-1.0: "Lift the cosine by 1 and halve it, so that it ends at 0."}),
    ((1, 0.3, 2, 10), 0.15, {0.5: "The peak is 0.3, not 1: multiply the rise by peak_rate."}),
    ((0, 0.3, 0, 10), 0.3, {1.0: "The peak is 0.3, not 1: multiply the cosine by peak_rate.",
        0.0: "Without a warm-up step 0 has the peak."}),
]  # fmt: skip
for case, rate, wrong in cases:
    got, call = cosine_with_warmup(*case), f"cosine_with_warmup{case}"
    expect_close(call, got, rate, atol=1e-5, hints=wrong.items())
for bad in [(5, 1.0, -1, 10), (5, 1.0, 10, 10), (-1, 1.0, 2, 10), (11, 1.0, 2, 10)]:
    expect_error(f"cosine_with_warmup{bad}", lambda bad=bad: cosine_with_warmup(*bad))
passed("cosine_with_warmup")
### BEGIN HIDDEN TESTS
for peak, warmup, total in [(0.1, 5, 20), (3.0, 1, 7), (0.002, 30, 31), (1.0, 0, 9)]:
    start, fall = (0.0 if warmup else peak), total - warmup
    rise = {"warmup_target": peak, "warmup_steps": warmup} if warmup else {}
    schedule = keras.optimizers.schedules.CosineDecay(start, fall, **rise)
    for step in range(total + 1):
        call = f"cosine_with_warmup({step}, {peak}, {warmup}, {total})"
        got = cosine_with_warmup(step, peak, warmup, total)
        expect_close(call, got, float(schedule(step)), rtol=1e-4, atol=1e-6)
for bad in [(0, 0.1, 8, 7), (3, 0.1, -3, 7), (8, 0.1, 2, 7), (-2, 0.1, 0, 7), (0, 0.1, 0, 0)]:
    expect_error(f"cosine_with_warmup{bad}", lambda bad=bad: cosine_with_warmup(*bad))
### END HIDDEN TESTS

# %% [markdown]
# Here are the schedules of the race. **Step** decay divides the rate by three at half time and again at three quarters.
# **One-cycle** (Smith and Topin, 2018) spends nearly a third on a rise, so that the highest rate comes after about a
# third of the steps. The warm-up is Keras' own.


# %%
def schedules(peak, steps):
    """Return name -> learning rates (steps,), all with the same number of steps and, but for the
    constant, the same peak.
    """
    done = np.arange(steps) / steps
    warm = keras.optimizers.schedules.CosineDecay(
        0.0, steps - steps // 10, warmup_target=peak, warmup_steps=steps // 10
    )
    rise = 0.1 + 0.9 * 0.5 * (1 - np.cos(np.pi * done / 0.3))
    fall = 0.5 * (1 + np.cos(np.pi * (done - 0.3) / 0.7))
    return {
        "constant": np.full(steps, peak),
        "step": peak * np.where(done < 0.5, 1, np.where(done < 0.75, 1 / 3, 1 / 9)),
        "cosine": peak * 0.5 * (1 + np.cos(np.pi * done)),
        "warm-up, cosine": np.array([float(warm(step)) for step in range(steps)]),
        "one-cycle": peak * np.where(done < 0.3, rise, fall),
    }


# %% evidence
show(
    curves(
        {name: (np.arange(100), rates) for name, rates in schedules(0.03, 100).items()},
        xlabel="step",
        ylabel="learning rate",
        title="Five ways to spend 100 steps with a peak of 0.03",
    ),
    alt="Learning rate against step: a flat line; a staircase down; a cosine down; a short "
    "straight rise and a cosine down; a long smooth rise to a peak at step 30 and a smooth fall.",
)

# %% [markdown]
# Your own schedule must agree with Keras' (this cell works once you have solved exercise 6):

# %% uses="cosine_with_warmup"
your_rates = np.array([cosine_with_warmup(step, 0.03, 10, 100) for step in range(100)])
difference = np.abs(your_rates - schedules(0.03, 100)["warm-up, cosine"]).max()
print(f"largest difference: {difference:.0e}")

# %% [markdown]
# The race: 100 steps with a peak of 0.03, about the lowest point of the range test, three starts each. The constant
# rate runs twice, at 0.03 and at a third of it, 0.01, to be fair to it.
#
# **Predict.** Which comes last? Is any schedule better than the constant 0.01, by more than the spread between starts?

# %% guess [markdown]
# *Your prediction: last comes ___; better than the constant 0.01 by more than the spread: ___.*

# %%
plans = schedules(0.03, 100)
plans = {"constant 0.01": np.full(100, 0.01), "constant 0.03": plans.pop("constant")} | plans
race = {name: [] for name in plans}
for name, rates in progress(plans.items(), desc="racing schedules"):
    for seed in [1, 2, 3]:
        trainers["Adam"].train(rates, seed=seed)
        race[name].append(accuracy(trainers["Adam"].model))
means = {name: np.mean(scores) for name, scores in race.items()}

# %% evidence
title = "Schedules on the same budget"
show(
    draw.starts(race, xlabel="validation accuracy after 100 steps", title=title),
    alt="Validation accuracy of three starts each, all about 0.8 or a little more; the constant "
    "rate 0.03 lies lowest or near it.",
)
assert min(means.values()) > 0.6
assert max(np.ptp(scores) for scores in race.values()) > 0.006
assert max(means.values()) - means["constant 0.01"] < 0.06
assert max(means["warm-up, cosine"], means["one-cycle"]) > means["constant 0.03"]

# %% [markdown]
# The constant 0.03 is beaten by the best schedules with the same peak: whoever starts high has to come down. Against
# the constant 0.01 little is left, at most a few hundredths, and three starts differ by as much as one or two: do not
# trust it. Compare the two constant rates as well: if the tuning of section 5 chose 0.03 and 0.01 is ahead here, it saw
# one lucky start.
#
# So is a schedule worth the trouble? Here is what it buys for certain.
#
# **Predict.** The same with a peak of 0.1, where the range test went out of control. What happens to the cosine that
# starts there, and to the one with a warm-up? You know enough to say why.

# %% guess [markdown]
# *Your prediction: the accuracy of the cosine is about ___, with a warm-up about ___, because ...*

# %%
high, last_hidden = {"cosine": [], "warm-up, cosine": []}, {"cosine": [], "warm-up, cosine": []}
for name in progress(high, desc="a peak of 0.1"):
    for seed in [1, 2, 3]:
        model = trainers["Adam"].model
        trainers["Adam"].train(schedules(0.1, 100)[name], seed=seed)
        hidden = keras.Model(model.inputs[0], model.layers[-2].output)(x_val[:1000])
        high[name].append(accuracy(model))
        last_hidden[name].append(hidden.numpy())
for name, scores in high.items():
    print(f"{name:16} accuracy {[f'{score:.2f}' for score in scores]}")

# %% evidence
for name, runs in last_hidden.items():
    dead_of_32 = [int(np.sum(np.all(hidden == 0, axis=0))) for hidden in runs]
    print(f"{name:16} dead units of the 32 in the last hidden layer: {dead_of_32}")
assert min(high["warm-up, cosine"]) > 0.7
assert np.mean(high["cosine"]) < np.mean(high["warm-up, cosine"]) - 0.02

# %% [markdown]
# With a warm-up every start survives a rate that is far too high. Without it, a start that ends at 0.10 has lost its
# network in the first steps: (nearly) all 32 units of the last hidden layer are dead. Whatever the image, only the
# output layer's biases speak, so the loss is that of guessing and no gradient comes back. (Which starts die depends on
# rounding and may differ on your machine.) A warm-up lets the weights find their place before the large steps come. So
# the use of a schedule is, first, forgiveness: you may be wrong about the rate by several times.

# %% instructor [markdown]
# **For instructors.** Wrong answers to exercise 6 count from 1, let the cosine start at step 0 in place of the end of
# the warm-up, divide by all steps, do not halve, or take a quarter of a wave; the check has a hint for each. A rise
# that covers `step <= warmup_steps` divides by 0 where there is no warm-up. The first race shows little beyond the
# spread of three starts, and that is its lesson; the second, with a peak of 0.1, shows the use of a warm-up. Which
# starts die in it depends on rounding, so read it from the output in front of you. In a hurry, run the first race
# without discussion.

# %% [markdown]
# ## 8. Reading loss curves like a doctor (25 minutes, core)
#
# You cannot look at thousands of weights, but every training leaves two curves. First a healthy patient: a small dense
# network, its training and validation loss recorded before the first step, after it, and then every 15 steps.


# %%
def build_patient(seed=0):
    keras.utils.set_random_seed(seed)
    hidden = [keras.layers.Dense(128, activation="relu"), keras.layers.Dense(64, activation="relu")]
    return keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), *hidden, keras.layers.Dense(10)]
    )


def chart(trainer, rate, train, val, steps=300):
    """Train; return losses and accuracies on train and val after 0, 1, 15, 30, ... steps."""
    record = {name: [] for name in ["steps", "loss", "accuracy", "val_loss", "val_accuracy"]}

    def measure(done):
        if done == 1 or done % 15 == 0:
            record["steps"].append(done)
            for prefix, (images, labels) in {"": train, "val_": val}.items():
                logits = trainer.model(images[:1000])
                record[f"{prefix}loss"].append(float(cross_entropy(labels[:1000], logits)))
                record[f"{prefix}accuracy"].append(
                    float(np.mean(np.argmax(logits, axis=-1) == labels[:1000]))
                )

    trainer.train([])  # no step: the first weights
    measure(0)
    rates = np.full(steps, rate)
    trainer.train(
        rates, images=train[0], labels=train[1], after_step=lambda number: measure(number + 1)
    )
    return record


# %%
doctor = Trainer(build_patient, adam())
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
    alt="A: training loss falls to 0.4 while validation loss climbs to about 8 from the start, "
    "validation accuracy 10%. B: both start near 2.3, shoot up to about 100 at once, then stay "
    "near 2. C: both fall slowly in a straight line, still near 2. D: training loss goes to 0, "
    "validation turns at 0.9.",
)

# %% [markdown]
# ### Exercise 7: `diagnose_four_curves` (written, objective 6)
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
#   falls at first to about 0.9, turns after 50 to 100 steps and then rises slowly, at an accuracy of about 74%.
#   Treatment: more data, augmentation, regularisation (lab 05), stopping at the lowest validation loss.
# - **A or D?** In D validation goes along first and turns later, and its accuracy stays far above guessing: the network
#   learned something that holds for new images, then learned its 200 images by heart. In A it is worse than guessing
#   from the start. And A cannot have learned its images by heart: it has seen 20,000 of them about twice each, and its
#   training loss is low on images that were new a moment before. What it learned holds for new images, so if validation
#   says otherwise from the first look on, the two were treated differently. That is a bug.
#
# **Rubric, 5 points.** One for each patient with diagnosis, evidence read from the chart (a number or a shape, and what
# it is compared with) and a treatment that fits; half a point if one of the three is missing. One for telling A from D
# by *when* the curve turns and by comparing with guessing (loss 2.3, accuracy 10%). Too high and too low confused: no
# points for either, unless the evidence is right.

# %% [markdown]
# What each recipe did, whatever its letter (read this after you have written your answer):

# %% evidence
of_recipe = [patients["patient " + "ABCD"[list(order).index(number)]] for number in range(4)]
for (rate, (images, _), _), record in zip(recipes, of_recipe):
    loss, last_of_validation = record["loss"], record["val_loss"][-1]
    print(f"rate {rate:g}, {len(images):,} images:  loss at the start {loss[0]:.1f},", end=" ")
    print(f"highest {max(loss):.1f}, last {loss[-1]:.2f}, of validation {last_of_validation:.2f}")
assert all(1.8 < record["loss"][0] < 2.8 for record in of_recipe)
assert of_recipe[0]["loss"][-1] > 1.5
assert of_recipe[1]["loss"][1] > 10
assert of_recipe[1]["loss"][-1] > 0.8
assert of_recipe[2]["loss"][-1] < 0.1 < 0.9 < of_recipe[2]["val_loss"][-1]
assert of_recipe[3]["val_loss"][-1] > 5

# %% instructor [markdown]
# **For instructors.** The figure of the four patients can be read aloud by groups, one patient each, before anybody
# writes. The rubric takes half a point where diagnosis, evidence or treatment is missing; evidence needs a number or a
# shape from the chart, and what it is compared with. For A and D ask *since when* validation goes its own way, and what
# a guess would cost. The lot that orders the patients is fixed, so all students have the same letters; the cell after
# the answer prints what each recipe did.

# %% [markdown]
# ## 9. The test, once (5 minutes, core)
#
# All choices are made, on validation data. Now the lab's network is trained for longer with what we found, Adam with
# warm-up and cosine to a peak of 0.03, this time in plain Keras: `compile` takes the schedule in place of a number,
# `fit` does the loop (16 steps at one go, by `steps_per_execution`, which is faster). Then, and only now, the test
# images.

# %%
steps = 3 * len(x_train) // 128
model = build_cnn(seed=1)
rate = keras.optimizers.schedules.CosineDecay(0.0, steps - 60, warmup_target=0.03, warmup_steps=60)
model.compile(adam(rate), cross_entropy, metrics=["accuracy"], steps_per_execution=16)
model.fit(
    x_train,
    y_train,
    batch_size=128,
    epochs=3,
    verbose=0,
    callbacks=[ProgressBar("the final network")],
)
on_validation = accuracy(model)
on_test = accuracy(model, data.x_test.astype("float32") / 255, data.y_test)
print(f"validation {on_validation:.3f}, test {on_test:.3f}")

# %% evidence
assert 0.82 < on_test < 0.92
assert abs(on_test - on_validation) < 0.025

# %% [markdown]
# The two agree within about two hundredths. An accuracy measured on 4,000 images is uncertain by about half a hundredth
# (the standard error, √(p(1 − p)/n)), so do not read anything into the third digit. You will not use the test images of
# this lab again: whoever looks twice and then changes something has made validation data of them.

# %% instructor [markdown]
# **For instructors.** Ask before the cell runs by how much test and validation may differ, and let the standard error
# be computed for 4,000 and for 10,000 images. Nothing in the further sections opens the test images again.

# %% [markdown]
# ## What we have seen
#
# **In one sentence.** A network learns when gradients reach every layer at a useful size and the steps made of them
# have a useful length.
#
# **In one paragraph.** Going back, a gradient is multiplied with every slope on its way; sigmoid's slope of at most a
# quarter makes it vanish in twelve layers, ReLU and its relatives keep it, and the first weights have to be drawn to
# match. Cross-entropy of logits has a gradient that anyone can read: probability minus truth. The chain rule takes it
# through a neuron (and, in section 10, further, through dense layer, pooling, ReLU and convolution, each with its own
# rule). Momentum adds up what stays the same, Adam also divides by what is usual for a weight; but the learning rate
# matters more than the optimiser, and it is found by measuring. Schedules let it fall, a warm-up forgives a high peak.
# And loss curves tell, if you ask when they part, where they started, and whether loss and accuracy agree.
#
# **The full list.**
#
# - Without activation functions a stack of layers is one layer.
# - A factor per layer is a straight line on a logarithmic axis: vanishing gradients. tanh goes with Glorot's
#   initialisation, ReLU with He's.
# - A ReLU that is negative for every image is dead: slope 0, no gradient of its own; only a change in the layers before
#   it can wake it. High learning rates kill; leaky ReLUs cannot die.
# - Softmax does not change when all logits are shifted: subtract each row's maximum. The loss of guessing among ten
#   classes is 2.3026.
# - `from_logits` has to match the last layer. Logits taken for probabilities give a wrong loss and no warning.
# - The gradient of the mean cross-entropy with respect to the logits is (probabilities − one-hot) / batch.
# - Backward, a sum passes the gradient on, a product multiplies with the other factor; ReLU masks, max pooling gives
#   all to the winner, a convolution sums over all places that share a weight (section 10, further).
# - Momentum for ravines; Adam for weights of different scale. Compare optimisers only with tuned rates and over several
#   starts.
# - Range test: one short training, rates from tiny to huge. Constant rate: a third to a tenth of the lowest point. Peak
#   of a schedule: about the lowest point.
# - Warm-up protects the first steps; decay calms the last ones.
# - Test once.
# - Search at random and on a logarithmic scale; say what budget you compared on (section 11, further).
#
# **Key terms.** activation function, slope, saturation, vanishing gradient, initialisation (Glorot, He), dead unit,
# logit, softmax, cross-entropy, overflow, chain rule, backpropagation, optimiser, step, SGD, momentum, RMSprop, Adam,
# bias correction, learning rate, range test, schedule, warm-up, one-cycle, overfitting, trial (section 11, further).
#
# **A memory aid.** *Slope, start, step, schedule*: does the activation let gradients through, do the first weights fit,
# does the step suit the landscape, does the rate come down? When a network does not learn, ask in this order, after you
# have looked for bugs.
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
# gradient, not a line through all of them. (d) changes what comes from the loss, and so all layers by the same factor.
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
# **3.** (Section 10, further, shows it at work.) A max pooling window holds 3, 7, 5, 1, and the gradient arriving at
# its output is 2. What goes back to the four? (a) 0.5 each. (b) 2 each. (c) 0, 2, 0, 0. (d) 0, 14, 0, 0.
#
# <details><summary>Answer</summary>
# (c) Only the 7 decides the output, and with slope 1.<br>
# (a) is average pooling. (b) would be a sum. (d) multiplies by the value, as a product would; a maximum passes the
# gradient on as it is.
# </details>
#
# **4.** In its first step Adam, with a learning rate of 0.001, meets a gradient of 500 for one weight and of 0.5 for
# another. How far do the two move? (a) 0.5 and 0.0005. (b) Both about 0.001. (c) Both about 0.0001. (d) The first is
# cut off at 1.
#
# <details><summary>Answer</summary>
# (b) After the bias correction the running means are the gradient and its square, so the step is the learning rate
# times the gradient's sign.<br>
# (a) is plain gradient descent. (c) forgets to correct m, but corrects v. (d) would be gradient clipping, which Adam
# does not do.
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
# Two sections for those who want more: the chain rule through a whole convolutional network, and an automatic search
# for learning rate and batch size. Each stands on its own and uses what the core has defined.
#
# ## 10. The chain rule through a network (15 minutes, further)
#
# The walk of section 4 goes through a real network as well: a 3 x 3 convolution with two kernels (Sobel x and Sobel y,
# to begin with), ReLU, max pooling, a dense layer, softmax and cross-entropy, for one image. First forward; compare
# each line with labs 02 and 03. (You may skip the code of the way back, below the prediction: run it, and read the
# figure at the end of the section.)

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
loss = -np.log(probabilities[label])

# %% [markdown]
# **Predict.** How many of the 26 x 26 x 2 = 1,352 numbers in `z` can get a gradient that is not zero? (Each pooling
# window passes its gradient to one of four.)

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
    "Lower row: the gradients of each. The pooled map's gradient is dense; after the pooling only "
    "a quarter of the places get any, after ReLU fewer.",
)

# %% [markdown]
# Read the lower row from right to left. The dense layer sends a gradient to every pooled number. Pooling hands each to
# one place of four. ReLU stops those that arrive where it was shut. Convolution spreads what is left over 3 x 3
# windows, to the image, and sums it up into the kernels' gradient. Nine weights are shared by 676 places, so all of
# these have a say in how the kernel changes.

# %% instructor [markdown]
# **For instructors.** Show the figure, from right to left, and have each row of the code found in it; the forward code
# and the backward code have the same lines in opposite order. The code works without a loop over places, which is why
# it is hard to read: let it be skipped. The question worth asking is why nine numbers of a kernel get a gradient from
# 676 places. Who solved the exercise of lab 02 on the gradient of a convolution knows `d_kernels` already.

# %% [markdown]
# ## 11. A search (10 minutes, further)
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
        trainers["Adam"].train(np.full(6_400 // batch_size, rate), batch_size=batch_size)
        return {"val_accuracy": accuracy(trainers["Adam"].model)}


# %%
space = keras_tuner.HyperParameters()
space.Float("learning_rate", 1e-4, 1e-1, sampling="log")
space.Choice("batch_size", [32, 128, 512])
start = time.perf_counter()
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
seconds = time.perf_counter() - start
found = [
    (trial.hyperparameters.values["learning_rate"], trial.hyperparameters.values["batch_size"])
    for trial in trials
]
scores = [trial.score for trial in trials]
steps = sum(6_400 // batch_size for _, batch_size in found)
print(f"{len(trials)} trials, {steps:,} steps, {seconds:.0f} s; the range test took 120 steps")
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
# neighbours differ by chance. (Goyal et al. (2017) measured it: up to a point, a batch k times larger wants a rate k
# times higher.)
#
# Do not compare its accuracy with those of sections 5 and 7 either: a trial saw 6,400 images, their networks
# 100 x 128 = 12,800.
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
# - L. N. Smith (2017), *Cyclical learning rates for training neural networks*; L. N. Smith and N. Topin (2018),
#   *Super-convergence: very fast training of neural networks using large learning rates*.
# - P. Goyal et al. (2017), *Accurate, large minibatch SGD: training ImageNet in 1 hour*. Warm-up, and how rate and
#   batch size go together.
# - J. Bergstra and Y. Bengio (2012), *Random search for hyper-parameter optimization*.
# - I. Goodfellow, Y. Bengio and A. Courville (2016), *Deep learning*, chapters 6 and 8.
#
# ### An open challenge
#
# Train the twelve-layer network with *sigmoid* to more than 70% on the validation images. You may change anything but
# the activation and the number of layers: the first weights, the optimiser, the order in which layers are trained,
# layers in between, shortcuts around them. Measure the gradients by layer before and after each of your ideas, and say
# which of them let the gradient through, and which only made its steps longer.
