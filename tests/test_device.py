"""The one place that chooses where tensors live; skipped where torch is not installed."""

import pytest

from kg.errors import ConfigError

torch = pytest.importorskip("torch")


def test_auto_takes_cuda_only_where_there_is_one():
    from kg.neural.device import choose_device

    assert choose_device().type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_a_name_is_taken_as_it_is():
    from kg.neural.device import choose_device

    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["gpu", "cuda:99", ""])
def test_a_device_that_is_not_here_is_one_clear_line(name):
    from kg.neural.device import choose_device

    with pytest.raises(ConfigError, match=f"device '{name}' cannot be used here .*; set it to auto, cpu or cuda$"):
        choose_device(name)
