"""Networks of other programs as backbones."""

from pathlib import Path

from engine.files import replacing_folder, require_free_folder
from engine.model.backbone import Backbone
from engine.model.checkpoint import BACKBONE_FILES, save_backbone
from engine.model.lc0 import lc0_licence, load_lc0


def import_lc0(network: Path, directory: Path, overwrite: bool = False) -> tuple[Backbone, str]:
    """Write an lc0 network as a backbone folder, and return it with what it says of its licence.

    Args:
        network: the file.
        directory: where the folder goes.
        overwrite: replace a backbone folder that is there.

    Raises:
        StylemateError: the file is missing, damaged, or holds another kind of network, or something
            is in the folder's place.
    """
    require_free_folder(directory, "backbone", BACKBONE_FILES.__contains__, overwrite)
    backbone, licence = load_lc0(network), lc0_licence(network)
    with replacing_folder(directory) as made:
        save_backbone(made, backbone, {"file": network.name, "license": licence})
    return backbone, licence
