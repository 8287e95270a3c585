"""docs/extending.md: the files it shows make a graph as they stand."""

import re
from pathlib import Path

import kg
from kg.config import Config

PAGE = Path(__file__).resolve().parents[1] / "docs" / "extending.md"


def write_files(folder: Path) -> Config:
    """The files of the page, as a reader would copy them."""
    for name, text in re.findall(r"^```\w+ (\S+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Config.from_toml(folder / "kg.toml")


def test_the_example_of_another_industry_works(tmp_path):
    config = write_files(tmp_path)
    report = tmp_path / "report.md"
    report.write_text("天问一号于2021年2月抵达火星。\n", encoding="utf-8")
    with kg.open_store(config.store, config) as store:
        kg.build(report, store=store, config=config)
        table = kg.run_query("visitors", {"planet": "火星"}, store=store, config=config)
        page = kg.draw(store, tmp_path / "page.html", config=config)
    assert table.rows == (("天问一号", 1),)
    assert "探测器" in page.read_text(encoding="utf-8")
