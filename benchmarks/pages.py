"""Parts of the pages of docs/ that a benchmark writes, between markers; the text around them is written by hand."""

import pathlib


def write_part(page: pathlib.Path, part: str, words: str) -> None:
    """Puts `words`, whole lines, between `<!-- PART: begin -->` and `<!-- PART: end -->`."""
    begin, end = f"<!-- {part}: begin -->\n", f"<!-- {part}: end -->"
    before, rest = page.read_text().split(begin)
    page.write_text(before + begin + words + end + rest.split(end)[1])
