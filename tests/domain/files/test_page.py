"""What docs/files.md says."""

import re
from pathlib import Path

from domain.files.model import Trouble

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "files.md").read_text()


def test_the_page_explains_every_code_and_no_other() -> None:
    codes = PAGE.partition("## Codes")[2].partition("\n## ")[0]
    explained = {
        code for row in re.findall(r"(?m)^\| (`.*?) \|", codes) for code in re.findall(r"`(\w+)`", row)
    }
    assert explained == set(Trouble)
