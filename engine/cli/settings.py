"""Command-line options that are fields of an options class.

A command says which fields it offers, and what to tell of each; types and defaults are the class's.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

Options = TypeVar("Options")


@dataclass(frozen=True, slots=True)
class SettingHelp:
    """What a command tells of a setting.

    Attributes:
        help: what it is.
        least, most: bounds; of numbers only.
        is_large: whether it is a whole number that people may write as 2e7.
    """

    help: str
    least: float | None = None
    most: float | None = None
    is_large: bool = False


def takes(
    options: type[Any], settings: Mapping[str, SettingHelp]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command an option for each of some settings, in place of its ``**chosen``.

    Args:
        options: dataclass of options; settings of a dataclass that is a field's default count too.
        settings: what to tell of each, by the field's name.
    """
    known = _known(options)

    def give(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command)
        written = [p for p in own.parameters.values() if p.kind is not p.VAR_KEYWORD]
        added = [_parameter(name, told, *known[name]) for name, told in settings.items()]

        @functools.wraps(command)
        def run(**words: Any) -> None:
            command(**words)

        by_need = sorted([*written, *added], key=lambda p: p.default is not p.empty)
        signature = own.replace(parameters=[p.replace(kind=p.KEYWORD_ONLY) for p in by_need])
        run.__signature__ = signature  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in by_need}
        return run

    return give


def made(options: type[Options], chosen: Mapping[str, Any]) -> Options:
    """Return options of a class, what was chosen in place of its defaults.

    Raises:
        StylemateError: they do not go together.
    """
    values: dict[str, Any] = {}
    for field in fields(options):  # type: ignore[arg-type]
        if field.name in chosen:
            values[field.name] = chosen[field.name]
        elif is_dataclass(field.default) and not isinstance(field.default, type):
            inner = {part.name for part in fields(field.default)} & chosen.keys()
            values[field.name] = replace(field.default, **{name: chosen[name] for name in inner})
    return options(**values)


def _known(options: type[Any]) -> dict[str, tuple[Any, Any]]:
    """Return type and default of each setting, by name."""
    hints, found = get_type_hints(options), {}
    for field in fields(options):
        if is_dataclass(field.default) and not isinstance(field.default, type):
            kinds = get_type_hints(type(field.default))
            for part in fields(field.default):
                found[part.name] = kinds[part.name], getattr(field.default, part.name)
    return found | {field.name: (hints[field.name], field.default) for field in fields(options)}


def _parameter(name: str, told: SettingHelp, kind: Any, default: Any) -> inspect.Parameter:
    if told.is_large:
        option = typer.Option(
            help=told.help, parser=functools.partial(_whole, told.least), metavar="<number>"
        )
    else:
        option = typer.Option(help=told.help, min=told.least, max=told.most)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )


def _whole(least: float | None, text: str) -> int:
    try:
        number = int(float(text))
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"'{text}' is not a number.") from None
    if least is not None and number < least:
        raise typer.BadParameter(f"{text} is less than {least:g}.")
    return number
