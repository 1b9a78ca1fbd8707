"""Guests: fitted styles that one browser tab brought along, beside those that all tabs share.

The tab's browser keeps them for later visits; nothing of them reaches another tab or the disk of
the server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.play.opponents import OpponentRegistry
from engine.style.style_file import StyleFile, style_bytes


@dataclass(slots=True)
class Guests:
    """The guests of one tab.

    Attributes:
        styles: by label, in the order in which they came.
        texts: what their files say, for the browser to keep.
        forgotten: labels of those who were sent away, for the browser to delete.
    """

    styles: Mapping[str, StyleFile] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    _shared: OpponentRegistry | None = None
    _registry: OpponentRegistry | None = None

    def opponents(self, shared: OpponentRegistry) -> OpponentRegistry:
        """Return the shared opponents with the guests among them.

        Raises:
            StylemateError: a guest does not fit the shared opponents.
        """
        if not self.styles:
            return shared
        if self._registry is None or self._shared is not shared:
            self._registry = _with_styles(shared, self.styles)
            self._shared = shared
        return self._registry

    def add(self, style: StyleFile, shared: OpponentRegistry) -> None:
        """Take a guest in; one of the same label is replaced, as after another fit.

        Raises:
            StylemateError: the style is of another model, or the label is a player's name. The
                guests stay as they were.
        """
        styles = {**self.styles, style.label: style}
        self._registry = _with_styles(shared, styles)
        self._shared, self.styles = shared, styles
        self.texts[style.label] = style_bytes(style).decode()
        self.forgotten.discard(style.label)

    def remove(self, label: str) -> None:
        """Send a guest away; one who is not there is no error."""
        self.styles = {name: style for name, style in self.styles.items() if name != label}
        self.texts.pop(label, None)
        self.forgotten.add(label)
        self._registry = None


def _with_styles(shared: OpponentRegistry, styles: Mapping[str, StyleFile]) -> OpponentRegistry:
    registry = shared
    for style in styles.values():
        registry = registry.with_style(style)
    return registry
