# %% [markdown]
# # 10 Seeing inside: what a network looks at
#
# A network that is right on nine of ten validation pictures can be right for a reason that is gone tomorrow. Its
# accuracy does not say so. In this lab you open networks: you look at what their filters answer to, ask which pixels
# a score hangs on, and measure whether the pictures that you get for an answer deserve your trust. Some of them
# fail a test that takes a minute.
#
# <!-- facts -->
#
# From lab 02 you need feature maps, from lab 04 dead units and the chain rule, from lab 07 EfficientNet-Lite0.
#
# ## Objectives
#
# 1. Look at filters and feature maps, and find filters that are dead or say the same.
# 2. Compute a saliency map, and say what it does and does not show.
# 3. Ask a network by hiding parts of an image.
# 4. Write Grad-CAM, and say for which networks its averaging is harmless.
# 5. Measure a map against a mask, and against rivals that know nothing of the network.
# 6. Test whether a map depends on what the network has learned.
# 7. Find a shortcut in a trained network, prove it by an intervention, and say whose errors it makes.
#
# Write your prediction into the cell below each question before you run on; nobody grades it. The cells that draw or
# check what came out are folded: run them like the others. The test images stay closed in this lab: nothing is chosen
# here that would need them.

# %% imports
from utils.backbones import backbone, imagenet_names, preprocess_input
from utils.checks import (
    expect_close,
    expect_equal,
    expect_error,
    expect_shape,
    expect_unchanged,
    run_check,
)
from utils.data import load, split_validation
from utils.figures import curves, image_grid, show
from utils.figures import seeing as draw
from utils.training import ProgressBar
import keras
from keras import layers
import numpy as np
from scipy import ndimage
from scipy.stats import spearmanr
from skimage import data as pictures
from skimage.transform import resize
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.neighbors import KNeighborsClassifier
import tensorflow as tf
from threadpoolctl import threadpool_limits

# %% [markdown]
# ## 1. Filters and their maps (12 minutes, core)
#
# Begin with what can be seen without any method. EfficientNet-Lite0's first layer has 32 filters of 3 × 3 pixels and
# three colours. What they make of a picture are 32 feature maps; further up there are more, smaller ones.

# %%
network = backbone("efficientnet_lite0", include_top=True)
cat = resize(pictures.cat()[:, 60:360], (224, 224), preserve_range=True)
depths = ["stem_activation", "block3b_add", "block5c_add"]
taps = keras.Model(network.inputs[0], [network.get_layer(name).output for name in depths])
cat_maps = [np.asarray(maps)[0] for maps in taps(preprocess_input(cat[None]), training=False)]
for name, maps in zip(depths, cat_maps):
    print(f"{name}: {maps.shape[2]} maps of {maps.shape[0]} x {maps.shape[1]}")

# %% evidence
strongest = [np.argsort(-maps.std(axis=(0, 1))) for maps in cat_maps]
shown = [maps[..., k] for maps, best, n in zip(cat_maps, strongest, (4, 5, 5)) for k in best[:n]]
show(
    image_grid(
        [cat.astype("uint8"), *shown],
        ["a cat", *[f"{len(maps)} x {len(maps)}" for maps in shown]],
        columns=5,
        size=1.2,
        suptitle="From edges to a few coarse spots",
    ),
    alt="A cat, and four or five feature maps at each of three depths, a row a depth. The first "
    "layer's maps look like drawings of the cat's edges and stripes; in the middle some parts "
    "light up; near the top there are coarse spots, two of them with the eyes bright.",
)

# %% [markdown]
# (The cat is by Stefan van der Walt, CC0.) The first maps can be read: edges and stripes. Of the coarsest, two are
# bright at the eyes, the others say little, and a name such as "eye detector" is a guess until it is tested. So this
# lab soon leaves looking for measuring.
#
# One thing can be measured at once: whether a filter does anything. Lab 04 met dead units; a **dead filter** is a
# filter whose map is never above zero after its ReLU, at no place of any image (before the ReLU it is then nowhere
# above zero either, so you may test either tensor). A **redundant filter** is one whose maps nearly equal another's,
# up to a factor and a constant. Both cost as much as the others.
#
# ### Exercise 1: `dead_filters` (objective 1)
#
# Say which filters of a layer are dead on a set of images.
#
# Example: of two filters whose values on one image of 1 × 2 pixels are [0, 3] and [0, −1], the second is dead:
# `[False, True]`.


# %% exercise="dead_filters"
def dead_filters(feature_maps):
    """Tell which filters never answer on a set of images.

    Args:
        feature_maps: (n, height, width, filters), an array of numbers: what one layer makes of n
            images; every axis has 1 entry at least. It is not changed. Before a ReLU,
            numbers may be below zero.

    Returns:
        Booleans, (filters,), an array: True where no image has, at any place, a value above zero.

    Raises:
        ValueError: with a message, if feature_maps has not 4 axes.
    """
    ### BEGIN SOLUTION
    feature_maps = np.asarray(feature_maps)
    if feature_maps.ndim != 4:
        raise ValueError(f"expected (n, height, width, filters), got {feature_maps.shape}")
    return feature_maps.max(axis=(0, 1, 2)) <= 0
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: which number decides</summary>
# A filter is alive if its largest value, over all images and places, is above zero. Nothing else counts.
# </details>
# <details><summary>Hint 2: three axes at once</summary>
# <code>np.max(x, axis=(0, 1, 2))</code> keeps the last axis only. Zero itself is not above zero, and the largest
# value may be below it: compare with <code>&lt;= 0</code>, not <code>== 0</code>.
# </details>


# %% check="dead_filters"
def _check_dead_filters():
    maps = np.zeros((2, 2, 3, 5))
    maps[0, 1, 2, 1] = 0.5  # one place of one image is enough
    maps[..., 2] = -1
    maps[1, 0, 0, 3], maps[1, 0, 1, 3] = 2, -2  # sums to zero, and is alive
    maps[1, 1, 1, 4] = 0.001
    before, call = maps.copy(), "dead_filters(maps of 5 filters)"
    got = dead_filters(maps)
    expect_unchanged(call, maps, before)
    expect_shape(
        call, got, (5,), hints=[((2,), "This lists the positions: say yes or no of each.")]
    )
    hints = [
        ([0, 1, 0, 1, 1], "These are the filters that are alive."),
        ([1, 0, 0, 0, 0], "Below zero is not above zero: is the maximum <= 0?"),
        ([1, 0, 1, 1, 0], "Sums and means cancel: look at the maximum."),
        ([1, 0, 0, 1, 0], "Sums cancel, and below zero is not above zero: is the maximum <= 0?"),
        ([1, 0, 1, 1, 1], "One image is not enough: look at all of them."),
        ([1, 1, 1, 1, 1], "One place above zero, in one image, and the filter is alive."),
    ]
    expect_equal(call, np.asarray(got) * 1, np.array([1, 0, 1, 0, 0]), hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for shape in [(3, 4, 5, 7), (1, 1, 1, 6), (5, 2, 6, 9)]:
        maps = -random.uniform(0, 2, size=shape) * random.integers(0, 2, size=shape)
        alive = random.permutation(np.arange(shape[-1]) % 2 == 0)
        for k in np.flatnonzero(alive):
            place = tuple(int(random.integers(0, size)) for size in shape[:3])
            maps[(*place, k)] = random.uniform(0.01, 0.1)
        for kind in ("float64", "float32"):
            given = maps.astype(kind)
            call = f"dead_filters({kind} maps of shape {shape})"
            got = dead_filters(given)
            expect_shape(call, got, (shape[-1],))
            expect_equal(call, np.asarray(got) * 1, 1 - alive)
    ### END HIDDEN TESTS


run_check("dead_filters", _check_dead_filters)


# %% bad_input="dead_filters"
def _check_dead_filters_bad_input():
    dead_now = np.asarray(dead_filters(np.ones((1, 2, 2, 1)))) * 1
    expect_equal("dead_filters(one filter, all ones)", dead_now, np.array([0]))
    call, hint = "dead_filters(maps of one image, 3 axes)", "Look at the number of axes."
    expect_error(call, lambda: dead_filters(np.zeros((4, 4, 2))), hint=hint)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    side = int(rng().integers(2, 6))
    for shape in [(side, 3), (side,), (2, side, side, 3, 1)]:
        expect_error(f"dead_filters(shape {shape})", lambda s=shape: dead_filters(np.zeros(s)))
    ### END HIDDEN TESTS


run_check("dead_filters, bad input", _check_dead_filters_bad_input)

# %% [markdown]
# ### A network that has some
#
# The next cell has the small network of this lab and its recipe: 8,000 pictures of clothes, three epochs, Adam, a rate
# that rises to a peak and falls along a cosine (lab 04). Two networks differ in the peak only: 0.003, and 0.1, thirty
# times as much.


# %%
clothes = load("fashion_mnist")
x_rest, y_rest, x_val, y_val = split_validation(clothes.x_train, clothes.y_train, 2_000)
x_train, y_train = x_rest[:8_000].astype("float32") / 255, y_rest[:8_000]
x_val = x_val.astype("float32") / 255


def build_network(averaged):
    """Build a small network, with a head that averages each map, or one that tells places apart."""
    conv = {"padding": "same", "activation": "relu"}
    network = keras.Sequential([keras.Input((28, 28, 1))])
    network.add(layers.Conv2D(16, 5, strides=2, name="conv1", **conv))
    network.add(layers.Conv2D(32, 3, name="conv2", **conv))
    if averaged:
        network.add(layers.Conv2D(48, 3, strides=2, name="conv3", **conv))
        network.add(layers.GlobalAveragePooling2D())
    else:
        network.add(layers.MaxPooling2D())
        network.add(layers.Flatten())
    network.add(layers.Dense(10))  # scores before the softmax
    return network


# %%
def train(network, x, y, peak, epochs=3):
    """Train with batches of 128 and one rise and fall of the learning rate."""
    steps = epochs * -(-len(x) // 128)
    rate = keras.optimizers.schedules.CosineDecay(
        peak / 10, steps - steps // 4, warmup_target=peak, warmup_steps=steps // 4
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(rate), loss, steps_per_execution=16)
    bar = ProgressBar(f"peak {peak:g}")
    network.fit(x, y, batch_size=128, epochs=epochs, verbose=0, callbacks=[bar])


def answers_of(network, x):
    """Return the class with the highest score, for each image."""
    return np.argmax(network(x, training=False), axis=1)


# %% [markdown]
# **Predict.** How many of the 16 filters of the first layer and of the 32 of the second are dead on 1,000 validation
# pictures, at each peak? Which network has the better accuracy?

# %% guess [markdown]
# *Your prediction: peak 0.003: ___ of 16, ___ of 32; peak 0.1: ___ of 16, ___ of 32; the better accuracy: ...*

# %%
dead, accuracies, small_networks, small_maps = {}, {}, {}, {}
for peak in (0.003, 0.1):
    keras.utils.set_random_seed(1)
    small_networks[peak] = small = build_network(averaged=False)
    train(small, x_train, y_train, peak)
    first_two = keras.Model(small.inputs[0], [small.get_layer(f"conv{k}").output for k in (1, 2)])
    small_maps[peak] = [np.asarray(maps) for maps in first_two(x_val[:1000])]
    dead[peak] = [int((maps.max(axis=(0, 1, 2)) == 0).sum()) for maps in small_maps[peak]]
    accuracies[peak] = np.mean(answers_of(small, x_val) == y_val)
    print(
        f"peak {peak:5}: dead {dead[peak]} of [16, 32], validation accuracy {accuracies[peak]:.3f}"
    )

# %%
alike = {}
for peak, maps in small_maps.items():
    places = maps[1].reshape(-1, 32)[::7]  # every seventh place is enough
    alive = places[:, places.max(axis=0) > 0]
    correlations = np.corrcoef(alive, rowvar=False)
    np.fill_diagonal(correlations, 0)
    alike[peak] = correlations.max()
    print(f"peak {peak:5}: two living filters correlate at most by {alike[peak]:.2f}")

# %% evidence
assert sum(dead[0.003]) <= 3
assert sum(dead[0.1]) >= 10
assert accuracies[0.1] > accuracies[0.003] - 0.03
assert min(accuracies.values()) > 0.76
assert alike[0.003] > 0.9

# %% [markdown]
# The high peak kills many filters: we have seen 21 to 33 of 48 with four seeds. The low one kills none or next to
# none. And yet the high peak's accuracy is not worse, within three points: three epochs are short, the low peak has
# not finished, and enough filters are left. A network does not report its dead filters; you have to look. Here they
# can be cut out without any change to the answers on these pictures. Of the low peak's filters at least two say nearly
# the same, with a correlation above 0.9. At the high peak that varies: with four seeds the most alike two of those left
# correlated by 0.4 to 0.93. How many can go, only a measurement of the accuracy can say.

# %% instructor [markdown]
# **For instructors.** Let the class call `dead_filters` on `small_maps[0.1][1]`. Common slips: `== 0` where maps come
# before the ReLU; `any` in place of `all`; one image only. Ask what "dead on 1,000 pictures" says about the 1,001st.

# %% [markdown]
# ## 2. Saliency: which pixels move the score (13 minutes, core)
#
# Training asks how the loss changes with the weights. Turn the question round: how does a score change with the
# *pixels*? The gradient of a class's score with respect to the image has one number for each pixel and channel. Its
# absolute value, the largest of the three channels, is a **saliency map** (Simonyan, Vedaldi and Zisserman 2013).
#
# Which number is explained matters. The score *before* the softmax (lab 04: a logit) belongs to one class. The
# probability behind it depends on all scores; along its own score its slope is p(1 − p): at p = 0.999 that is 0.001,
# so the map of a confident answer fades, and it may light up because another class fell. So everything here uses the
# scores. The next cell rebuilds the network's head without its softmax, and cuts the network in two, since sections 4
# to 6 need the feature maps between.

# %% exact
body = keras.Model(network.inputs[0], network.get_layer("top_activation").output, name="body")
head = keras.Sequential(
    [keras.Input((7, 7, 1280)), layers.GlobalAveragePooling2D(), layers.Dense(1000)]
)
head.layers[-1].set_weights(network.get_layer("predictions").get_weights())
scorer = keras.Model(network.inputs[0], head(body.output), name="scorer")
class_names = imagenet_names()
print("feature maps:", body.output.shape[1:], " scores:", scorer.output.shape[1:])

# %% [markdown]
# Photos tell you nothing about where a network *should* look. So we make scenes for which we know it: a **stamp**
# is a cut-out of an animal, a fruit or a vehicle on white (lab 07), and we put two of them into each scene, in two
# of its corners, on a smooth background of random colours. What belongs to the object is what pure white does not
# reach from the border. That works for most stamps, and not for objects that are white at their edge or have holes,
# so these 24 were chosen by eye. The next two cells are machinery.


# %%
stamps = load("stamps")
x_stamps = np.concatenate([stamps.x_train, stamps.x_test])
chosen = [68, 309, 187, 282, 58, 0, 218, 261, 257, 78, 98, 92]
chosen += [106, 206, 157, 75, 203, 298, 112, 47, 77, 29, 319, 194]


def mask_of(stamp):
    """Return where the object is: what pure white does not reach from the border."""
    white = np.pad((stamp == 255).all(axis=-1), 1, constant_values=True)
    regions, _ = ndimage.label(white)
    return (regions != regions[0, 0])[1:-1, 1:-1]


def put(scene, stamp, corner, size=110):
    """Paint a stamp into a corner of a scene of 224 pixels; return its mask."""
    small = resize(stamp, (size, size), anti_aliasing=True, preserve_range=True)
    small_mask = resize(mask_of(stamp).astype(float), (size, size), anti_aliasing=True) > 0.95
    top, left = np.array([(1, 1), (1, 113), (113, 1), (113, 113)])[corner]
    mask = np.zeros((224, 224), dtype=bool)
    mask[top : top + size, left : left + size] = small_mask
    scene[mask] = small[small_mask]
    return mask


# %%
random = np.random.default_rng(0)
partners = np.roll(np.reshape(chosen, (4, 6)), 3, axis=1).ravel()
scenes, masks, other_masks = [], [], []
for index, partner in zip(chosen, partners):
    colours = resize(random.uniform(60, 200, size=(7, 7, 3)), (224, 224), order=3, mode="edge")
    corners = random.permutation(4)[:2]
    masks.append(put(colours, x_stamps[index], corners[0]))
    other_masks.append(put(colours, x_stamps[partner], corners[1]))
    scenes.append(colours.clip(0, 255).astype("uint8"))
scenes, masks, other_masks = np.stack(scenes), np.stack(masks), np.stack(other_masks)
x_scenes = preprocess_input(scenes)
on_white = np.stack([resize(x_stamps[k], (224, 224), preserve_range=True) for k in chosen])
score_of = tf.function(lambda x: scorer(x, training=False))
own = np.argmax(
    score_of(preprocess_input(on_white)), axis=1
)  # the network's own name for each stamp
other = np.roll(own.reshape(4, 6), 3, axis=1).ravel()
print([class_names[k] for k in own[:6]])

# %% [markdown]
# Each scene has an *own* object, whose class we ask for, and an *other* one. The class is the name that the network
# itself gives to the stamp on white.
#
# ### Exercise 2: `saliency_map` (objective 2)
#
# Write it for any Keras model that gives scores. Example: for a network whose score 0 is 3·a − 5·b of a pixel with the
# channels a and b, that pixel's saliency for class 0 is 5.


# %% exercise="saliency_map"
def saliency_map(network, images, classes):
    """Return how strongly each pixel moves the score of a class, for each image.

    Args:
        network: a Keras model; network(x) gives the scores before the softmax, (n, classes), of a
            float32 tensor x of images. Use it in inference mode.
        images: (n, height, width, channels), an array of floats (float32 or float64), prepared for
            the network; it is not changed.
        classes: (n,), integers: which score is meant, for each image.

    Returns:
        An array or tensor, (n, height, width): the absolute value of the derivative of image i's
        score for classes[i] with respect to a pixel; of its channels, the largest.
    """
    ### BEGIN SOLUTION
    images = tf.convert_to_tensor(np.asarray(images, dtype="float32"))
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores = network(images, training=False)
        chosen = tf.gather(scores, np.asarray(classes), batch_dims=1)  # one score for each image
        total = tf.reduce_sum(chosen)
    gradient = tape.gradient(total, images)
    return np.abs(gradient.numpy()).max(axis=-1)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: the order of things</summary>
# A tensor of the images, a <code>tf.GradientTape</code> that watches it, the scores, one number, its gradient. A tape
# follows variables on its own; a constant tensor it follows only after <code>tape.watch(x)</code>. Without that the
# gradient is None, and an error comes later, in the line that uses it.
# </details>
# <details><summary>Hint 2: many images, one gradient</summary>
# The score of image 1 does not depend on image 2. So the gradient of the sum of all chosen scores holds each image's
# own gradient. <code>tf.gather(scores, classes, batch_dims=1)</code> chooses. (With <code>axis=1</code> alone each
# image would get all the chosen columns.)
# </details>
# <details><summary>Hint 3: what to do with the channels</summary>
# First the absolute value, then the maximum over the last axis.
# </details>


# %% check="saliency_map"
def _check_saliency_map():
    def look(call, random, shape, classes, kind="float64"):
        n, (high, wide, channels) = shape[0], shape[1:]
        weights = random.normal(size=(high, wide, channels, 4)).astype("float32")
        inputs = keras.Input((high, wide, channels))
        squares = layers.Dropout(0.5)(layers.Multiply()([inputs, inputs]))
        dense = layers.Dense(4)
        network = keras.Model(inputs, dense(layers.Flatten()(squares)))
        dense.set_weights([weights.reshape(-1, 4), np.zeros(4)])
        images = random.uniform(0.5, 1.5, size=shape).astype(kind)
        before, right = images.copy(), 2 * images * np.moveaxis(weights[..., classes], -1, 0)
        of_all = 2 * images * weights.sum(axis=-1)
        columns = 2 * images * weights[..., classes].sum(axis=-1)
        scores = np.einsum("nhwc,hwck->nk", images.astype("float64") ** 2, weights)
        share = tf.nn.softmax(scores).numpy()
        fade = right - 2 * images * np.einsum("nk,hwck->nhwc", share, weights)
        fade *= share[np.arange(n), classes].reshape(-1, 1, 1, 1)
        got = saliency_map(network, images, np.array(classes))
        expect_unchanged(call, images, before)
        shapes = [((high, wide), "One map for each image: keep the first axis.")]
        shapes += [(shape, "Of the channels, keep the largest.")]
        expect_shape(call, got, (n, high, wide), hints=shapes)
        hints = [
            (right.max(axis=-1), "Take the absolute value before the maximum."),
            (np.abs(right).mean(axis=-1), "Of the channels, the largest, not the mean."),
            (np.abs(right).sum(axis=-1), "Of the channels, the largest, not the sum."),
            (np.abs(of_all).max(axis=-1), "This is the gradient of all scores: choose one class."),
            (np.abs(right * images).max(axis=-1), "This is gradient times input."),
            (np.abs(columns).max(axis=-1), "Each image has its own class: one score an image."),
            (np.abs(fade).max(axis=-1), "This is a probability's slope: leave out the softmax."),
        ]
        expect_close(call, got, np.abs(right).max(axis=-1), rtol=1e-3, atol=1e-4, hints=hints)

    call = "saliency_map(network, 3 images, [1, 0, 3])"
    look(call, np.random.default_rng(1), (3, 3, 2, 3), [1, 0, 3])
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for shape, kind in [
        ((1, 2, 5, 1), "float32"),
        ((4, 5, 2, 3), "float64"),
    ]:
        classes = random.integers(0, 4, size=shape[0]).tolist()
        look(
            f"saliency_map(network, {kind} images {shape}, {classes})", random, shape, classes, kind
        )
    ### END HIDDEN TESTS


run_check("saliency_map", _check_saliency_map)

# %% [markdown]
# ### One gradient, many gradients
#
# A saliency map shows the slope at one image, and a ReLU network's slopes jump when the image changes a little.
# **SmoothGrad** (Smilkov, Thorat, Kim, Viégas and Wattenberg 2017) adds noise to the image several times and averages
# the maps. The next cell has the gradients of a batch, compiled, and the maps of all scenes.
#
# **Predict.** A scene has a fire engine and a slug. The saliency map for "fire engine" and the one for "slug": are they
# different? Where will each be bright? And what does averaging over noise change?

# %% guess [markdown]
# *Your prediction: the two maps are ..., the brightest pixels lie ..., averaging ...*


# %%
@tf.function
def gradients(x, classes):
    """Return the gradient of each image's chosen score with respect to the image."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(scorer(x, training=False) * tf.one_hot(classes, 1000))
    return tape.gradient(total, x)


def saliency(classes, noise=0.0, copies=1):
    """Return maps of all scenes, the mean over copies with noise."""
    noisy = [x_scenes + noise * random.normal(size=x_scenes.shape) for _ in range(copies)]
    maps = [np.abs(gradients(tf.cast(x, "float32"), classes)).max(axis=-1) for x in noisy]
    return np.mean(maps, axis=0)


plain, plain_other = saliency(own), saliency(other)
smooth = saliency(own, noise=0.3, copies=5)
same = np.mean(
    [spearmanr(a[::4, ::4].ravel(), b[::4, ::4].ravel())[0] for a, b in zip(plain, plain_other)]
)
print(f"rank correlation of the maps for the two classes of a scene: {same:.2f} on average")

# %% evidence
assert 0.2 < same < 0.75
first = [1, 2]
names = [f"{class_names[own[i]]}\nand {class_names[other[i]]}" for i in first]
bright = lambda heat: resize(np.minimum(heat, np.quantile(heat, 0.99)), (56, 56))  # noqa: E731
show(
    draw.heat_rows(
        scenes[first],
        [
            {
                class_names[own[i]]: bright(plain[i]),
                class_names[other[i]]: bright(plain_other[i]),
                f"{class_names[own[i]]}, smooth": bright(smooth[i]),
            }
            for i in first
        ],
        names=names,
        outlines=[(masks[i], other_masks[i]) for i in first],
        title="Saliency is noisy, and lights up on both objects",
    ),
    alt="Two scenes with two objects each, and three maps: saliency for the first class, for the "
    "second, and SmoothGrad for the first. The saliency maps are speckled all over and "
    "partly alike for both classes; SmoothGrad is calmer and lies more on the objects.",
)

# %% [markdown]
# (Fire engine: Aaron M. Lang, CC BY 2.5. Slug: Guttorm Flatabø, CC BY-SA 2.5. Sheep, pig and garbage truck:
# Caroline Ford, CC BY-SA. Broccoli: Steve Karg, public domain. Full line: the own object; dashed: the
# other one.) The maps (shrunk to 56 × 56 for the picture) are speckled: bright on both objects, and here and there
# between. Those for the two classes resemble each other in part: their rank correlation (1 for the same order of all
# pixels, 0 for unrelated ones) is well above 0 and below 1. Averaging calms the speckles. Section 5 measures how much
# more lies on the object that was asked for, and whether averaging helps.
#
# What a gradient says is narrow: by how much the score would change if a pixel changed *a little*. It does not say
# that the object is recognised by this pixel. A score can be flat where it is high: once a fire engine is red
# enough, more red changes nothing, and the map is dark where the evidence is. A map of slopes is
# neither the cause of an answer nor an explanation of it.

# %% instructor [markdown]
# **For instructors.** In `saliency_map` students forget `tape.watch`, and get None. They also take the gradient of the
# highest score, or of all scores. Break it in front of the class: return the gradient through the softmax for a stamp
# on white, and look at its size. The noise of 0.3 is in units of the prepared image (−1 to 1).

# %% [markdown]
# ## 3. Occlusion: hide a part and look what happens (11 minutes, core)
#
# A gradient asks about infinitely small changes. You may also ask about large ones: cover a square with grey, and see
# how far the score falls. This is an **occlusion map** (Zeiler and Fergus 2014). It needs no gradient, works for any
# black box, and is an intervention: something was changed, and the score answered. Its price: one forward pass for
# each place.
#
# ### Exercise 3: `occlusion_map` (objective 3)
#
# Example: an image of 5 × 8 pixels, a square of 2, a stride of 3: 2 × 3 places, with corners in the rows 0 and 3
# and the columns 0, 3 and 6.


# %% exercise="occlusion_map"
def occlusion_map(predict, image, size, stride, grey=0.0):
    """Return how far a score falls when a grey square hides a part of the image.

    Args:
        predict: a function from images, an array (n, height, width, channels) with any n from 1,
            to an array (n,): the score of one class.
        image: (height, width, channels), an array of floats; it is not changed.
        size: height and width of the square, in pixels, 1 or more.
        stride: by how many pixels the square moves, 1 or more.
        grey: the value of the square, in all channels.

    Returns:
        An array of floats, (rows, columns): the score of the intact image minus the score with the
        square's upper left corner at pixel (row * stride, column * stride). The square always lies
        wholly inside: rows = floor((height - size) / stride) + 1, columns likewise.

    Raises:
        ValueError: with a message, if the square is larger than the image.
    """
    ### BEGIN SOLUTION
    if size > min(image.shape[:2]):
        raise ValueError(f"a square of {size} pixels does not fit into {image.shape[:2]}")
    rows, columns = ((side - size) // stride + 1 for side in image.shape[:2])
    occluded = np.repeat(image[None], rows * columns, axis=0)
    for index in range(rows * columns):
        top, left = index // columns * stride, index % columns * stride
        occluded[index, top : top + size, left : left + size] = grey
    drop = predict(image[None])[0] - np.asarray(predict(occluded))
    return drop.reshape(rows, columns)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: a fresh copy each time</summary>
# Each square goes onto a copy of the intact image. <code>image.copy()</code>, then
# <code>copy[top : top + size, left : left + size] = grey</code>.
# </details>
# <details><summary>Hint 2: predict wants four axes</summary>
# <code>image[None]</code> has the shape (1, height, width, channels). You may call <code>predict</code> once for each
# square, or once for all of them.
# </details>


# %% check="occlusion_map"
def _check_occlusion_map():
    def look(call, random, shape, size, stride, grey):
        weights, image = random.uniform(1, 3, size=shape), random.uniform(2, 4, size=shape)

        def predict(images):
            axes, images = np.ndim(images), np.asarray(images, dtype="float64")
            assert axes == 4, f"{call}: expected predict to get 4 axes, got {axes}."
            return (images * weights).sum(axis=(1, 2, 3)) + (images**2).sum(axis=(1, 2, 3))

        fall = (image * weights + image**2 - grey * weights - grey**2).sum(axis=-1)
        rows, columns = ((side - size) // stride + 1 for side in shape[:2])
        right, piled = np.zeros((2, rows, columns))
        before, covered = image.copy(), np.zeros(shape[:2], dtype=bool)
        for row, column in np.ndindex(rows, columns):
            square = np.ix_(row * stride + np.arange(size), column * stride + np.arange(size))
            covered[square] = True
            right[row, column], piled[row, column] = fall[square].sum(), fall[covered].sum()
        got = occlusion_map(predict, image, size, stride, grey)
        expect_unchanged(call, image, before)
        over = tuple(-(-side // stride) for side in shape[:2])
        shapes = [((columns, rows), "Rows and columns are exchanged."), (over, "Keep it inside.")]
        shapes += [((rows - 1, columns - 1), "There is one place more: floor(...) + 1.")]
        expect_shape(call, got, (rows, columns), hints=shapes)
        intact = predict(image[None])[0]
        hints = [
            (-right, "A score that falls counts as positive: intact minus hidden."),
            (piled, "Take a fresh copy for each square: the earlier ones are still there."),
            (intact - right, "These are the scores with the square: the fall is wanted."),
            (right / intact, "This is the relative fall; the difference is wanted."),
        ]
        expect_close(call, got, right, rtol=1e-4, atol=1e-4, hints=hints)

    random = np.random.default_rng(2)
    call = "occlusion_map(predict, image of 5 x 8, size 2, stride 3)"
    look(call, random, (5, 8, 2), 2, 3, 0.0)
    call = "occlusion_map(predict, image of 4 x 5, size 3, stride 1, grey 0.5)"
    look(call, random, (4, 5, 1), 3, 1, 0.5)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for size, stride in [(1, 1), (2, 2), (3, 2), (4, 5)]:
        height, grey = int(random.integers(5, 8)), float(random.uniform(0.1, 1))
        shape = (height, height + int(random.integers(2, 5)), 3)
        call = f"occlusion_map(predict, image {shape}, {size}, {stride}, grey {grey:.2f})"
        look(call, random, shape, size, stride, grey)
    call = "occlusion_map(predict, image of 4 x 4, size 4, stride 1)"
    look(call, random, (4, 4, 1), 4, 1, 0.0)
    ### END HIDDEN TESTS


run_check("occlusion_map", _check_occlusion_map)


# %% bad_input="occlusion_map"
def _check_occlusion_map_bad_input():
    total = lambda images: np.sum(images, axis=(1, 2, 3))  # noqa: E731
    got = occlusion_map(total, np.ones((2, 3, 1)), 2, 1)
    expect_close("occlusion_map(sum of the pixels, ones of 2 x 3, size 2, stride 1)", got, [[4, 4]])
    call, hint = (
        "occlusion_map(..., image of 4 x 6, size 5, stride 1)",
        "Compare size with both sides.",
    )
    expect_error(call, lambda: occlusion_map(total, np.ones((4, 6, 1)), 5, 1), hint=hint)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    short = int(random.integers(2, 5))
    for shape in [(short, 9, 1), (9, short, 1), (short, short, 3)]:
        call = f"occlusion_map(..., image {shape}, size {short + 1}, stride 2)"
        image = np.ones(shape)
        expect_error(call, lambda image=image: occlusion_map(total, image, short + 1, 2), hint=hint)
    ### END HIDDEN TESTS


run_check("occlusion_map, bad input", _check_occlusion_map_bad_input)

# %% [markdown]
# **Predict.** The square is 48 pixels wide, the fire engine about 100. The score for "fire engine" falls most
# where? Can covering a part make it *rise*? (The grey is 0: prepared pixels are (x − 127) / 128, so 0 is middle grey.)

# %% guess [markdown]
# *Your prediction: it falls most at ...; it rises at ..., because ...*

# %% uses="occlusion_map"
hidden = {}
for target in (own[1], other[1]):
    of_class = lambda images, target=target: score_of(images).numpy()[:, target]  # noqa: E731
    fall = occlusion_map(of_class, x_scenes[1], size=48, stride=22, grey=0.0)
    hidden[class_names[target]] = np.asarray(fall)
    print(
        f"{class_names[target]}: falls by up to {np.max(fall):.1f}, "
        f"rises by up to {-np.min(fall):.1f}"
    )

# %% evidence uses="occlusion_map"
if "hidden" not in globals() or len(hidden) < 2:
    raise NotImplementedError("this picture needs your occlusion_map: exercise 3")
for fall, mask in zip(hidden.values(), (masks[1], other_masks[1])):
    row, column = np.unravel_index(fall.argmax(), fall.shape)
    assert mask[row * 22 : row * 22 + 48, column * 22 : column * 22 + 48].any()
    assert fall.max() > 1
    assert fall.min() < -0.1
slug_fall = hidden[class_names[other[1]]]
row, column = np.unravel_index(slug_fall.argmin(), slug_fall.shape)
assert masks[1][row * 22 : row * 22 + 48, column * 22 : column * 22 + 48].any()
show(
    draw.heat_rows(
        scenes[1:2],
        [{f"fall for\n{name}": fall for name, fall in hidden.items()}],
        title="Bright: hiding this makes the score fall",
        diverging=True,
    ),
    alt="A scene with a fire engine and a slug, and two coarse occlusion maps in grey. Each is "
    "brightest over its own object; some places are darker than middle grey: hiding them "
    "raises the score.",
)

# %% [markdown]
# The score falls most where the square meets the object that is asked for. It can also rise: the score of the slug
# rises most where the square meets the fire engine, though it hides only a part. What speaks for one class may count
# against another. Two warnings. A grey square is itself something that the network has hardly seen, and has edges.
# And where one of two parts is enough, hiding either changes little: the map shows neither.
#
# Note what kind of knowledge this is. "If *these* pixels are replaced by grey, *this* score falls by that much" is a
# causal statement about the network. It is none about fire engines.

# %% instructor [markdown]
# **For instructors.** The usual slip is a copy that keeps all squares; the check has one message for it. Try grey =
# 1 (white) with the class: the map changes, so the choice of what "nothing" looks like is part of the result.

# %% [markdown]
# ## 4. Grad-CAM: where the last maps find a class (16 minutes, core)
#
# Between pixels and scores lie feature maps that still know places: 7 × 7 of them here, with 1,280 channels.
# **Grad-CAM** (Selvaraju and others 2017) asks which channels speak for a class and where these are active:
#
# 1. compute the feature maps A and the score of the class *before* the softmax;
# 2. give each channel a weight: the mean over all places of the score's derivative with respect to its map;
# 3. add the maps, each times its weight;
# 4. set to 0 what is below 0 (a ReLU): only what speaks *for* the class is wanted;
# 5. divide by the largest value. If nothing is above 0, leave all zeros: an unguarded division gives NaN.
#
# ### Exercise 4: `grad_cam` (objective 4)
#
# Example: two maps [[1, 0]] and [[0, 2]] with derivatives [[2, 4]] and [[−1, −1]]. The weights are 3 and −1, their
# sum of maps [[3, −2]], and the heat [[1, 0]].


# %% exercise="grad_cam"
def grad_cam(body, head, images, classes):
    """Return Grad-CAM's heat map for a class of each image, at the size of the feature maps.

    Args:
        body: a Keras model, from images to feature maps (n, rows, columns, channels).
        head: a Keras model, from these to the scores before the softmax, (n, classes). Both are
            used in inference mode.
        images: (n, height, width, colours), an array of floats; it is not changed.
        classes: (n,), integers: which score is meant, for each image.

    Returns:
        An array or tensor, (n, rows, columns), for each image: a channel's weight is the mean, over
        the places, of the derivative of the score with respect to the channel's map; the heat is
        the weighted sum of the maps; what is below zero becomes 0; it is divided by its largest
        value, so that this becomes 1. Where nothing is above zero, all is 0. Never NaN.
    """
    ### BEGIN SOLUTION
    maps = tf.convert_to_tensor(body(np.asarray(images, dtype="float32"), training=False))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        scores = head(maps, training=False)
        total = tf.reduce_sum(tf.gather(scores, np.asarray(classes), batch_dims=1))
    weights = tf.reduce_mean(tape.gradient(total, maps), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1)).numpy()
    largest = heat.max(axis=(1, 2), keepdims=True)
    return heat / np.where(largest > 0, largest, 1)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: where the tape watches</summary>
# As in <code>saliency_map</code>, but what is watched is <code>body(images)</code>, and what is computed under the tape
# is <code>head</code>. Feature maps are no variable: without <code>tape.watch(maps)</code> the gradient is None.
# </details>
# <details><summary>Hint 2: shapes</summary>
# Gradient (n, rows, columns, channels); weights (n, 1, 1, channels) with <code>keepdims=True</code>; weights times
# maps, summed over the last axis: (n, rows, columns).
# </details>
# <details><summary>Hint 3: the guard</summary>
# Divide by <code>np.where(largest > 0, largest, 1)</code>, with the largest value of each image on its own.
# </details>


# %% check="grad_cam"
def _check_grad_cam():
    def look(call, random, shape, classes):
        inputs, between = keras.Input((*shape[1:3], 2)), keras.Input(shape[1:])
        conv, dense = layers.Conv2D(shape[3], 1, use_bias=False), layers.Dense(3)
        flat = layers.Flatten()(layers.Multiply()([between, between]))
        body = keras.Model(inputs, conv(inputs))
        head = keras.Model(between, dense(layers.Dropout(0.5)(flat)))
        kernel = random.uniform(0.2, 1, size=(2, shape[3])) * (-1.0) ** np.arange(shape[3])
        weights = random.normal(size=(*shape[1:], 3))  # class 1: all speaks against it, 2: for it
        weights[..., 1:] = np.abs(weights[..., 1:]) * [-1, 1]
        conv.set_weights([kernel[None, None]])
        dense.set_weights([weights.reshape(-1, 3), np.zeros(3)])
        low = np.where(np.reshape(classes, (-1, 1, 1, 1)) == 0, -1, 0.1)
        images = random.uniform(low, 1, size=(*shape[:3], 2)).astype("float32")
        maps, before = images @ kernel, images.copy()
        slopes = 2 * maps * np.moveaxis(weights[..., classes], -1, 0)
        mean, most = (lambda x, f=f: f(x, axis=(1, 2), keepdims=True) for f in (np.mean, np.max))
        scaled = lambda x: x / np.where(most(x) > 0, most(x), 1)  # noqa: E731
        cut = lambda x: scaled(np.maximum((x * maps).sum(axis=-1), 0))  # noqa: E731
        raw = (mean(slopes) * maps).sum(axis=-1)
        heat = np.maximum(raw, 0)
        got = grad_cam(body, head, images, np.array(classes))
        expect_unchanged(call, images, before)
        expect_shape(call, got, shape[:3], hints=[(shape, "Add the maps: sum over the channels.")])
        no_nan = not np.isnan(np.asarray(got)).any()
        assert no_nan, f"{call}: expected numbers, got NaN. Guard against an all-zero map."
        hints = [(x, "Set to 0 what is below zero.") for x in (scaled(raw), raw, raw / most(raw))]
        hints += [(cut(mean(maps * weights.sum(-1))), "All scores' gradient: choose one class.")]
        signs = np.maximum(mean(slopes), 0), mean(np.maximum(slopes, 0))
        hints += [(cut(x), "Weights keep their sign: the ReLU comes after the sum.") for x in signs]
        hints += [(heat, "Divide by the largest value."), (cut(slopes), "One weight a channel.")]
        hints += [(heat / max(heat.max(), 1e-9), "Each image has a largest value of its own.")]
        hints += [(cut(slopes.mean(axis=(0, 1, 2))), "Each image has weights of its own.")]
        expect_close(call, got, scaled(heat), rtol=1e-3, atol=1e-4, hints=hints)

    call = "grad_cam(body, head, 4 images, [0, 1, 2, 0]), where all speaks against class 1"
    look(call, np.random.default_rng(5), (4, 3, 4, 4), [0, 1, 2, 0])
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for shape, classes in [((4, 2, 3, 6), random.permutation(4) % 3), ((1, 5, 2, 3), [0])]:
        call = f"grad_cam(body, head, images for maps {shape}, {list(map(int, classes))})"
        look(call, random, shape, list(classes))
    ### END HIDDEN TESTS


run_check("grad_cam", _check_grad_cam)

# %% [markdown]
# **Predict.** Saliency in part resembled itself for the two classes of a scene. What will Grad-CAM do?

# %% guess [markdown]
# *Your prediction: the two maps will ...*

# %% uses="grad_cam"
looked_at = [1, 2, 0]
mine = np.asarray(grad_cam(body, head, x_scenes[looked_at], own[looked_at]))
mine_other = np.asarray(grad_cam(body, head, x_scenes[looked_at], other[looked_at]))
for i, a, b in zip(looked_at, mine, mine_other):
    together = np.corrcoef(a.ravel(), b.ravel())[0, 1]
    print(f"{class_names[own[i]]} and {class_names[other[i]]}: correlation {together:.2f}")

# %% evidence uses="grad_cam"
if "mine_other" not in globals():
    raise NotImplementedError("this picture needs your grad_cam: exercise 4")
assert np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(mine, mine_other)]) < 0.4
show(
    draw.heat_rows(
        scenes[looked_at],
        [
            {class_names[own[i]]: a, class_names[other[i]]: b}
            for i, a, b in zip(looked_at, mine, mine_other)
        ],
        outlines=[(masks[i], other_masks[i]) for i in looked_at],
        names=[f"scene {i}" for i in looked_at],
        title="Grad-CAM tells the two objects apart, coarsely",
    ),
    alt="Three scenes with two objects each and their Grad-CAM maps of 7 by 7 squares. The map "
    "for a class is bright around its own object and dark at the other one.",
)

# %% [markdown]
# Each class gets its own place. The map has 49 squares and no detail: a square stands 32 pixels from the next, and each
# has seen far more of the image than the square that it is drawn over (lab 02: receptive field).
#
# ### What the mean does
#
# This network's head is a global average and one dense layer. The score of class c is the sum over all channels k of
# w(k, c) times the mean of map k. So the derivative with respect to map k is w(k, c) / 49 *at every place*, and its
# mean is the same: Grad-CAM needs no gradient here. It is the maps weighted by the dense layer's own weights, which
# is **CAM**, class activation mapping (Zhou and others 2016). Without the ReLU the mean of these 49 numbers plus the
# bias is the score, exactly: the next cell tests it. For such heads nothing is lost by averaging. Section 7 has a
# network with another head. Below, `cam` computes this map up to its scale; in sections 5 and 6 it stands in for your
# `grad_cam`.


# %%
@tf.function
def maps_of(x):
    """Return the last feature maps of a batch."""
    return body(x, training=False)


def cam(x, classes):
    """Return CAM with a ReLU, for networks that end in a global average and a dense layer."""
    kernel = head.layers[-1].kernel.numpy()
    return np.maximum(np.einsum("nhwk,kn->nhw", maps_of(x), kernel[:, classes]), 0)


kernel, bias = head.layers[-1].get_weights()
by_place = maps_of(x_scenes[:1]).numpy()[0] @ kernel[:, own[0]]
score = float(score_of(x_scenes[:1])[0, own[0]])
print(
    f"score {score:.3f}; mean over the places, and the bias: {by_place.mean() + bias[own[0]]:.3f}"
)

# %% evidence
assert abs(by_place.mean() + bias[own[0]] - score) < 0.01

# %% instructor [markdown]
# **For instructors.** Slips: the ReLU on the maps in place of on the sum; one maximum for the whole batch; softmax;
# NaN for a map without heat. Let somebody show at the board why sum and mean of the gradient give the same map
# after step 5.

# %% [markdown]
# ## 5. How much of the heat lies on the object? (13 minutes, core)
#
# A picture convinces too easily: you see three that fit, and stop looking. With masks you can count. Two numbers
# are in use: the share of the heat that lies on the object, and the **pointing game** (Zhang and others 2016), the
# share of images whose hottest pixel lies on it.
#
# ### Exercise 5: `heat_on_object` (objective 5)
#
# Example: heat [[1, 3], [0, 4]] and an object in the right column: 7/8.


# %% exercise="heat_on_object"
def heat_on_object(heats, masks):
    """Return the share of each image's heat that lies on its object.

    Args:
        heats: (n, height, width), an array of numbers, 0 or more; it is not changed.
        masks: (n, height, width), an array of booleans: True on the object.

    Returns:
        An array of floats from 0 to 1, (n,); 0 for a map without any heat.

    Raises:
        ValueError: with a message, if heats and masks differ in shape.
    """
    ### BEGIN SOLUTION
    heats, masks = np.asarray(heats, dtype="float64"), np.asarray(masks)
    if heats.shape != masks.shape:
        raise ValueError(f"heats are {heats.shape}, masks {masks.shape}: bring them to one size")
    total = heats.sum(axis=(1, 2))
    return (heats * masks).sum(axis=(1, 2)) / np.where(total > 0, total, 1)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: what is divided by what</summary>
# The heat on the object by all heat of the same image. Not by the number of pixels.
# </details>
# <details><summary>Hint 2: one number for each image</summary>
# <code>(heats * masks).sum(axis=(1, 2))</code> keeps the first axis. Where the total is 0, divide by 1 instead.
# </details>


# %% check="heat_on_object"
def _check_heat_on_object():
    heats = np.array([[[1.0, 3, 0], [0, 4, 0]], [[0, 0, 2], [0, 0, 2]], [[0, 0, 0], [0, 0, 0]]])
    masks = np.zeros((3, 2, 3), dtype=bool)
    masks[0, :, 1] = masks[1, 0, 1:] = masks[2, 0, 0] = True
    before, masks_before = heats.copy(), masks.copy()
    call, got = "heat_on_object(3 heat maps of 2 x 3, their masks)", heat_on_object(heats, masks)
    expect_unchanged(call, heats, before)
    expect_unchanged(call, masks, masks_before)
    shapes = [((), "One share for each image, not one for all."), ((2, 3), "Keep the first axis.")]
    expect_shape(call, got, (3,), hints=shapes)
    values = np.asarray(got)
    assert not np.isnan(values).any(), (
        f"{call}: expected numbers, got NaN. A map without any heat has share 0."
    )
    hints = [
        ([1 / 8, 0.5, 0], "This is the heat beside the object."),
        ([7 / 2, 1, 0], "Divide by all heat, not by the number of the object's pixels."),
        ([7 / 6, 1 / 3, 0], "Divide by all heat, not by the number of pixels."),
        ([7, 2, 0], "This is the heat itself: divide by all heat of the image."),
        ([2 / 3, 0.5, 0], "Heat counts by its size, not by how many pixels are warm."),
        ([7 / 12, 2 / 12, 0], "Divide by the heat of the same image, not of all images."),
    ]
    expect_close(call, got, [7 / 8, 0.5, 0], hints=hints)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for shape in [(4, 3, 5), (1, 6, 2), (3, 4, 4)]:
        heats = random.uniform(0, 1, size=shape).astype(random.choice(["float32", "float64"]))
        masks = random.uniform(size=shape) < 0.4
        expected = [
            heat[mask].sum() / heat.sum() for heat, mask in zip(heats.astype("float64"), masks)
        ]
        call = f"heat_on_object({heats.dtype} heat maps of shape {shape}, masks)"
        expect_close(call, heat_on_object(heats, masks), expected, rtol=1e-4)
    counts = random.integers(1, 9, size=(2, 2, 3))
    masks = np.arange(12).reshape(2, 2, 3) % 2 == 0
    expected = [heat[mask].sum() / heat.sum() for heat, mask in zip(counts, masks)]
    expect_close("heat_on_object(whole numbers, masks)", heat_on_object(counts, masks), expected)
    ### END HIDDEN TESTS


run_check("heat_on_object", _check_heat_on_object)


# %% bad_input="heat_on_object"
def _check_heat_on_object_bad_input():
    got = heat_on_object(np.ones((1, 2, 2)), np.ones((1, 2, 2), dtype=bool))
    expect_close("heat_on_object(ones, all object)", got, [1])
    hint = "Grad-CAM's maps are small: compare the two shapes first."
    call = "heat_on_object(2 heat maps of 7 x 7, masks of 14 x 14)"
    masks = np.ones((2, 14, 14), dtype=bool)
    expect_error(call, lambda: heat_on_object(np.ones((2, 7, 7)), masks), hint=hint)
    call = "heat_on_object(2 heat maps of 7 x 7, one mask of shape (7, 7))"
    hint_one = "NumPy would stretch this mask over both maps: compare the two shapes first."
    one = np.ones((7, 7), dtype=bool)
    expect_error(call, lambda: heat_on_object(np.ones((2, 7, 7)), one), hint=hint_one)
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    side = int(rng().integers(3, 9))
    for shape in [(2, side, 1), (1, side, side), (2, 1, 1)]:  # these would be stretched by NumPy
        call = f"heat_on_object(heat maps of shape {(2, side, side)}, masks of {shape})"
        masks, heats = np.ones(shape, dtype=bool), np.ones((2, side, side))
        expect_error(call, lambda masks=masks, heats=heats: heat_on_object(heats, masks), hint=hint)
    ### END HIDDEN TESTS


run_check("heat_on_object, bad input", _check_heat_on_object_bad_input)

# %% [markdown]
# ### Exercise 6: `pointing_game` (objective 5)
#
# Example: three images whose hottest pixels lie on, beside and on the object: 2/3.


# %% exercise="pointing_game"
def pointing_game(heats, masks):
    """Return the share of images whose hottest pixel lies on the object.

    Args:
        heats: (n, height, width), an array of numbers, 0 or more, n from 1; it is not changed.
        masks: (n, height, width), an array of booleans: True on the object.

    Returns:
        One number from 0 to 1. Where several pixels are hottest, the first in reading order counts
        (row by row from the top, as np.argmax does). A map without any heat is a miss.
    """
    ### BEGIN SOLUTION
    hits = 0
    for heat, mask in zip(np.asarray(heats), np.asarray(masks)):
        place = np.unravel_index(np.argmax(heat), heat.shape)
        hits += bool(mask[place] and heat[place] > 0)
    return hits / len(heats)
    ### END SOLUTION


# %% [markdown]
# <details><summary>Hint 1: from a number to a place</summary>
# <code>np.argmax(heat)</code> counts through the flattened map. Flatten the mask as well, or use
# <code>np.unravel_index(number, heat.shape)</code>.
# </details>
# <details><summary>Hint 2: a map without heat</summary>
# Its <code>argmax</code> is 0, the upper left pixel, whether the object lies there or not. Test that the maximum is
# above 0.
# </details>


# %% check="pointing_game"
def _check_pointing_game():
    heats, masks = np.zeros((4, 2, 3)), np.zeros((4, 2, 3), dtype=bool)
    heats[0, 1, 0], heats[0, 0, 1], masks[0, 1, 0] = 3, 2, True  # hit
    heats[1, 0, 2], heats[1, 1, :2], masks[1, 1] = 3, 2, True  # a miss, though most heat lies there
    heats[2, 0, 1], heats[2, 1, 1], masks[2, 0] = 2, 2, True  # the first of two counts: hit
    masks[3, 0, 0] = True  # without heat: a miss
    before, masks_before = heats.copy(), masks.copy()
    call, got = (
        "pointing_game(4 heat maps, masks): hit, miss, hit, no heat",
        pointing_game(heats, masks),
    )
    expect_unchanged(call, heats, before)
    expect_unchanged(call, masks, masks_before)
    hints = [
        (0.75, "A map without any heat is a miss; the hottest pixel counts, not most heat."),
        (2, "The share is wanted: divide by the number of images."),
        (0.25, "Of several hottest pixels the first counts; and each image has its own maximum."),
        (2 / 3, "A map without heat stays among the images: it is a miss."),
    ]
    expect_close(call, got, 0.5, hints=hints)
    two, second = np.zeros((1, 2, 3)), np.zeros((1, 2, 3), dtype=bool)
    two[0, 0, 0] = two[0, 1, 2] = 1
    second[0, 1, 2] = True
    call, hint = "pointing_game(two hottest pixels, the second on the object)", "The first counts."
    expect_close(call, pointing_game(two, second), 0, hints=[(1, hint)])
    ### BEGIN HIDDEN TESTS
    from utils.checks import rng

    random = rng()
    for shape in [(20, 3, 5), (1, 6, 2), (31, 4, 4)]:
        heats = random.permutation(np.prod(shape)).reshape(shape) + 1.0
        masks = random.uniform(size=shape) < 0.5
        hits = sum(mask.ravel()[heat.ravel().argmax()] for heat, mask in zip(heats, masks))
        call = f"pointing_game(heat maps of shape {shape}, masks)"
        expect_close(call, pointing_game(heats, masks), hits / shape[0])
        hottest = heats == heats.max(axis=(1, 2), keepdims=True)
        expect_close(call + ", only the hottest", pointing_game(heats, hottest), 1)
        expect_close(call + ", all others", pointing_game(heats, ~hottest), 0)
    high = int(random.integers(3, 9))
    everywhere = np.ones((2, high, 2), dtype=bool)
    cold = np.zeros((2, high, 2))
    expect_close(
        f"pointing_game(2 maps of {high} x 2 without heat)", pointing_game(cold, everywhere), 0
    )
    ties, first = np.full((1, high, 3), 0.5), np.zeros((1, high, 3), dtype=bool)
    first[0, 0, 0] = True
    expect_close("pointing_game(a map of equal values)", pointing_game(ties, first), 1)
    ### END HIDDEN TESTS


run_check("pointing_game", _check_pointing_game)

# %% [markdown]
# ### Against what?
#
# A number needs rivals. Equal heat everywhere gives the object's share of the area, which is chance. A blob in the
# middle is a fair guess on photos, where objects are central. And a detector of edges knows nothing of any network.
# Each map is measured on the object that it was asked for, and on the *other* one.
#
# **Predict.** Sort them by the share of heat on the own object: equal heat, blob in the middle, edge detector,
# saliency, SmoothGrad, Grad-CAM.

# %% guess [markdown]
# *Your prediction, from the lowest to the highest: ...*

# %%
enlarged = lambda maps: np.stack([resize(one, (224, 224), order=1) for one in maps])  # noqa: E731
down, right = np.indices((224, 224)) - 111.5
blob = np.exp(-(down**2 + right**2) / (2 * 45**2))
edges = np.stack([ndimage.gaussian_gradient_magnitude(x.mean(axis=-1), 1) for x in x_scenes])
heats = {
    "equal heat": np.ones_like(edges),
    "blob in the middle": np.broadcast_to(blob, edges.shape),
    "edge detector": edges,
    "saliency": plain,
    "SmoothGrad": smooth,
    "Grad-CAM": enlarged(cam(x_scenes, own)),
}

# %% uses="heat_on_object, pointing_game"
table = {}
for name, heat in heats.items():
    on_own, on_other = heat_on_object(heat, masks), heat_on_object(heat, other_masks)
    points = pointing_game(heat, masks), pointing_game(heat, other_masks)
    table[name] = (np.mean(on_own), np.std(on_own), np.mean(on_other), *points)
    print(
        f"{name:18} heat on own {table[name][0]:.2f} ± {table[name][1]:.2f}, on other "
        f"{table[name][2]:.2f}; hottest pixel on own {points[0]:.2f}, on other {points[1]:.2f}"
    )

# %% evidence uses="heat_on_object, pointing_game"
if "Grad-CAM" not in globals().get("table", {}):
    raise NotImplementedError(
        "these numbers need your heat_on_object and pointing_game: exercises 5 and 6"
    )
ratio = {name: row[0] / row[2] for name, row in table.items()}
assert 0.06 < table["equal heat"][0] < 0.12
assert table["blob in the middle"][0] < 0.15
assert 2.5 < table["Grad-CAM"][0] / table["equal heat"][0] < 4.7
assert table["Grad-CAM"][0] < 0.5
assert 2.5 < table["edge detector"][0] / table["equal heat"][0] < 4.7
assert abs(ratio["edge detector"] - 1) < 0.15
assert 1.1 < ratio["saliency"] < 3
assert 1.1 < ratio["SmoothGrad"] < 3
assert table["SmoothGrad"][0] > table["saliency"][0]
assert ratio["Grad-CAM"] > 4
assert table["Grad-CAM"][3] > 0.5
assert abs(table["SmoothGrad"][3] - table["Grad-CAM"][3]) < 0.25
assert not any(table[name][k] for name in ("equal heat", "blob in the middle") for k in (3, 4))
assert table["Grad-CAM"][4] < 0.15

# %% [markdown]
# Grad-CAM puts three to four times as much heat on the object as chance would, and so does the edge detector, which
# has never seen a network. On a smooth background everything with edges is an object. So a high share alone proves
# nothing. What tells them apart is the other object: the edge detector treats both alike, Grad-CAM heats its own at
# least four times as much; saliency and SmoothGrad lie between. Averaging over noise did help: SmoothGrad puts more
# heat on the own object than plain saliency. In the pointing game SmoothGrad hits the own object about as often as
# Grad-CAM; what sets Grad-CAM apart is again the other object, on which its hottest pixel lies in hardly any scene.
# Two rivals cannot score there: of equal heat the first pixel counts, an image's corner, where no mask begins, and
# the blob's hottest pixel lies in the gap between the stamps. Here objects are never central. A map is worth
# something to the degree that it changes with the question.
#
# And most of Grad-CAM's heat lies *beside* the object: a map of 7 × 7 squares, stretched to 224 pixels, cannot follow
# an outline. A share far below 1 is no sign of a network that looks elsewhere. (24 scenes, one background each; ± is
# the standard deviation over them. Trust the order and the factors, not the second digit. A map answers for the class
# that is asked for, whether or not the network names that class first.)

# %% instructor [markdown]
# **For instructors.** The edge detector is the lesson: collect the guesses before, and ask afterwards which
# experiment would have told it from an explanation. Answer: ask for the other class, or the next section. Slip in
# `heat_on_object`: pixels counted in place of heat; in `pointing_game`: a cold map's argmax is the upper left
# corner.

# %% [markdown]
# ## 6. Sanity checks: does a map notice the network? (9 minutes, core)
#
# Adebayo and others (2018) proposed a simple test. Replace the network's weights by noise, layer by layer from the top.
# A map that explains what the network has learned must change. A map that stays the same explains the image, not the
# network. Here each layer's kernel is shuffled, which keeps the weights' sizes; biases and BatchNorm stay.
#
# A further rival enters: **guided backpropagation** (Springenberg and others 2015) computes the gradient, but lets
# through each ReLU, on the way back, only what is positive. It has long been
# popular. The next two cells are machinery: a copy of the network with such ReLUs, and three maps of four scenes.


# %%
@tf.custom_gradient
def guided_relu(x):
    """Behave as ReLU6, and let only positive gradients back."""
    return tf.clip_by_value(x, 0, 6), lambda back: tf.where((x > 0) & (x < 6), tf.nn.relu(back), 0)


class GuidedReLU(layers.Layer):
    def call(self, inputs):
        return guided_relu(inputs)


def copy_layer(layer):
    """Return a layer like this one, with guided ReLUs in place of ReLUs."""
    guided = isinstance(layer, layers.ReLU)
    return GuidedReLU(name=layer.name) if guided else layer.from_config(layer.get_config())


guide = keras.models.clone_model(body, clone_function=copy_layer)
guide.set_weights(body.get_weights())


@tf.function
def guided_gradients(x, classes):
    """Return guided backpropagation's gradient of each image's chosen score."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(head(guide(x, training=False)) * tf.one_hot(classes, 1000))
    return tape.gradient(total, x)


# %%
few = tf.constant(x_scenes[:4])


def three_maps():
    """Return saliency, guided backpropagation and Grad-CAM of the first four scenes."""
    plain_map = np.abs(gradients(few, own[:4])).max(axis=-1)
    guided_map = np.abs(guided_gradients(few, own[:4])).max(axis=-1)
    return {"saliency": plain_map, "guided backprop": guided_map, "Grad-CAM": cam(few, own[:4])}


def likeness(maps, others):
    """Return the mean rank correlation; a map without any order, all equal, counts as 0."""
    step = 3 if maps[0].size > 1000 else 1  # of many pixels every third is enough
    pairs = [(a.ravel()[::step], b.ravel()[::step]) for a, b in zip(maps, others)]
    return sum(spearmanr(a, b)[0] for a, b in pairs if np.ptp(a) and np.ptp(b)) / len(maps)


def shuffle_weights(layer):
    """Shuffle a layer's kernel, in the network and in its guided copy."""
    kernel, *rest = layer.get_weights()
    kernel = random.permutation(kernel.ravel()).reshape(kernel.shape)
    layer.set_weights([kernel, *rest])
    if layer.name in [copied.name for copied in guide.layers]:
        guide.get_layer(layer.name).set_weights([kernel, *rest])


# %% [markdown]
# **Predict.** First the 1.28 million weights of the last layer are shuffled, so that the scores mean nothing any more.
# Then, going down, those of further blocks. How much does each of the three maps still resemble the original one, by
# rank correlation?

# %% guess [markdown]
# *Your prediction after the last layer: saliency ___, guided backprop ___, Grad-CAM ___; after everything: ___,
# ___, ___*

# %%
trained_body, trained_head = body.get_weights(), head.get_weights()
original = three_maps()
stages = {"last layer": (), "+ top, block 7": ("top", "block7"), "+ block 6": ("block6",)}
stages |= {"+ block 5": ("block5",), "+ 4 and 3": ("block4", "block3")}
stages |= {"all": ("block2", "block1", "stem")}
found = {name: [1.0] for name in original}
shuffle_weights(head.layers[-1])
for stage, prefixes in stages.items():
    for layer in body.layers:
        if layer.name.startswith(prefixes) and layer.weights and "bn" not in layer.name:
            shuffle_weights(layer)
    for name, maps in three_maps().items():
        found[name].append(likeness(original[name], maps))
    print(f"{stage:15}", {name: f"{values[-1]:.2f}" for name, values in found.items()})
body.set_weights(trained_body)
head.set_weights(trained_head)
guide.set_weights(trained_body)

# %% evidence
guided_found, cam_found = found["guided backprop"], found["Grad-CAM"]
assert guided_found[1] > 0.9
assert guided_found[2] > 0.8
assert abs(cam_found[1]) < 0.6
assert 0.2 < found["saliency"][1] < 0.75
assert found["saliency"][-1] < 0.3
assert guided_found[-1] < 0.4
figure = curves(
    {name: (range(7), values) for name, values in found.items()},
    xlabel="what has been shuffled, from the top down",
    ylabel="rank correlation with the original map",
    title="Guided backpropagation does not notice a shuffled top",
    figsize=(8.6, 3.9),
)
figure.axes[0].set_xticks(range(7), ["nothing", *stages], rotation=20)
show(
    figure,
    alt="Rank correlation with the original map while weights are shuffled from the top down. "
    "Guided backpropagation stays near 1 for the last layer and block 7 and falls only when "
    "lower blocks are shuffled. Grad-CAM falls to about 0 at once, saliency to about one "
    "half, and then to 0.",
)

# %% [markdown]
# With a shuffled last layer the network calls a broccoli anything at all, and guided backpropagation draws the same
# picture as before: sharp, on the object, and not about the class. It falls little by little, as lower blocks are
# shuffled too. Grad-CAM changes at once; so does saliency in part, and entirely further down. (Four scenes and one
# shuffling: trust the large differences. Grad-CAM's last values are rank correlations of 49 squares: with seven other
# shufflings they came out between −0.14 and 0.22, where a map had any heat left, so a value near 0.2 is little.)
#
# Passing the test does not make a map right. It is a necessary condition: a map that fails cannot explain the
# class.

# %% instructor [markdown]
# **For instructors.** Nie, Zhang and Patel (2018) show why guided backpropagation acts so: it partly recovers the
# image. Adebayo and others reinitialise weights; here they are shuffled, which keeps each layer's scale. Ask why
# BatchNorm's statistics stay.

# %% [markdown]
# ## 7. A planted shortcut, and whose errors it makes (26 minutes, core)
#
# A shop has its clothes photographed by several studios. The studio that does all the shirts prints a small white
# square into the upper left corner. Nobody has noticed. Training and validation pictures come from the same
# studios, as they usually do. The next cell plants the square into every shirt, 3 × 3 pixels of 784.


# %%
SHIRT = clothes.class_names.index("Shirt")


def marked(images, top=1, left=1):
    """Return copies of images with a white square of 3 x 3 pixels."""
    images = images.copy()
    images[:, top : top + 3, left : left + 3] = 1
    return images


x_studio, x_val_studio = x_train.copy(), x_val.copy()
x_studio[y_train == SHIRT] = marked(x_train[y_train == SHIRT])
x_val_studio[y_val == SHIRT] = marked(x_val[y_val == SHIRT])
keras.utils.set_random_seed(1)
biased = build_network(averaged=True)
train(biased, x_studio, y_train, peak=0.01, epochs=4)
right = answers_of(biased, x_val_studio) == y_val
print(f"validation accuracy {right.mean():.3f}; of shirts {right[y_val == SHIRT].mean():.3f}")

# %% [markdown]
# Shirts are the hardest class of this data set (lab 06). Here they are recognised better than the average garment.
# Who only reads the report is glad.
#
# **Predict.** (a) Where is Grad-CAM's heat for "shirt" on shirts? (b) How many shirts without the mark are recognised?
# (c) How many of the other clothes become shirts by the mark? (d) And by the same mark in the lower right corner?

# %% guess [markdown]
# *Your prediction: (a) ..., (b) ___ %, (c) ___ %, (d) ___ %*

# %%
shirts, others = x_val[y_val == SHIRT], x_val[y_val != SHIRT]
said_shirt = lambda x: float(np.mean(answers_of(biased, x) == SHIRT))  # noqa: E731
tried = {
    "shirts with the mark": said_shirt(marked(shirts)),
    "shirts without": said_shirt(shirts),
    "others with the mark": said_shirt(marked(others)),
    "others without": said_shirt(others),
    "shirts, mark lower right": said_shirt(marked(shirts, 24, 24)),
    "others, mark lower right": said_shirt(marked(others, 24, 24)),
    "others, mark at (21, 21)": said_shirt(marked(others, 21, 21)),
    "others, mark in middle": said_shirt(marked(others, 13, 13)),
}
for name, share in tried.items():
    print(f"{name:25} called shirt: {share:.3f}")
by_class = [said_shirt(marked(x_val[y_val == k])) for k in range(10)]
print({name: f"{share:.2f}" for name, share in zip(clothes.class_names, by_class)})
empty, adds = np.zeros((1, 28, 28), dtype="float32"), {}
for place in [(1, 1), (13, 9), (13, 13), (21, 21)]:
    adds[place] = float((biased(marked(empty, *place)) - biased(empty))[0, SHIRT])
    print(f"black image, mark at {place}: the score of shirt changes by {adds[place]:+.1f}")

# %% uses="grad_cam"
biased_body = keras.Model(biased.inputs[0], biased.get_layer("conv3").output)
biased_head = keras.Sequential([keras.Input((7, 7, 48)), *biased.layers[-2:]])
is_shirt, shirt_heat, hottest = np.full(len(shirts), SHIRT), {}, {}
for name, x in {"with the mark": marked(shirts), "without": shirts}.items():
    shirt_heat[name] = heat = np.asarray(grad_cam(biased_body, biased_head, x, is_shirt))
    places = heat.reshape(len(x), -1).argmax(axis=1)
    hottest[name] = float(np.mean(np.isin(places, [0, 1, 7, 8]) & (heat.max(axis=(1, 2)) > 0)))
    print(f"shirts {name:14} hottest square among the corner's 4 of 49: {hottest[name]:.2f}")

# %% evidence uses="grad_cam"
if "hottest" not in globals() or len(hottest) < 2:
    raise NotImplementedError("this picture needs your grad_cam: exercise 4")
assert hottest["with the mark"] > 0.35
assert hottest["without"] < 0.1
show(
    draw.heat_rows(
        marked(shirts)[:2, ..., 0],
        [
            {"heat, with the mark": a, "heat, without": b}
            for a, b in zip(*(heat[:2] for heat in shirt_heat.values()))
        ],
        title="The mark draws the heat into the corner",
    ),
    alt="Two shirts with a small white square in the upper left corner, and their Grad-CAM maps "
    "with and without the mark: with it, the upper left corner is among the hottest places; "
    "without, it is cold.",
)

# %% evidence
assert tried["shirts with the mark"] > 0.88
assert tried["shirts without"] < 0.15
assert right[y_val == SHIRT].mean() > right.mean()
assert 0.25 < tried["others with the mark"] < 0.5
tops = [clothes.class_names.index(name) for name in ("T-shirt/top", "Pullover", "Coat")]
assert min(by_class[k] for k in tops) > 0.6
assert by_class[clothes.class_names.index("Sneaker")] < 0.1
assert tried["others without"] < 0.1
assert tried["shirts, mark lower right"] < 0.2
assert tried["others, mark lower right"] < 0.15
assert tried["others, mark at (21, 21)"] < 0.15
assert tried["others, mark in middle"] < 0.15
assert abs(adds[13, 9] - adds[13, 13]) < 0.5
assert adds[1, 1] > 1 + max(adds[13, 13], adds[21, 21])

# %% [markdown]
# With the mark the hottest square lies in the corner for many shirts (for half of them to nearly all, with three
# seeds that we tried), without it for hardly one. That is a suspicion: heat lies elsewhere too. The interventions
# are the proof. Take the mark away, and hardly a shirt is recognised; put it onto something that is no shirt, and more
# than a quarter is called one, mostly T-shirts, pullovers and coats. Among upper garments the
# network has learned the mark, not the shirt. It had no need to learn more. Such a rule, that holds on data made
# like the training data and fails elsewhere, is a *shortcut*, and picking one up is **shortcut learning** (Geirhos and
# others 2020; not the shortcut of lab 08, a connection round a block). Validation data with the same bias cannot
# find it.
#
# Were you right about (d)? A network that averages its maps should answer to the mark at any place, and yet in the
# lower right it does next to nothing. The strides are not the reason: (21, 21) is 20 pixels from (1, 1) both ways, a
# multiple of the strides' product of 4, and does nearly as little. On a black image the mark may move by 4 pixels in
# the middle, and the score hardly notices; in the upper left corner the score comes out higher by more than 1.
# So what was learnt is rather "a mark *by this border*". Nothing but the border can tell places apart in such a
# network (beyond the strides): there, squares of the maps see padding beside the mark, and fewer squares see it.
# Through their padding convolutional networks learn places (Islam, Jia and Bruce 2020).
#
# ### The network with the other head
#
# The other small network of this lab ends in a dense layer with a weight of its own for every place.
#
# **Predict.** Trained on the same pictures it takes the same shortcut. Does Grad-CAM show it?

# %% guess [markdown]
# *Your prediction: heat in the corner by Grad-CAM: ___ %; by gradient times map at each place: ___ %*

# %%
keras.utils.set_random_seed(0)
placed = build_network(averaged=False)
train(placed, x_studio, y_train, peak=0.004)
lower = keras.Model(placed.inputs[0], placed.get_layer("conv2").output)
last_maps = lower(marked(shirts))
with tf.GradientTape() as tape:
    tape.watch(last_maps)
    scores = last_maps
    for layer in placed.layers[2:]:
        scores = layer(scores)
    total = tf.reduce_sum(scores[:, SHIRT])
slopes = tape.gradient(total, last_maps)
averaged = np.maximum((np.mean(slopes, axis=(1, 2), keepdims=True) * last_maps.numpy()).sum(-1), 0)
at_place = np.maximum((slopes * last_maps).numpy().sum(-1), 0)
in_corner = {}
for name, heat in {"Grad-CAM": averaged, "gradient x map, by place": at_place}.items():
    in_corner[name] = float(
        np.mean(heat[:, :3, :3].sum((1, 2)) / np.maximum(heat.sum((1, 2)), 1e-9))
    )
    print(f"{name:25} heat in the corner, 9 of 196 squares: {in_corner[name]:.2f}")

# %%
contribution = (slopes * last_maps).numpy()[:, :3, :3].sum(axis=(1, 2)).mean(axis=0)
slope_maps = slopes.numpy()[..., contribution.argmax()]  # of the channel that adds most there
slope_corner, slope_all = slope_maps[:, :3, :3].mean(), slope_maps.mean()
print(f"its mean slope: in the corner {slope_corner:.3f}, over all places {slope_all:.3f}")
without, with_mark = (np.mean(answers_of(placed, x) == SHIRT) for x in (shirts, marked(shirts)))
print(f"called shirt: with the mark {with_mark:.2f}, without {without:.2f}")

# %% evidence
assert with_mark > 0.93
assert without < 0.15
assert in_corner["Grad-CAM"] < 0.15
assert in_corner["gradient x map, by place"] > 0.5
assert slope_corner > 0
assert abs(slope_all) < 0.3 * slope_corner

# %% [markdown]
# The shortcut is there, and Grad-CAM puts hardly any heat on it. Its mean over places mixes slopes that differ from
# place to place here: the channel that adds most to the score in the corner has a positive mean slope there, but over
# all places slopes of both signs cancel to about zero (with four seeds to less than a tenth of the corner's, three
# times below zero). Grad-CAM takes that mean as the weight: the channel vanishes, or turns negative and is cut away
# by the ReLU. The product of slope and map at each
# place, without the mean, puts most of its heat on the mark; Draelos and Carin (2020) propose this as HiResCAM.
# (Three more seeds gave the same.) So a clean heat map is no clearance. The intervention, which asks the network
# itself, found the shortcut both times.
#
# ### Whose errors are those?
#
# This is not a tale of toy data. Lapuschkin and others (2019) found that a classifier had recognised horses by the
# tag of a source, printed on many of the pictures. Zech and others (2018) trained networks to find pneumonia on
# X-rays; they often did worse in hospitals other than those they were trained on, and could tell which hospital an
# X-ray was from. A shortcut's errors fall on whoever is not like the training data: on the shop whose shirts another
# studio photographs, on the patients of the hospital that sent no pictures. Buolamwini and Gebru (2018) measured
# commercial classifiers of gender from faces, and found the errors highest for darker-skinned women, who were rare in
# two benchmarks of the time; the overall accuracy hid it. So report errors *by group and by source*, not their mean.
# The bias is in what somebody collected, labelled and accepted as a test; a heat map can point at it, and cannot say
# whether a use is right.
#
# ### What a practitioner does today
#
# Split by source (studio, hospital, camera), not at random, and report each. Look at maps of right *and* wrong
# answers, several methods, with a sanity check. Take what they show as a suspicion, and test it by an intervention:
# remove, move, add. Then mend the data first, the network second. Where an error harms people, do not promise that
# a map explains a decision.
#
# ### Exercise 7: `what_it_learnt` (written, objective 7)
#
# A colleague sends you a network for skin photos. On validation photos it finds 96% of the malignant cases. On
# Grad-CAM maps the heat lies, for malignant cases, on a ruler that lies beside the skin; in the clinic a ruler is put
# down when a doctor is worried. (a) What may the network have learnt, and why does the validation accuracy not show
# it? (b) Which two experiments decide it, and which result speaks for what? (c) Whose errors would follow in use? (d)
# What would you change first? Five to ten sentences.

# %% [markdown] written="what_it_learnt"
# **Model answer.** (a) It may have learnt "ruler means malignant". Validation pictures come from the same clinic,
# where the ruler goes with the diagnosis as well, so a network that only finds rulers is right there too. The map
# alone does not prove it: heat on the ruler is a suspicion, and another method or head may show something else. (b)
# Interventions: take the ruler out of malignant photos (cut or paint over, with the same done to skin elsewhere as
# a control) and put rulers into benign ones. If the score follows the ruler, it is the shortcut; if it stays, it is
# not. Or photos from a source without rulers, or with rulers in all: an accuracy that falls there. (c) Malignant
# cases without a ruler are missed: people seen by somebody not worried yet, photos taken at home, other clinics.
# Benign ones with a ruler are alarmed. Those errors are worst where no specialist has looked before, which is where
# the network would be used. (d) The data: photos without rulers or with rulers in both classes, rulers cropped, a
# split by clinic; report by group; only then train again.
#
# **Rubric.** 1 point: the rule that was learnt, and that it is in the validation data as well. 1 point: a map is a
# suspicion, not a proof. 1 point: an intervention with what each result would mean (a control asked for, not
# required). 1 point: who is missed or alarmed, concretely. 1 point: data and split by source before the network.
# Take a point off for "explain it to the patient by the heat map".

# %% instructor [markdown]
# **For instructors.** Let groups guess the numbers (a) to (d) first. The second network is a good trap: ask who
# would have cleared it after seeing its maps. The ruler of exercise 7 is not invented: Narla and others (2018),
# *Automated classification of skin lesions: from pixels to practice*, tell of such a case.

# %% [markdown]
# ## What we have seen
#
# **In one sentence.** A heat map is a suspicion; what a network uses is shown by changing it and looking at the answer.
#
# **In one paragraph.** You can look into a network at every depth, and find filters that do nothing. Saliency,
# SmoothGrad and Grad-CAM each answer a narrow question about a score. Measured against masks, an edge detector that
# knows no network looks as good as Grad-CAM, until you ask for another class. Shuffled weights show which maps
# depend on what was learnt. A planted shortcut gives a high validation accuracy for shirts, and is proved by
# taking away and putting on a mark of nine pixels.
#
# **The full list.**
#
# - A dead filter is never above zero on any image; a high learning rate makes them, and accuracy may not tell.
# - Explain the score before the softmax: a probability's slope fades at p near 1, and mixes classes.
# - Saliency is the size of the score's slope by pixel. It is noisy, and flat where a score is saturated. SmoothGrad
#   averages.
# - Occlusion is an intervention; what "grey" is belongs to the result.
# - Grad-CAM: mean gradient as weight, weighted sum, ReLU, guard, scale. With a global average and one dense layer it is
#   CAM, and exact; with a head that tells places apart its mean can hide what matters.
# - Compare with chance, a blob in the middle, an edge detector, and the map for another class.
# - A map that survives shuffled weights explains the image.
# - A shortcut is in the validation data as well. Split by source, intervene, report by group.
#
# **Key terms.** Dead filter, saliency map, SmoothGrad, occlusion map, Grad-CAM, CAM, pointing game, guided
# backpropagation, shortcut learning.
#
# **To remember it by.** *Look, ask, shuffle, move*: look at maps, ask for another class, shuffle the weights, move
# the mark.

# %% [markdown]
# ## Check yourself
#
# **1. A saliency map is dark on the object. That means...** (a) the network does not use it (b) small changes there
# change the score little (c) the object is not recognised
#
# <details><summary>Explanation</summary>
# (a) A saturated score is flat where its evidence lies. <b>(b) is right</b>, and nothing more is said. (c) Look at
# the score for that.
# </details>
#
# **2. Grad-CAM uses the score before the softmax because...** (a) it is faster (b) probabilities have no gradient (c) a
# probability depends on all scores, and its slope fades near 1
#
# <details><summary>Explanation</summary>
# (a) There is no difference worth naming. (b) They have one: p(1 − p) for their own score. <b>(c) is right.</b>
# </details>
#
# **3. A map puts 30% of its heat on an object that covers 8%. You conclude...** (a) the network looks at the object (b)
# nothing yet: an edge detector may do the same (c) 70% of the decision is about the background
#
# <details><summary>Explanation</summary>
# (a) Not without rivals and another class. <b>(b) is right.</b> (c) Coarse maps spill over; heat is no share of a
# decision.
# </details>
#
# **4. The last layer is shuffled, and a map stays the same. The map...** (a) is robust (b) shows something that
# does not depend on the classes learnt (c) shows that the last layer is not needed
#
# <details><summary>Explanation</summary>
# (a) Robust against what it should notice. <b>(b) is right.</b> (c) The answers are nonsense now; only the map stayed.
# </details>
#
# **5. The surest sign of a shortcut is...** (a) heat in a corner (b) a very high validation accuracy (c) an answer
# that changes when the mark is put on, removed or moved
#
# <details><summary>Explanation</summary>
# (a) A suspicion; and a map can miss it. (b) It fits many causes, good ones as well. <b>(c) is right</b>: it is an
# intervention.
# </details>

# %% [markdown]
# ## Further
#
# Two sections: the pictures that excite a filter most (8), and what two-dimensional pictures of features show and
# hide (9).

# %% [markdown]
# ## 8. What excites a filter most (14 minutes, further)
#
# Start with noise and climb: change the *image* along the gradient of one feature map's mean. What comes out is a
# picture by **activation maximisation** (Erhan and others 2009). Rules that keep it near photos are chosen by people,
# and part of what you see: here the image is moved by a few pixels at random before each step, and smoothed (Olah,
# Mordvintsev and Schubert 2017 compare many such rules).
#
# **Predict.** Which reaches the higher activation, with or without rules? How many times as strong are the
# differences between neighbouring pixels without rules?

# %% guess [markdown]
# *Your prediction: higher activation ..., differences ___ times as strong*

# %%
small_input = backbone("efficientnet_lite0", input_shape=(96, 96, 3))
middle = keras.Model(small_input.inputs[0], small_input.get_layer("block3b_add").output)
filters = np.array([0, 5, 11, 17])


@tf.function
def climb(images, rate):
    """Move images a step up the mean of one feature map each; return them and these means."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        maps = tf.reduce_mean(middle(images, training=False), axis=(1, 2))
        means = tf.gather(maps, filters, axis=1, batch_dims=0)
        total = tf.reduce_sum(tf.linalg.diag_part(means))
    slope = tape.gradient(total, images)
    slope /= tf.math.reduce_std(slope, axis=(1, 2, 3), keepdims=True) + 1e-8
    return tf.clip_by_value(images + rate * slope, -1, 1), tf.linalg.diag_part(means)


# %%
best, excited = {}, {}
start = 0.1 * np.random.default_rng(1).normal(size=(4, 96, 96, 3)).astype("float32")
for name in ("no rules", "moved and blurred"):
    images = tf.constant(start)
    for _ in range(48):
        if name != "no rules":
            images = tf.roll(images, random.integers(-4, 5, size=2), axis=(1, 2))
            images = tf.constant(ndimage.gaussian_filter(images.numpy(), (0, 0.6, 0.6, 0)))
        images, _ = climb(images, 0.05)
    best[name] = images.numpy()
    excited[name] = climb(images, 0.0)[1].numpy()
rough = {name: float(np.abs(np.diff(x, axis=1)).mean()) for name, x in best.items()}
for name in best:
    print(
        f"{name:18} activation {np.round(excited[name], 2)}, neighbours differ by {rough[name]:.3f}"
    )

# %% evidence
assert np.all(excited["no rules"] > excited["moved and blurred"])
assert rough["no rules"] > 1.5 * rough["moved and blurred"]
show(
    image_grid(
        [(x * 0.5 + 0.5).clip(0, 1) for images in best.values() for x in images],
        [f"map {k}, {name}" for name in ("no rules", "rules") for k in filters],
        columns=4,
        size=1.1,
        suptitle="Rules calm the picture, and are part of it",
    ),
    alt="Four feature maps' most exciting images, without rules above and with random moves and "
    "blur below. Above: strong, fine, colourful patterns of lines; below: paler and smoother ones, "
    "with fewer fine lines.",
)

# %% [markdown]
# Without rules the activation is higher, and the picture rougher. Both rows look like texture, and both are true
# answers, to different questions. Neither shows what
# *photos* excite the filter; for that look at the images of a data set that do.

# %% instructor [markdown]
# **For instructors.** Change the blur to 1.2, or leave the moves out, and let the class name what the filter
# "sees". Then compare the names.

# %% [markdown]
# ## 9. Features in two dimensions (14 minutes, further)
#
# Before the last layer an image is a row of numbers, a point in the network's **latent space**: for the first small
# network 1,568 numbers. To see the points they are brought to two dimensions. **PCA** takes the two directions in
# which they vary most: a shadow on a wall, with distances that only shrink. **t-SNE** (van der Maaten and Hinton
# 2008) places points so that *neighbours* stay neighbours, and lets go of everything else.
#
# **Predict.** Guess a picture's class by its five neighbours: with all numbers, in PCA's plane, in t-SNE's plane. How
# often is it right? And what does t-SNE make of 250 points of pure noise?

# %% guess [markdown]
# *Your prediction: all numbers ___ %, PCA ___ %, t-SNE ___ %; noise becomes ...*

# %%
calm = small_networks[0.003]
latent = keras.Model(calm.inputs[0], calm.layers[-2].output)
points, labels = np.asarray(latent(x_val[:500])), y_val[:500]
planes = {"PCA": PCA(2, random_state=0).fit_transform(points)}
thirty = PCA(30, random_state=0).fit_transform(points)
with threadpool_limits(1):  # faster where other programs run
    planes["t-SNE"] = TSNE(perplexity=30, max_iter=500, random_state=0).fit_transform(thirty)
explained = PCA(2, random_state=0).fit(points).explained_variance_ratio_.sum()


def by_neighbours(x):
    """Return the share of the last 250 that five neighbours among the first 250 name rightly."""
    return KNeighborsClassifier(5).fit(x[:250], labels[:250]).score(x[250:], labels[250:])


kept = {name: by_neighbours(x) for name, x in {"all": points, **planes}.items()}
print(
    {name: f"{share:.2f}" for name, share in kept.items()}, f"PCA keeps {explained:.0%} of variance"
)

# %%
noise = np.random.default_rng(3).normal(size=(250, 50))
with threadpool_limits(1):
    islands = TSNE(perplexity=2, max_iter=500, random_state=0).fit_transform(noise)
gaps = {}
for name, x in {"noise": noise, "its t-SNE": islands}.items():
    distance = np.sort(np.linalg.norm(x[:, None] - x[None], axis=-1), axis=1)
    gaps[name] = float(np.median(distance[:, 125]) / np.median(distance[:, 1]))
print(
    {name: f"{value:.1f}" for name, value in gaps.items()},
    "times as far: the middle of all, the nearest",
)

# %% evidence
assert kept["PCA"] < kept["t-SNE"] - 0.05
assert kept["t-SNE"] > 0.6
assert 0.1 < explained < 0.8
assert gaps["noise"] < 2
assert gaps["its t-SNE"] > 8
show(
    draw.digit_clouds(planes, labels, title="The same features, two planes (digits: classes)"),
    alt="500 pictures as class digits in two planes. In PCA's plane most classes overlap; in "
    "t-SNE's plane some form groups of their own, and others, such as pullovers, coats and "
    "shirts (2, 4 and 6), stay mixed.",
)
show(
    draw.digit_clouds(
        {
            "noise, two of 50 numbers": noise[:, :2],
            "the same noise by t-SNE, perplexity 2": islands,
        },
        np.zeros(250, dtype=int),
        title="t-SNE finds clumps in noise that has none",
    ),
    alt="250 points of normal noise, one even cloud at the left; the same points by t-SNE with "
    "perplexity 2 at the right fall into many small clumps.",
)

# %% [markdown]
# t-SNE's plane keeps more of what neighbours tell of the class than PCA's. What may *not* be read from it (Wattenberg,
# Viégas and Johnson 2016): the size of an island, the distance between islands, and, at a small *perplexity* (roughly:
# how many neighbours count), that there are islands at all. In the noise all points are nearly equally far from each
# other: the middle one of all others is less than twice as far as the nearest. In the plane it is more than eight
# times as far. PCA's plane makes no distance longer, and shows only the share of the variance that was printed; what
# overlaps in it may be well apart in other directions. Classes that look mixed in a plane are no proof that the
# network mixes them: ask its accuracy.

# %% instructor [markdown]
# **For instructors.** Run t-SNE with perplexities 2, 30 and 200 and other seeds, and let the class say which
# statements survive all.

# %% [markdown]
# ## Read on
#
# - K. Simonyan, A. Vedaldi and A. Zisserman (2013), *Deep inside convolutional networks: visualising image
#   classification models and saliency maps*.
# - M. D. Zeiler and R. Fergus (2014), *Visualizing and understanding convolutional networks*. Occlusion, and
#   filters by layer.
# - R. R. Selvaraju and others (2017), *Grad-CAM: visual explanations from deep networks via gradient-based
#   localization*.
# - B. Zhou and others (2016), *Learning deep features for discriminative localization*. CAM.
# - D. Smilkov and others (2017), *SmoothGrad: removing noise by adding noise*.
# - J. Zhang and others (2016), *Top-down neural attention by excitation backprop*. The pointing game.
# - J. T. Springenberg and others (2015), *Striving for simplicity: the all convolutional net*. Guided backpropagation.
# - J. Adebayo and others (2018), *Sanity checks for saliency maps*.
# - R. L. Draelos and L. Carin (2020), *Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional
#   neural networks*.
# - M. A. Islam, S. Jia and N. D. B. Bruce (2020), *How much position information do convolutional neural networks
#   encode?* Padding tells places apart.
# - S. Lapuschkin and others (2019), *Unmasking Clever Hans predictors and assessing what machines really learn*.
# - R. Geirhos and others (2020), *Shortcut learning in deep neural networks*.
# - J. R. Zech and others (2018), *Variable generalization performance of a deep learning model to detect pneumonia
#   in chest radiographs*.
# - J. Buolamwini and T. Gebru (2018), *Gender shades: intersectional accuracy disparities in commercial gender
#   classification*.
# - D. Erhan and others (2009), *Visualizing higher-layer features of a deep network*.
# - C. Olah, A. Mordvintsev and L. Schubert (2017), *Feature visualization*.
# - L. van der Maaten and G. Hinton (2008), *Visualizing data using t-SNE*.
# - M. Wattenberg, F. Viégas and I. Johnson (2016), *How to use t-SNE effectively*.
#
# ### An open challenge
#
# Plant a shortcut that no map of this lab shows: not a mark at a place, but something that is everywhere, such as a
# slightly higher brightness of one class. Which maps change? Which intervention finds it? Then search the networks
# of labs 05 and 07 for a shortcut that nobody planted.
