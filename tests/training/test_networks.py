import numpy as np
import pytest

from tests.training.pictures import digits, fitted_small
from training import networks
from training.errors import UnknownArchitecture
from training.learning.fitting import FitSettings, fit

SHAPES = [
    ("light", [(28, 28, 16)] * 2 + [(14, 14, 32)] * 2 + [(7, 7, 96)] * 2, []),
    ("wide", [(28, 28, 16)] * 2 + [(14, 14, 48)] * 2 + [(7, 7, 128)] * 3, []),
    ("compact", [(28, 28, 32)] * 2 + [(14, 14, 64)] * 2 + [(7, 7, 128)] * 2, []),
    ("four-conv", [(26, 26, 32), (24, 24, 32), (10, 10, 64), (8, 8, 64)], [512]),
    ("small", [(26, 26, 32), (11, 11, 64)], []),
    ("codelab", [(24, 24, 8), (8, 8, 16)], []),
    ("crowd", [(28, 28, 32), (14, 14, 64)], [1024]),
    ("dense", [], [128, 128]),
    ("deep", [(28, 28, 64)] * 2 + [(14, 14, 128)] * 2 + [(7, 7, 256)] * 2 + [(4, 4, 512)] * 2, [4096, 1536]),
]


def shapes(network):
    """Return the output shape of every layer of trunk and head, without the batch."""
    return [
        (type(layer).__name__, tuple(layer.output.shape[1:]))
        for part in network.layers
        for layer in part.layers
        if type(layer).__name__ in ("Conv2D", "Dense")
    ]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("light", 128_986),
        ("wide", 383_642),
        ("compact", 289_066),
        ("four-conv", 594_922),
        ("small", 34_826),
        ("codelab", 5_994),
        ("crowd", 3_274_634),
        ("dense", 118_282),
        ("deep", 19_392_970),
    ],
)
def test_architectures_have_the_parameters_they_are_known_for(name, parameters):
    assert networks.build(name, 10).count_params() == parameters


@pytest.mark.parametrize(("name", "convolutions", "dense"), SHAPES)
def test_architectures_have_the_layers_that_their_names_stand_for(name, convolutions, dense):
    network = networks.build(name, 10)
    expected = [("Conv2D", shape) for shape in convolutions] + [("Dense", (units,)) for units in [*dense, 10]]
    assert shapes(network) == expected


@pytest.mark.parametrize(
    ("name", "features"), [("light", 96), ("wide", 128), ("compact", 128), ("small", 1600), ("dense", 128)]
)
def test_trunks_end_in_features_that_another_head_can_take(name, features):
    assert networks.build(name, 10).get_layer("trunk").output_shape == (None, features)


@pytest.mark.parametrize(("name", "shares"), [("crowd", [0.5]), ("four-conv", [0.25, 0.5]), ("deep", [0.5, 0.5])])
def test_dense_layers_are_followed_by_dropout(name, shares):
    layers = [layer for part in networks.build(name, 10).layers for layer in part.layers]
    assert [layer.rate for layer in layers if type(layer).__name__ == "Dropout"] == shares


def test_the_deep_one_normalizes_each_convolution_and_pools_each_block():
    kinds = [type(layer).__name__ for layer in networks.build("deep", 10).get_layer("trunk").layers]
    block = ["Conv2D", "BatchNormalization", "Conv2D", "BatchNormalization", "MaxPooling2D"]
    assert kinds[-4 * 5 - 4 : -4] == block * 4


@pytest.mark.parametrize("name", sorted(networks.architectures()))
@pytest.mark.parametrize("classes", [2, 10])
def test_every_architecture_gives_probabilities_for_raw_ink(name, classes):
    images, _ = digits(1)
    answers = networks.build(name, classes, seed=1)(images[..., None].astype(np.float32)).numpy()
    assert answers.shape == (10, classes)
    assert answers.sum(axis=1) == pytest.approx(1)
    assert answers.max() < 0.9  # an untrained one is sure of nothing: the input is rescaled inside


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(UnknownArchitecture, match=r"codelab, compact, .*, small.*'nonesuch'"):
        networks.build("nonesuch", 10)


def test_a_seed_fixes_the_first_weights():
    def first(seed):
        return networks.build("small", 10, seed=seed).get_weights()[0]

    assert np.array_equal(first(1), first(1))
    assert not np.array_equal(first(1), first(2))


def test_a_dumped_network_answers_the_same_after_load_and_has_its_parts():
    network, _ = fitted_small()
    images = digits(2, first=300)[0][..., None].astype(np.float32)
    content = networks.dump(network)
    loaded = networks.load(content)
    assert np.array_equal(loaded(images), network(images))
    assert [layer.name for layer in loaded.layers] == ["trunk", "head"]
    assert len(content) < 34_826 * 4 * 1.5  # no state of the optimizer in it


def test_a_frozen_trunk_stays_as_it_is_while_the_new_head_learns():
    network = networks.transfer(_loaded("compact"), 2, fine_tune=False, seed=1)
    trunk, head = _fit_even_or_odd(network)
    assert all(np.array_equal(before, after) for before, after in trunk)
    assert not any(np.array_equal(before, after) for before, after in head)


def test_fine_tuning_moves_the_trunk_but_not_the_statistics_of_its_normalization():
    network = networks.transfer(_loaded("compact"), 2, fine_tune=True, seed=1)
    normalizations = [layer for layer in network.get_layer("trunk").layers if "batch_norm" in layer.name]
    before = [weight for layer in normalizations for weight in layer.get_weights()]
    trunk, _ = _fit_even_or_odd(network)
    assert sum(not np.array_equal(old, new) for old, new in trunk) == 6  # the convolutions
    assert len(normalizations) == 6
    after = [weight for layer in normalizations for weight in layer.get_weights()]
    assert all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))


def test_transfer_leaves_its_source_alone():
    source, _ = fitted_small()
    before = source.get_weights()
    network = networks.transfer(source, 2, fine_tune=False, seed=1)
    _fit_even_or_odd(network)
    assert source.get_layer("trunk").trainable
    assert all(np.array_equal(old, new) for old, new in zip(before, source.get_weights(), strict=True))


def test_a_transferred_network_can_be_saved_and_stays_frozen():
    loaded = networks.load(networks.dump(networks.transfer(fitted_small()[0], 2, fine_tune=False, seed=1)))
    assert loaded.output_shape == (None, 2)
    assert not loaded.get_layer("trunk").trainable_variables
    assert loaded.get_layer("head").trainable_variables


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("wanted", [True, False])
def test_a_network_that_is_trained_further_has_its_trunk_trained_as_this_run_wants(before, wanted):
    made = networks.transfer(_loaded("compact"), 2, fine_tune=before, seed=1)
    network = networks.resume(networks.load(networks.dump(made)), fine_tune=wanted)
    trunk, head = _fit_even_or_odd(network)
    assert any(not np.array_equal(old, new) for old, new in trunk) == wanted
    assert not any(np.array_equal(old, new) for old, new in head)


def _loaded(name):
    return networks.load(networks.dump(networks.build(name, 10, seed=1)))


def _fit_even_or_odd(network):
    """Fit a few batches; return pairs of weights before and after, of the trunk and of the head."""
    images, classes = digits(4)
    parts = [network.get_layer(name) for name in ("trunk", "head")]
    before = [part.get_weights() for part in parts]
    data = (images, classes % 2)
    fit(network, data, data, FitSettings(epochs=1, batch_size=20, seed=1))
    return [list(zip(old, part.get_weights(), strict=True)) for old, part in zip(before, parts, strict=True)]
