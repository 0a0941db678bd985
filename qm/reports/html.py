"""The monthly report as one HTML file that needs nothing else, runs no script, asks nobody."""

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from qm.reports.charts.svg import FONTS_DIR
from qm.reports.files import written_whole
from qm.reports.pictures import Picture
from qm.reports.printed import LONG_WORD, Paper, Section

_STYLE = Path(__file__).parent / "templates" / "report.css"


def write_html(paper: Paper, path: Path) -> None:
    """Write the report to the HTML file `path`, from right to left in Persian.

    Fonts and charts are in the file; its content security policy allows its own style sheet and
    fonts and nothing else. Every text is escaped and stands in its own direction. The same report
    gives the same bytes. An existing file is replaced only once the new one is complete.
    """
    with written_whole(path) as unfinished:
        unfinished.write_text(_document(paper), encoding="utf-8", newline="\n")


def _document(paper: Paper) -> str:
    style = _style()
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{allowed}'; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    direction = "rtl" if paper.language == "fa" else "ltr"
    sections = [_section(section, paper.empty) for section in paper.sections]
    body = "\n".join([*_cover(paper), *sections, _terms(paper)])
    return f"""<!DOCTYPE html>
<html lang="{paper.language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(paper.title)}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


@cache
def _style() -> str:
    faces = "".join(
        f"@font-face{{font-family:Vazirmatn;font-weight:{weight};"
        f"src:url(data:font/ttf;base64,{_base64(f'Vazirmatn-{name}.ttf')})}}\n"
        for name, weight in (("Regular", 400), ("Bold", 700))
    )
    return f"{faces}{_STYLE.read_text('utf-8')}"


def _base64(font: str) -> str:
    return b64encode((FONTS_DIR / font).read_bytes()).decode()


def _cover(paper: Paper) -> Iterable[str]:
    yield f"<header><h1>{escape(paper.title)} <small>{escape(paper.standing)}</small></h1>"
    # The first two sentences are the score and how it moved.
    yield from (f'<p class="lead">{escape(line)}</p>' for line in paper.summary[:2])
    yield '<dl class="figures">'
    for figure in paper.figures:
        value, said = escape(figure.value), escape(figure.said)
        yield (
            f"<div><dt>{escape(figure.title)}</dt>"
            f'<dd class="value">{value}</dd><dd class="said">{said}</dd></div>'
        )
    yield "</dl>"
    yield from (f"<p>{escape(line)}</p>" for line in paper.summary[2:])
    yield from (f'<p class="mute">{escape(line)}</p>' for line in paper.lines)
    yield f"</header><nav><h2>{escape(paper.contents)}</h2><ol>"
    for name, title in [*((s.name, s.title) for s in paper.sections), ("terms", paper.terms)]:
        yield f'<li><a href="#{escape(name)}">{escape(title)}</a></li>'
    yield "</ol></nav>"


def _section(section: Section, empty: str) -> str:
    return "\n".join(
        [
            f'<section id="{escape(section.name)}"><h2>{escape(section.title)}</h2>',
            *([f'<p class="mute">{escape(section.note)}</p>'] if section.note else []),
            *map(_figure, section.pictures),
            *_rows(section, empty),
            "</section>",
        ]
    )


def _figure(picture: Picture) -> str:
    said = escape(picture.said)
    # The picture is ours (Vega escapes the texts in it): see the tests with hostile names.
    svg = picture.svg.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1)
    return f"<figure>{svg}<figcaption>{said}</figcaption></figure>"


def _rows(section: Section, empty: str) -> Iterable[str]:
    if section.rows:
        return _table(section)
    return [] if section.note else [f'<p class="mute">{escape(empty)}</p>']


def _table(section: Section) -> Iterable[str]:
    kinds = ["number" if each.is_number else "" for each in section.headings]
    yield '<div class="wide" tabindex="0"><table><thead><tr>'
    for heading, kind in zip(section.headings, kinds, strict=True):
        yield f'<th scope="col" class="{kind}">{escape(heading.text)}</th>'
    yield "</tr></thead><tbody>"
    for row in section.rows:
        yield f"<tr>{''.join(map(_cell, row, kinds))}</tr>"
    yield "</tbody></table></div>"


def _cell(text: str, kind: str) -> str:
    kind = "long" if LONG_WORD.search(text) else kind
    return f'<td class="{kind}"><bdi>{escape(text)}</bdi></td>'


def _terms(paper: Paper) -> str:
    terms = "\n".join(
        f"<dt>{escape(note.title)}</dt><dd>{escape(note.what)} {escape(note.how)} "
        f"<em>{escape(note.not_said)}</em></dd>"
        for note in paper.methods
    )
    return (
        f'<section id="terms"><h2>{escape(paper.terms)}</h2>'
        f'<dl class="terms">{terms}</dl></section>'
        f'<footer class="mute hash">{escape(paper.foot)} {escape(paper.hashes)}</footer>'
    )
