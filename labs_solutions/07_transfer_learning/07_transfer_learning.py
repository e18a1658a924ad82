# %% [markdown]
# # 07 Transfer learning: standing on ImageNet
#
# You have twenty photos of each thing that you want to tell apart, and no week to wait. Somebody else has trained a
# network on 1.2 million photos of other things, and gives the weights away. How much of what it has learned can you
# use?
#
# <!-- facts -->
#
# Beside the data sets the lab uses 20 photos of ImageNet's classes and the weights of EfficientNet-Lite0. From lab 05
# you need Dropout and BatchNorm, from lab 06 how a whole network is trained.
#
# ## Objectives
#
# 1. **Use** a network trained on ImageNet, and **prepare** images as it expects them.
# 2. **Freeze** it, and **cache** its features so that training takes a second.
# 3. **Build** a classifier on cached features, and **compare** it fairly with training from scratch and with
#    fine-tuning.
# 4. **Fine-tune** the upper part of a network: what to unfreeze, what to leave alone, why to compile again, at which
#    learning rates.
# 5. **Draw** few labels fairly, and **read** from a curve how many labels are worth having.
# 6. **Recognise** what BatchNorm in training mode does to a frozen network.
# 7. **Choose** a strategy for a new task by its size and its distance from ImageNet, and defend the choice with cost
#    and spread.
#
# Write your prediction into the cell below each question before you run on; nobody grades it. The cells that draw or
# check what came out are folded: run them like the others. Some cells are machinery: `restart` in section 4, `enlarge`
# and the cells around it in section 7, `LayerwiseAdam` and `moved` in section 9. On a first reading you may run them
# and skip how they do it; the text says what they are for.

# %% imports
from pathlib import Path
import tempfile
import time

from utils.backbones import backbone, imagenet_names, imagenet_photos, preprocess_input
from utils.checks import (
    expect_close,
    expect_equal,
    expect_error,
    expect_shape,
    expect_unchanged,
    passed,
)
from utils.data import load
from utils.figures import curves, image_grid, show
from utils.figures import transfer as draw
from utils.photos import load_folder
from utils.training import ProgressBar
import keras
from keras import layers
import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

# %% [markdown]
# ## 1. A network that has seen a million photos (7 minutes, core)
#
# **ImageNet** here means 1.2 million labelled photos of 1,000 classes: 118 breeds of dog, but also beakers, yurts and
# bottlecaps. **EfficientNet-Lite0** is a small network trained on them (Tan and Le 2019, and a simplified version for
# phones of 2020). A trained network that others build on is called a **backbone**. Ours has no secrets: convolutions,
# BatchNorm, ReLU cut off at 6, a global average, and one dense layer, all of which you know. Two kinds of layer are
# new, and both are old acquaintances in a new order. `DepthwiseConv2D` (there are 16) is a convolution with one kernel
# for each channel, which sees only that channel; a 1 × 1 convolution after it mixes the channels, and the pair needs
# far fewer weights than a full convolution. `Add` (there are 9) adds the input of a block to its output, number by
# number: a shortcut around the block, so that the block only has to learn what to change.

# %% exact
network = backbone("efficientnet_lite0", include_top=True)
photos, labels = imagenet_photos(224)
names = imagenet_names()
last = network.get_layer("predictions").count_params()
print(
    f"{network.count_params():,} parameters in {len(network.layers)} layers, "
    f"{last:,} of them in the last layer"
)
print(f"photos: {photos.shape}, {photos.dtype}, from {photos.min()} to {photos.max()}")

# %% evidence
assert network.count_params() == 4_694_024
kinds = [type(layer).__name__ for layer in network.layers]
assert (kinds.count("DepthwiseConv2D"), kinds.count("Add")) == (16, 9)
assert last == (1280 + 1) * 1000

# %% [markdown]
# **Predict.** Twenty photos, a thousand classes. For how many is the network's first answer the right one? For how many
# is the right one among its first five? Which kinds of mistake do you expect?

# %% guess [markdown]
# *Your prediction: first answer right for ___ of 20, among the first five for ___ of 20; it takes ... for ...*

# %%
probabilities = np.asarray(network(preprocess_input(photos), training=False))
best = np.argsort(-probabilities, axis=1)[:, :5]  # the five most probable classes of each photo
top1 = int((best[:, 0] == labels).sum())
top5 = int((best == labels[:, None]).any(axis=1).sum())
print(f"right at the first go: {top1} of 20; among the first five: {top5} of 20")
print("guessing gives 0.02 of 20")

# %% evidence
assert 16 <= top1 <= 18
assert top5 == 20
shown = [0, 9, 3, 7, 14, 19]
show(
    draw.answers(
        photos[shown],
        [names[labels[i]] for i in shown],
        [[names[k] for k in best[i]] for i in shown],
        np.take_along_axis(probabilities, best, axis=1)[shown],
        title="The five most probable classes; hatched and marked >: the true one",
    ),
    alt="Six photos with bars for the five most probable classes. Bull mastiff, bottlecap and "
    "dung beetle come first and are right; a buckeye is taken for a custard apple, a jeep for a "
    "convertible, a spoonbill for a white stork.",
)

# %% [markdown]
# About 17 of 20, and all 20 among the first five. The mistakes are those of somebody who looks well: two kinds of spiny
# green fruit, two kinds of car, two kinds of long-legged white bird.
#
# Read these numbers with care. We do not know which of the twenty photos the network was trained on, and twenty are
# few. They show that the weights have arrived whole, and that it knows what many things look like. What we are after is
# not its answers but what lies just before them: 1,280 numbers, from which *one* dense layer tells a thousand classes
# apart.

# %% instructor [markdown]
# **For instructors.** Let the class name the mistakes in the figure before they read on: custard apple for buckeye,
# convertible for jeep, stork for spoonbill. Warn that 17 of 20 is no accuracy of the network: the photos may have been
# among its training pictures. Depthwise convolution and `Add` get one sentence each, and the lab needs no more of them.

# %% [markdown]
# ## 2. Preprocessing belongs to the backbone (12 minutes, core)
#
# A trained network has only ever seen images that were prepared in one way. EfficientNet-Lite0 saw (x − 127) / 128 of
# pixels from 0 to 255, red first. Others were trained on 0 to 1, on blue first, or with a mean for each channel taken
# off: look it up for each backbone, never guess.
#
# ### Exercise 1: `preprocess` (objective 1)
#
# Photos come as `uint8`, digits and clothes with one channel. Turn both into what EfficientNet-Lite0 expects.
#
# Example: the pixel values 0, 127 and 255 become −0.9922, 0 and 1.
#
# One trap: `uint8` cannot hold −127. What does `np.array([0], dtype="uint8") - 127` give you?


# %% exercise="preprocess"
def preprocess(images):
    """Return images as EfficientNet-Lite0 was trained to see them.

    Args:
        images: (n, height, width, channels) with 3 channels (red, green, blue) or 1 (grey), values
            0 to 255, uint8 or float.

    Returns:
        A new float array of shape (n, height, width, 3): (value - 127) / 128; grey is repeated in
        all three channels.

    Raises:
        ValueError: for any other number of axes or channels, with a message that says so.
    """
    ### BEGIN SOLUTION
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError(f"images have the shape (n, height, width, 1 or 3), got {images.shape}")
    scaled = (images.astype("float32") - 127) / 128
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: order</summary>
# First test the shape and raise the error, then change the type, then subtract and divide, then repeat the channel.
# </details>
# <details><summary>Hint 2: the trap</summary>
# In uint8, 0 − 127 is 129: it wraps around like a mileage counter. <code>images.astype("float32")</code> makes a new
# array that can hold negative numbers, so the caller's images stay as they are.
# </details>
# <details><summary>Hint 3: grey</summary>
# <code>np.repeat(x, 3, axis=-1)</code> turns (n, height, width, 1) into (n, height, width, 3).
# </details>

# %% check="preprocess"
colour = np.array([0, 127, 255, 64, 10, 200], dtype="uint8").reshape(1, 1, 2, 3)
before, right = colour.copy(), (colour.astype("float64") - 127) / 128
wrapped = (colour - np.uint8(127)) / 128
hints = [
    (wrapped, "uint8 wraps around below zero: change the type before you subtract."),
    (colour / 255, "This is 0 to 1; EfficientNet-Lite0 was trained on (x - 127) / 128."),
    (colour / 127.5 - 1, "This is -1 to 1 for other backbones; here it is (x - 127) / 128."),
    ((colour - 127.0) / 127, "Divide by 128."),
    (colour - 127 / 128, "Brackets: x - 127 / 128 divides only the 127; write (x - 127) / 128."),
    (colour[..., ::-1] / 128 - 127 / 128, "The channels are turned round: red stays first."),
]
got = preprocess(colour)
expect_close("preprocess(a photo of 1 x 2 pixels)", got, right, atol=1e-5, hints=hints)
expect_unchanged("preprocess(a photo)", colour, before)
floats = colour.astype("float32")
expect_close("preprocess(the same photo in float32)", preprocess(floats), right, atol=1e-5)
expect_unchanged("preprocess(a photo in float32)", floats, before)
grey = np.arange(0, 240, 20, dtype="uint8").reshape(2, 2, 3, 1)
got, right = preprocess(grey), np.repeat((grey - 127.0) / 128, 3, axis=-1)
shapes = [((2, 2, 3, 1), "Grey has to come out with three channels.")]
shapes += [((2, 2, 9, 1), "Repeat the last axis.")]
expect_shape("preprocess(2 grey images of 2 x 3)", got, (2, 2, 3, 3), hints=shapes)
expect_close("preprocess(2 grey images)", got, right, atol=1e-5)
call = "preprocess(one image without the first axis)"
expect_error(call, lambda: preprocess(np.zeros((4, 4, 3))))
expect_error("preprocess(images of 4 channels)", lambda: preprocess(np.zeros((1, 4, 4, 4))))
passed("preprocess")
### BEGIN HIDDEN TESTS
random = np.random.default_rng(7)
for shape, kind in [
    ((3, 5, 4, 3), "uint8"),
    ((2, 4, 7, 1), "uint8"),
    ((1, 3, 2, 3), "float64"),
    ((2, 3, 3, 3), "float32"),
    ((2, 2, 5, 1), "int64"),
]:
    images = random.integers(0, 256, size=shape).astype(kind)
    before = images.copy()
    expected = (np.broadcast_to(before, (*shape[:3], 3)).astype("float64") - 127) / 128
    got = preprocess(images)
    expect_shape(f"preprocess({kind} images of shape {shape})", got, expected.shape)
    expect_close(f"preprocess({kind} images of shape {shape})", got, expected, atol=1e-5)
    expect_unchanged(f"preprocess({kind} images)", images, before)
expect_error("preprocess(images of 2 channels)", lambda: preprocess(np.zeros((1, 4, 4, 2))))
expect_error("preprocess(grey without channels)", lambda: preprocess(np.zeros((5, 4, 4))))
### END HIDDEN TESTS

# %% [markdown]
# ### What wrong preprocessing costs
#
# **Predict.** Four mistakes that are made every day: (a) x / 255, the habit from MNIST; (b) no preprocessing at all;
# (c) blue first, as OpenCV reads photos; (d) preprocessed twice, once by you and once by a library. Sort them by
# damage. Does any of them raise an error?

# %% guess [markdown]
# *Your prediction, from the least damage to the most: ( ___ ), ( ___ ), ( ___ ), ( ___ ); an error from ...*

# %%
raw = photos.astype("float32")
versions = {
    "as trained, (x - 127) / 128": preprocess_input(photos),
    "a) x / 255": raw / 255,
    "b) not at all, 0 to 255": raw,
    "c) blue first": preprocess_input(photos[..., ::-1]),
    "d) twice": preprocess_input(preprocess_input(photos)),
}
right, sure = {}, {}
for name, images in versions.items():
    p = np.asarray(network(images, training=False))
    right[name] = int((p.argmax(axis=1) == labels).sum())
    sure[name] = float(p[np.arange(20), labels].mean())
    print(
        f"{name:28} right: {right[name]:2} of 20, "
        f"mean probability of the true class {sure[name]:.2f}"
    )

# %% evidence
trained, halved, none, blue, twice = right
assert right[none] <= 4
assert right[twice] <= 3
assert right[blue] < right[trained]
assert right[halved] >= 14
assert sure[halved] < sure[trained] - 0.03

# %% [markdown]
# No error, no warning, in no case. Without preprocessing and with twice as much the network knows nothing. Blue first
# costs a few photos, those whose colour matters. And x / 255 looks harmless: the network is about as often right, and
# only less sure, because to its eyes the pictures are bright and pale. That is the dangerous one. You would never
# notice, and would pay in every result that you compute from its features.
#
# So: preprocessing is part of the backbone, like its first layer. From here on the lab uses `preprocess_input` of
# `utils.backbones`, which does for EfficientNet-Lite0 what your function does.

# %% instructor [markdown]
# **For instructors.** Slips in `preprocess` that the check names: subtracting in `uint8`, dividing by 127, the missing
# brackets (x - 127 / 128), blue first, grey left with one channel, float images scaled in place. Run the cell of the
# four mistakes in front of the class and ask after each line whether they would have noticed. The dangerous one is
# (a): the first answers hide it, the mean probability shows it.

# %% [markdown]
# ## 3. Frozen: somebody else's eyes, your own answer (32 minutes, core)
#
# Our own task: eight classes of **stamps**, cut-out photos and drawings from a painting program for children. 322
# pictures in all, on white. That is near to ImageNet in content (animals, cars, fruit) and far in style. The labels are
# coarse, as labels often are: a slug counts as an insect, a single wheel as a vehicle. Some of the mistakes below are
# the label's as much as the network's.

# %%
stamps = load("stamps")
# All 322: we will split them ourselves, several times.
x_stamps = np.concatenate([stamps.x_train, stamps.x_test])
y_stamps = np.concatenate([stamps.y_train, stamps.y_test])
counts = np.bincount(y_stamps)
print({name: int(count) for name, count in zip(stamps.class_names, counts)})

# %% evidence
assert len(x_stamps) == 322
assert counts.min() == 20
examples = [np.flatnonzero(y_stamps == label)[k] for k in (1, 4) for label in range(8)]
show(
    image_grid(
        x_stamps[examples],
        [stamps.class_names[y_stamps[i]] for i in examples],
        columns=8,
        size=1.15,
    ),
    alt="Two stamps of each class on white: mammals, birds, insects, fruit or vegetables, flowers, "
    "buildings, vehicles, coins.",
)

# %% [markdown]
# There are several ways to use a backbone. **From scratch** uses none: all weights start at random. **Frozen** keeps
# everything that ImageNet taught and trains only a new last layer. **Fine-tuning** starts from ImageNet and lets some
# or all weights learn on. Somebody who plays the violin and takes up the viola does not begin with how to read notes:
# that is transfer. The picture limps in one point: the violinist does not forget the violin. A fine-tuned network may
# forget ImageNet completely.

# %% evidence
show(
    draw.strategies(
        {
            "from scratch\n(a smaller network)": "rrrr",
            "frozen": "fffr",
            "top fine-tuned": "fflp",
            "more fine-tuned": "fllp",
            "all fine-tuned": "lllp",
        },
        ["blocks 1 to 3", "blocks 4 and 5", "blocks 6 and 7", "last layer"],
        title="Five ways to a network for a new task",
    ),
    alt="Five rows of four boxes, from the first blocks to the last layer. From scratch, a smaller "
    "network: all random, all learn. Frozen: only the last layer learns. Top fine-tuned: the last "
    "two boxes learn. More: all but the first. All: every box. In these three the blocks start "
    "from ImageNet and the last layer from the probe.",
)

# %% [markdown]
# (The last layer always starts anew, since it has other classes. In fine-tuning we first train it alone, on the frozen
# backbone: only then do the weights below get gradients that mean something. So the three fine-tuned rows start their
# last layer from the frozen row's, the *probe* of this section. And the first row is not this network at all: what we
# train from scratch is a smaller one, at 64 pixels, that 161 pictures have a chance to train. Of the five rows the lab
# measures the first three on stamps, and the first, the second and the fourth on clothes; the last one it does not
# measure.)
#
# ### Exercise 2: `freeze_backbone` (objective 2)
#
# In Keras a layer with `trainable = False` is left out of training. A network is a layer too: what you set on it is set
# on all its layers. Freeze a backbone, and say how many parameters have been taken out of training by it.
#
# Example: a `Conv2D` of 108 weights without bias and a `BatchNormalization` of 4 channels have 116 trainable
# parameters. BatchNorm's moving means and variances, 8 more, were never trainable, so the answer is 116 and not 124.


# %% exercise="freeze_backbone"
def freeze_backbone(base):
    """Take all weights of a network out of training.

    Args:
        base: a Keras model; it is changed, its weights' values are not.

    Returns:
        How many parameters (single numbers, not arrays) were trainable before and are not any
        more: an integer.
    """
    ### BEGIN SOLUTION
    count = sum(int(np.prod(variable.shape)) for variable in base.trainable_weights)
    base.trainable = False
    return count
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: which numbers</summary>
# <code>base.trainable_weights</code> is a list of arrays (Keras calls them variables). The number of parameters in one
# is the product of its shape.
# </details>
# <details><summary>Hint 2: in which order</summary>
# Count first. After freezing, the list is empty.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>sum(int(np.prod(variable.shape)) for variable in base.trainable_weights)</code>, then
# <code>base.trainable = False</code>, then return.
# </details>


# %% check="freeze_backbone"
def small_network(channels):
    """A network with BatchNorm; its inner part is a network itself."""
    inner = keras.Sequential([keras.Input((6, 6, 3)), layers.Conv2D(channels, 3, use_bias=False)])
    inner.add(layers.BatchNormalization())
    outer = keras.Sequential([keras.Input((6, 6, 3)), inner, layers.Conv2D(2, 2)])
    outer.add(layers.GlobalAveragePooling2D())
    return outer


base = small_network(4)
before = [np.array(values) for values in base.get_weights()]
hints = [
    (158, "BatchNorm's moving statistics were never trainable: count trainable_weights only."),
    (0, "Count before you freeze: afterwards nothing is trainable."),
    (5, "That is the number of arrays: add up the products of their shapes."),
    (34, "The network inside the network counts too."),
]
call = "freeze_backbone(a network of 150 trainable parameters)"
expect_equal(call, freeze_backbone(base), 150, hints=hints)
left = sum(int(np.prod(variable.shape)) for variable in base.trainable_weights)
hints = [(8, "BatchNorm's two arrays are left.")]
hints += [(116, "The network inside the network still learns.")]
what = "parameters that can still be trained after freeze_backbone(base)"
expect_equal(what, left, 0, hints=hints)
for now, then in zip(base.get_weights(), before):
    expect_unchanged("the weights after freeze_backbone(base)", now, then)
expect_equal("freeze_backbone(the same network again)", freeze_backbone(base), 0)
passed("freeze_backbone")
### BEGIN HIDDEN TESTS
for channels, expected in [(1, 27 + 2 + 10), (7, 27 * 7 + 14 + 4 * 7 * 2 + 2)]:
    base = small_network(channels)
    expect_equal(
        f"freeze_backbone(a network of {channels} channels)", freeze_backbone(base), expected
    )
    model = keras.Sequential([keras.Input((6, 6, 3)), base, layers.Dense(3)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    before, head = base.get_weights(), model.layers[-1].get_weights()
    model.train_on_batch(np.random.default_rng(1).normal(3, 2, size=(8, 6, 6, 3)), np.arange(8) % 3)
    for now, then in zip(base.get_weights(), before):
        expect_close(
            "a weight of the frozen network after a training step", now, then, rtol=0, atol=0
        )
    learns = bool(np.any(model.layers[-1].get_weights()[0] != head[0]))
    expect_equal("whether a new last layer still learns", learns, True)
partly = small_network(4)
partly.layers[1].trainable = False
expect_equal(
    "freeze_backbone(a network whose last convolution was frozen before)",
    freeze_backbone(partly),
    116,
)
### END HIDDEN TESTS

# %% [markdown]
# ### Compute once, keep: cached features
#
# A frozen network gives the same 1,280 numbers for the same picture in every epoch. So it needs to see each picture
# only once. What it says is stored, and the classifier learns from the stored numbers. (This works only as long as the
# pictures stay the same: with augmentation every epoch shows new ones.)
#
# ### Exercise 3: `cache_features` (objective 2)
#
# Run a frozen network over images in batches, because 10,000 photos do not fit into memory at once. In inference mode:
# section 6 shows what happens otherwise.
#
# Example: 7 images with `batch_size=3` make batches of 3, 3 and 1; the result has 7 rows in the order of the images.


# %% exercise="cache_features"
def cache_features(base, images, batch_size=32):
    """Return what a network makes of images, computed in inference mode, batch by batch.

    Args:
        base: a Keras model that turns (n, height, width, channels) into (n, features).
        images: (n, height, width, channels), n at least 1, preprocessed.
        batch_size: how many images the network sees at once, at most.

    Returns:
        An array of shape (n, features), in the order of the images.
    """
    ### BEGIN SOLUTION
    starts = range(0, len(images), batch_size)
    batches = [
        np.asarray(base(images[start : start + batch_size], training=False)) for start in starts
    ]
    return np.concatenate(batches)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the batches</summary>
# <code>range(0, len(images), batch_size)</code> gives the first image of each batch, the last, smaller one included. A
# slice may reach beyond the end.
# </details>
# <details><summary>Hint 2: one batch</summary>
# <code>base(batch, training=False)</code> returns a tensor; <code>np.asarray</code> makes an array of it.
# <code>base.predict(images, batch_size=..., verbose=0)</code> does all of it for you, in inference mode, and is right
# as well.
# </details>
# <details><summary>Hint 3: putting together</summary>
# Collect the arrays in a list, then <code>np.concatenate(the_list)</code>.
# </details>


# %% check="cache_features"
class Watched(keras.Model):
    """A small network with BatchNorm that notes how many images it sees at once."""

    def __init__(self, seed):
        super().__init__()
        keras.utils.set_random_seed(seed)
        self.seen, self.parts = [], [layers.Conv2D(5, 3), layers.BatchNormalization()]

    def call(self, images, training=False):
        self.seen.append(images.shape[0] or 0)
        return keras.ops.mean(self.parts[1](self.parts[0](images), training=training), axis=(1, 2))


images = (random := np.random.default_rng(2)).normal(1, 2, size=(7, 6, 5, 3)).astype("float32")
base, before = Watched(seed=0), images.copy()
expected = np.asarray(base(images, training=False))
base.seen.clear()
got = cache_features(base, images, batch_size=3)
call, most = "cache_features(base, 7 images, batch_size=3)", max(base.seen, default=0)
assert most <= 3, f"{call}: expected at most 3 images at once, got {most}."
why = "expected one array, got a list: put it together with np.concatenate."
assert not isinstance(got, list), f"cache_features: {why}"
wrong = [((6, 5), "The last, smaller batch is missing."), ((1, 5), "Only the last batch came out.")]
expect_shape(call, got, (7, 5), hints=wrong)
wrong = [np.asarray(Watched(seed=0)(images[i : i + 3], training=True)) for i in (0, 3, 6)]
why = "This is training mode, where BatchNorm uses each batch's own mean."
wrong = [(np.concatenate(wrong), why)]
expect_close(call, got, expected, rtol=1e-3, atol=1e-4, hints=wrong)
expect_unchanged("cache_features(base, images)", images, before)
passed("cache_features")
### BEGIN HIDDEN TESTS
for n, batch_size in [(1, 4), (8, 4), (9, 4), (5, 100)]:
    images = random.normal(-1, 3, size=(n, 5, 8, 3)).astype("float32")
    base = Watched(seed=n)
    base(images[:1])
    base.parts[1].set_weights([random.uniform(0.5, 2, size=5) for _ in range(4)])
    expected, moving = np.asarray(base(images, training=False)), base.parts[1].get_weights()
    base.seen.clear()
    call = f"cache_features(base, {n} images, batch_size={batch_size})"
    got = cache_features(base, images, batch_size)
    most = max(base.seen, default=0)
    assert most <= batch_size, f"{call}: expected at most {batch_size} images at once, got {most}."
    expect_shape(call, got, (n, 5))
    expect_close(call, got, expected, rtol=1e-3, atol=1e-4)
    for now, then in zip(base.parts[1].get_weights(), moving):
        expect_close(f"BatchNorm's statistics after {call}", now, then, rtol=0, atol=0)
base = Watched(seed=3)
images = random.normal(size=(40, 5, 5, 3)).astype("float32")
expected = np.asarray(base(images, training=False))
expect_close(
    "cache_features(base, 40 images)", cache_features(base, images), expected, rtol=1e-3, atol=1e-4
)
### END HIDDEN TESTS

# %% [markdown]
# Now for the stamps. `pooling="avg"` leaves out the last layer and ends the backbone with its 1,280 averages. Since
# convolutions do not care how large a picture is, it accepts our 160 pixels, though it was trained on 224; how well it
# then sees is another question, which the results will have to answer.

# %%
stamp_backbone = backbone("efficientnet_lite0", input_shape=(160, 160, 3), pooling="avg")
start = time.process_time()  # of the processor: another program that runs beside does not count
features = stamp_backbone.predict(preprocess_input(x_stamps), verbose=0)
feature_seconds = time.process_time() - start
print(
    f"features: {features.shape}, {features.nbytes / 1e6:.1f} MB, "
    f"in place of {x_stamps.nbytes / 1e6:.1f} MB of pictures"
)

# %% evidence
assert features.shape == (322, 1280)

# %% [markdown]
# ### Exercise 4: `build_classifier` (objective 3)
#
# A classifier on cached features is one dense layer, and that is on purpose: all the seeing is done. Dropout on the
# features is the one remedy of lab 05 that fits here. The layer ends in **logits**, scores before the softmax, and the
# loss has to know it.
#
# Example: for 1,280 features and 8 classes the model has (1,280 + 1) · 8 = 10,248 parameters.


# %% exercise="build_classifier"
def build_classifier(n_features, n_classes, dropout=0.2, learning_rate=1e-2):
    """Return a compiled classifier for cached features: Dropout, then one dense layer that gives
    logits.

    Args:
        n_features: numbers per image.
        n_classes: classes; labels are integers 0 to n_classes - 1.
        dropout: rate of the Dropout layer, 0 to below 1.
        learning_rate: of Adam.

    Returns:
        A Keras model from (n, n_features) to logits (n, n_classes), compiled with Adam, the
        cross-entropy for integer labels and logits, and the metric "accuracy".
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [keras.Input((n_features,)), layers.Dropout(dropout), layers.Dense(n_classes)]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss=loss, metrics=["accuracy"])
    return model
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the layers</summary>
# A <code>keras.Sequential</code> of <code>keras.Input((n_features,))</code>, Dropout and Dense. No activation: those
# are the logits.
# </details>
# <details><summary>Hint 2: the loss</summary>
# Labels are integers, not one-hot vectors: <code>keras.losses.SparseCategoricalCrossentropy</code>. It takes its inputs
# for probabilities unless you say otherwise.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>model.compile(keras.optimizers.Adam(learning_rate),
# loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])</code>
# </details>


# %% check="build_classifier"
def look_at_classifier(features, classes, dropout, learning_rate, random):
    call = f"build_classifier({features}, {classes}, {dropout=}, {learning_rate=})"
    model = build_classifier(features, classes, dropout=dropout, learning_rate=learning_rate)
    assert getattr(model, "built", False), f"{call}: expected keras.Input first, got {model}."
    right, why = [f"Dropout {dropout}", "Dense"], [(features * classes, "The bias is missing.")]
    expect_equal(f"parameters of {call}", model.count_params(), (features + 1) * classes, hints=why)
    order = [f"{type(it).__name__} {getattr(it, 'rate', '')}".strip() for it in model.layers[-2:]]
    why = [(right[1:], "Dropout is missing."), (right[::-1], "It comes before the dense layer.")]
    expect_equal(f"the layers of {call}", order, right, hints=why)
    x, y = random.normal(0, 3, (40, features)).astype("float32"), random.integers(0, classes, 40)
    model.set_weights(weights := [random.normal(size=w.shape) for w in model.get_weights()])
    logits, close = x @ weights[0] + weights[1], {"rtol": 1e-3, "atol": 1e-3}
    soft, relu = np.asarray(keras.ops.softmax(logits)), np.maximum(logits, 0)
    why = [(soft, "Probabilities: leave the softmax to the loss."), (relu, "No ReLU at the end.")]
    expect_close(f"{call} in inference mode", model(x, training=False), logits, hints=why, **close)
    try:
        measured = model.evaluate(x, y, verbose=0, return_dict=True)
    except Exception:
        measured = {}
    assert measured, f"{call}: expected it compiled for integer labels, got another."
    assert "accuracy" in measured, f"{call}: expected the metric accuracy, got {list(measured)}."
    loss = -np.log(np.maximum(soft[np.arange(40), y], 1e-30)).mean()
    what, adam = f"loss of {call} (does it know that it gets logits?)", model.optimizer
    expect_close(what, measured["loss"], loss, **close)
    expect_close(f"learning rate of {call}", adam.learning_rate, learning_rate, rtol=1e-4)
    expect_equal(f"optimiser of {call}", type(adam).__name__, "Adam")


look_at_classifier(20, 4, dropout=0.5, learning_rate=0.003, random=np.random.default_rng(0))
passed("build_classifier")
### BEGIN HIDDEN TESTS
look_at_classifier(7, 3, dropout=0.1, learning_rate=0.02, random=np.random.default_rng(11))
for dropout in (0.0, 0.6):
    model = build_classifier(500, 2, dropout=dropout)
    model.set_weights([np.ones((500, 2)), np.zeros(2)])
    ones = np.ones((4, 500), dtype="float32")
    outputs = np.asarray(model(ones, training=True))
    if dropout:
        drops = bool(np.ptp(outputs) > 1)
        expect_equal("whether dropout=0.6 drops features in training", drops, True)
        expect_close("the mean output with dropout=0.6 in training", outputs.mean(), 500, rtol=0.2)
    else:
        expect_close("outputs with dropout=0 in training", outputs, np.full((4, 2), 500), rtol=1e-3)
rate = build_classifier(3, 2).optimizer.learning_rate
expect_close("the learning rate when none is given", rate, 0.01, rtol=1e-4)
random = np.random.default_rng(4)
heaps = np.arange(90) % 3
points_here = 2 * np.eye(3)[heaps] + random.normal(0, 0.3, size=(90, 3))
keras.utils.set_random_seed(0)
model = build_classifier(3, 3, dropout=0.1, learning_rate=0.1)
model.fit(points_here, heaps, epochs=20, verbose=0)
accuracy = float((np.asarray(model(points_here)).argmax(axis=1) == heaps).mean())
assert accuracy > 0.9, (
    f"build_classifier(3, 3), fitted to three heaps: expected over 90% right, got {accuracy:.0%}."
)
### END HIDDEN TESTS

# %% [markdown]
# ### From scratch against frozen
#
# A fair comparison needs care, because 161 test pictures are few: one picture is 0.6 points. So we split the 322 stamps
# in halves several times (stratified: each class is halved), do everything anew on each split, and report mean and
# spread. All settings were fixed beforehand, so that no test half has a say in any choice.
#
# The frozen side trains one dense layer on cached features. scikit-learn's `LogisticRegression` fits exactly such a
# layer, without a seed and without epochs to choose; on a frozen backbone it is called a **linear probe**. The other
# side is a small convolutional network with BatchNorm and Dropout, as in lab 05, on pictures of 64 pixels.
#
# **Predict.** Guessing gives 12.5%, and always saying "mammal" 22%. What does the network from scratch reach with 161
# pictures? The probe?

# %% guess [markdown]
# *Your prediction: from scratch ___ %, the probe ___ %, because ...*


# %%
def halves(seed):
    """Return the positions of a training half and a test half, stratified."""
    return train_test_split(
        np.arange(len(y_stamps)), test_size=0.5, stratify=y_stamps, random_state=seed
    )


def probe(features, labels, C=0.1):
    """Return a dense layer (with softmax) fitted to cached features.

    1 / C is the strength of its L2 penalty (lab 05).
    """
    with threadpool_limits(1):  # for matrices this small, several threads get in each other's way
        return LogisticRegression(C=C, max_iter=1000).fit(features, labels)


start = time.process_time()
splits = [halves(seed) for seed in range(5)]
stamp_probes = [probe(features[train], y_stamps[train]) for train, _ in splits]
fit_seconds = (time.process_time() - start) / 5
frozen_seconds = fit_seconds + feature_seconds / 2  # half of the features were for training
frozen = [
    fitted.score(features[test], y_stamps[test]) for fitted, (_, test) in zip(stamp_probes, splits)
]
print(
    "frozen, by split:",
    np.round(frozen, 2),
    f"mean {np.mean(frozen):.3f}, spread {np.std(frozen, ddof=1):.3f}",
)

# %% evidence
assert 0.84 < np.mean(frozen) < 0.93
assert np.std(frozen, ddof=1) < 0.06
assert fit_seconds < feature_seconds / 4

# %% [markdown]
# Your `build_classifier` makes the same layer and trains it in steps, with Dropout in place of the L2 penalty. On the
# cached features 40 epochs take seconds. Does it come out near the probe on split 0?

# %% uses="build_classifier"
train, test = splits[0]
keras.utils.set_random_seed(0)
yours = build_classifier(1280, 8, learning_rate=1e-3)
yours.fit(
    features[train],
    y_stamps[train],
    epochs=40,
    batch_size=32,
    verbose=0,
    callbacks=[ProgressBar("yours")],
)
measured = yours.evaluate(features[test], y_stamps[test], verbose=0, return_dict=True)
yours_accuracy = measured["accuracy"]
print(f"your classifier on split 0: {yours_accuracy:.3f}, the probe: {frozen[0]:.3f}")
assert abs(yours_accuracy - frozen[0]) < 0.05


# %%
def small_cnn(n_classes):
    """Return an untrained network for pictures of 64 pixels."""
    model = keras.Sequential([keras.Input((64, 64, 3)), layers.Rescaling(1 / 127.5, offset=-1)])
    for filters in (16, 32, 64):
        model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        model.add(layers.BatchNormalization(momentum=0.9))
        model.add(layers.ReLU())
        model.add(layers.MaxPooling2D())
    for layer in (layers.Flatten(), layers.Dropout(0.3), layers.Dense(n_classes)):
        model.add(layer)
    return model


def accuracy_of(model, images, labels):
    """Return the share of images whose largest logit is that of their label."""
    return float((model.predict(images, batch_size=250, verbose=0).argmax(axis=1) == labels).mean())


logits_loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

# %%
x64 = np.asarray(keras.ops.image.resize(x_stamps.astype("float32"), (64, 64), antialias=True))
scratch, start = [], time.process_time()
for seed in range(3):
    train, test = splits[seed]
    keras.utils.set_random_seed(seed)
    cnn = small_cnn(8)
    cnn.compile(keras.optimizers.Adam(1e-3), loss=logits_loss, metrics=["accuracy"])
    cnn.fit(
        x64[train],
        y_stamps[train],
        epochs=16,
        batch_size=16,
        verbose=0,
        callbacks=[ProgressBar(f"split {seed}")],
    )
    scratch.append(accuracy_of(cnn, x64[test], y_stamps[test]))
scratch_seconds = (time.process_time() - start) / 3
print("from scratch, by split:", np.round(scratch, 2), f"mean {np.mean(scratch):.3f}")

# %% evidence
assert 0.4 < np.mean(scratch) < 0.65
assert np.mean(frozen[:3]) > np.mean(scratch) + 0.25

# %% [markdown]
# The probe is more than 25 points ahead: close to nine of ten pictures, against about half. And its dense layer of
# 10,248 numbers is fitted in a moment; nearly all of its cost is that each picture is looked at once. You can give the
# other side more pixels, more epochs and more layers (try it): it gains some points and does not come near, since 161
# pictures cannot teach what an eye, a wheel or a petal is.
#
# Look at the spread too: from split to split the same method varies by a few points. A difference smaller than that, on
# one split, means nothing. So here is a rule for all that follows. We compare two methods on the *same* splits, take
# the difference on each, and call one **ahead** only if the differences have the same sign in all splits and their mean
# is larger than their own spread. Otherwise we write *no difference that we could measure*. (With three splits this is
# a rule of thumb and no proof: three coins fall alike one time in four.)

# %% instructor [markdown]
# **For instructors.** Where it sticks: `freeze_backbone` counted after freezing (0), arrays in place of parameters (5),
# moving statistics counted as well (158), the network inside the network forgotten; `cache_features` without its last,
# smaller batch; `build_classifier` with a softmax, or with a loss that does not know that it gets logits. All three run
# on toy networks, so nobody waits. Read the rule for *ahead* aloud, and write it on the board: sections 4, 7 and 9 go
# by it. The longest section: after the comparison is the place for a break.

# %% [markdown]
# ## 4. Fine-tuning: let the top learn on (25 minutes, core)
#
# The first blocks answer to edges and textures, which stamps have too. The last ones answer to what tells ImageNet's
# classes apart, and that could be improved upon. So unfreeze the top.
#
# Three rules, each of which has cost people days:
#
# - **Compile again** after every change of `trainable`. A model that has trained since it was compiled goes on training
#   what was trainable at that first step.
# - **A small learning rate**, a tenth or a hundredth of what you would take from scratch. The weights are good: do not
#   throw them far.
# - **Leave BatchNorm alone**: its layers stay frozen, which in Keras also means in inference mode. Why, you will see in
#   section 6.
#
# ### Exercise 5: `unfreeze_top` (objective 4)
#
# A whole model contains a backbone `base` and a new last layer. Unfreeze the part of `base` from one layer upwards.
#
# Example: `base` has the layers conv_a, bn_a, conv_b, bn_b. After `unfreeze_top(model, base, "conv_b", 1e-4)` only
# conv_b of `base` learns, and the new last layer as before.
#
# A trap of Keras: `base.trainable = True` passes the value on to the layers only where it is a *change*. Where `base`
# is True already, layers that were frozen one by one stay frozen. The same holds for False: if `base` itself were left
# at False while some of its layers learn, a later `base.trainable = False` would be no change and freeze nothing. So
# set `base.trainable = True` first, and then say of every layer whether it shall learn, True or False, because the
# first step may have opened them all. Then the function can be called again and again, as in gradual unfreezing
# (section 10, further).


# %% exercise="unfreeze_top"
def unfreeze_top(model, base, first_layer, learning_rate):
    """Let the top of a frozen network learn, BatchNorm excepted, and compile the model again.

    Args:
        model: the whole model, compiled; it contains `base`. What lies outside `base` stays as it
            is.
        base: the backbone, with its layers in `base.layers`, first to last.
        first_layer: name of the first layer of `base` to unfreeze; all layers before it are
            frozen. `base.trainable` itself is True afterwards.
        learning_rate: of a new Adam.

    Returns:
        How many parameters of `model` are trainable now, an integer. The model is compiled with
        the new Adam, the cross-entropy for integer labels and logits, and the metric "accuracy".

    Raises:
        ValueError: if `base` has no layer of that name; then nothing is changed.
    """
    ### BEGIN SOLUTION
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(f"{base.name} has no layer {first_layer!r}")
    base.trainable = True
    for position, layer in enumerate(base.layers):
        is_top = position >= names.index(first_layer)
        layer.trainable = is_top and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss=loss, metrics=["accuracy"])
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_weights)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the order of things</summary>
# Look for the name first and raise the error. Then <code>base.trainable = True</code>, then each layer's own
# <code>trainable</code>, to True or to False (in this order: the first may open all layers). Then compile. Then count.
# </details>
# <details><summary>Hint 2: which layers</summary>
# Make a list of names, find the position with <code>names.index(first_layer)</code>, and go through
# <code>enumerate(base.layers)</code>. A layer stays closed if it comes earlier, or if
# <code>isinstance(layer, layers.BatchNormalization)</code>.
# </details>
# <details><summary>Hint 3: counting</summary>
# As in exercise 2, but over <code>model.trainable_weights</code>, after the change.
# </details>


# %% check="unfreeze_top"
def frozen_model(blocks):
    x = inputs = keras.Input((6, 6, 2))
    for letter in blocks:
        x = layers.Conv2D(3, 3, padding="same", use_bias=False, name=f"conv_{letter}")(x)
        x = layers.BatchNormalization(name=f"bn_{letter}")(x)
    base = keras.Model(inputs, layers.GlobalAveragePooling2D()(x), name="base", trainable=False)
    model = keras.Sequential([keras.Input((6, 6, 2)), base, layers.Dense(2, name="head")])
    model.compile(keras.optimizers.Adam(0.1), with_logits)
    return model, base


with_logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
data = np.random.default_rng(0).normal(size=(8, 6, 6, 2)).astype("float32"), np.arange(8) % 2
model, base = frozen_model("ab")
hints = [(62, "This is what lies below conv_b, and the last layer."),
    (81, "The new last layer counts too: it is in model."), (False, "Set it before its layers."),
    (95, "bn_b learns too: leave BatchNorm frozen."), (0.1, "The old one: compile again."),
    (155, "Everything learns, BatchNorm included."), (89, "conv_a stayed frozen: set every layer."),
    (8, "Only the new last layer learns."), (143, "All of the backbone learns.")]  # fmt: skip
for first, rate, expected in (("conv_b", 1e-4, 89), ("conv_a", 1e-3, 143)):
    call = f'unfreeze_top(model, base, "{first}", {rate}), 54 in conv_a, 81 in conv_b, 8 in head'
    expect_equal(call, unfreeze_top(model, base, first, rate), expected, hints=hints)
    expect_equal("base.trainable after unfreeze_top", base.trainable, True, hints=hints)
    expect_close("the rate now", float(model.optimizer.learning_rate), rate, hints=hints)
got, loss = model.evaluate(*data, verbose=0, return_dict=True), with_logits(data[1], model(data[0]))
assert "accuracy" in got, f"unfreeze_top: expected the metric accuracy, got {list(got)}."
call = "the loss now (does it know that it gets logits?)"
expect_close(call, got["loss"], loss, rtol=1e-3, atol=1e-4)
expect_error('unfreeze_top(..., "conv_z", 1e-4)', lambda: unfreeze_top(model, base, "conv_z", 1e-4))
passed("unfreeze_top")
### BEGIN HIDDEN TESTS
model, base = frozen_model("abc")
model.train_on_batch(*data)
blocks, sizes = ["conv_a", "conv_b", "conv_c"], [54, 81, 81]
cases = [("bn_b", 3e-4, 1), ("conv_a", 1e-3, 3), ("conv_c", 2e-5, 1), ("conv_b", 5e-5, 2)]
for first, rate, last in cases:
    call = f"unfreeze_top(model, base, {first!r}, {rate}), with three blocks"
    expect_equal(call, unfreeze_top(model, base, first, rate), sum(sizes[3 - last :]) + 8)
    learns = [layer.name for layer in base.layers if layer.trainable_weights]
    expect_equal(f"the layers of the backbone that learn after {call}", learns, blocks[3 - last :])
    expect_close(f"the learning rate after {call}", model.optimizer.learning_rate, rate, rtol=1e-4)
    expect_equal(f"base.trainable after {call}", base.trainable, True)
    expect_equal(f"the optimiser after {call}", type(model.optimizer).__name__, "Adam")
got = model.evaluate(*data, verbose=0, return_dict=True)
assert "accuracy" in got, f"{call}: expected the metric accuracy, got {list(got)}."
p = np.asarray(model(data[0], training=False), dtype="float64")
loss = np.mean(np.log(np.exp(p).sum(axis=1)) - p[np.arange(8), data[1]])
call = "the loss after unfreeze_top (does it know that it gets logits?)"
expect_close(call, got["loss"], loss, rtol=1e-3, atol=1e-4)
before = model.get_weights()
model.train_on_batch(*data)
moved = sum(bool(np.any(now != then)) for now, then in zip(model.get_weights(), before))
call = "arrays that a training step changes (two convolutions, the last layer's two)"
expect_equal(call, moved, 4)
flags = [layer.trainable for layer in base.layers]
expect_error('unfreeze_top(..., "head", 1e-4)', lambda: unfreeze_top(model, base, "head", 1e-4))
expect_equal("what learns after a wrong name", [layer.trainable for layer in base.layers], flags)
base.trainable, call = False, "arrays of the backbone that learn when it is frozen again"
expect_equal(call, len(base.trainable_weights), 0)
### END HIDDEN TESTS

# %% [markdown]
# ### The same idea, with the cache
#
# If the lower part stays frozen, what it makes of each picture can be cached as well: maps this time, not averages. So
# we cut the network in two below block 6, run the lower part once, and train the upper part as a network of its own.
# Each split starts again from the weights of ImageNet and from the probe of section 3 as its last layer.


# %%
def split_at(network, layer_name):
    """Return the layers below a layer as one network, that layer and all above it as another."""
    cut = network.get_layer(layer_name).input
    return keras.Model(network.input, cut), keras.Model(cut, network.output, name="upper")


def with_head(upper, n_classes, optimizer):
    """Return a network to fine-tune: the upper part but for BatchNorm, and a new last layer."""
    for layer in upper.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    inputs = keras.Input(upper.input_shape[1:])
    model = keras.Model(inputs, layers.Dense(n_classes, name="head")(upper(inputs, training=False)))
    model.compile(optimizer, loss=logits_loss, metrics=["accuracy"])
    optimizer.build(model.trainable_variables)  # left to fit, this takes as long as several epochs
    return model


lower, upper = split_at(backbone(input_shape=(160, 160, 3), pooling="avg"), "block6a_expand_conv")
upper_weights = upper.get_weights()
start = time.process_time()
maps = lower.predict(preprocess_input(x_stamps), verbose=0)
maps_seconds = time.process_time() - start
print(
    f"cached maps: {maps.shape}; parameters below the cut {lower.count_params():,}, "
    f"above {upper.count_params():,}"
)


# %%
def restart(model, weights, fitted, seed):
    """Put the upper part back to ImageNet's weights, the last layer to a fitted probe's.

    The optimiser goes back to its start, too.
    """
    keras.utils.set_random_seed(seed)
    model.get_layer("upper").set_weights(weights)
    model.get_layer("head").set_weights([fitted.coef_.T, fitted.intercept_])
    for variable in model.optimizer.variables:
        if not variable.path.endswith("learning_rate"):
            variable.assign(keras.ops.zeros_like(variable))


def fine_tune_on_stamps(model, seed, label):
    """Return the test accuracy of a network fine-tuned on one split's cached maps."""
    train, test = splits[seed]
    restart(model, upper_weights, stamp_probes[seed], seed)
    bar = ProgressBar(f"{label}, split {seed}")
    model.fit(maps[train], y_stamps[train], epochs=3, batch_size=32, verbose=0, callbacks=[bar])
    return accuracy_of(model, maps[test], y_stamps[test])


# %% [markdown]
# **Predict.** Above the cut lie 2.6 million trainable parameters; the probe has 10,248. By how many points will
# fine-tuning beat the probe on these three splits? Would you bet on the sign?

# %% guess [markdown]
# *Your prediction: by ___ points; I would (not) bet on the sign, because ...*

# %%
tuned_model = with_head(upper, 8, keras.optimizers.Adam(1e-4))
tuned_params = sum(int(np.prod(variable.shape)) for variable in tuned_model.trainable_variables)
start = time.process_time()
tuned = [fine_tune_on_stamps(tuned_model, seed, "fine-tuning") for seed in range(3)]
tuned_seconds = (time.process_time() - start) / 3
tuned_seconds += maps_seconds / 2  # half of the maps were for training
tuned_weights = upper.get_weights()  # as the last split has left them, for section 9
difference = np.array(tuned) - np.array(frozen[:3])
print(
    "fine-tuned, by split:",
    np.round(tuned, 2),
    f"mean {np.mean(tuned):.3f}, spread {np.std(tuned, ddof=1):.3f}",
)
print("less the probe on the same split:", np.round(difference, 3))
known = [
    fitted.score(features[train], y_stamps[train])
    for fitted, (train, _) in zip(stamp_probes, splits)
]
print("the probes on the pictures that they were fitted to:", np.round(known, 3))

# %% evidence
assert maps.shape == (322, 10, 10, 112)
assert min(known) > 0.98
assert 2.5e6 < tuned_params < 2.7e6
assert abs(difference.mean()) < 0.06
assert np.mean(tuned) > np.mean(scratch) + 0.2

# %% [markdown]
# Within a few points of the probe: apply the rule of section 3 to the differences, and see that they are no larger than
# what a new split changes anyway. With 161 pictures near to ImageNet, 2.6 million parameters find nothing that the
# probe has not used already. The last line says why: on its training pictures the probe is right nearly always, so the
# loss on them is close to 0 before fine-tuning begins. The training pictures are already all right; what still moves
# the weights is not about the pictures that we get wrong.
#
# The honest report is "no difference that we could measure", not the better of two numbers.


# %%
def cost_table(results):
    """Print trainable parameters, seconds, mean accuracy and spread; return them for drawing."""
    print(f"{'':16}{'parameters':>12}{'seconds':>10}{'accuracy':>10}{'spread':>8}")
    points = {}
    for name, (parameters, seconds, scores) in results.items():
        points[name] = (parameters, seconds, np.mean(scores), np.std(scores, ddof=1))
        print("{:16}{:12,}{:10.1f}{:10.3f}{:8.3f}".format(name, *points[name]))
    return points


points = cost_table({
    "from scratch": (small_cnn(8).count_params(), scratch_seconds, scratch),
    "frozen": (10_248, frozen_seconds, frozen[:3]),
    "top fine-tuned": (tuned_params, tuned_seconds, tuned),
})  # fmt: skip

# %% evidence
assert frozen_seconds < min(scratch_seconds, tuned_seconds)
show(
    draw.cost_and_accuracy(
        points, title="Stamps, three splits: the probe costs least and is as good as any"
    ),
    alt="Accuracy over trainable parameters and over seconds. Frozen and fine-tuned lie close "
    "together far above scratch; frozen has by far the fewest parameters and seconds.",
)

# %% [markdown]
# These are seconds of the processor, added up over its cores, for one split. They depend on your machine, and hold what
# Keras needs to make its graphs; that the probe is cheapest does not depend on it (from scratch and top fine-tuned may
# well change places). Both transfer strategies are charged with what the frozen part makes of the training half.

# %% instructor [markdown]
# **For instructors.** `unfreeze_top` has the most ways to go wrong: BatchNorm left open (95 in the check), the new last
# layer not counted (81), no second `compile`, the rate of the old optimiser changed instead, flags set before
# `base.trainable`, one layer too late, an unknown name that passes in silence. Have the class bet on the sign before
# the fine-tuning runs, and let them apply the rule of section 3 themselves to the three differences. `restart` may stay
# a closed box: it makes the three splits start alike.

# %% [markdown]
# ## 5. How many labels are worth having? (12 minutes, core)
#
# Labels cost somebody's time. To learn from a handful a class is called **few-shot** learning. A curve of accuracy over
# labels per class tells whether the next hundred are worth it.
#
# ### Exercise 6: `few_shot_subset` (objective 5)
#
# Draw the same number of examples of every class, at random, and so that anybody can draw the same again.
#
# Example: labels 0, 0, 1, 1, 1 and `per_class=2` might give the positions 0, 1, 4, 2: both zeros, two of the three
# ones.


# %% exercise="few_shot_subset"
def few_shot_subset(labels, per_class, seed=0):
    """Return the positions of a random subset with the same number of examples of each class.

    Args:
        labels: (n,), integers; the classes are the values that occur.
        per_class: how many of each class, at least 1.
        seed: the same seed gives the same subset, whatever else has drawn random numbers before.

    Returns:
        Positions in `labels`, integers of shape (per_class * number of classes,), each at most
        once, in any order.

    Raises:
        ValueError: if per_class is below 1, or a class has fewer examples than that; the message
            says which.
    """
    ### BEGIN SOLUTION
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(np.asarray(labels) == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError(
                f"per_class has to be 1 to {len(positions)} for class {label}, got {per_class}"
            )
        chosen.append(random.choice(positions, size=per_class, replace=False))
    return np.concatenate(chosen)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: one class</summary>
# <code>np.flatnonzero(labels == label)</code> gives the positions of one class; <code>np.unique(labels)</code> the
# classes.
# </details>
# <details><summary>Hint 2: reproducible</summary>
# Make a generator of your own, <code>random = np.random.default_rng(seed)</code>, once, before the loop.
# <code>np.random.seed</code> would change everybody's random numbers.
# </details>
# <details><summary>Hint 3: nearly there</summary>
# <code>random.choice(positions, size=per_class, replace=False)</code> for each class, and <code>np.concatenate</code>
# of the list.
# </details>

# %% check="few_shot_subset"
some_labels = np.random.default_rng(5).choice([0, 1, 2, 4], size=400, p=[0.6, 0.2, 0.15, 0.05])
before = some_labels.copy()
call = "few_shot_subset(400 labels of the classes 0, 1, 2 and 4; 15, seed=1)"
np.random.seed(11)  # noqa: NPY002 (somebody else's random numbers)
try:
    got = np.asarray(few_shot_subset(some_labels, 15, seed=1))
except ValueError as error:
    text = f"{call}: expected positions, got a ValueError ({error})."
    raise AssertionError(f"{text} Class 3 does not occur: np.unique gives those that do.") from None
shapes = [((15,), "15 of each class are wanted, not 15 in all.")]
shapes += [((75,), "Class 3 does not occur here.")]
expect_shape(call, got, (60,), hints=shapes)
assert got.dtype.kind in "iu", f"{call}: expected positions, which are integers, got {got.dtype}."
expect_equal(f"how many different positions {call} gives", len(set(got.tolist())), 60)
counts = {int(label): int((some_labels[got] == label).sum()) for label in (0, 1, 2, 4)}
expect_equal(f"how many of each class {call} draws", counts, {0: 15, 1: 15, 2: 15, 4: 15})
np.random.seed(3)  # noqa: NPY002
again, other = few_shot_subset(some_labels, 15, seed=1), few_shot_subset(some_labels, 15, seed=2)
expect_close(f"{call}, a second time", np.sort(again), np.sort(got))
same = set(np.asarray(other).tolist()) == set(got.tolist())
what = "whether seed=2 draws the same subset as seed=1 (is the seed used, is it random?)"
expect_equal(what, same, False)
expect_unchanged(call, some_labels, before)
call = "few_shot_subset(labels, 60): class 4 has fewer"
expect_error(call, lambda: few_shot_subset(some_labels, 60))
expect_error("few_shot_subset(labels, 0)", lambda: few_shot_subset(some_labels, 0))
passed("few_shot_subset")
### BEGIN HIDDEN TESTS
for seed, per_class, n in [(0, 1, 3), (9, 19, 5), (4, 20, 2)]:
    labels_here = np.repeat(np.arange(n) + 2, 20 + 3 * np.arange(n))
    np.random.default_rng(seed).shuffle(labels_here)
    got = np.asarray(few_shot_subset(labels_here, per_class, seed))
    call = f"few_shot_subset(labels of {n} classes, {per_class}, seed={seed})"
    expect_shape(call, got, (per_class * n,))
    expect_equal(
        f"how many different positions {call} gives", len(set(got.tolist())), per_class * n
    )
    expect_equal(
        f"how many of each class {call} draws",
        np.bincount(labels_here[got])[2:].tolist(),
        [per_class] * n,
    )
labels_here = np.repeat([0, 1], 200)
drawn = np.concatenate([np.asarray(few_shot_subset(labels_here, 10, seed)) for seed in range(40)])
late = float((drawn % 200 >= 100).mean())
assert 0.35 < late < 0.65, (
    f"few_shot_subset, 40 seeds: expected half of the draws from late positions, got {late:.0%}."
)
state = np.random.get_state()[1].copy()  # noqa: NPY002
few_shot_subset(labels_here, 3, seed=8)
now = np.random.get_state()[1]  # noqa: NPY002
expect_close(
    "NumPy's global random state after few_shot_subset (use a generator of your own)", now, state
)
expect_error("few_shot_subset(labels, 0)", lambda: few_shot_subset(labels_here, 0))
### END HIDDEN TESTS

# %% [markdown]
# **Predict.** Sketch the curve: accuracy of the probe with 1, 2, 5, 10 labels a class, and with the whole training half
# (about 20 a class on average). Where does it cross the network from scratch, which had them all?

# %% guess [markdown]
# *Your prediction: with 1 label a class ___ %, 2: ___ %, 5: ___ %, 10: ___ %; it crosses at about ___ labels a class.*

# %% [markdown]
# The end of the curve is known: it is the probe of section 3. Your `few_shot_subset` draws the rest, five splits, each
# with a draw of its own.

# %% uses="few_shot_subset"
curve = {161 / 8: frozen}  # labels a class: accuracies, one a split
for per_class in (1, 2, 5, 10):
    scores = []
    for seed in range(5):
        train, test = splits[seed]
        few = train[few_shot_subset(y_stamps[train], per_class, seed)]
        scores.append(probe(features[few], y_stamps[few]).score(features[test], y_stamps[test]))
    curve[per_class] = scores
curve = dict(sorted(curve.items()))
for per_class, scores in curve.items():
    print(f"{per_class:5.1f} a class: {np.mean(scores):.3f}, spread {np.std(scores, ddof=1):.3f}")

# %% evidence uses="few_shot_subset"
if len(curve) == 1:
    raise NotImplementedError("this picture needs your few_shot_subset: exercise 6")
show(
    draw.label_budget(
        curve,
        np.mean(scratch),
        title="A few labels a class go a long way; the band is one standard deviation",
    ),
    alt="Accuracy of the probe over labels a class, on a logarithmic axis: from about 50% with one "
    "to between 75 and 80% with five, then on nearly a straight line to about 89% with all. It "
    "passes the network trained from scratch on all labels between one and two labels a class.",
)
mean = {per_class: np.mean(scores) for per_class, scores in curve.items()}
assert 0.35 < mean[1] < 0.65  # draws other than ours may miss one of these by a little
assert mean[1] < mean[2] < mean[5] < mean[10]
assert 0.06 < np.mean(frozen) - mean[5] < 0.18
assert 0.02 < mean[10] - mean[5] < 0.12
assert 0.02 < np.mean(frozen) - mean[10] < 0.12
assert mean[2] > np.mean(scratch) + 0.03

# %% [markdown]
# Eight labels in all, one a class, bring the probe near the network from scratch that had 161; two a class bring it
# past. Mind the logarithmic axis: from 5 labels on the curve is nearly a straight line, so each *doubling* brings about
# as much (roughly six points), and each further label less than the one before. From 5 to all there are about a dozen
# points left, for four times the work.
#
# Two points are not like the others. The last one, all labels, is not balanced: it holds about 20 a class on average,
# 10 insects and 35 mammals, as the test half does too. And the level line is no curve: the network from scratch was
# measured with all labels only.
#
# The spread matters most on the left. With one picture a class much depends on which picture: somebody who shows you
# one great result with one label has shown you one draw.

# %% instructor [markdown]
# **For instructors.** Slips in `few_shot_subset` that the check names: the first ones of each class in place of random
# ones, the seed not used, NumPy's global seed, draws with replacement, positions within the class in place of positions
# in `labels`. Another right answer draws other pictures, so the students' curves differ on the left: show two of them
# side by side, that is the point about spread.

# %% [markdown]
# ## 6. BatchNorm left in training mode (8 minutes, core)
#
# In training mode BatchNorm normalises with the mean and variance of the batch at hand; in inference mode with the
# moving averages from ImageNet. In Keras a BatchNorm layer with `trainable = False` stays in inference mode, however
# the network is called. But one that learns goes by the batch inside `fit`, and whenever somebody writes
# `training=True`. That happens by itself when a backbone was never frozen, or is unfrozen as a whole.
#
# **Predict.** The twenty photos again, the very same weights, BatchNorm in training mode, in batches of 20, 4 and 2.
# How many are right?

# %% guess [markdown]
# *Your prediction: in batches of 20 ___, of 4 ___, of 2 ___ of the 20.*

# %%
# The last layer apart, because the Dropout before it would have its own say in training mode.
eyes = keras.Model(network.input, network.get_layer("avg_pool").output)
answer = network.get_layer("predictions")
kept = network.get_weights()
images = preprocess_input(photos)
p = np.asarray(answer(eyes(images, training=False)))
right = {"inference": int((p.argmax(axis=1) == labels).sum())}
for size in (20, 4, 2):
    parts = [images[start : start + size] for start in range(0, 20, size)]
    p = np.concatenate([np.asarray(answer(eyes(part, training=True))) for part in parts])
    right[f"training, batches of {size}"] = int((p.argmax(axis=1) == labels).sum())
print(right)
drift = max(float(np.abs(now - then).max()) for now, then in zip(network.get_weights(), kept))
print(f"largest change of a stored number, without a single training step: {drift:.2f}")
network.set_weights(kept)

# %% evidence
assert right["training, batches of 20"] >= 13
assert 3 <= right["training, batches of 4"] <= 9
assert right["training, batches of 2"] <= 5
assert drift > 1

# %% [markdown]
# With 20 at a time nearly as many as before: twenty different photos make a fair sample of photos. With four the
# network loses about half of what it knew or more, with two it is lost. No weight was trained. What changed is what
# "normal" means: each picture is now measured against its nineteen, three or one neighbours.
#
# And there is a second damage: training mode overwrites the moving averages, so the network has changed although
# nothing has learned (we put the weights back). Fine-tuning with BatchNorm in training mode on small batches combines
# both. Hence the lock: keep BatchNorm's layers frozen, `trainable = False`, so that they stay in inference mode, and
# their scales and shifts do not learn either. Textbooks give a second one, `base(inputs, training=False)` when the
# model is built. In Keras 3 (seen in 3.15) it does not hold inside `fit`: the training mode of the outer model
# overrides it (keras issue 20285), and a base that is unfrozen as a whole moves its averages all the same.

# %% instructor [markdown]
# **For instructors.** Ask for a reason with the guess for batches of two: what is the mean of two pictures good for?
# Point at the last printed line: a stored number has changed though nothing was trained. Do not drop this section when
# time runs short, the written answer of section 8 needs it.

# %% [markdown]
# ## 7. Far from ImageNet (14 minutes, core)
#
# What a task's pictures are like is called its **domain**. Stamps are near to ImageNet's; clothes in Fashion-MNIST are
# far from it: grey, 28 pixels wide and made of blots. Are ImageNet's upper blocks of any use for them, and do 2,000
# labelled pictures give fine-tuning something to learn from? We enlarge them to 64 pixels, so that anything is left of
# them after five halvings, and compare three strategies: a small network from scratch, the probe on frozen features,
# and fine-tuning **from block 4** upwards (BatchNorm excepted). On stamps the top was block 6 and what is above; here
# it is block 4 and what is above, the row *more fine-tuned* in the figure of section 3, because what is far from
# ImageNet may need more of the network changed. The maps below block 4 are cached.
#
# Each strategy gets three draws of 2,000 training pictures. The settings (epochs, rates, the probe's C of 0.01) were
# chosen beforehand, on pictures of the training set. So here we measure on test pictures, the same 2,000 for all.
#
# **Predict.** Sort the three strategies. How many points lie between one and the next? Is the order the same as for
# stamps?

# %% guess [markdown]
# *Your prediction, from the worst to the best: ..., then ..., ___ points above, then ..., ___ points above.*

# %%
clothes = load("fashion_mnist")


def enlarge(images):
    """Return clothes as the backbone expects them: 64 pixels, three channels, preprocessed."""
    large = keras.ops.image.resize(images.astype("float32"), (64, 64), antialias=True)
    return preprocess_input(np.repeat(np.clip(large, 0, 255), 3, axis=-1))


def draw_clothes(seed):
    """Return 2,000 training images and their labels, stratified."""
    train, _ = train_test_split(
        np.arange(60_000), train_size=2000, stratify=clothes.y_train, random_state=seed
    )
    return clothes.x_train[train], clothes.y_train[train]


x_far, y_far = clothes.x_test[:2000], clothes.y_test[:2000]
far_lower, far_upper = split_at(
    backbone(input_shape=(64, 64, 3), pooling="avg"), "block4a_expand_conv"
)
far_upper_weights = far_upper.get_weights()
far_maps_test = far_lower.predict(enlarge(x_far), verbose=0)
far_features_test = far_upper.predict(far_maps_test, verbose=0)
print(f"maps below block 4: {far_maps_test.shape}, features: {far_features_test.shape}")

# %%
far_draws = [draw_clothes(seed) for seed in range(3)]
start = time.process_time()
far_maps = [far_lower.predict(enlarge(images), verbose=0) for images, _ in far_draws]
far_maps_seconds = (time.process_time() - start) / 3
far_upper.set_weights(far_upper_weights)  # where you run this again after the fine-tuning below
far_probes = [
    probe(far_upper.predict(kept, verbose=0), y, C=0.01)
    for kept, (_, y) in zip(far_maps, far_draws)
]
far_frozen_seconds = (time.process_time() - start) / 3
far_frozen = [fitted.score(far_features_test, y_far) for fitted in far_probes]
print("frozen, by draw:", np.round(far_frozen, 3), f"mean {np.mean(far_frozen):.3f}")

# %%
far_scratch, start = [], time.process_time()
for seed, (images, y) in enumerate(far_draws):
    keras.utils.set_random_seed(seed)
    cnn = keras.Sequential([keras.Input((28, 28, 1)), layers.Rescaling(1 / 255)])
    for filters in (32, 64):
        cnn.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        cnn.add(layers.MaxPooling2D())
    for layer in (layers.Flatten(), layers.Dropout(0.4), layers.Dense(10)):
        cnn.add(layer)
    cnn.compile(
        keras.optimizers.Adam(2e-3), loss=logits_loss, metrics=["accuracy"], steps_per_execution=16
    )
    cnn.fit(
        images,
        y,
        epochs=9,
        batch_size=64,
        verbose=0,
        callbacks=[ProgressBar(f"from scratch, draw {seed}")],
    )
    far_scratch.append(accuracy_of(cnn, x_far, y_far))
far_scratch_seconds = (time.process_time() - start) / 3
print("from scratch, by draw:", np.round(far_scratch, 3), f"mean {np.mean(far_scratch):.3f}")

# %%
steps = 3 * 32  # epochs times batches of 64 in 2,000
far_model = with_head(
    far_upper, 10, keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-4, steps))
)
far_params = sum(int(np.prod(variable.shape)) for variable in far_model.trainable_variables)


def fine_tune_on_clothes(seed):
    """Return the backbone's test accuracy, fine-tuned from block 4 up on one draw's cached maps."""
    restart(far_model, far_upper_weights, far_probes[seed], seed)
    bar = ProgressBar(f"from block 4, draw {seed}")
    far_model.fit(
        far_maps[seed], far_draws[seed][1], epochs=3, batch_size=64, verbose=0, callbacks=[bar]
    )
    return accuracy_of(far_model, far_maps_test, y_far)


start = time.process_time()
far_tuned = [fine_tune_on_clothes(0)]
print(f"fine-tuned, draw 0: {far_tuned[0]:.3f}, frozen on the same draw {far_frozen[0]:.3f}")

# %% [markdown]
# One draw is one draw. Two more:

# %%
far_tuned = far_tuned[:1] + [fine_tune_on_clothes(seed) for seed in (1, 2)]
far_tuned_seconds = (time.process_time() - start) / 3 + far_maps_seconds
far_difference = np.array(far_tuned) - np.array(far_frozen)
for name, scores in [
    ("from scratch", far_scratch),
    ("frozen", far_frozen),
    ("from block 4", far_tuned),
]:
    print(f"{name:13}{np.round(scores, 3)}")
print(
    "fine-tuned less frozen, by draw:",
    np.round(far_difference, 3),
    f"mean {far_difference.mean():.3f}, spread {far_difference.std(ddof=1):.3f}",
)
far_points = cost_table({
    "from scratch": (cnn.count_params(), far_scratch_seconds, far_scratch),
    "frozen": (12_810, far_frozen_seconds, far_frozen),
    "from block 4": (far_params, far_tuned_seconds, far_tuned),
})  # fmt: skip

# %% evidence
assert 0.78 < np.mean(far_frozen) < 0.87
assert 0.78 < np.mean(far_scratch) < 0.89
assert 0.005 < far_difference.mean() < 0.06
assert np.mean(far_tuned) > np.mean(far_scratch)
assert abs(np.mean(far_frozen) - np.mean(far_scratch)) < 0.03
assert far_params > 200 * 12_810
assert far_tuned_seconds > 2 * far_frozen_seconds
show(
    draw.cost_and_accuracy(
        far_points, title="Clothes, three draws of 2,000: fine-tuning from block 4 comes out on top"
    ),
    alt="Accuracy over trainable parameters and over processor seconds. From scratch and frozen "
    "are about equally accurate; fine-tuned from block 4 is a few points above both, with more "
    "than 200 times as many parameters as the probe and several times its seconds.",
)

# %% [markdown]
# The order has changed. On stamps the probe was far ahead of the network from scratch; on clothes, a small network that
# has seen nothing but 2,000 grey pictures is about as good as eyes trained on a million photos. And fine-tuning, which
# gained nothing on stamps, comes out about two points over the probe on average. Is it *ahead* by the rule of section
# 3? Look at the last line above the table: one sign in all draws, and a mean above its spread? When this was written
# both held, the second by no great margin. Apply the rule to the probe and the network from scratch too: there the sign
# changed from draw to draw, which makes it *no difference that we could measure*.
#
# Mind the axis of the figure: this one spans a few points, that of the stamps sixty. What looks like the same gap is a
# small fraction of it here.
#
# Two things have changed at once: the pictures are farther from ImageNet, so that the upper blocks have something to
# learn, and there are twelve times as many labels to learn it from. This experiment cannot tell which counts for more
# (you can: give it 160 labels).
#
# Look at the price as well: more than 200 times as many trainable parameters as the probe, and several times the
# seconds. And at the spread: all draws are measured on the same 2,000 pictures, so it tells how much the choice of
# training pictures matters, and nothing about the test pictures. One point is 20 of them.
#
# We left blocks 1 to 3 alone because that allows the cache. To unfreeze them too would take more seconds and more
# memory; that is the row *all fine-tuned*, which this lab has not measured. Whether it gains anything, measure before
# you believe it.

# %% instructor [markdown]
# **For instructors.** Collect the predictions, start the cells, and recall the rule of section 3 while they compute.
# Then have the class apply it to both pairs, by hand, from the printed lines. The network
# from scratch has a constant rate and the fine-tuned one a falling rate, so take the distance between them with care;
# giving both the same schedule is a good task for the quick ones.

# %% [markdown]
# ## 8. Which strategy? (15 minutes, core)
#
# ### Exercise 7: `choose_a_strategy` (written, objective 7)
#
# For each of three situations choose from scratch, frozen with a probe, top fine-tuned or all fine-tuned. Give your
# reason by (a) the number of labels and (b) the distance from ImageNet, and say (c) which measurement of this lab
# supports you and what you would check first.
#
# What was measured: from scratch, frozen and fine-tuned from block 6 on stamps; from scratch, frozen and fine-tuned
# from block 4 on clothes. What was not: fine-tuning all blocks, and anything with more than 2,000 labels. Where you go
# beyond what was measured, say so, and say from which measurement you argue.
#
# 1. A bird society has 15 photos of each of 12 garden birds and a laptop.
# 2. A hospital has 40,000 labelled X-ray images of one kind and a computer with a GPU.
# 3. A factory has 2,000 grey pictures, 64 pixels wide, of good and faulty welds. A technician says: "I tried
#    fine-tuning with batches of two, because the memory was full, and it was worse than guessing."

# %% [markdown] written="choose_a_strategy"
# **Model answer.** (1) Frozen with a probe: few labels, and ImageNet is full of birds. On stamps there was no
# measurable difference between the probe and fine-tuning, and the probe cost least; on the label curve 10 to 20 a class
# reach more than 80%, and each doubling brings only about six points. Check first: preprocessing, several splits and
# their spread, because one test half has only 90 photos. (2) All fine-tuned, with from scratch as a rival worth
# measuring: there are labels enough for millions of parameters, and X-rays are far from ImageNet. Nothing in this lab
# measures that: section 7 is the nearest, with far fewer labels and fine-tuned from block 4 only, and the argument is
# that the order moved towards fine-tuning as labels and distance grew. Check first: a small learning rate, a probe as
# the baseline, and patients (not pictures) split into training and test. (3) All or much of it fine-tuned with
# BatchNorm frozen, after a probe and a small network from scratch as baselines: far from ImageNet, a middling number of
# labels, as in section 7. The technician's network was most likely in training mode: section 6 shows that batches of
# two ruin BatchNorm, whatever the weights. Keep BatchNorm's layers frozen, repeat the grey channel three times,
# preprocess as the backbone expects, and measure again over several draws.
#
# **Rubric.** Two points for each situation. One for a strategy that fits with both reasons, labels and distance (for
# situation 2 from scratch is accepted with the reason that labels abound; for 3 top fine-tuned or a probe as a first
# step is accepted); one for a measurement of this lab that supports it (in situation 2: that none does directly, and
# which is nearest) and something sensible to check first. In situation 3 the second point needs BatchNorm in training
# mode as the cause.

# %% instructor [markdown]
# **For instructors.** Let small groups discuss the situations before anybody writes. Ask for the measurement behind
# each reason, and for what was *not* measured: in situation 2 the rubric wants an honest "nothing here shows it".
# In situation 3 the clue is the technician's "batches of two"; whoever blames overfitting goes back to section 6.

# %% [markdown]
# ## What we have seen
#
# **In one sentence.** A network trained on a million other pictures is the best start for your few, and often its eyes
# can stay as they are and only the answer has to be learned.
#
# **In one paragraph.** A backbone wants its own preprocessing and says nothing if it does not get it. Frozen, it needs
# to see each picture once; a dense layer on the cached features beat a network from scratch on 161 stamps by more than
# 25 points, at the least cost. Five labels a class did most of the work. Fine-tuning the top gained nothing there that
# the spread over splits would let us claim; on clothes, far from ImageNet and with 2,000 labels, fine-tuning from block
# 4 up came out about two points over the probe. Compile after unfreezing, keep rates small and BatchNorm in inference
# mode: training mode on small batches ruins a network without training it.
#
# **The full list.**
#
# - Preprocessing belongs to the backbone. A wrong one raises no error; the mild ones are never noticed.
# - `trainable = False`, then count what is left; set it on the network before its layers, and compile after every
#   change.
# - Cached features or maps are possible as long as the part below is frozen and the pictures stay the same.
# - A linear probe first: it is the baseline that every fine-tuning has to beat.
# - Several splits, mean and spread; with 161 test pictures a point is less than two pictures.
# - On the label curve each doubling brings about as much, so each further label less; the spread is widest at the left.
# - BatchNorm in training mode measures each picture against its neighbours, and overwrites its moving averages.
# - Layer-wise rates and gradual unfreezing protect the lower layers. Whether that shows depends on how much is left to
#   win (sections 9 and 10, further).
# - Small and near: probe. Larger or far: fine-tune, from the probe on. Very large and very far: from scratch is a fair
#   rival.
#
# **Key terms.** Backbone, pretrained weights, preprocessing, feature, frozen, linear probe, fine-tuning, unfreezing,
# few-shot, domain, inference mode; layer-wise learning rates, gradual unfreezing (sections 9 and 10, further).
#
# **To remember it by.** *R-P-T* closes the circle of this course: Regularisation keeps a network from learning too
# much, Pooling from seeing too much, Transfer from starting with too little. And for fine-tuning: *probe first, compile
# again, small steps, BatchNorm stays*.

# %% [markdown]
# ## Check yourself
#
# Choose before you open the explanation.
#
# **1. Your features come from a backbone that wanted (x − 127) / 128, and you gave it x / 255. What do you see?** (a)
# an error (b) accuracy at guessing (c) somewhat worse results and no warning (d) no difference
#
# <details><summary>Explanation</summary>
# (a) the shapes are right, so nothing can complain. (b) is what raw 0 to 255 does. <b>(c) is right</b>, and that is why
# it goes unnoticed. (d) the first answers were about as often right, but less sure: the features are others.
# </details>
#
# **2. Why can features be cached with a frozen backbone, but not while it is fine-tuned?** (a) fine-tuning needs more
# memory (b) its weights change, so the features of the same picture change (c) Keras forbids it (d) features are random
#
# <details><summary>Explanation</summary>
# (a) true, but not the reason. <b>(b) is right</b>; what lies below the lowest layer that learns can still be cached.
# (c) it does not. (d) in inference mode they are the same each time.
# </details>
#
# **3. You set `base.trainable = True` after training the head and call `fit` without compiling. What happens?** (a)
# everything learns (b) as before, only the head learns (c) the head is frozen (d) the weights are reset
#
# <details><summary>Explanation</summary>
# (a) is what you meant. <b>(b) is right</b>: the head has trained since the model was compiled, and the training step
# that was made then, and its optimiser, go by the old list of arrays, without a warning for as long as the batches keep
# their size. (c) nothing froze it. (d)
# <code>trainable</code> never changes values.
# </details>
#
# **4. On one split fine-tuning gives 88% and the probe 86% of 161 pictures; over splits each varies by 3 points. What
# do you report?** (a) fine-tuning is better (b) fine-tuning is better by 2 points (c) no difference that these data can
# show (d) the probe is better, because it is simpler
#
# <details><summary>Explanation</summary>
# (a) and (b) take three pictures for a finding. <b>(c) is right</b>; with more splits or more pictures there might be
# one. (d) simpler and cheaper is a good reason to <em>choose</em> it, not to call it more accurate.
# </details>
#
# **5. A fine-tuned network is right when you test it on batches of 64 and wrong on single pictures. Your first
# suspicion?** (a) overfitting (b) a learning rate that was too small (c) it is called in training mode, so BatchNorm
# uses the batch (d) too few classes
#
# <details><summary>Explanation</summary>
# (a) would not depend on the batch. (b) would leave it where the probe was. <b>(c) is right</b>: in inference mode a
# picture's answer does not depend on its neighbours. (d) has nothing to do with batches.
# </details>

# %% [markdown]
# ## Further
#
# Three sections, each on its own: two recipes for fine-tuning that go beyond one small rate for all (sections 9 and 10;
# the first uses the weights that section 4 has left), and a way to try the lab on photos of your own (section 11).

# %% [markdown]
# ## 9. How fast may each layer move? (15 minutes, further)
#
# Two recipes go further than one small rate for all. **Layer-wise learning rates**: the top learns fastest, each group
# of layers below more slowly, since what is low is more general and less in need of change. **Gradual unfreezing**:
# first the last layer alone, then the top, then what is below, so that big early gradients do not reach the good
# weights.
#
# ### Exercise 8: `layerwise_learning_rates` (objective 4)
#
# Example: groups [["a"], ["b", "c"], ["head"]], top rate 0.01 and decay 0.5 give a 0.0025, b and c 0.005, head 0.01.


# %% exercise="layerwise_learning_rates"
def layerwise_learning_rates(groups, top_rate, decay):
    """Return a learning rate for every layer: the top group's, times `decay` once for each group
    further down.

    Args:
        groups: lists of layer names, from the group next to the input to the top one; at least one
            group.
        top_rate: of the last group, above 0.
        decay: factor from a group to the one below it, above 0, at most 1.

    Returns:
        A dictionary, layer name -> learning rate, for all layers of all groups.

    Raises:
        ValueError: if there is no group, a number is out of range, or a name occurs twice.
    """
    ### BEGIN SOLUTION
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError(
            f"groups empty, or a number out of range: top_rate {top_rate}, decay {decay}"
        )
    rates = {}
    for steps_down, group in enumerate(reversed(groups)):
        for name in group:
            if name in rates:
                raise ValueError(f"the layer {name!r} is in two places")
            rates[name] = top_rate * decay**steps_down
    return rates
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: how often to multiply</summary>
# The last group not at all, the one before it once. For group number <code>i</code> of <code>n</code> (from 0) that is
# <code>n - 1 - i</code> times.
# </details>
# <details><summary>Hint 2: counting from the top</summary>
# <code>enumerate(reversed(groups))</code> counts 0, 1, 2, ... from the last group down.
# </details>
# <details><summary>Hint 3: twice</summary>
# Before you write <code>rates[name]</code>, ask whether <code>name in rates</code>.
# </details>


# %% check="layerwise_learning_rates"
def look_at_rates(groups, top_rate, decay, expected):
    """Compare the rates, layer by layer, with those expected, in the order of the groups."""
    call = f"layerwise_learning_rates({groups}, {top_rate}, {decay})"
    got = layerwise_learning_rates(groups, top_rate, decay)
    assert isinstance(got, dict), f"{call}: expected a dictionary, got {type(got).__name__}."
    expect_equal(f"the layers of {call}", sorted(got), sorted(expected))
    level = np.array([i for i, group in enumerate(groups) for _ in group])
    down, n = len(groups) - 1 - level, len(level)
    turned, late = top_rate * decay**level, top_rate * decay ** (down + 1)
    each, less = top_rate * decay ** np.arange(n)[::-1], top_rate * (1 - (1 - decay) * down)
    hints = [(turned, "The lowest layers learn fastest here: it has to be the top ones.")]
    hints += [(late, "The top group gets the top rate itself, not one decay less.")]
    hints += [(each, "A decay for each group, not for each layer.")]
    hints += [(less, "Multiply by the factor at each step down; do not subtract.")]
    rates, right = [got[name] for name in expected], list(expected.values())
    call = f"{call}, for {', '.join(expected)}"
    expect_close(call, rates, right, rtol=1e-5, atol=1e-12, hints=hints)


right = {"a": 0.0025, "b": 0.005, "c": 0.005, "head": 0.01}
look_at_rates([["a"], ["b", "c"], ["head"]], 0.01, 0.5, right)
look_at_rates([["only"]], 0.3, 0.1, {"only": 0.3})
look_at_rates([["below"], ["above"]], 0.3, 1, {"below": 0.3, "above": 0.3})
expect_error("no groups, []", lambda: layerwise_learning_rates([], 0.01, 0.5))
expect_error("decay=1.5", lambda: layerwise_learning_rates([["a"]], 0.01, 1.5))
expect_error("top_rate=0", lambda: layerwise_learning_rates([["a"]], 0, 0.5))
expect_error("a layer in two groups", lambda: layerwise_learning_rates([["a"], ["a"]], 0.01, 0.5))
passed("layerwise_learning_rates")
### BEGIN HIDDEN TESTS
groups = [["s", "t"], ["u"], ["v", "w", "x"], ["y"]]
shares = {"s": 0.027, "t": 0.027, "u": 0.09, "v": 0.3, "w": 0.3, "x": 0.3, "y": 1}
look_at_rates(groups, 2e-3, 0.3, {name: 2e-3 * share for name, share in shares.items()})
look_at_rates([["a"], ["b"]], 0.1, 1, {"a": 0.1, "b": 0.1})
look_at_rates([["a"], [], ["b"]], 1.0, 0.5, {"a": 0.25, "b": 1.0})
groups = [["a"], ["b"]]
layerwise_learning_rates(groups, 0.1, 0.5)
expect_equal("groups after layerwise_learning_rates(groups, 0.1, 0.5)", groups, [["a"], ["b"]])
expect_error("top_rate=0", lambda: layerwise_learning_rates([["a"]], 0, 0.5))
expect_error("top_rate=-0.1", lambda: layerwise_learning_rates([["a"]], -0.1, 0.5))
expect_error("decay=0", lambda: layerwise_learning_rates([["a"]], 0.1, 0))
expect_error("decay=-1", lambda: layerwise_learning_rates([["a"]], 0.1, -1))
call = "a layer twice in a group"
expect_error(call, lambda: layerwise_learning_rates([["a", "a"], ["b"]], 0.1, 0.5))
### END HIDDEN TESTS

# %% [markdown]
# Keras' optimisers know one rate. To multiply the gradients would not help: Adam divides by their size. So let Adam
# take a whole step, and then keep of it only as much as each layer's rate allows.
#
# **Predict.** The same fine-tuning as in section 4, now with a top rate of 3e-4 and a decay of 0.4 a group. Which
# groups move most, relative to their size? And what will it do to the accuracy, whose spread you know?

# %% guess [markdown]
# *Your prediction: the ... groups move most, about ___ times as much as the ...; accuracy ...*


# %%
class LayerwiseAdam(keras.optimizers.Adam):
    """Adam that takes a step of rate 1 and keeps of it only as much as each layer's rate allows."""

    def __init__(self, rates):
        super().__init__(learning_rate=1.0)
        self.rates = rates

    def apply(self, gradients, variables):
        before = [keras.ops.copy(variable) for variable in variables]
        super().apply(gradients, variables)
        for variable, old in zip(variables, before):
            # The path of an array begins with its layer's name.
            rate = self.rates[variable.path.split("/")[0]]
            variable.assign(old + rate * (variable - old))


# %%
prefixes = ["block6a", "block6b", "block6c", "block6d", "block7a", "top"]
named = [layer.name for layer in upper.layers if layer.trainable_weights]
groups = [[name for name in named if name.startswith(prefix)] for prefix in prefixes] + [["head"]]
print(dict(zip([*prefixes, "head"], map(len, groups))))


def moved(before, after):
    """Return by how much each group's kernels in the backbone changed, relative to their size."""
    pairs = [(old, new, variable.path) for old, new, variable in zip(before, after, upper.weights)]
    shares = []
    for group in groups[:-1]:
        kernels = [
            (old, new)
            for old, new, path in pairs
            if path.split("/")[0] in group and path.endswith("kernel")
        ]
        change = sum(float(np.square(new - old).sum()) for old, new in kernels)
        shares.append(np.sqrt(change / sum(float(np.square(old).sum()) for old, _ in kernels)))
    return np.array(shares)


# %%
one_rate = moved(upper_weights, tuned_weights)  # by the fine-tuning of section 4
movements = {"one rate, 1e-4": one_rate}
print("moved, bottom to top, one rate:  ", np.round(one_rate, 4))

# %% uses="layerwise_learning_rates"
rates = layerwise_learning_rates(groups, top_rate=3e-4, decay=0.4)
layerwise_model = with_head(upper, 8, LayerwiseAdam(rates))
layerwise = [fine_tune_on_stamps(layerwise_model, seed, "layer-wise") for seed in range(3)]
many_rates = movements["layer-wise"] = moved(upper_weights, upper.get_weights())
for name, scores in [("probe", frozen[:3]), ("one rate", tuned), ("layer-wise", layerwise)]:
    print(f"{name:11}{np.round(scores, 3)}  mean {np.mean(scores):.3f}")
print("moved, bottom to top, layer-wise:", np.round(many_rates, 4))

# %% evidence uses="layerwise_learning_rates"
if "layer-wise" not in movements:
    raise NotImplementedError("this picture needs your layerwise_learning_rates: exercise 8")
assert sum(map(len, groups)) == len(named) + 1
assert many_rates[-1] / many_rates[0] > 3 * one_rate[-1] / one_rate[0]
assert abs(np.mean(layerwise) - np.mean(frozen[:3])) < 0.07
show(
    curves(
        {name: (range(1, 7), values) for name, values in movements.items()},
        xlabel="group, bottom (block 6a) to top (last convolution)",
        ylabel="change / size (logarithmic)",
        log_y=True,
        title="Layer-wise rates keep the lower layers near ImageNet",
    ),
    alt="Relative change of the weights in six groups from bottom to top. With one rate all groups "
    "move by a similar amount; with layer-wise rates the lowest group moves far less than the top "
    "one.",
)

# %% [markdown]
# The rates do what they are made for: the lower groups stay where ImageNet left them, the top one moves. The accuracy
# stays within a few points of the probe's, as you will have bet by now. On this task no recipe for the top can show its
# worth, because there is little left to win. By the rule of section 3 it is, as in section 4, *no difference that we
# could measure*.

# %% instructor [markdown]
# **For instructors.** Slips in `layerwise_learning_rates`: the bottom learns fastest, one decay too many, a decay for
# each layer in place of each group, subtraction in place of multiplication; a decay of 1 is allowed, and a name that
# occurs twice has to be refused. `LayerwiseAdam` is machinery; what is worth a minute at the board is that scaled
# gradients would do nothing under Adam.

# %% [markdown]
# ## 10. Gradual unfreezing (5 minutes, further)
#
# The second recipe, with your `unfreeze_top`: first block 7 and above, then block 6 too, at a lower rate. Watch the
# number of trainable parameters, and compare the accuracy with the probe's on the same split.

# %% uses="unfreeze_top"
train, test = splits[0]
gradual_model = with_head(upper, 8, keras.optimizers.Adam(1e-4))
restart(gradual_model, upper_weights, stamp_probes[0], seed=0)
for first_layer, learning_rate, epochs in [
    ("block7a_expand_conv", 3e-4, 2),
    ("block6a_expand_conv", 1e-4, 2),
]:
    count = unfreeze_top(gradual_model, upper, first_layer, learning_rate)
    gradual_model.optimizer.build(gradual_model.trainable_variables)
    bar = ProgressBar(first_layer)
    gradual_model.fit(
        maps[train], y_stamps[train], epochs=epochs, batch_size=32, verbose=0, callbacks=[bar]
    )
    gradual = accuracy_of(gradual_model, maps[test], y_stamps[test])
    print(f"from {first_layer:20} on: {count:9,} parameters, accuracy on split 0: {gradual:.3f}")
print(f"the probe on split 0: {frozen[0]:.3f}")
assert abs(gradual - frozen[0]) < 0.09

# %% [markdown]
# As you may have guessed, *no difference* once more, and on one split there could hardly be one that counts. What the
# cell shows is how it is done: unfreeze, compile, train, and again.

# %% instructor [markdown]
# **For instructors.** Nothing to win here either; show it for the pattern of calls, and for the count of parameters,
# which grows while the rate falls. The cell needs a working `unfreeze_top`.

# %% [markdown]
# ## 11. Your own photos (5 minutes, further)
#
# `load_folder` reads a folder that has one folder for each class, and brings everything to the same form: JPEG and PNG,
# grey and colour, photos that the camera held sideways, cut-outs with a transparent background. What cannot be read is
# skipped and named. To have something to read, the next cell makes such a folder of ImageNet's photos of our classes,
# with some trouble put in: an eagle held sideways, a car in grey, a fruit cut out in a circle, a file that only calls
# itself a photo, and a stray note.
#
# **Predict.** A probe that has only ever seen stamps on white is now shown real photos with grass, rocks and roads
# behind. How many of 13 does it name?

# %% guess [markdown]
# *Your prediction: ___ of 13; the hardest will be ...*

# %%
mine = {"mammal": (0, 16), "bird": (14, 15, 17), "insect": (18, 19)}
mine |= {"fruit or vegetable": (3, 4), "building": (5, 8), "vehicle": (6, 7)}
large, _ = imagenet_photos(320)
sideways = Image.Exif()
sideways[0x0112] = 6  # the camera's note: turn me by 90 degrees
inside = np.hypot(*(np.indices((320, 320)) - 159.5)) < 160  # a circle
with tempfile.TemporaryDirectory() as folder:
    place = {name: Path(folder) / name for name in mine}
    for name, indices in mine.items():
        place[name].mkdir()
        for index in indices:
            Image.fromarray(large[index]).save(place[name] / f"photo{index:02}.jpg", quality=92)
    turned = Image.fromarray(np.rot90(large[17]).copy())
    turned.save(place["bird"] / "photo17.jpg", exif=sideways, quality=92)
    opaque = np.where(inside, 255, 0).astype("uint8")
    (place["fruit or vegetable"] / "photo03.jpg").unlink()
    cut_out = Image.fromarray(np.dstack([large[3], opaque]))
    cut_out.save(place["fruit or vegetable"] / "photo03.png")
    Image.fromarray(large[6]).convert("L").save(place["vehicle"] / "photo06.png")
    (place["vehicle"] / "photo06.jpg").write_bytes(b"this is not a photo")
    (place["insect"] / "notes.txt").write_text("found under a stone")
    own = load_folder(folder, size=160)
print(own.summary())

# %% evidence
assert len(own.images) == 13
assert own.images.shape == (13, 160, 160, 3)
assert [path.name for path, _ in own.skipped] == ["notes.txt", "photo06.jpg"]

# %%
stamp_probe = probe(features, y_stamps)  # on all 322 stamps: nothing is measured on them any more
own_features = stamp_backbone.predict(preprocess_input(own.images), verbose=0)
guesses = [stamps.class_names[k] for k in stamp_probe.predict(own_features)]
truths = [own.class_names[k] for k in own.labels]
hits = sum(guess == truth for guess, truth in zip(guesses, truths))
print(f"{hits} of {len(truths)} right")

# %% evidence
assert hits >= 8
titles = [
    guess if guess == truth else f"{guess}\n(is {truth})" for guess, truth in zip(guesses, truths)
]
show(
    draw.titled_photos(own.images, titles, title="What a probe trained on stamps says of photos"),
    alt="Thirteen photos with the probe's answer above each; most are right, though it was trained "
    "on cut-outs only.",
)

# %% [markdown]
# Most of them. The eyes were ImageNet's all along, and ImageNet has seen grass and rocks; eight directions in its 1,280
# numbers, learned from cut-outs, point the same way for photos. (These photos are of ImageNet's kind, so they flatter
# it. Yours are the real test.)
#
# **Try it.** Make a folder `my_photos` with a folder for each of your classes, ten photos in each, and put it beside
# this notebook. Then, with half of each class for training and half for testing:
#
# ```python
# own = load_folder("my_photos", size=160)
# print(own.summary())
# own_features = stamp_backbone.predict(preprocess_input(own.images), verbose=0)
# ```
#
# and from there as in section 3.

# %% instructor [markdown]
# **For instructors.** A section to take home: each student brings a folder with ten photos for each class. Ask whether
# they split into training and test before they fitted, and on which side two photos of the same thing ended up.

# %% [markdown]
# ## Read on
#
# - J. Yosinski, J. Clune, Y. Bengio and H. Lipson (2014), *How transferable are features in deep neural networks?*
#   Which layers are general, measured layer by layer.
# - S. Kornblith, J. Shlens and Q. V. Le (2019), *Do better ImageNet models transfer better?*
# - M. Tan and Q. V. Le (2019), *EfficientNet: rethinking model scaling for convolutional neural networks*.
# - J. Howard and S. Ruder (2018), *Universal language model fine-tuning for text classification*. Gradual unfreezing
#   and layer-wise rates, from another field.
# - M. Raghu, C. Zhang, J. Kleinberg and S. Bengio (2019), *Transfusion: understanding transfer learning for medical
#   imaging*. Where transfer helps less than one thinks.
# - K. He, R. Girshick and P. Dollár (2019), *Rethinking ImageNet pre-training*. What enough data and patience from
#   scratch can do.
#
# ### An open challenge
#
# The probe uses the last layer's averages. Are they the best for clothes, so far from ImageNet? Fit a probe on the
# averaged maps of every block (`keras.Model(body.input, body.get_layer("block3b_add").output)` and so on), for stamps
# and for clothes, and draw accuracy over depth, with spread over draws. Where is the peak for each? Then try the
# averages of several blocks side by side. With internet, do the same with `backbone("MobileNetV2")`, whose
# preprocessing is another.
