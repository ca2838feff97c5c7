"""A note as an e-mail: HTML that reads well on a telephone, in light and in dark."""

import re
from pathlib import Path

from alerts.message import Note

HERE = Path(__file__).parent
# "What to do: ..." has a heading of its own.
HEADED = re.compile(r"^(How sure|What drives it|What to do|Held up|Move first|The report): (.*)$")
PICTURE = re.compile(r'src="([\w.-]+\.png)"')


def mail_of(note: Note, home: Path) -> tuple[str, list[Path]]:
    """The HTML of the mail and the pictures that it shows as `cid:<file name>`.

    A note with a page is that page; where the page is gone, and for every other, its text is.
    """
    if note.page is not None and (home / note.page).is_file():
        page = home / note.page
        html = page.read_text(encoding="utf-8")
        names = dict.fromkeys(PICTURE.findall(html))
        pictures = [page.with_name(name) for name in names if page.with_name(name).is_file()]
        return PICTURE.sub(r'src="cid:\1"', html), pictures
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    html = environment.get_template("mail.html.j2").render(
        title=note.title, blocks=[_block(text) for text in note.body.split("\n\n")]
    )
    return html, []


def _block(text: str) -> list[tuple[str, str]]:
    """The lines of one message as (heading, text); the heading is empty where a line has none."""
    lines = []
    for line in text.splitlines():
        headed = HEADED.match(line)
        lines.append((headed[1], headed[2]) if headed else ("", line))
    return lines
