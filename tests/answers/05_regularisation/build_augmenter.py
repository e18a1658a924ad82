# | clause of the docstring | tested by | answers |
# |---|---|---|
# | image_size is (height, width) | visible: 40 x 60; hidden: a drawn size | the height's fraction for both; height and width swapped |
# | moves by up to max_shift pixels | visible: 3, least and greatest; hidden: 2 | pixels in place of fractions; only down the rows; in another order, with pairs of limits |
# | up or down, and left or right | visible: least and greatest | one way only; always the whole change |
# | ... independently | hidden: correlation of the two, with and without mirroring | the same shift down and right |
# | turns by up to max_degrees, either way | visible: 20, least and greatest | half a turn taken for a full one; degrees in place of a fraction; radians in place of a fraction |
# | 0 is allowed: nothing moves, nothing turns | visible: each alone | refuses a shift of 0 |
# | mirror: half of the images, left to right | visible: share mirrored, share top down; hidden: exact | never mirrors; mirrors every image; upside down, too; mirrors up and down in place of left and right |
# | mirror=False: none | visible and hidden | always mirrors |
# | a Keras model or layer | visible: its kind | a plain function; a layer of its own; functional; whole pixels, image by image |
# | (batch, height, width, channels), any number of them and of channels | visible: 2 channels, one image; hidden: 1 and 3 | one channel of each image |
# | the same shape | visible: one image; hidden: 3 channels | drops the channels' axis |
# | each is shifted, and turned | hidden: share of images with both | shifted or turned, never both |
# | ... in its own way | visible: least and greatest of 300; hidden: share mirrored | the whole batch alike |
# | what comes in from outside is black | visible: each change alone; hidden: both | Keras' default filling; white comes in |
# | training=False returns the images as they are | visible | also at inference |

# %% right: in another order, with pairs of limits
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    part = max_degrees / 360
    rows, columns = max_shift / image_size[0], max_shift / image_size[1]
    parts = [layers.RandomFlip("horizontal")] if mirror else []
    parts.append(layers.RandomRotation((-part, part), fill_mode="constant", fill_value=0))
    parts.append(layers.RandomTranslation((-rows, rows), (-columns, columns), fill_mode="constant"))
    return keras.Sequential(parts)


# %% right: functional
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    images = keras.Input((None, None, None))
    turned = layers.RandomRotation(max_degrees / 360, fill_mode="constant")(images)
    moved = layers.RandomTranslation(max_shift / image_size[0], max_shift / image_size[1], fill_mode="constant")(turned)
    return keras.Model(images, layers.RandomFlip("horizontal")(moved) if mirror else moved)


# %% right: a layer of its own
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    class Augmenter(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            height, width = image_size
            self.parts = [
                layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant"),
                layers.RandomRotation(max_degrees / 360.0, fill_mode="constant"),
            ]
            if mirror:
                self.parts.append(layers.RandomFlip("horizontal"))

        def call(self, images, training=False):
            for part in self.parts:
                images = part(images, training=training)
            return images

    return Augmenter()


# %% right: whole pixels, image by image
class InWholePixels(layers.Layer):
    def __init__(self, max_shift, max_degrees, mirror):
        super().__init__()
        self.reach, self.mirror = int(max_shift), mirror
        self.turn = layers.RandomRotation(max_degrees / 360, fill_mode="constant")

    def call(self, images, training=False):
        if not training:
            return images
        images, reach = np.asarray(images), self.reach
        moved, (height, width) = np.zeros_like(images), images.shape[1:3]
        for number, image in enumerate(images):
            down, right = np.random.randint(-reach, reach + 1, size=2)
            framed = np.pad(image, ((reach, reach), (reach, reach), (0, 0)))
            moved[number] = framed[reach - down :, reach - right :][:height, :width]
            if self.mirror and np.random.rand() < 0.5:
                moved[number] = moved[number][:, ::-1]
        return self.turn(moved, training=True)


def build_augmenter(image_size, max_shift, max_degrees, mirror):
    return InWholePixels(max_shift, max_degrees, mirror)


# %% wrong: the height's fraction for both
# says: serves for the width
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    part = max_shift / image_size[0]
    parts = [layers.RandomTranslation(part, part, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: height and width swapped
# says: swapped
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    width, height = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: half a turn taken for a full one
# says: 360 degrees
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 180, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: Keras' default filling
# says: fill_mode
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width)]
    parts += [layers.RandomRotation(max_degrees / 360)]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: upside down, too
# says: RandomFlip|top down
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip()] if mirror else []))


# %% wrong: always mirrors
# says: mirrored
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant"), layers.RandomFlip("horizontal")]
    return keras.Sequential(parts)


# %% wrong: only down the rows
# says: sideways
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    parts = [layers.RandomTranslation(max_shift / image_size[0], 0.0, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: also at inference
# says: training=False
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    class Always(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            height, width = image_size
            self.shift = layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")
            self.turn = layers.RandomRotation(max_degrees / 360, fill_mode="constant")

        def call(self, images, training=False):
            return self.turn(self.shift(images, training=True), training=True)

    return Always()


# %% wrong: never mirrors
# says: mirrored
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    shift = layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")
    return keras.Sequential([shift, layers.RandomRotation(max_degrees / 360, fill_mode="constant")])


# %% wrong: mirrors up and down in place of left and right
# says: RandomFlip|top down
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("vertical")] if mirror else []))


# %% wrong: mirrors every image
# says: mirrored
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    class Mirror(keras.layers.Layer):
        def call(self, images, training=False):
            return images[:, :, ::-1] if training else images

    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([Mirror()] if mirror else []))


# %% wrong: one way only
# says: Both ways
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    rows, columns = max_shift / image_size[0], max_shift / image_size[1]
    parts = [layers.RandomTranslation((0, rows), (0, columns), fill_mode="constant")]
    parts += [layers.RandomRotation((0, max_degrees / 360), fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: always the whole change
# says: Both ways, each image its own
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    rows, columns, part = max_shift / image_size[0], max_shift / image_size[1], max_degrees / 360
    parts = [layers.RandomTranslation((rows, rows), (columns, columns), fill_mode="constant")]
    parts += [layers.RandomRotation((part, part), fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: pixels in place of fractions
# says: fractions, not pixels
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    parts = [layers.RandomTranslation(max_shift, max_shift, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: degrees in place of a fraction
# says: fractions, not pixels
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: radians in place of a fraction
# says: not radians
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(np.radians(max_degrees), fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% right: pictures moved by hand, inside a layer
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    class Moved(layers.Layer):
        def call(self, images, training=False):
            if not training:
                return images
            height, width = image_size
            size = keras.ops.shape(images)[0]
            down, right = (keras.random.uniform((size,), -max_shift, max_shift) for _ in range(2))
            angle = np.pi / 180 * keras.random.uniform((size,), -max_degrees, max_degrees)
            sign = keras.ops.where(keras.random.uniform((size,)) < 0.5 * mirror, -1.0, 1.0)
            cosine, sine, middle = keras.ops.cos(angle), keras.ops.sin(angle), ((width - 1) / 2, (height - 1) / 2)
            rows = [sign * cosine, -sine, sign * sine, cosine]
            x_start = middle[0] - rows[0] * middle[0] - rows[1] * middle[1] + right
            y_start = middle[1] - rows[2] * middle[0] - rows[3] * middle[1] + down
            numbers = [rows[0], rows[1], x_start, rows[2], rows[3], y_start, 0 * sine, 0 * sine]
            return keras.ops.image.affine_transform(images, keras.ops.stack(numbers, axis=-1), fill_mode="constant")

    return Moved()


# %% wrong: the same shift down and right
# says: independent
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    class Diagonal(layers.Layer):
        def __init__(self):
            super().__init__()
            self.turn = layers.RandomRotation(max_degrees / 360, fill_mode="constant")
            self.flip = layers.RandomFlip("horizontal")

        def call(self, images, training=False):
            if not training:
                return images
            size = keras.ops.shape(images)[0]
            shift = keras.random.uniform((size,), -max_shift, max_shift)
            one, no = keras.ops.ones((size,)), keras.ops.zeros((size,))
            numbers = keras.ops.stack([one, no, shift, no, one, shift, no, no], axis=-1)
            images = keras.ops.image.affine_transform(images, numbers, fill_mode="constant")
            images = self.turn(images, training=True)
            return self.flip(images, training=True) if mirror else images

    return Diagonal()


# %% wrong: shifted or turned, never both
# says: moved and turned
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    shift = layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")
    turn = layers.RandomRotation(max_degrees / 360, fill_mode="constant")
    flip = layers.RandomFlip("horizontal")

    class Either(layers.Layer):
        def call(self, images, training=False):
            if not training:
                return images
            chosen = keras.random.uniform((len(images), 1, 1, 1)) < 0.5
            moved, turned = shift(images, training=True), turn(images, training=True)
            if not max_shift or not max_degrees:
                moved = turned = moved if max_shift else turned
            images = keras.ops.where(chosen, moved, turned)
            return flip(images, training=True) if mirror else images

    return Either()


# %% wrong: a plain function
# says: Keras layer or model
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    shift = layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")
    turn = layers.RandomRotation(max_degrees / 360, fill_mode="constant")

    def augment(images, training=False):
        images = turn(shift(images, training=training), training=training)
        return layers.RandomFlip("horizontal")(images, training=training) if mirror else images

    return augment


# %% wrong: refuses a shift of 0
# says: must not raise|fractions
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    if max_shift <= 0 or max_degrees < 0:
        raise ValueError("max_shift has to be positive")
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))


# %% wrong: one channel of each image
# says: shape
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    shift = layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")

    class First(layers.Layer):
        def call(self, images, training=False):
            return shift(images, training=True)[..., :1] if training else images

    return First()


# %% wrong: drops the channels' axis
# says: shape
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    shift = layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")

    class Grey(layers.Layer):
        def call(self, images, training=False):
            return shift(images, training=True)[..., 0] if training else images

    return Grey()


# %% wrong: the whole batch alike
# says: least and greatest
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant")]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant")]
    augmenter = keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))

    class Alike(layers.Layer):
        def call(self, images, training=False):
            if not training:
                return images
            stacked = keras.ops.reshape(keras.ops.transpose(images, (1, 2, 0, 3)), (1, *images.shape[1:3], -1))
            changed = keras.ops.reshape(augmenter(stacked, training=True), (*images.shape[1:3], *images.shape[::3]))
            return keras.ops.transpose(changed, (2, 0, 1, 3))

    return Alike()


# %% wrong: white comes in
# says: expected
def build_augmenter(image_size, max_shift, max_degrees, mirror):
    height, width = image_size
    parts = [layers.RandomTranslation(max_shift / height, max_shift / width, fill_mode="constant", fill_value=1.0)]
    parts += [layers.RandomRotation(max_degrees / 360, fill_mode="constant", fill_value=1.0)]
    return keras.Sequential(parts + ([layers.RandomFlip("horizontal")] if mirror else []))
