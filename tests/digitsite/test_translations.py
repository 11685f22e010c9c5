"""The German and French catalogues are complete, compiled, and fit their messages."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation.template import templatize

from tests.paths import ROOT

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
APPS = ("datasets", "digitsite", "recognizer", "training")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|<[^>]+>|%%")
LINK = re.compile(r' (?:href|target|rel)="[^"%]*"')
TEMPLATE_TEXT = re.compile(r"""gettext\((u'(?:[^'\\]|\\.)*'|u"(?:[^"\\]|\\.)*")""")
GETTEXT = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}


@dataclass
class Entry:
    """One message of a catalogue; `texts` holds msgid, msgid_plural, msgstr, msgstr[0], msgstr[1]."""

    flags: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        return [text for name, text in self.texts.items() if name.startswith("msgid")]

    @property
    def translations(self) -> list[str]:
        return [text for name, text in self.texts.items() if name.startswith("msgstr")]


def catalogue(language: str) -> list[Entry]:
    """Read `django.po`: blocks of comments, keywords and quoted lines, without the header."""
    entries = []
    for block in _path(language, "po").read_text().split("\n\n"):
        entry, name = Entry(), ""
        for line in block.splitlines():
            if line.startswith("#"):
                entry.flags += line if line.startswith("#,") else ""
                continue
            keyword, quoted = line.split('"', 1)
            name = keyword.strip() or name
            entry.texts[name] = entry.texts.get(name, "") + ast.literal_eval('"' + quoted)
        entries.append(entry)
    return [entry for entry in entries if entry.texts.get("msgid")]


def _path(language: str, suffix: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / f"django.{suffix}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    entries = catalogue(language)
    assert entries
    assert [entry.ids for entry in entries if "fuzzy" in entry.flags] == []
    assert [entry.ids for entry in entries if not all(entry.translations)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_every_message_of_the_sources(language: str) -> None:
    """`make messages` puts in what is missing."""
    known = {entry.texts["msgid"] for entry in catalogue(language)}
    assert sorted(set(_messages_of_sources()) - known) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_compiled_as_it_is_written(language: str) -> None:
    """`make messages` compiles it."""
    with _path(language, "mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for entry in catalogue(language):
        message, plural = entry.texts["msgid"], entry.texts.get("msgid_plural")
        if context := entry.texts.get("msgctxt"):
            assert compiled.pgettext(context, message) == entry.texts["msgstr"]
        elif plural is None:
            assert compiled.gettext(message) == entry.texts["msgstr"]
        else:
            forms = [compiled.ngettext(message, plural, count) for count in (1, 2)]
            assert forms == [entry.texts["msgstr[0]"], entry.texts["msgstr[1]"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_markup_survive_translation(language: str) -> None:
    for entry in catalogue(language):
        for message, translation in zip(entry.ids, entry.translations, strict=True):
            assert _parts(translation) == _parts(message), message


def _parts(text: str) -> list[str]:
    """Return what may not get lost; links may differ, to lead to a page in the language."""
    return sorted(LINK.sub("", part) for part in PLACEHOLDER.findall(text))


def test_french_punctuation_never_starts_a_line() -> None:
    wrong = re.compile(r" [;:!?»]|« |\w[;:!?»](?!\w)")
    texts = [text for entry in catalogue("fr") for text in entry.translations]
    assert [text for text in texts if wrong.search(re.sub(r"<[^>]+>", "", text))] == []


@pytest.mark.parametrize(("language", "words"), [("de", "Zeichne etwas."), ("fr", "Dessinez quelque chose.")])
def test_a_visitor_is_greeted_in_the_language_of_the_browser(language: str, words: str) -> None:
    page = Client().get("/", headers={"accept-language": language})
    assert f'<html lang="{language}">' in page.text
    assert words in page.text


def _messages_of_sources() -> Iterator[str]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            yield from _messages_of_python(path.read_text())
    for path in (ROOT / "templates").rglob("*.html"):
        # What Django hands to xgettext: the template with its texts as calls of gettext(u'...'), the rest blotted out.
        for literal in TEMPLATE_TEXT.findall(templatize(path.read_text())):
            yield ast.literal_eval(literal)


def _messages_of_python(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in GETTEXT
    }
    for node in ast.walk(tree):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
        # A text by its name has been marked with `gettext_noop` where it is written.
        if called and not isinstance(node.args[0], ast.Name):
            yield ast.literal_eval(node.args[0])
