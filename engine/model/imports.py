"""Networks of other programs as backbones."""

from pathlib import Path

from engine.model.backbone import Backbone
from engine.model.checkpoint import save_backbone
from engine.model.lc0 import lc0_licence, load_lc0


def import_lc0(network: Path, directory: Path) -> tuple[Backbone, str]:
    """Write an lc0 network as a backbone folder, and return it with what it says of its licence.

    Raises:
        StylemateError: the file is missing, damaged, or holds another kind of network.
    """
    backbone, licence = load_lc0(network), lc0_licence(network)
    save_backbone(directory, backbone, {"file": network.name, "license": licence})
    return backbone, licence
