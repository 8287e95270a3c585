"""Settings: defaults, a TOML file over them, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from kg.config import Config, read_password
from kg.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "kg.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_name_files_that_ship():
    assert Config().ontology.is_file()


def test_file_goes_over_defaults(tmp_path: Path):
    config = Config.from_toml(write(tmp_path, "max_rows = 5\ntimeout = 2\nuser = '分析师'"))
    assert (config.max_rows, config.timeout, config.user) == (5, 2.0, "分析师")
    assert config.chunk_chars == Config().chunk_chars


def test_relative_paths_are_taken_from_the_folder_of_the_file(tmp_path: Path):
    config = Config.from_toml(write(tmp_path, "names = '名单'\nstore = 'a.kg'"))
    assert (config.names, config.store) == (tmp_path / "名单", str(tmp_path / "a.kg"))


def test_paths_may_be_given_as_text():
    assert Config(names="名单").names == Path("名单")  # type: ignore[arg-type]  # the test is about this


@pytest.mark.parametrize("store", ["neo4j://localhost:7687", "bolt+s://graph.example"])
def test_url_of_a_store_is_no_path(tmp_path: Path, store: str):
    assert Config.from_toml(write(tmp_path, f"store = '{store}'")).store == store


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour = 1", r"unknown keys \['colour'\]; known are .*'store'"),
        ("max_rows = 'many'", r"max_rows = 'many' must be of type int"),
        ("max_rows = true", r"max_rows = True must be of type int"),
        ("names = 3", r"names = 3 must be of type path"),
        ("max_rows = 0", r"max_rows = 0 must be more than 0"),
        ("min_score = 1.5", r"min_score = 1\.5 must be from 0 to 1"),
        ("min_score = nan", r"min_score = nan must be from 0 to 1"),
        ("max_rows = ", r"cannot read the configuration"),
    ],
)
def test_bad_file_is_one_line_that_names_it(tmp_path: Path, text: str, message: str):
    with pytest.raises(ConfigError, match=message) as caught:
        Config.from_toml(write(tmp_path, text))
    assert "kg.toml: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot read"):
        Config.from_toml(tmp_path / "nowhere.toml")


def test_values_out_of_range_are_refused_from_flags_too():
    with pytest.raises(ConfigError, match="timeout = -1 must be more than 0"):
        replace(Config(), timeout=-1)


def test_password_comes_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KG_PASSWORD", "geheim")
    assert read_password() == "geheim"
    monkeypatch.delenv("KG_PASSWORD")
    assert read_password() is None
