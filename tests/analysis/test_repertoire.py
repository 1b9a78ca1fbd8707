"""Opening trees: probabilities that multiply along every line and never add up to more than all."""

from collections.abc import Iterator, Sequence
from functools import partial

import chess
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from engine.analysis.repertoire import Branch, repertoire
from engine.errors import StylemateError
from engine.play.engine import AskPolicies
from engine.play.inference import MergedNetworks, plain_policies
from engine.position.moves import POLICY_SIZE, policy_index
from engine.style.style import Style
from tests.conftest import tiny_model, tiny_space

SPACE = tiny_space()


def asked(*recipes: str) -> list[AskPolicies]:
    networks = MergedNetworks(tiny_model())
    return [partial(networks.evaluate, SPACE.style(recipe)) for recipe in recipes]


def lines(branches: Sequence[Branch], above: Branch | None = None) -> Iterator[list[Branch]]:
    """Yield every branch of a tree with those before it."""
    for branch in branches:
        before = [above] if above else []
        yield [*before, branch]
        yield from lines(branch.branches, branch)


@pytest.mark.parametrize("color", chess.COLORS)
def test_chances_are_the_policies_and_multiply_to_the_reach(color: chess.Color) -> None:
    styles = asked("Tal, Mikhail", "Carlsen, Magnus")
    (average,) = asked("average")
    tree = repertoire(styles, average, color, threshold=0.01, depth=4)
    seen = 0
    for line in lines(tree.branches):
        branch, before = line[-1], line[0].reach if len(line) > 1 else (1.0, 1.0)
        board = chess.Board()
        for move in branch.moves[:-1]:
            board.push(move)
        assert branch.is_own == (board.turn == color)
        assert branch.san == board.san(branch.moves[-1])
        movers = styles if branch.is_own else [average, average]
        for style, mover in enumerate(movers):
            chance = mover([board])[0].probability(branch.moves[-1])
            assert branch.chances[style] == pytest.approx(chance, rel=1e-3)
            assert branch.reach[style] == pytest.approx(before[style] * branch.chances[style])
        seen += 1
    assert seen > 10


@settings(max_examples=15)
@given(
    seed=st.integers(0, 1000),
    color=st.sampled_from(chess.COLORS),
    threshold=st.sampled_from([0.02, 0.05, 0.3]),
)
def test_no_branch_is_rare_and_what_follows_adds_up_to_at_most_all(
    seed: int, color: chess.Color, threshold: float
) -> None:
    torch.manual_seed(seed)
    networks = MergedNetworks(tiny_model(seed))
    styles = [
        partial(networks.evaluate, Style(torch.randn(2, 4).numpy(), f"random {index}", "test"))
        for index in range(3)
    ]
    tree = repertoire(styles[:2], styles[2], color, threshold, depth=3)

    def check(branches: Sequence[Branch], reach: Sequence[float]) -> None:
        for style in range(2):
            assert sum(branch.chances[style] for branch in branches) <= 1 + 1e-9
            assert sum(branch.reach[style] for branch in branches) <= reach[style] + 1e-9
        totals = [sum(branch.reach) for branch in branches]
        assert totals == sorted(totals, reverse=True)
        for branch in branches:
            assert max(branch.reach) >= threshold
            check(branch.branches, branch.reach)

    check(tree.branches, (1.0, 1.0))


def test_equal_styles_have_equal_trees_and_replies_do_not_tell_styles_apart() -> None:
    tal, same, average = asked("Tal, Mikhail", "Tal, Mikhail", "average")
    tree = repertoire([tal, same], average, chess.BLACK, depth=2)
    for line in lines(tree.branches):
        assert line[-1].chances[0] == line[-1].chances[1]
    assert not tree.branches[0].is_own


def test_a_line_ends_with_the_game() -> None:
    class FoolsMate(nn.Module):
        """A network that knows the four moves of the fool's mate, and plays those it can."""

        def __init__(self) -> None:
            super().__init__()
            self.one = nn.Parameter(torch.zeros(1))

        def forward(self, planes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            logits = torch.full((len(planes), POLICY_SIZE), -30.0)
            for uci, turn in (("f2f3", True), ("g2g4", True), ("e7e5", False), ("d8h4", False)):
                move = chess.Move.from_uci(uci)
                logits[:, policy_index(move, turn, False)] = 0.0
            return logits, torch.zeros(len(planes), 3)

    ask = partial(plain_policies, FoolsMate())
    tree = repertoire([ask], ask, chess.WHITE, threshold=0.005, depth=5)
    mates = [line[-1] for line in lines(tree.branches) if line[-1].san == "Qh4#"]
    assert mates
    assert all(not mate.branches for mate in mates)


@pytest.mark.parametrize(
    ("threshold", "depth", "words"),
    [(0.0, 4, "above 0"), (1.5, 4, "at most 1"), (0.1, 0, "half-move")],
)
def test_wrong_settings_are_explained(threshold: float, depth: int, words: str) -> None:
    (tal,) = asked("Tal, Mikhail")
    with pytest.raises(StylemateError, match=words):
        repertoire([tal], tal, chess.WHITE, threshold, depth)
    with pytest.raises(StylemateError, match="at least one style"):
        repertoire([], tal, chess.WHITE)
